//! An HTTP client that hides nothing: it sends a target exactly as it is given, follows no redirect, keeps no cookie, and
//! waits for nothing longer than its deadline.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long each step may take: a connection, the head of an answer, its body.
pub(super) const DEADLINE: Duration = Duration::from_secs(8);

/// How long a connection to one of several addresses may take.
const CONNECT: Duration = Duration::from_secs(3);

/// Why nothing came back: a sentence's end, "…: the name is not known".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ProbeError {
    /// DNS.
    #[error("the name {0} is not known ({1})")]
    Name(String, String),
    /// TCP.
    #[error("nobody answers at {0} ({1})")]
    Connect(String, String),
    /// The certificate is not good for this name now.
    #[error("{0}")]
    Certificate(String),
    /// Not TLS, or none that can be agreed on.
    #[error("no TLS could be agreed on ({0})")]
    Tls(String),
    /// Something that is not HTTP, or an end in the middle.
    #[error("the answer broke off or was no HTTP ({0})")]
    Broken(String),
    /// The deadline passed.
    #[error("{0} took longer than 8 seconds")]
    Late(&'static str),
}

/// A question.
pub(super) struct Question<'q> {
    pub method: Method,
    /// The path and query, sent as they are.
    pub target: &'q str,
    pub headers: Vec<(&'q str, String)>,
    pub body: Upload,
    /// How many bytes of the answer's body are read at most.
    pub read: usize,
}

impl<'q> Question<'q> {
    /// A `GET` that reads at most a megabyte.
    pub fn get(target: &'q str) -> Self {
        Self { method: Method::GET, target, headers: Vec::new(), body: Upload::none(), read: 1 << 20 }
    }

    /// A `HEAD`.
    pub fn head(target: &'q str) -> Self {
        Self { method: Method::HEAD, ..Self::get(target) }
    }

    /// The same with one more header.
    pub fn with(mut self, name: &'q str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, reading this much.
    pub fn reading(self, read: usize) -> Self {
        Self { read, ..self }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub status: u16,
    headers: HeaderMap,
    pub body: Vec<u8>,
    /// Our own end of the connection.
    pub local: Option<SocketAddr>,
}

impl Reply {
    /// The values of the header `name`.
    pub fn all(&self, name: &str) -> Vec<String> {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        self.headers.get_all(name).iter().map(text).collect()
    }

    /// The first value of the header `name`; empty without one.
    pub fn header(&self, name: &str) -> String {
        self.all(name).into_iter().next().unwrap_or_default()
    }

    /// All headers as text, to look for what must not be in them.
    pub fn head_text(&self) -> String {
        let line = |(name, value): (&HeaderName, &HeaderValue)| {
            format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
        };
        self.headers.iter().map(line).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks one server, by scheme, host and port.
#[derive(Clone)]
pub(super) struct Probe {
    https: bool,
    host: String,
    port: u16,
    /// What `Host` says.
    authority: String,
    tls: Arc<ClientConfig>,
}

impl Probe {
    /// A client for `scheme://authority`.
    pub fn new(https: bool, authority: &str) -> Self {
        let usual = if https { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(usual)),
            _ => (authority, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Self { https, host, port, authority: authority.to_owned(), tls: Arc::new(tls()) }
    }

    /// Sends `question` on a connection of its own, and reads the answer.
    pub async fn ask(&self, question: Question<'_>) -> Result<Reply, ProbeError> {
        let read = question.read;
        let (mut open, reply) = self.begin(question).await?;
        let mut reply = reply;
        open.read(&mut reply.body, read).await?;
        Ok(reply)
    }

    /// The same as far as the answer's head; its body is left on the way.
    pub async fn begin(&self, question: Question<'_>) -> Result<(Open, Reply), ProbeError> {
        let request = self.request(question)?;
        let (stream, local) = self.connect().await?;
        let broken = |error: hyper::Error| ProbeError::Broken(error.to_string());
        let late = |_| ProbeError::Late("the answer");
        let (mut sender, connection) =
            timeout(DEADLINE, http1::handshake(TokioIo::new(stream))).await.map_err(late)?.map_err(broken)?;
        let driver = Driver(tokio::spawn(async move {
            let _ = connection.await;
        }));
        let response =
            timeout(DEADLINE, sender.send_request(request)).await.map_err(late)?.map_err(broken)?;
        let (head, body) = response.into_parts();
        let reply = Reply { status: head.status.as_u16(), headers: head.headers, body: Vec::new(), local };
        Ok((Open { body, _driver: driver, _sender: sender }, reply))
    }

    fn request(&self, question: Question<'_>) -> Result<Request<Upload>, ProbeError> {
        let broken = |error: hyper::http::Error| ProbeError::Broken(error.to_string());
        let mut request = Request::builder().method(question.method).uri(question.target);
        if !question.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header("Host", &self.authority);
        }
        request = request.header("User-Agent", concat!("bookplate-doctor/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        request.body(question.body).map_err(broken)
    }

    async fn connect(&self) -> Result<(Box<dyn Stream>, Option<SocketAddr>), ProbeError> {
        let unknown = |error: std::io::Error| ProbeError::Name(self.host.clone(), error.to_string());
        let found = timeout(DEADLINE, tokio::net::lookup_host((self.host.as_str(), self.port))).await;
        let addresses: Vec<SocketAddr> = found
            .map_err(|_| ProbeError::Name(self.host.clone(), "DNS does not answer".to_owned()))?
            .map_err(unknown)?
            .collect();
        let mut last = ProbeError::Name(self.host.clone(), "it has no address".to_owned());
        for address in addresses.into_iter().take(4) {
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    let local = stream.local_addr().ok();
                    return Ok((self.secure(stream).await?, local));
                }
                Ok(Err(error)) => last = ProbeError::Connect(address.to_string(), error.to_string()),
                Err(_) => last = ProbeError::Connect(address.to_string(), "no answer in time".to_owned()),
            }
        }
        Err(last)
    }

    async fn secure(&self, stream: TcpStream) -> Result<Box<dyn Stream>, ProbeError> {
        if !self.https {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(self.host.clone());
        let name = name.map_err(|_| ProbeError::Tls(format!("{} is no name for TLS", self.host)))?;
        let shake = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream);
        match timeout(DEADLINE, shake).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(tls_error(&error)),
            Err(_) => Err(ProbeError::Late("the TLS handshake")),
        }
    }
}

/// The rest of an answer that is on its way.
pub(super) struct Open {
    body: Incoming,
    _driver: Driver,
    _sender: http1::SendRequest<Upload>,
}

impl Open {
    /// Reads on until the body ends or `into` holds `most` bytes.
    pub async fn read(&mut self, into: &mut Vec<u8>, most: usize) -> Result<(), ProbeError> {
        let all = async {
            while into.len() < most {
                let frame =
                    std::future::poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await;
                match frame {
                    None => break,
                    Some(Ok(frame)) => {
                        if let Some(bytes) = frame.data_ref() {
                            into.extend_from_slice(bytes);
                        }
                    }
                    Some(Err(error)) => return Err(ProbeError::Broken(error.to_string())),
                }
            }
            Ok(())
        };
        timeout(DEADLINE, all).await.map_err(|_| ProbeError::Late("the body of the answer"))?
    }
}

/// The task that moves a connection on; it ends with it.
struct Driver(tokio::task::JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What is sent after the head: so many bytes are promised, and some of them come.
pub(super) struct Upload {
    promised: u64,
    sent: u64,
    come: u64,
}

impl Upload {
    /// Nothing.
    pub const fn none() -> Self {
        Self::whole(0)
    }

    /// All of `bytes` zeros.
    pub const fn whole(bytes: u64) -> Self {
        Self { promised: bytes, sent: 0, come: bytes }
    }

    /// The first `come` of `promised` zeros; then it waits for ever.
    pub const fn unfinished(promised: u64, come: u64) -> Self {
        Self { promised, sent: 0, come }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];
        if self.sent == self.promised {
            return Poll::Ready(None);
        }
        let block = usize::try_from((self.come - self.sent).min(ZEROS.len() as u64)).unwrap_or_default();
        if block == 0 {
            // The answer, or the one who asked, ends it.
            return Poll::Pending;
        }
        self.sent += block as u64;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(ZEROS.get(..block).unwrap_or_default())))))
    }

    fn is_end_stream(&self) -> bool {
        self.sent == self.promised
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised - self.sent)
    }
}

/// The authorities of browsers, and those that this machine trusts besides.
fn tls() -> ClientConfig {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let own = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(own.certs);
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

/// What is wrong with the certificate, in words.
fn tls_error(error: &std::io::Error) -> ProbeError {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(problem)) = cause else {
        return ProbeError::Tls(error.to_string());
    };
    let words = match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another name"
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the certificate comes from nobody that this machine trusts, or its chain is not sent whole"
        }
        other => return ProbeError::Certificate(format!("the certificate is not good ({other:?})")),
    };
    ProbeError::Certificate(words.to_owned())
}
