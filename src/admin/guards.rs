//! Who acts in the back office, and with what.

use std::fmt::Display;
use std::future::Future;

use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};

use super::act::{Act, Change, Doing};
use crate::accounts::Account;
use crate::accounts::guards::Admin;
use crate::checkout::Till;
use crate::db::Timestamp;

/// An admin at work: others are sent away by [`Admin`].
pub struct Desk {
    /// Who.
    pub admin: Account,
    /// What they work with.
    pub till: Till,
}

impl Desk {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.till.clock.now()
    }

    /// Does `work` and keeps who did it: the wish before, what came of it after. An error's sentence is kept, too.
    ///
    /// # Errors
    /// Those of `work`, and the database's before it begins; then nothing was done.
    pub async fn noting<T, E>(
        &self,
        doing: Doing,
        said: impl FnOnce(&T) -> String,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + From<diesel::result::Error>,
    {
        self.keep(doing, None, said, work).await
    }

    /// The same for an act that changes something which has a name before and after.
    ///
    /// # Errors
    /// As [`Desk::noting`].
    pub async fn noting_change<T, E>(
        &self,
        doing: Doing,
        change: Change,
        said: impl FnOnce(&T) -> String,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + From<diesel::result::Error>,
    {
        self.keep(doing, Some(change), said, work).await
    }

    async fn keep<T, E>(
        &self,
        doing: Doing,
        change: Option<Change>,
        said: impl FnOnce(&T) -> String,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + From<diesel::result::Error>,
    {
        let (admin, now) = (self.admin.clone(), self.now());
        let begun = self.till.db.write(move |conn| {
            let act = Act::begin(conn, &admin, &doing, now)?;
            if let Some(change) = &change {
                Act::keep_change(conn, act, change)?;
            }
            Ok::<_, diesel::result::Error>(act)
        });
        let act = begun.await?;
        let result = work.await;
        let outcome = match &result {
            Ok(done) => said(done),
            Err(error) => error.to_string(),
        };
        if let Err(error) = self.till.db.write(move |conn| Act::end(conn, act, &outcome)).await {
            tracing::error!(%error, "what came of an admin's act could not be written down");
        }
        result
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Desk {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let admin = try_outcome!(request.guard::<Admin>().await).0;
        match request.rocket().state::<Till>() {
            Some(till) => Outcome::Success(Self { admin, till: till.clone() }),
            None => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
