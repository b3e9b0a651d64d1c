//! Sending through a mail server.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Message, Tokio1Executor};

use super::transport::SendError;
use crate::config::{self, SmtpTls};

/// How long one exchange with the server may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A mail server with a small pool of connections.
#[derive(Clone)]
pub(super) struct Smtp {
    transport: Result<AsyncSmtpTransport<Tokio1Executor>, Arc<str>>,
}

impl Smtp {
    pub(super) fn new(settings: &config::Smtp) -> Self {
        Self { transport: connect_to(settings).map_err(|error| error.to_string().into()) }
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), SendError> {
        let transport = self
            .transport
            .as_ref()
            .map_err(|error| SendError::passing("the settings of the mail server can't be used", error))?;
        match transport.send(message).await {
            Ok(_) => Ok(()),
            // A refusal (5xx) is tried again as well: the server answers so to a wrong password of ours, too.
            Err(error) => Err(SendError::passing(in_short(&error), Whole(&error))),
        }
    }
}

fn connect_to(settings: &config::Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let host = settings.host.trim();
    let tls = match settings.tls {
        SmtpTls::None => Tls::None,
        SmtpTls::Starttls => Tls::Required(TlsParameters::new(host.to_owned())?),
        SmtpTls::Tls => Tls::Wrapper(TlsParameters::new(host.to_owned())?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(settings.port)
        .tls(tls)
        .timeout(Some(TIMEOUT));
    if !settings.username.is_empty() {
        builder = builder.credentials(Credentials::new(settings.username.clone(), settings.password.clone()));
    }
    Ok(builder.build())
}

/// What happened, without the server's words: they may repeat an address.
fn in_short(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server refused it with {code}"),
        None if error.is_timeout() => "the mail server took too long".to_owned(),
        None if error.is_tls() => "the connection to the mail server can't be made private".to_owned(),
        None => "the mail server could not be reached".to_owned(),
    }
}

/// The error with its sources.
struct Whole<'a>(&'a Error);

impl std::fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = std::error::Error::source(self.0);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
