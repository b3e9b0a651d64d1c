//! The smallest HTTP/1.1 server that a client library believes.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Weak;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{FakeStripe, Fault, Inner, Saved, Seen};

/// A request with its parameters, decoded, from the address and the body alike.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub params: BTreeMap<String, String>,
}

impl Request {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn header(&self, name: &str) -> String {
        self.headers.get(name).cloned().unwrap_or_default()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub media_type: &'static str,
    pub location: Option<String>,
    pub body: String,
}

impl Response {
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self { status, media_type: "application/json", location: None, body: body.to_string() }
    }

    pub fn html(body: String) -> Self {
        Self { status: 200, media_type: "text/html; charset=utf-8", location: None, body }
    }

    pub fn redirect(to: &str) -> Self {
        Self { status: 303, media_type: "text/plain", location: Some(to.to_owned()), body: String::new() }
    }

    fn bytes(&self, now: i64) -> Vec<u8> {
        let date = chrono::DateTime::from_timestamp(now, 0).unwrap().format("%a, %d %b %Y %H:%M:%S GMT");
        let location = self.location.as_ref().map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
        format!(
            "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nDate: {date}\r\n{location}Request-Id: req_fake\r\nConnection: close\r\n\r\n{}",
            self.status,
            self.media_type,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }
}

/// Serves until the last handle is gone.
pub fn serve(listener: TcpListener, inner: Weak<Inner>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        while inner.strong_count() > 0 {
            let accepted = tokio::time::timeout(Duration::from_millis(500), listener.accept()).await;
            if let Ok(Ok((stream, _))) = accepted
                && let Some(inner) = inner.upgrade()
            {
                tokio::spawn(answer(stream, FakeStripe(inner)));
            }
        }
    });
}

async fn answer(mut stream: TcpStream, fake: FakeStripe) {
    let Some(request) = read(&mut stream).await else { return };
    if let Some(response) = respond(&fake, &request).await {
        let _ = stream.write_all(&response.bytes(fake.now())).await;
        let _ = stream.shutdown().await;
    }
}

/// The answer, or none where the connection is to be cut.
async fn respond(fake: &FakeStripe, request: &Request) -> Option<Response> {
    let key = request.header("idempotency-key");
    let fault = fake.state().take_fault(&request.name());
    let saved = if request.method == "POST" && !key.is_empty() { saved(fake, request, &key) } else { None };
    if let Some(saved) = saved {
        return Some(noted(fake, request, &key, saved));
    }
    let never = Duration::from_secs(60);
    let response = match fault {
        Some(Fault::Hang) => {
            forget(fake, &key);
            tokio::time::sleep(never).await;
            return None;
        }
        Some(Fault::Status(status)) => failure(status),
        Some(Fault::StatusAfter(status)) => {
            super::api::handle(fake, request);
            failure(status)
        }
        _ => super::api::handle(fake, request),
    };
    if let Some(Fault::Slow(time)) = fault {
        tokio::time::sleep(time).await;
    }
    // A request that was refused before it ran is not remembered.
    let is_kept = response.status != 429 && response.status != 409 && response.status != 401;
    if is_kept {
        if let Some(saved) = fake.state().saved.get_mut(&key) {
            saved.answer = Some(response.clone());
        }
    } else {
        forget(fake, &key);
    }
    let response = noted(fake, request, &key, response);
    match fault {
        Some(Fault::HangAfter) => {
            tokio::time::sleep(never).await;
            None
        }
        Some(Fault::Cut) => None,
        Some(Fault::Garbage) => Some(Response { body: "<html>200".to_owned(), ..response }),
        _ => Some(response),
    }
}

fn forget(fake: &FakeStripe, key: &str) {
    fake.state().saved.remove(key);
}

fn noted(fake: &FakeStripe, request: &Request, key: &str, response: Response) -> Response {
    fake.state().seen.push(Seen {
        method: request.method.clone(),
        path: request.path.clone(),
        key: key.to_owned(),
        params: request.params.clone(),
        status: response.status,
    });
    response
}

/// What is remembered under the key; the first request with it is noted as under way.
fn saved(fake: &FakeStripe, request: &Request, key: &str) -> Option<Response> {
    let mut state = fake.state();
    let Some(saved) = state.saved.get(key) else {
        let saved = Saved { path: request.path.clone(), params: request.params.clone(), answer: None };
        state.saved.insert(key.to_owned(), saved);
        return None;
    };
    if saved.path != request.path || saved.params != request.params {
        let message = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
        return Some(super::api::error(400, "idempotency_error", "", "", message));
    }
    Some(saved.answer.clone().unwrap_or_else(|| {
        let message = "There is currently another in-progress request using this Idempotent Key.";
        super::api::error(409, "invalid_request_error", "idempotency_key_in_use", "", message)
    }))
}

fn failure(status: u16) -> Response {
    let (kind, code) = match status {
        429 => ("invalid_request_error", "rate_limit"),
        _ => ("api_error", ""),
    };
    super::api::error(status, kind, code, "", "Something went wrong on Stripe's end.")
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut piece = [0_u8; 8192];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    let mut body = bytes[head + 4..].to_vec();
    while body.len() < length {
        let mut piece = [0_u8; 8192];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        body.extend_from_slice(&piece[..read]);
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let body = String::from_utf8(body).ok()?;
    let mut params = BTreeMap::new();
    // Values without a name in brackets (`expand[]`) count up.
    for pair in query.split('&').chain(body.split('&')).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name);
        let name = match name.strip_suffix("[]") {
            Some(list) => {
                (0..).map(|n| format!("{list}[{n}]")).find(|name| !params.contains_key(name)).unwrap()
            }
            None => name,
        };
        params.insert(name, decoded(value));
    }
    Some(Request { method, path: path.to_owned(), headers, params })
}

/// A form's text: `+` is a space, `%20` a byte.
fn decoded(text: &str) -> String {
    let plain = text.replace('+', " ");
    rocket::http::RawStr::new(&plain).percent_decode_lossy().into_owned()
}
