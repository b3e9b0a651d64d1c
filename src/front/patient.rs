//! A connection to somebody who may answer before the whole question is out.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The front's side of a connection to the app.
///
/// The app refuses a form that is too large as soon as it has read too much of it, and closes. Then writing fails while
/// the answer, which says why, is there to be read: so what can't be written any more is let go, and reading alone says
/// how it ended.
pub(super) struct Patient {
    stream: TcpStream,
    is_deaf: bool,
}

impl Patient {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, is_deaf: false }
    }

    /// Takes a failure for success where the other end has closed.
    fn let_go(&mut self, written: Poll<io::Result<usize>>, length: usize) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Err(cause))
                if matches!(
                    cause.kind(),
                    io::ErrorKind::BrokenPipe
                        | io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionAborted
                ) =>
            {
                self.is_deaf = true;
                Poll::Ready(Ok(length))
            }
            other => other,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.let_go(written, bytes.len())
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        if self.is_deaf {
            return Poll::Ready(Ok(length));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.let_go(written, length)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn an_answer_is_read_though_the_question_can_not_be_finished() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            let (mut app, _) = listener.accept().await.unwrap();
            let mut some = [0; 1000];
            app.read_exact(&mut some).await.unwrap();
            app.write_all(b"too large").await.unwrap();
            // It closes with unread bytes, which resets the connection.
        });
        let mut patient = Patient::new(TcpStream::connect(address).await.unwrap());
        patient.write_all(&[0; 100_000]).await.unwrap();
        answering.await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        for _ in 0..10 {
            patient.write_all(&[0; 100_000]).await.unwrap();
        }
        let mut answer = [0; 9];
        patient.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"too large");
        assert!(!matches!(patient.read(&mut answer).await, Ok(1..)), "that is all");
    }
}
