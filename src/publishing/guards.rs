//! Who works at the publisher's desk, and with what.

use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};

use super::Who;
use crate::accounts::Account;
use crate::accounts::guards::Publisher;
use crate::checkout::Till;
use crate::config::{Publishing, Settings, Uploads};
use crate::db::Timestamp;
use crate::storage::Store;

/// A publisher or an admin at work: others are sent away by [`Publisher`].
pub struct Desk {
    /// Who.
    pub account: Account,
    /// Who, as the desk's rules want to know it.
    pub who: Who,
    /// What they work with.
    pub till: Till,
    /// Where the bytes are.
    pub store: Store,
    /// Whether an admin looks first.
    pub rules: Publishing,
    /// Which files are taken.
    pub taken: Uploads,
}

impl Desk {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.till.clock.now()
    }

    /// Whether what they put out waits for an admin's yes.
    #[must_use]
    pub const fn needs_review(&self) -> bool {
        self.rules.review && !self.who.is_admin
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Desk {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let account = try_outcome!(request.guard::<Publisher>().await).0;
        let rocket = request.rocket();
        match (rocket.state::<Till>(), rocket.state::<Store>(), rocket.state::<Settings>()) {
            (Some(till), Some(store), Some(settings)) => Outcome::Success(Self {
                who: Who::from(&account),
                account,
                till: till.clone(),
                store: store.clone(),
                rules: settings.publishing,
                taken: settings.uploads.clone(),
            }),
            _ => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
