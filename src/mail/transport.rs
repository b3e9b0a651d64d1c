//! The way out for mails: a mail server, or a folder.

use lettre::message::Mailbox;

use super::compose::compose;
use super::folder::Folder;
use super::outbox::Mail;
use super::smtp::Smtp;
use crate::config;
use crate::shop::Identity;

/// Sends mails as the settings say. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Mailer {
    from: Option<Mailbox>,
    identity: Option<Identity>,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(Smtp),
    Folder(Folder),
}

/// Why a mail could not be sent.
#[derive(Debug, thiserror::Error)]
#[error("{shown}")]
pub struct SendError {
    /// What may go to the log: nothing of the recipient.
    pub(super) shown: String,
    /// All that is known, which may repeat the recipient's address.
    pub(super) whole: String,
    /// Whether another try may help.
    pub(super) again: bool,
}

impl SendError {
    /// A failure that another try may mend.
    pub(super) fn passing(shown: impl Into<String>, whole: impl std::fmt::Display) -> Self {
        Self { shown: shown.into(), whole: whole.to_string(), again: true }
    }

    fn lasting(sentence: String) -> Self {
        Self { whole: sentence.clone(), shown: sentence, again: false }
    }
}

impl Mailer {
    /// The way that the settings name.
    #[must_use]
    pub fn new(settings: &config::Mail) -> Self {
        let way = match settings.transport {
            config::Transport::Smtp => Way::Smtp(Smtp::new(&settings.smtp)),
            config::Transport::Folder => Way::Folder(Folder::new(settings.folder.clone())),
        };
        Self { from: settings.from.parse().ok(), identity: None, way }
    }

    /// The same, with the shop's own sender where it has one.
    #[must_use]
    pub fn with(self, identity: Identity) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// From whom.
    fn from(&self) -> Option<Mailbox> {
        let own = self.identity.as_ref().and_then(Identity::mailbox);
        let own = own.and_then(|(name, address)| Some(Mailbox::new(Some(name), address.parse().ok()?)));
        own.or_else(|| self.from.clone())
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// What happened, and whether another try may help.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let from = self.from().ok_or_else(|| {
            SendError::passing("the setting bookplate.mail.from is not a mailbox", "no sender")
        })?;
        let message = compose(&from, mail).map_err(SendError::lasting)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(message).await,
            Way::Folder(folder) => folder.save(mail, message.formatted()).await,
        }
    }
}
