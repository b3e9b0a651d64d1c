//! The `bookplate` command: what an operator types.
//!
//! Each command prints what it did; a mistake ends it with one sentence on standard error and exit status 1.

mod admin;
mod data;
mod demo;
mod doctor;
mod front;
mod ingest_log;
mod log;
mod proxy_config;
mod reconcile;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use rocket::figment::Figment;

use crate::config::Settings;

/// A self-hosted shop for ebooks whose files reach only the people who may have them.
#[derive(Debug, Parser)]
#[command(name = "bookplate", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the shop from Rocket.toml (this is what happens without a command, too).
    Serve,
    /// Fill a folder with a demo shop and serve it to this machine.
    Demo(demo::Options),
    /// Bring the database to this version's tables.
    Migrate,
    /// Make and list the accounts that run the shop.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Ask the gateway for all that was missed, and compare its book with the shop's.
    ///
    /// Ends with status 0 when all agrees, 1 when differences are left, 2 when it could not be done.
    Reconcile(reconcile::Options),
    /// Read what the web server in front has logged of the files that it sent (the running shop does it by itself).
    IngestLog(ingest_log::Options),
    /// Look at what the shop stands on, fetch a canary through its public address, and say what is not well.
    ///
    /// Ends with status 0 when nothing is bad, 1 when something is, 2 when it could not be looked at all.
    Doctor(doctor::Options),
    /// Paint the first page of a PDF: how the shop calls itself for a cover.
    #[command(hide = true)]
    PaintPage,
    /// Print the effective settings, without secrets.
    Settings,
    /// Print a working configuration of the web server in front, for the current settings.
    ProxyConfig {
        /// Which web server.
        server: WebServer,
        /// Where the web server listens; by default port 80 of every address.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<std::net::SocketAddr>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WebServer {
    Nginx,
    Apache,
    Lighttpd,
    Caddy,
}

/// Why a command ended without doing its work: one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CliError(String);

impl CliError {
    /// The sentence of `error`.
    pub(crate) fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command.
///
/// # Errors
/// One sentence for the operator.
pub fn run(cli: &Cli) -> Result<ExitCode, CliError> {
    // One TLS provider for everything, chosen before anything asks for one; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let done = match &cli.command {
        Some(Command::Reconcile(options)) => return reconcile::run(options),
        Some(Command::Doctor(options)) => return Ok(doctor::run(options)),
        None | Some(Command::Serve) => serve::run(),
        Some(Command::Demo(options)) => demo::run(options),
        Some(Command::Migrate) => data::migrate(),
        Some(Command::Admin(command)) => admin::run(command),
        Some(Command::IngestLog(options)) => ingest_log::run(options),
        Some(Command::PaintPage) => crate::covers::paint::run().map_err(CliError),
        Some(Command::Settings) => {
            print!("{}", settings()?.1.show());
            Ok(())
        }
        Some(Command::ProxyConfig { server, listen }) => proxy_config::run(*server, *listen),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// The threads of a command that asks others.
fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError(format!("the program's threads could not be started: {error}")))
}

/// The settings of `Rocket.toml` and the environment, checked.
fn settings() -> Result<(Figment, Settings), CliError> {
    let figment = Settings::figment();
    let settings = Settings::from_figment(&figment).map_err(CliError::new)?;
    Ok((figment, settings))
}
