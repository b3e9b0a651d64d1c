//! `bookplate serve`: the shop itself.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::figment::Figment;

use super::{CliError, data, front, log};
use crate::app::{self, Parts};
use crate::clock::Clock;
use crate::config;
use crate::downloads::Ledger;
use crate::payments::guard;

/// How long what is still at work when the shop has closed may take.
const LAST: Duration = Duration::from_secs(10);

pub(super) fn run() -> Result<(), CliError> {
    let (figment, settings) = super::settings()?;
    log::start(&settings.log)?;
    let (db, store) = data::open(&settings)?;
    db.read_blocking(|conn| guard::check(conn, &settings.payments)).map_err(CliError::new)?;
    let listening = listening_address(&figment);
    serve(Parts { figment, settings, db, store, clock: Clock::system() }, move |address| {
        println!("The shop is open at {address} and listens at {listening}.");
    })
}

/// Serves until the process is told to stop; `opened` gets the public address once requests are answered.
pub(crate) fn serve(parts: Parts, opened: impl FnOnce(&str) + Send + 'static) -> Result<(), CliError> {
    let address = listening_address(&parts.figment);
    let shown = parts.settings.base_url.as_str().to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("shop")
        .build()
        .map_err(|error| CliError(format!("the program's threads could not be started: {error}")))?;
    let ledger = Arc::new(OnceLock::new());
    let (kept, opened) = (ledger.clone(), app::on_open(move || opened(&shown)));
    let keep = AdHoc::on_liftoff("ledger", move |rocket| {
        Box::pin(async move {
            if let Some(ledger) = rocket.state::<Ledger>() {
                let _ = kept.set(ledger.clone());
            }
        })
    });
    let launched = runtime.block_on(front::launch(parts, [keep, opened]));
    // Downloads that are cut off end here; then nothing more can come into the ledger.
    runtime.shutdown_timeout(LAST);
    if ledger.get().is_some_and(|ledger| !ledger.flush(LAST)) {
        tracing::error!("the database doesn't answer: the last downloads are not in the ledger");
    }
    launched.map_err(|error| {
        CliError(match error.kind() {
            ErrorKind::Bind(cause) => format!(
                "the shop can't listen at {address}: {cause}; is another program using the port? \
                 Choose another one with ROCKET_PORT or `port` in Rocket.toml"
            ),
            ErrorKind::Io(cause) => format!("the shop can't listen at {address}: {cause}"),
            ErrorKind::Config(cause) => format!("Rocket.toml can't be used: {cause}"),
            other => format!("the shop could not be started: {other}"),
        })
    })
}

fn listening_address(figment: &Figment) -> String {
    let (address, port) = config::address_and_port(figment);
    format!("{address}:{port}")
}
