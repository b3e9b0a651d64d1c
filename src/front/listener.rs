//! The public address: who comes in, and how all of them leave.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::HeaderName;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::Bay;
use super::buffers::Buffers;
use super::client_address::AddressHeader;
use super::connection::Watched;
use super::door::Door;
use super::outbox::Outbox;
use super::relay::relay;
use super::shortcut::Shortcut;
use super::upstream::Upstream;
use crate::config;

/// How much of an answer waits in a connection's memory for a slow client, in bytes, and how long a request's head may be.
const HELD: usize = 64 << 10;
/// How long the listener rests when the system has no more connections to give.
const REST: Duration = Duration::from_millis(50);
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 30\r\n\r\n";

/// The program's own public listener, bound and not yet open.
#[derive(Debug)]
pub struct Front {
    listener: TcpListener,
    limits: config::Front,
    bay: Bay,
    address: AddressHeader,
    place_header: HeaderName,
}

/// What all connections share.
pub(super) struct Shared {
    pub(super) limits: config::Front,
    pub(super) bay: Bay,
    pub(super) place_header: HeaderName,
    pub(super) address: AddressHeader,
    pub(super) upstream: Arc<Upstream>,
    pub(super) buffers: Buffers,
    pub(super) shortcut: Option<Box<dyn Shortcut>>,
}

impl Front {
    /// Binds the public address. `trusted` is the request header that a proxy of the operator's writes a client's address
    /// into, where there is one.
    ///
    /// # Errors
    /// When the address can't be had, or the system gives no random bits.
    pub async fn bind(at: SocketAddr, limits: config::Front, trusted: Option<&str>) -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let secret = format!("{:032x}", u128::from_ne_bytes(random));
        let header =
            |what: &str| format!("x-{what}-{secret}").parse::<HeaderName>().map_err(io::Error::other);
        let place_header = header("place")?;
        Ok(Self {
            listener: TcpListener::bind(at).await?,
            limits,
            bay: Bay::new(place_header.as_str().to_owned()),
            address: AddressHeader::new(header("client")?, header("peer")?, trusted),
            place_header,
        })
    }

    /// Where the app leaves files for the front to send.
    #[must_use]
    pub fn bay(&self) -> Bay {
        self.bay.clone()
    }

    /// The request header in which the app finds the client's address.
    #[must_use]
    pub fn address_header(&self) -> &AddressHeader {
        &self.address
    }

    /// Lets clients in, and answers them by `shortcut` or asks the app at `app` for them, until `shutdown`. Then nobody new
    /// comes in, and who is there has `grace` to finish.
    pub async fn serve(
        self,
        app: SocketAddr,
        shortcut: Option<Box<dyn Shortcut>>,
        shutdown: impl Future<Output = ()>,
        grace: Duration,
    ) {
        let Self { listener, limits, bay, address, place_header } = self;
        let door = Door::new(limits.connections, limits.connections_per_address);
        let upstream = Upstream::new(app);
        let buffers = Buffers::default();
        let shared = Arc::new(Shared { limits, bay, place_header, address, upstream, buffers, shortcut });
        let (closing, is_closing) = watch::channel(false);
        tokio::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // A client that has gone already, or no descriptors left: those that are open go on.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            };
            let Some(pass) = door.enter(peer.ip()) else {
                tokio::spawn(turn_away(stream));
                continue;
            };
            let (shared, is_closing) = (shared.clone(), is_closing.clone());
            tokio::spawn(async move {
                let _pass = pass;
                attend(shared, stream, peer, is_closing).await;
            });
        }
        drop(listener);
        drop(is_closing);
        closing.send_replace(true);
        shared.upstream.close();
        // Each connection holds a receiver: when all are gone, so are the connections.
        let _ = tokio::time::timeout(grace, closing.closed()).await;
        shared.upstream.close();
    }
}

/// One connection, from its first request to its last.
async fn attend(
    shared: Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    mut closing: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let outbox = Outbox::default();
    let io = TokioIo::new(Watched::new(stream, outbox.clone(), shared.limits.stall()));
    let head = shared.limits.head();
    let service = service_fn(move |request| {
        let (shared, outbox) = (shared.clone(), outbox.clone());
        async move { relay(&shared, &outbox, peer, request).await }
    });
    let connection = protocol(head).serve_connection(io, service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client's connection ended early");
    }
}

/// How a connection is spoken on; a request's head takes `head` at most.
pub(super) fn protocol(head: Duration) -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(HELD)
        .title_case_headers(true)
        // Bodies are never copied: see `outbox`.
        .writev(true);
    protocol
}

/// Ends when nobody new comes in.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error says that the front has gone, which is the same.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Tells a client that the house is full.
async fn turn_away(mut stream: TcpStream) {
    let said = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), said).await;
}
