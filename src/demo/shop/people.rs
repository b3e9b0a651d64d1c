//! The demo's accounts, whose passwords everybody knows.

use super::SeedError;
use crate::accounts::{Account, AccountId, EmailAddress, NewAccount, Role, password};
use crate::db::{Db, Timestamp};

/// An account that the demo prints.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// What it may do.
    pub role: Role,
    /// Its name.
    pub name: &'static str,
    /// Its address.
    pub email: &'static str,
    /// Its password.
    pub password: &'static str,
}

/// One account of each role.
pub const DEMO_ACCOUNTS: [DemoAccount; 3] = [
    DemoAccount {
        role: Role::Customer,
        name: "Robin Marlowe",
        email: "customer@demo.bookplate.example",
        password: "one more chapter",
    },
    DemoAccount {
        role: Role::Publisher,
        name: "Quoin & Lantern",
        email: "publisher@demo.bookplate.example",
        password: "hot off the press",
    },
    DemoAccount {
        role: Role::Admin,
        name: "Sam Okafor",
        email: "admin@demo.bookplate.example",
        password: "keeper of the keys",
    },
];

/// The accounts that the rest of the demo needs.
pub(super) struct People {
    pub(super) customer: Account,
    pub(super) publisher: AccountId,
}

pub(super) fn seed(db: &Db) -> Result<People, SeedError> {
    let mut customer = None;
    let mut publisher = None;
    for demo in DEMO_ACCOUNTS {
        let account = find_or_create(db, demo)?;
        match demo.role {
            Role::Customer => customer = Some(account),
            Role::Publisher => publisher = Some(account.id),
            Role::Admin => {}
        }
    }
    let lacking = || SeedError::Account("one of the roles is missing.".to_owned());
    Ok(People { customer: customer.ok_or_else(lacking)?, publisher: publisher.ok_or_else(lacking)? })
}

fn find_or_create(db: &Db, demo: DemoAccount) -> Result<Account, SeedError> {
    let there = db.read_blocking(|conn| Account::find_by_email(conn, demo.email))?;
    if let Some(account) = there {
        return Ok(account);
    }
    let failed = |error: String| SeedError::Account(error);
    let hash = password::hash(demo.password).map_err(|error| failed(error.to_string()))?;
    let email: EmailAddress = demo.email.parse().map_err(|error| failed(format!("{error}")))?;
    let made = db.write_blocking(move |conn| {
        let new = NewAccount {
            email: &email,
            name: demo.name,
            password_hash: &hash,
            role: demo.role,
            is_confirmed: true,
        };
        Account::create(conn, &new, opening())?;
        Account::find_by_email(conn, demo.email)
    })?;
    made.ok_or_else(|| failed(format!("{} is missing after it was made.", demo.email)))
}

/// When the demo's shop opened: the same for every run.
pub(super) fn opening() -> Timestamp {
    chrono::NaiveDate::from_ymd_opt(2024, 5, 2).unwrap_or_default().and_time(chrono::NaiveTime::default())
}
