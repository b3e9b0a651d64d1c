//! `bookplate admin …`: the accounts that run the shop, made by who has the machine.

use std::io::{BufRead as _, IsTerminal as _};

use clap::Subcommand;

use super::{CliError, data};
use crate::accounts::{Account, EmailAddress, NewAccount, Role, Session, new_password, password};
use crate::clock::Clock;
use crate::db::Db;

#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Make an admin; the password is asked for.
    Create {
        /// The address to sign in with.
        email: String,
        /// The name that pages show.
        #[arg(long, default_value = "")]
        name: String,
        /// Read the password from the first line of the standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print the admins, one a line.
    List,
    /// Make an admin of an account that is there.
    Promote {
        /// The account's address.
        email: String,
    },
    /// Choose a new password for an account and end its sessions; the password is asked for.
    ResetPassword {
        /// The account's address.
        email: String,
        /// Read the password from the first line of the standard input.
        #[arg(long)]
        password_stdin: bool,
    },
}

pub(super) fn run(command: &Admin) -> Result<(), CliError> {
    let (_, settings) = super::settings()?;
    let db = data::open(&settings)?.0;
    match command {
        Admin::Create { email, name, password_stdin } => create(&db, email, name, *password_stdin),
        Admin::List => list(&db),
        Admin::Promote { email } => promote(&db, email),
        Admin::ResetPassword { email, password_stdin } => reset_password(&db, email, *password_stdin),
    }
}

fn create(db: &Db, email: &str, name: &str, from_stdin: bool) -> Result<(), CliError> {
    let email: EmailAddress = email.parse().map_err(|error| CliError(format!("{email:?}: {error}")))?;
    // Before the password is asked for.
    if find(db, email.as_str())?.is_some() {
        return Err(CliError(format!(
            "{} has an account already; `bookplate admin promote {0}` makes it an admin",
            email.as_str()
        )));
    }
    let hash = hashed(&ask_for_password(email.as_str(), name, from_stdin)?)?;
    let (name, now) = (name.to_owned(), Clock::system().now());
    let made = db.write_blocking(move |conn| {
        let (role, is_confirmed) = (Role::Admin, true);
        let new = NewAccount { email: &email, name: &name, password_hash: &hash, role, is_confirmed };
        Account::create(conn, &new, now)
    });
    match made.map_err(CliError::new)? {
        Some(account) => {
            println!("{} is an admin of this shop.", account.email);
            Ok(())
        }
        None => Err(CliError("another account with this address was made just now".to_owned())),
    }
}

fn list(db: &Db) -> Result<(), CliError> {
    for admin in db.read_blocking(Account::admins).map_err(CliError::new)? {
        let blocked = if admin.blocked_at.is_some() { " (blocked)" } else { "" };
        println!("{}\t{}{blocked}", admin.email, admin.name);
    }
    Ok(())
}

fn promote(db: &Db, email: &str) -> Result<(), CliError> {
    let account = existing(db, email)?;
    if account.email_confirmed_at.is_none() {
        return Err(CliError(format!(
            "{} has not been confirmed: anyone could have signed up with it; its owner must open the mailed link first",
            account.email
        )));
    }
    let (now, shown) = (Clock::system().now(), account.email.clone());
    db.write_blocking(move |conn| account.set_role(conn, Role::Admin, now)).map_err(CliError::new)?;
    println!("{shown} is an admin of this shop.");
    Ok(())
}

fn reset_password(db: &Db, email: &str, from_stdin: bool) -> Result<(), CliError> {
    let account = existing(db, email)?;
    let hash = hashed(&ask_for_password(&account.email, &account.name, from_stdin)?)?;
    let (now, shown) = (Clock::system().now(), account.email.clone());
    let ended = db.write_blocking(move |conn| {
        account.set_password(conn, &hash, now)?;
        Session::end_all(conn, account.id)
    });
    println!("{shown} has a new password; {} sessions were ended.", ended.map_err(CliError::new)?);
    Ok(())
}

fn find(db: &Db, email: &str) -> Result<Option<Account>, CliError> {
    db.read_blocking(|conn| Account::find_by_email(conn, email)).map_err(CliError::new)
}

fn existing(db: &Db, email: &str) -> Result<Account, CliError> {
    find(db, email)?.ok_or_else(|| CliError(format!("no account has the address {email:?}")))
}

fn hashed(password: &str) -> Result<String, CliError> {
    password::hash(password).map_err(CliError::new)
}

/// Asks twice on the terminal, without showing what is typed, or reads one line where a script says so.
fn ask_for_password(email: &str, name: &str, from_stdin: bool) -> Result<String, CliError> {
    let unreadable = |error: std::io::Error| CliError(format!("the password could not be read: {error}"));
    let password = if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password(format!("Password for {email}: ")).map_err(unreadable)?;
        new_password::check(&first, email, name).map_err(CliError::new)?;
        if rpassword::prompt_password("Once more: ").map_err(unreadable)? != first {
            return Err(CliError("the two passwords differ; nothing was changed".to_owned()));
        }
        first
    } else {
        return Err(CliError(
            "there is no terminal to ask for the password on; give it by --password-stdin".to_owned(),
        ));
    };
    new_password::check(&password, email, name).map_err(CliError::new)?;
    Ok(password)
}
