//! `[default.bookplate.mail]`: how mail leaves.

use std::path::PathBuf;

use serde::Deserialize;

use super::SettingsError;

/// How mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// As `.eml` files in a folder; nobody gets them by mail.
    Folder,
    /// To a mail server.
    Smtp,
}

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// TLS after `STARTTLS`, never without (RFC 3207); usually port 587.
    Starttls,
    /// TLS from the first byte (RFC 8314); usually port 465.
    Tls,
    /// Not at all: only for a server on this machine.
    None,
}

/// The mail server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: SmtpTls,
    /// The user name, or empty for a server that asks for none.
    pub username: String,
    /// The password; better given as `BOOKPLATE_MAIL__SMTP__PASSWORD`.
    pub password: String,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: SmtpTls::Starttls,
            username: String::new(),
            password: String::new(),
        }
    }
}

/// How mail leaves, and from whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// How mail leaves.
    pub transport: Transport,
    /// The folder of `transport = "folder"`.
    pub folder: PathBuf,
    /// The sender, as `Name <address>` or an address.
    pub from: String,
    /// The server of `transport = "smtp"`.
    pub smtp: Smtp,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: Transport::Folder,
            folder: PathBuf::from("data/mail"),
            from: "Bookplate <shop@localhost.localdomain>".to_owned(),
            smtp: Smtp::default(),
        }
    }
}

impl Mail {
    /// # Errors
    /// When the sender is no mailbox, or the server is not named.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            let right = "a mailbox, for example \"Sea Books <shop@books.example>\"";
            return Err(SettingsError::new("mail.from", &self.from, right));
        }
        if self.transport == Transport::Smtp && self.smtp.host.trim().is_empty() {
            let right = "the name of the mail server, for example \"smtp.books.example\"";
            return Err(SettingsError::new("mail.smtp.host", &self.smtp.host, right));
        }
        Ok(())
    }
}
