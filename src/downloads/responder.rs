//! Writing down what the delivery decided.

use std::io::{self, Cursor, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use super::{Meter, Metered};
use crate::delivery::{Answer, Body, CHUNK, Supply};
use crate::front::{Bay, Load};

/// The delivery's answer as Rocket's response, under a meter where bytes are sent: nothing is decided here.
#[derive(Debug)]
pub struct Sent {
    /// The answer.
    pub answer: Answer,
    /// Who counts its bytes.
    pub meter: Option<Meter>,
}

/// The part of a file that an answer with this `Content-Range`, or with the whole file, promises. Several parts in one
/// answer have none.
pub(super) fn part_of(status: u16, content_range: &str, length: u64) -> Option<Range<u64>> {
    if status == 200 {
        return Some(0..length);
    }
    let (first, last) = content_range.strip_prefix("bytes ")?.split_once('/')?.0.split_once('-')?;
    Some(first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?)
}

impl<'r> Responder<'r, 'static> for Sent {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let Answer { status, headers, body } = self.answer;
        let mut response = Response::build();
        response.status(Status::new(status));
        for (name, value) in headers {
            response.raw_header(name, value);
        }
        match body {
            // A 304 promises no length; any other empty answer says that it is empty.
            Body::Empty if status == Status::NotModified.code => {}
            Body::Empty => {
                response.sized_body(0, Cursor::new(""));
            }
            Body::Text(text) => {
                response.sized_body(text.len(), Cursor::new(text));
            }
            Body::File(reader) => {
                send_bytes(request, &mut response, (reader.length(), reader), self.meter)?;
            }
            Body::Archive(archive) => {
                send_bytes(request, &mut response, (archive.length(), archive), self.meter)?;
            }
        }
        response.ok()
    }
}

/// Bytes of a known length, under their meter.
pub(super) fn load(
    (length, bytes): (u64, impl Supply + Unpin + Send + 'static),
    meter: Option<Meter>,
) -> Load {
    match meter {
        Some(meter) => Load { length, bytes: Box::pin(Metered::new(bytes, meter)) },
        None => Load { length, bytes: Box::pin(bytes) },
    }
}

/// Sends bytes of a known length, under their meter.
fn send_bytes(
    request: &Request<'_>,
    response: &mut response::Builder<'_>,
    (length, bytes): (u64, impl Supply + Unpin + Send + 'static),
    meter: Option<Meter>,
) -> Result<(), Status> {
    if let Err(load) = leave_to_the_front(request, load((length, bytes), meter)) {
        let length = usize::try_from(load.length).map_err(|_| Status::InternalServerError)?;
        response.sized_body(length, OfKnownLength(load)).max_chunk_size(CHUNK);
    }
    Ok(())
}

/// Leaves the bytes where the program's own front takes them from; the answer that goes through Rocket has none then.
///
/// # Errors
/// The load itself, when the request did not come through the front.
fn leave_to_the_front(request: &Request<'_>, load: Load) -> Result<(), Load> {
    let Some(bay) = request.rocket().state::<Bay>() else { return Err(load) };
    match request.headers().get_one(bay.header()) {
        Some(place) => bay.leave(place, load),
        None => Err(load),
    }
}

/// Rocket finds out a body's length by seeking. This one's is known, so it is never asked to.
struct OfKnownLength(Load);

impl AsyncRead for OfKnownLength {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.bytes.as_mut().poll_read(cx, buf)
    }
}

impl AsyncSeek for OfKnownLength {
    fn start_seek(self: Pin<&mut Self>, _: SeekFrom) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
