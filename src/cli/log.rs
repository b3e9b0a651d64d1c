//! Starting the log.

use tracing_subscriber::EnvFilter;

use super::CliError;
use crate::config::{Log, LogFormat};

/// Sends log lines to standard error, in the format and with the filter of the settings.
pub(crate) fn start(log: &Log) -> Result<(), CliError> {
    // Rocket's own lines are for its developers; the shop logs each request itself.
    let filter = format!("{},rocket=error,rocket::server=off,hyper=warn", log.filter);
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        CliError(format!("the setting bookplate.log.filter = {:?} can't be used: {error}", log.filter))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| CliError(format!("the log could not be started: {error}")))
}
