//! `bookplate demo`: a stocked shop in a folder of its own, with log-ins that everybody knows.

use std::path::{Path, PathBuf};

use rocket::figment::Figment;

use super::{CliError, log, serve};
use crate::app::Parts;
use crate::clock::Clock;
use crate::config::{Backend, Settings, Transport};
use crate::db::{DatabaseUrl, Db};
use crate::demo::shop::{self, DEMO_ACCOUNTS};
use crate::storage::Store;

/// What the demo can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The folder for everything that the demo writes. Remove it to begin anew.
    #[arg(long, value_name = "FOLDER", default_value = "bookplate-demo")]
    data: PathBuf,
    /// The port on this machine.
    #[arg(long, default_value_t = 8000)]
    port: u16,
}

/// Makes the folder, fills the shop unless it is filled, and serves it to this machine alone.
pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let settings = settings(options)?;
    log::start(&settings.log)?;
    println!("The demo keeps everything in {}.", options.data.display());
    let db = Db::open(&settings.database_url).map_err(CliError::new)?;
    db.migrate().map_err(CliError::new)?;
    let store = Store::from_settings(&settings.storage).map_err(CliError::new)?;
    store.ready().map_err(CliError::new)?;
    if !settings.mail.folder.is_dir() {
        std::fs::create_dir_all(&settings.mail.folder).map_err(CliError::new)?;
    }
    let added = shop::seed(&db, &store).map_err(CliError::new)?;
    if added > 0 {
        println!("{added} books were set, drawn and put on the shelves.");
    }
    let mail = settings.mail.folder.clone();
    // Not the operator's Rocket.toml: the demo must never touch a real shop.
    let figment = Figment::from(rocket::Config::default())
        .merge(("address", "127.0.0.1"))
        .merge(("port", options.port))
        .merge(("ident", false));
    let parts = Parts { figment, settings, db, store, clock: Clock::system() };
    serve::serve(parts, move |address| println!("{}", welcome(address, &mail)))
}

fn settings(options: &Options) -> Result<Settings, CliError> {
    let folder = &options.data;
    let mut settings = Settings {
        shop_name: "Quoin & Lantern".to_owned(),
        base_url: format!("http://127.0.0.1:{}", options.port).parse().map_err(CliError::new)?,
        database_url: DatabaseUrl::Sqlite(folder.join("bookplate.db")),
        ..Settings::default()
    };
    settings.storage.root = folder.join("store");
    settings.delivery.backend = Backend::Builtin;
    settings.payments.allow_sandbox = true;
    settings.mail.transport = Transport::Folder;
    settings.mail.folder = folder.join("mail");
    "Quoin & Lantern <shop@demo.bookplate.example>".clone_into(&mut settings.mail.from);
    settings.validate().map_err(CliError::new)?;
    Ok(settings)
}

fn welcome(address: &str, mail: &Path) -> String {
    let mut text = format!("\nThe demo shop is open at {address}\n\nSign in as\n");
    for account in DEMO_ACCOUNTS {
        let role = account.role.as_str();
        text.push_str(&format!("  {role:<10} {:<34} {}\n", account.email, account.password));
    }
    text.push_str(&format!(
        "\nPayments are played, no money moves. Mail is not sent: look into {}.\nStop it with Ctrl+C.",
        mail.display()
    ));
    text
}
