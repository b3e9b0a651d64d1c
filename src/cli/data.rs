//! `bookplate migrate`, and opening the shop's data for the other commands.

use super::CliError;
use crate::config::Settings;
use crate::db::Db;
use crate::storage::Store;

pub(super) fn migrate() -> Result<(), CliError> {
    let (_, settings) = super::settings()?;
    let db = Db::open(&settings.database_url).map_err(CliError::new)?;
    let applied = db.migrate().map_err(CliError::new)?;
    match applied.len() {
        0 => println!("{} is up to date.", settings.database_url),
        count => println!("{}: {count} migrations applied.", settings.database_url),
    }
    Ok(())
}

/// The database, with the tables of this version, and the store.
pub(crate) fn open(settings: &Settings) -> Result<(Db, Store), CliError> {
    let db = Db::open(&settings.database_url).map_err(CliError::new)?;
    db.check_migrations().map_err(CliError::new)?;
    let store = Store::from_settings(&settings.storage).map_err(CliError::new)?;
    store.ready().map_err(CliError::new)?;
    Ok((db, store))
}
