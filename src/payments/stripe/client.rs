//! Asking Stripe: every question has an end, and every answer is one of a few kinds.

use std::future::Future;
use std::time::Duration;

use stripe::{ApiErrorsType, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};

use super::super::GatewayError;

/// How long one request may take.
const REQUEST_TIME: Duration = Duration::from_secs(4);

/// How long a request of the audit may take, for which nobody waits.
const PATIENT_TIME: Duration = Duration::from_secs(20);

/// The pause before a request is repeated.
const PAUSE: Duration = Duration::from_millis(250);

/// How often a request is sent at most: Stripe asks to come again when another one with the same key is under way (409)
/// and when there are too many (429).
const TRIES: usize = 4;

/// A client of Stripe's API.
#[derive(Clone)]
pub(super) struct Client {
    /// Why there is none: a key that can't be sent. The settings refuse such keys.
    client: Result<stripe::Client, String>,
}

impl Client {
    pub(super) fn new(key: &str, api_base: Option<&str>) -> Self {
        // One TLS provider for everything; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = stripe::ClientBuilder::new(key).timeout(REQUEST_TIME).app_info(
            "Bookplate",
            Some(env!("CARGO_PKG_VERSION").to_owned()),
            None,
        );
        if let Some(base) = api_base {
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        Self { client: builder.build().map_err(|error| error.to_string()) }
    }

    /// Asks for something that changes nothing, or the same however often it is asked for.
    pub(super) async fn get<R>(&self, request: &R) -> Result<R::Output, GatewayError>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, None, REQUEST_TIME).await.map_err(Answer::into_error)
    }

    /// [`Self::get`] for the audit, which has time.
    pub(super) async fn get_patiently<R>(&self, request: &R) -> Result<R::Output, GatewayError>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, None, PATIENT_TIME).await.map_err(Answer::into_error)
    }

    /// Asks for a change under a key: the same key with the same content changes something once.
    pub(super) async fn post<R>(&self, request: &R, key: &str) -> Result<R::Output, Answer>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, Some(key), REQUEST_TIME).await
    }

    async fn send<R>(&self, request: &R, key: Option<&str>, time: Duration) -> Result<R::Output, Answer>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let client = self.client.as_ref().map_err(|cause| Answer::Lost(cause.clone()))?;
        let strategy = match key {
            Some(key) => RequestStrategy::Idempotent(
                IdempotencyKey::new(key).map_err(|error| Answer::Refused(error.to_string()))?,
            ),
            None => RequestStrategy::Once,
        };
        let mut last = Answer::Lost("it was not asked".to_owned());
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE * 2_u32.pow(u32::try_from(attempt - 1).unwrap_or(0))).await;
            }
            let sent = request.customize().request_strategy(strategy.clone()).timeout(time);
            last = match sent.send(client).await {
                Ok(answer) => return Ok(answer),
                Err(error) => Answer::of(error),
            };
            if !matches!(last, Answer::Later(_)) {
                break;
            }
        }
        Err(last)
    }
}

/// What Stripe answered instead of what was asked for.
#[derive(Debug)]
pub(super) enum Answer {
    /// Nothing that can be read, or nothing in time: what was asked may have been done.
    Lost(String),
    /// Try again in a moment; nothing was done.
    Later(String),
    /// It failed inside. What was asked may have been done, and the same key brings the same answer for a day.
    Failed(String),
    /// There is no such thing.
    Unknown(String),
    /// No.
    Refused(String),
}

impl Answer {
    fn of(error: StripeError) -> Self {
        let (errors, status) = match error {
            StripeError::Stripe(errors, status) => (errors, status),
            // A 2xx that does not parse belongs here as well: then it was done.
            other => return Self::Lost(other.to_string()),
        };
        let code = errors.code.as_ref().map_or("", |code| code.as_str());
        let param = errors.param.as_deref().unwrap_or_default();
        // What Stripe says of an address repeats it; the log shall not.
        let message = errors.message.as_deref().filter(|_| param != "customer_email").unwrap_or_default();
        let message: String = message.chars().take(300).collect();
        let said = format!("{status} {code} {param}: {message}");
        match status {
            404 => Self::Unknown(said),
            409 | 429 => Self::Later(said),
            _ if code == "lock_timeout" => Self::Later(said),
            _ if matches!(errors.type_, ApiErrorsType::IdempotencyError) => Self::Refused(said),
            // The key, and not what was asked, is at fault: once it is mended, asking again is right.
            401 | 403 => Self::Lost(format!("the key is not accepted: {said}")),
            500.. => Self::Failed(said),
            _ => Self::Refused(said),
        }
    }

    /// For whoever has no use for the difference between a lost answer and a failure.
    pub(super) fn into_error(self) -> GatewayError {
        match self {
            Self::Lost(said) | Self::Later(said) | Self::Failed(said) => GatewayError::Unreachable(said),
            Self::Unknown(said) => GatewayError::Unknown(said),
            Self::Refused(said) => GatewayError::Refused(said),
        }
    }
}

/// Gives up after `time`; whether it was done is unknown then.
pub(super) async fn within<T>(
    time: Duration,
    asked: impl Future<Output = Result<T, GatewayError>>,
) -> Result<T, GatewayError> {
    let answered = tokio::time::timeout(time, asked).await;
    answered.unwrap_or_else(|_| Err(GatewayError::Unreachable("no answer in time".to_owned())))
}

/// How many objects a page of a list has at most.
pub(super) const PAGE: i64 = 100;

/// All pages of a list, from the newest object to the oldest: `$request` is the list's request, `$fetch` the client's
/// method to send it by.
macro_rules! all_pages {
    ($client:expr, $fetch:ident, $request:expr) => {{
        let mut all = Vec::new();
        let mut request = $request.limit($crate::payments::stripe::client::PAGE);
        loop {
            let page = $client.$fetch(&request).await?;
            let last = page.data.last().map(|object| object.id.to_string());
            all.extend(page.data);
            match last {
                Some(last) if page.has_more => request = request.starting_after(last),
                _ => break,
            }
        }
        all
    }};
}

pub(super) use all_pages;
