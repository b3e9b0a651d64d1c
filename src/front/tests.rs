//! Bodies on real connections: what stands for a file's bytes never comes out, whatever is sent in whatever pieces.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use super::Load;
use super::body::{Answer, FileBody};
use super::buffers::Buffers;
use super::connection::Watched;
use super::listener::protocol;
use super::outbox::{LONGEST, Outbox};
use crate::delivery::{Span, Supply, Tally};

/// What the sent files are cut from: no byte of it is zero, as those are that must not come out.
fn book(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251 + at / 65_536 % 4 + 1) as u8).collect()
}

fn stored(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

enum Part {
    Bytes(Bytes),
    Stored(Range<u64>),
}

/// A body of parts, whose spans are at most `most` bytes long.
struct Parts {
    file: File,
    parts: VecDeque<Part>,
    most: u64,
    count: Arc<Count>,
}

#[derive(Default)]
struct Count(AtomicU64);

impl Tally for Count {
    fn sent(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::SeqCst);
    }
}

impl Supply for Parts {
    fn poll_span(self: Pin<&mut Self>, _: &mut Context<'_>, most: u64) -> Poll<io::Result<Option<Span>>> {
        let this = self.get_mut();
        let Some(Part::Stored(range)) = this.parts.front_mut() else { return Poll::Ready(Ok(None)) };
        let end = range.end.min(range.start + most.min(this.most));
        let span = Span::of(this.file.try_clone().unwrap(), range.start..end, range.end);
        range.start = end;
        if range.is_empty() {
            this.parts.pop_front();
        }
        Poll::Ready(Ok(Some(span.counted(this.count.clone()))))
    }
}

impl AsyncRead for Parts {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(Part::Bytes(bytes)) = this.parts.front_mut() {
            let count = bytes.len().min(buf.remaining());
            buf.put_slice(&bytes[..count]);
            bytes.advance(count);
            if bytes.is_empty() {
                this.parts.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A server that answers `/<length of spans>/<part>/<part>…`, where a part is a range of the file or text. Its file may
/// have any bytes.
struct Served {
    client: TcpStream,
    count: Arc<Count>,
    serving: JoinHandle<hyper::Result<()>>,
}

async fn serve(file: File) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    // A client that takes little at a time has everything sent in pieces.
    socket.set_recv_buffer_size(50_000).unwrap();
    let client = socket.connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (outbox, count, file) = (Outbox::default(), Arc::new(Count::default()), Arc::new(file));
    let io = TokioIo::new(Watched::new(stream, outbox.clone(), Duration::from_secs(20)));
    let told = count.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.uri().path(), &file, &outbox, &told);
        async move { Ok::<_, Infallible>(answer) }
    });
    let serving = tokio::spawn(protocol(Duration::from_secs(20)).serve_connection(io, service));
    Served { client, count, serving }
}

fn answer(path: &str, file: &File, outbox: &Outbox, count: &Arc<Count>) -> Response<Answer> {
    let mut words = path.split('/').skip(1);
    let most = words.next().unwrap().parse().unwrap();
    let mut length = 0;
    let part = |word: &str| match word.split_once('-') {
        Some((start, end)) => Part::Stored(start.parse().unwrap()..end.parse().unwrap()),
        None => Part::Bytes(Bytes::from(word.to_owned())),
    };
    let parts: VecDeque<Part> = words.map(part).collect();
    for part in &parts {
        length += match part {
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Stored(range) => range.end - range.start,
        };
    }
    let parts = Parts { file: file.try_clone().unwrap(), parts, most, count: count.clone() };
    let load = Load { bytes: Box::pin(parts), length };
    let mut response = Response::new(Answer::File(FileBody::new(load, outbox.clone(), Buffers::default())));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

impl Served {
    async fn ask(&mut self, path: &str, version: &str) {
        let request = format!("GET {path} HTTP/{version}\r\nHost: x\r\n\r\n");
        self.client.write_all(request.as_bytes()).await.unwrap();
    }

    /// The next answer's body.
    async fn hear(&mut self) -> Vec<u8> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.client.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let (_, rest) = head.split_once("Content-Length: ").unwrap();
        let mut body = vec![0; rest.lines().next().unwrap().parse().unwrap()];
        self.client.read_exact(&mut body).await.unwrap();
        body
    }
}

/// What a path stands for.
fn promised(path: &str, book: &[u8]) -> Vec<u8> {
    let part = |word: &str| match word.split_once('-') {
        Some((start, end)) => book[start.parse().unwrap()..end.parse().unwrap()].to_vec(),
        None => word.as_bytes().to_vec(),
    };
    path.split('/').skip(2).flat_map(part).collect()
}

fn paths() -> Vec<String> {
    let mut paths = Vec::new();
    let lengths = [
        1,
        2,
        100,
        8191,
        16_384,
        65_535,
        65_536,
        65_537,
        300_000,
        LONGEST - 1,
        LONGEST,
        LONGEST + 1,
        5_000_000,
    ];
    for (number, length) in lengths.into_iter().enumerate() {
        let start = [0, 1, 4095, 4096][number % 4];
        paths.push(format!("/{LONGEST}/{start}-{}", start + length));
    }
    // As paced bodies come, and those of several parts, some next to each other.
    paths.push("/1/5-300".to_owned());
    paths.push("/4099/0-200000".to_owned());
    paths.push("/1000000/head/0-70000/between/9-10/10-2000000/foot".to_owned());
    paths.push("/7/a/0-1/b/0-20/c/4000-4100/d".to_owned());
    paths.push("/100/only+text".to_owned());
    paths
}

#[tokio::test]
async fn every_body_comes_as_it_lies_in_the_file_one_after_the_other() {
    let book = book(6_000_000);
    let mut served = serve(stored(&book)).await;
    for path in paths() {
        served.ask(&path, "1.1").await;
        assert!(served.hear().await == promised(&path, &book), "{path}");
    }
}

#[tokio::test]
async fn requests_that_come_all_at_once_are_answered_in_their_order() {
    let book = book(6_000_000);
    let mut served = serve(stored(&book)).await;
    for path in paths() {
        served.ask(&path, "1.1").await;
    }
    for path in paths() {
        assert!(served.hear().await == promised(&path, &book), "{path}");
    }
}

#[tokio::test]
async fn an_old_client_gets_the_same_and_the_count_is_what_came() {
    let book = book(6_000_000);
    for path in paths() {
        let mut served = serve(stored(&book)).await;
        served.ask(&path, "1.0").await;
        let body = served.hear().await;
        assert!(body == promised(&path, &book), "{path}");
        assert_eq!(served.client.read(&mut [0]).await.unwrap(), 0, "{path}: the answer has an end");
        served.serving.await.unwrap().unwrap();
        let texts = path.split('/').skip(2).filter(|word| !word.contains('-')).map(str::len).sum::<usize>();
        assert_eq!(served.count.0.load(Ordering::SeqCst), (body.len() - texts) as u64, "{path}");
    }
}

#[tokio::test]
async fn a_file_that_ends_before_its_time_breaks_the_connection_off() {
    let book = book(3_000_000);
    let mut served = serve(stored(&book)).await;
    served.ask("/1000000/head/1-4000000/foot", "1.1").await;
    let mut all = Vec::new();
    let _ = served.client.read_to_end(&mut all).await;
    let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let sent = [b"head", &book[1..]].concat();
    assert!(sent.starts_with(&all[at..]), "nothing else comes in its place");
    assert!(served.serving.await.unwrap().is_err());
}

#[tokio::test]
async fn a_client_that_leaves_is_not_counted_more_than_the_system_took() {
    let book = book(30_000_000);
    let mut served = serve(stored(&book)).await;
    served.ask("/1000000/0-30000000", "1.1").await;
    let mut some = vec![0; 2_000_000];
    served.client.read_exact(&mut some).await.unwrap();
    drop(served.client);
    assert!(served.serving.await.unwrap().is_err());
    let count = served.count.0.load(Ordering::SeqCst);
    assert!((1_999_000..20_000_000).contains(&count), "{count}");
}

#[tokio::test]
async fn a_blank_that_nothing_stands_behind_ends_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let (ours, others) = (Outbox::default(), Outbox::default());
    let mut watched = Watched::new(stream, ours.clone(), Duration::from_secs(20));
    let span = || Span::of(stored(b"0123456789"), 0..10, 10);
    let blank = others.put(span()).unwrap();
    assert!(watched.write(&blank).await.is_err(), "the span of another connection");
    ours.put(span()).unwrap();
    assert!(watched.write(&blank[1..]).await.is_err(), "a span of another length");
    assert!(watched.write(&[&blank[..], &blank[..]].concat()).await.is_ok(), "a copy is bytes like others");
    assert!(watched.write(&blank).await.is_ok());
    drop(watched);
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, [&[0; 20][..], b"0123456789"].concat());
}
