//! Connections to the app, on this machine's loopback.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::body::Asked;
use super::patient::Patient;

/// How many connections lie ready at most.
const KEPT: usize = 64;
/// How long one that has just answered may take to be ready again.
const SETTLES: Duration = Duration::from_millis(100);

/// The app.
#[derive(Debug)]
pub(super) struct Upstream {
    address: SocketAddr,
    ready: Mutex<Vec<SendRequest<Asked>>>,
}

/// Why the app gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Silence {
    #[error("no connection to the app: {0}")]
    Connect(#[source] std::io::Error),
    #[error("the app broke off: {0}")]
    Broken(#[source] hyper::Error),
}

impl Silence {
    /// Whether the client did not send what it promised: nobody here has to mend that.
    pub(super) fn is_the_clients(&self) -> bool {
        matches!(self, Self::Broken(error) if error.is_user())
    }
}

impl Upstream {
    pub(super) fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self { address, ready: Mutex::default() })
    }

    /// Asks the app. The lease goes back when the answer's body has been read.
    pub(super) async fn ask(
        self: &Arc<Self>,
        mut request: Request<Asked>,
    ) -> Result<(Response<Incoming>, Lease), Silence> {
        loop {
            let (mut sender, is_new) = match self.take().await {
                Some(sender) => (sender, false),
                None => (self.connect().await?, true),
            };
            match sender.try_send_request(request).await {
                Ok(response) => {
                    return Ok((response, Lease { upstream: self.clone(), sender: Some(sender) }));
                }
                // The connection closed before the request went out: another one takes it.
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if !is_new => request = unsent,
                    _ => return Err(Silence::Broken(failed.into_error())),
                },
            }
        }
    }

    /// One that lies ready, if any.
    async fn take(&self) -> Option<SendRequest<Asked>> {
        loop {
            let mut sender = self.ready.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let is_ready = sender.is_ready()
                || (!sender.is_closed()
                    && matches!(tokio::time::timeout(SETTLES, sender.ready()).await, Ok(Ok(()))));
            if is_ready {
                return Some(sender);
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Asked>, Silence> {
        let stream = TcpStream::connect(self.address).await.map_err(Silence::Connect)?;
        stream.set_nodelay(true).map_err(Silence::Connect)?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(Patient::new(stream))).await.map_err(Silence::Broken)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the app broke");
            }
        });
        Ok(sender)
    }

    /// Lets go of the connections that lie ready, so that the app can end.
    pub(super) fn close(&self) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection to the app, while it answers.
pub(super) struct Lease {
    upstream: Arc<Upstream>,
    sender: Option<SendRequest<Asked>>,
}

impl Lease {
    /// The answer was read to its end: the next request may have the connection.
    pub(super) fn give_back(&mut self) {
        if let Some(sender) = self.sender.take() {
            let mut ready = self.upstream.ready.lock().unwrap_or_else(PoisonError::into_inner);
            if ready.len() < KEPT && !sender.is_closed() {
                ready.push(sender);
            }
        }
    }
}
