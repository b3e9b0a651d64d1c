//! Writing down what the delivery decided.

use std::io::{self, Cursor, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use crate::delivery::{Answer, Body, CHUNK, Reader};

/// The delivery's answer as Rocket's response: nothing is decided here.
#[derive(Debug)]
pub struct Sent(pub Answer);

impl<'r> Responder<'r, 'static> for Sent {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let Answer { status, headers, body } = self.0;
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
                let length = usize::try_from(reader.length()).map_err(|_| Status::InternalServerError)?;
                response.sized_body(length, OfKnownLength(reader)).max_chunk_size(CHUNK);
            }
        }
        response.ok()
    }
}

/// Rocket finds out a body's length by seeking. This one's is known, so it is never asked to.
struct OfKnownLength(Reader);

impl AsyncRead for OfKnownLength {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
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
