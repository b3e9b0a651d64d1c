//! One request: passed on to the app, and its answer passed back.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri};

use super::body::{Answer, Asked, FileBody};
use super::listener::Shared;
use super::outbox::Outbox;
use super::shortcut;

/// What belongs to one connection and not to the request (RFC 9110 §7.6.1).
const OF_THE_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The methods that the app knows: those of RFC 9110 but CONNECT, since the shop is no proxy, and PATCH of RFC 5789. They
/// are told apart by their very letters.
const KNOWN: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
    Method::PATCH,
];

/// Answers a request, by the shortcut or by asking the app. A file that the app leaves in the bay becomes the body.
pub(super) async fn relay(
    shared: &Shared,
    outbox: &Outbox,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Infallible> {
    if let Some(shortcut) = &shared.shortcut
        && let Some(answer) = shortcut::taken(&**shortcut, &request, (outbox, &shared.buffers)).await
    {
        return Ok(answer);
    }
    if !KNOWN.contains(request.method()) {
        // RFC 9110 §9.1. The app would take it for no request at all.
        return Ok(said(StatusCode::NOT_IMPLEMENTED, "This shop doesn't know that method.\n"));
    }
    let is_head = request.method() == Method::HEAD;
    let target = target(request.uri());
    let (mut parts, body) = request.into_parts();
    if let Some(host) = parts.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
        // What is asked for goes before what `Host` says (RFC 9112 §3.2.2).
        parts.headers.insert(header::HOST, host);
    }
    parts.uri = target;
    parts.version = hyper::Version::HTTP_11;
    drop_connection_headers(&mut parts.headers);
    // Whoever waits for a 100 gets it from here, as soon as the app begins to read.
    parts.headers.remove(header::EXPECT);
    shared.address.set(&mut parts.headers, peer);
    let place = shared.bay.place();
    parts.headers.insert(shared.place_header.clone(), HeaderValue::from(place.number()));

    let asked = Request::from_parts(parts, Asked::new(body, shared.limits.stall()));
    let (response, mut lease) = match shared.upstream.ask(asked).await {
        Ok(answered) => answered,
        Err(silence) => {
            if silence.is_the_clients() {
                tracing::info!(%silence, "a request broke off in its body");
            } else {
                tracing::warn!(%silence, "the app gave no answer");
            }
            return Ok(said(
                StatusCode::BAD_GATEWAY,
                "The shop does not answer just now. Please try again.\n",
            ));
        }
    };
    let (mut parts, body) = response.into_parts();
    drop_connection_headers(&mut parts.headers);
    let Some(load) = place.take() else {
        return Ok(Response::from_parts(parts, Answer::Relayed { body, lease }));
    };
    // The app's own answer is empty, so its connection is free again at once.
    lease.give_back();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(load.length));
    let body = if is_head {
        Answer::Empty
    } else {
        Answer::File(FileBody::new(load, outbox.clone(), shared.buffers.clone()))
    };
    Ok(Response::from_parts(parts, body))
}

/// What the app is asked for: the path and query alone, whatever form the request had.
fn target(asked: &Uri) -> Uri {
    asked.path_and_query().cloned().map(Uri::from).unwrap_or_default()
}

fn drop_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&OF_THE_CONNECTION) {
        headers.remove(name);
    }
}

/// A sentence of the front's own.
fn said(status: StatusCode, sentence: &'static str) -> Response<Answer> {
    let mut response = Response::new(Answer::Text(Bytes::from_static(sentence.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
