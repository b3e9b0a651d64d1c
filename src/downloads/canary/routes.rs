//! What the doctor asks for. Without its token all of it is 404.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::data::{Data, ToByteUnit as _};
use rocket::http::{Header, Status};
use rocket::response::{self, Responder, Response};
use rocket::serde::json::Json;
use rocket::{Request, Route, State, get, head, post, routes};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::oneshot;

use super::guards::Permit;
use super::{Canary, FLOOD, FLOODED, Seen};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::{Conditions, Delivery, Handoff};
use crate::downloads::Sent;
use crate::storage::Store;
use crate::web;
use crate::web::error::OrNotFound as _;

/// How much of a canary's upload is read, in bytes.
const LARGEST_UPLOAD: u64 = 64 << 20;

pub(in crate::downloads) fn routes() -> Vec<Route> {
    routes![fetch, look, seen, take, flood]
}

/// Hands a canary over as a book is. `doubled` doubles the slash after nginx's internal prefix, which finds the file
/// where an alias lacks its own.
#[get("/download/canary/<name>?<doubled>")]
async fn fetch(
    name: &str,
    doubled: Option<bool>,
    permit: Permit,
    conditions: Conditions,
    delivery: &State<Delivery>,
    store: &State<Store>,
    settings: &State<Settings>,
) -> web::Result<Sent> {
    let file = permit.0.file(name).or_not_found()?;
    let broken = |cause| web::Error::bad_gateway("The canary could not be fetched.", cause);
    let handoff = Handoff {
        key: file.key.parse().map_err(|_| web::Error::not_found())?,
        length: file.length,
        file_name: file.file_name.clone(),
    };
    let sent = if doubled == Some(true) {
        let mut settings = settings.delivery.clone();
        settings.internal_prefix.push('/');
        Delivery::new(&settings, Store::clone(store)).send(handoff, conditions).await
    } else {
        delivery.send(handoff, conditions).await
    };
    sent.map(|answer| Sent { answer, meter: None }).map_err(broken)
}

/// The same for `HEAD`.
#[head("/download/canary/<name>?<doubled>")]
async fn look(
    name: &str,
    doubled: Option<bool>,
    permit: Permit,
    conditions: Conditions,
    delivery: &State<Delivery>,
    store: &State<Store>,
    settings: &State<Settings>,
) -> web::Result<Sent> {
    fetch(name, doubled, permit, conditions, delivery, store, settings).await
}

/// What came through of the request.
#[get("/download/canary")]
fn seen(_permit: Permit, seen: Seen) -> Json<Seen> {
    Json(seen)
}

/// Notes that an upload has arrived, before it is read, and reads what comes of it.
#[post("/download/canary?<mark>", data = "<body>")]
async fn take(
    mark: &str,
    permit: Permit,
    body: Data<'_>,
    db: &State<Db>,
    clock: &State<Clock>,
) -> web::Result<String> {
    let (id, mark, now) = (permit.0.id, mark.chars().take(40).collect::<String>(), clock.now());
    db.write(move |conn| Canary::mark(conn, id, &mark, now)).await?;
    let read = body.open(LARGEST_UPLOAD.bytes()).stream_to(tokio::io::sink()).await;
    let read = read.map_err(|_| web::Error::bad_request("The upload stopped."))?;
    Ok(read.written.to_string())
}

/// Zeros without end for whoever does not read them; once the last was taken, a mark says so.
#[get("/download/canary/flood")]
fn flood(permit: Permit, db: &State<Db>, clock: &State<Clock>) -> Flood {
    let (over, is_over) = oneshot::channel();
    let (db, clock, id) = (Db::clone(db), Clock::clone(clock), permit.0.id);
    rocket::tokio::spawn(async move {
        if is_over.await.is_ok() {
            let now = clock.now();
            if let Err(error) = db.write(move |conn| Canary::mark(conn, id, FLOODED, now)).await {
                tracing::warn!(%error, "a canary's mark could not be written");
            }
        }
    });
    Flood { left: FLOOD, over: Some(over) }
}

/// Zeros, and a word when they are gone.
struct Flood {
    left: u64,
    over: Option<oneshot::Sender<()>>,
}

impl AsyncRead for Flood {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let block = (buf.remaining() as u64).min(self.left);
        buf.initialize_unfilled_to(usize::try_from(block).unwrap_or_default()).fill(0);
        buf.advance(usize::try_from(block).unwrap_or_default());
        self.left -= block;
        if self.left == 0
            && let Some(over) = self.over.take()
        {
            let _ = over.send(());
        }
        Poll::Ready(Ok(()))
    }
}

impl<'r> Responder<'r, 'static> for Flood {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .status(Status::Ok)
            .header(rocket::http::ContentType::Binary)
            // As the built-in backend sends its books.
            .header(Header::new("X-Accel-Buffering", "no"))
            .streamed_body(self)
            .max_chunk_size(64 * 1024)
            .ok()
    }
}
