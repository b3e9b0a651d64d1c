//! Answers that need no way to the app and back.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::Load;
use super::body::{Answer, FileBody};
use super::buffers::Buffers;
use super::outbox::Outbox;

/// Answers some requests in the place of the app, which would give the same answer.
///
/// A page costs the app a millisecond, and its way through a second connection nothing beside that. A file's answer costs
/// less than that way does.
pub trait Shortcut: Send + Sync {
    /// The answer; none leaves the request to the app, as if nobody had looked at it.
    fn answer<'a>(&'a self, asked: Asked<'a>) -> Pin<Box<dyn Future<Output = Option<Quick>> + Send + 'a>>;
}

/// A `GET` or `HEAD` without a body.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whether it is a `HEAD`.
    pub is_head: bool,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// An answer in the place of the app's.
#[derive(Debug)]
pub struct Quick {
    /// The status.
    pub status: StatusCode,
    /// All headers but `Content-Length` and `Date`.
    pub headers: HeaderMap,
    /// What follows them.
    pub body: QuickBody,
}

/// What follows the headers of a [`Quick`] answer; for a `HEAD` its length counts alone.
#[derive(Debug)]
pub enum QuickBody {
    /// Nothing: zero bytes (or, for a 304, no body at all).
    Empty,
    /// A sentence for a person, as UTF-8.
    Text(String),
    /// A file's bytes.
    Load(Load),
}

/// The answer that `shortcut` has for this request, if it has one.
pub(super) async fn taken(
    shortcut: &dyn Shortcut,
    request: &Request<Incoming>,
    (outbox, buffers): (&Outbox, &Buffers),
) -> Option<Response<Answer>> {
    let is_head = request.method() == Method::HEAD;
    if !(is_head || request.method() == Method::GET) || !request.body().is_end_stream() {
        return None;
    }
    let path = request.uri().path_and_query()?.as_str();
    let quick = shortcut.answer(Asked { is_head, path, headers: request.headers() }).await?;
    let Quick { status, mut headers, body } = quick;
    let (length, body) = match body {
        QuickBody::Empty => (0, Answer::Empty),
        QuickBody::Text(text) => (text.len() as u64, Answer::Text(Bytes::from(text))),
        QuickBody::Load(load) => {
            (load.length, Answer::File(FileBody::new(load, outbox.clone(), buffers.clone())))
        }
    };
    if status != StatusCode::NOT_MODIFIED {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let mut response = Response::new(if is_head { Answer::Empty } else { body });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Some(response)
}
