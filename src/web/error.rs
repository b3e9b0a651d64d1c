//! The one error of every route, and the only type that knows a status.
//!
//! A feature's errors become one by `From` in the feature's `routes.rs`. The message is for the visitor; the cause goes
//! to the log with the request's id, and never to the page.

use std::error::Error as StdError;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use rocket::http::Status;
use rocket::request::Request;
use rocket::response::Responder;

/// What a route answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request got no page of its own.
#[derive(Debug)]
pub struct Error {
    status: Status,
    message: Option<String>,
    retry_after: Option<u64>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// What the catcher shows of an error; left in the request by the responder.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// A sentence for this case; without one the page says what the status means.
    pub message: Option<String>,
    /// Seconds, for `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Error {
    fn new(status: Status) -> Self {
        Self { status, message: None, retry_after: None, cause: None }
    }

    /// 404: no such thing, or none that this visitor may know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Status::NotFound)
    }

    /// 401: only for someone signed in.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(Status::Unauthorized)
    }

    /// 403: not for this visitor.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Status::Forbidden)
    }

    /// 409: the thing has changed meanwhile.
    #[must_use]
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Status::Conflict).with_message(message)
    }

    /// 422: what was sent cannot be used; `message` says why.
    #[must_use]
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(Status::UnprocessableEntity).with_message(message)
    }

    /// 400: what was sent makes no sense.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Status::BadRequest).with_message(message)
    }

    /// 429: too often; again in `seconds`.
    #[must_use]
    pub fn too_many(seconds: u64, message: impl Into<String>) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(Status::TooManyRequests).with_message(message) }
    }

    /// 503: so busy that this must wait; again in `seconds`.
    #[must_use]
    pub fn busy(seconds: u64, message: impl Into<String>) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(Status::ServiceUnavailable).with_message(message) }
    }

    /// 502: something that this shop relies on (the store, the gateway) failed.
    #[must_use]
    pub fn bad_gateway(message: impl Into<String>, cause: impl StdError + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..Self::new(Status::BadGateway).with_message(message) }
    }

    /// 500: a fault of ours.
    #[must_use]
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..Self::new(Status::InternalServerError) }
    }

    /// 503: not just now.
    #[must_use]
    pub fn unavailable(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), retry_after: Some(10), ..Self::new(Status::ServiceUnavailable) }
    }

    /// The same error with a sentence for this case.
    #[must_use]
    pub fn with_message(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }

    /// The status that this error answers with.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.code
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::not_found(),
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            ) => Self::unavailable(error),
            DieselError::DatabaseError(_, about) if is_unstorable_text(about.message()) => {
                Self::bad_request("The request holds characters that can't be used here.")
            }
            _ => Self::internal(error),
        }
    }
}

/// Whether PostgreSQL refused a text because of a zero byte (its SQLSTATE 22021), which only a client can have sent:
/// no page has a field or a link with one. SQLite takes it, and finds nothing.
fn is_unstorable_text(message: &str) -> bool {
    message.contains("UTF8") && message.contains("0x00")
}

impl<'r> Responder<'r, 'static> for Error {
    /// Leaves what to show in the request and hands over to the catcher, which renders every error page.
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        if let Some(cause) = &self.cause {
            let id = super::request_id::of(request);
            tracing::error!(request_id = %id, status = self.status.code, error = %Chain(cause.as_ref()), "a request failed");
        }
        let shown = Shown { message: self.message, retry_after: self.retry_after };
        request.local_cache(|| shown);
        Err(self.status)
    }
}

/// `Option::ok_or_else(Error::not_found)`, in a word.
pub trait OrNotFound<T> {
    /// # Errors
    /// 404 when there is nothing.
    fn or_not_found(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or_else(Error::not_found)
    }
}

/// An error with its sources, on one line.
struct Chain<'a>(&'a (dyn StdError + Send + Sync));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
