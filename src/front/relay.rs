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
    let is_head = request.method() == Method::HEAD;
    let Some(target) = target(&request) else {
        return Ok(said(StatusCode::METHOD_NOT_ALLOWED, "This address is no proxy.\n"));
    };
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

/// What the app is asked for: the path and query alone, whatever form the request had; none for `CONNECT`.
fn target(request: &Request<Incoming>) -> Option<Uri> {
    if request.method() == Method::CONNECT {
        return None;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    path.parse().ok()
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
