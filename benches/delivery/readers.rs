//! Readers that take files and throw them away, in pieces of the size that programs which save files use.
//!
//! `wrk` reads 8 KiB at a time and asks the system after each how much there is: with large files it is busy before any
//! server is.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::load::Asked;

/// How long they go on.
const TIME: Duration = Duration::from_secs(4);
const PIECE: usize = 128 << 10;

/// Fetches `asked` in turn over `connections` connections for some seconds; the bytes of bodies that came, and in how many
/// seconds.
///
/// # Panics
/// When any answer is no success, or not whole.
pub fn take(server: SocketAddr, asked: &[Asked], connections: usize) -> (f64, f64) {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let bytes: u64 = std::thread::scope(|scope| {
        let readers: Vec<_> =
            (0..connections).map(|_| scope.spawn(|| read(server, asked, &next, began))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    (bytes as f64, began.elapsed().as_secs_f64())
}

fn read(server: SocketAddr, asked: &[Asked], next: &AtomicUsize, began: Instant) -> u64 {
    let (mut bytes, mut piece) = (0, vec![0; PIECE]);
    let mut stream: Option<TcpStream> = None;
    while began.elapsed() < TIME {
        let one = &asked[next.fetch_add(1, Ordering::Relaxed) % asked.len()];
        // Servers may let go of a connection that waits for a request: then it goes over a new one.
        let kept = stream.take().and_then(|kept| fetch(kept, server, one, &mut piece).ok());
        let (length, kept) = kept.unwrap_or_else(|| {
            let new = TcpStream::connect(server).unwrap();
            fetch(new, server, one, &mut piece)
                .unwrap_or_else(|error| panic!("{server}{}: {error}", one.path))
        });
        bytes += length;
        stream = kept;
    }
    bytes
}

/// Fetches one; its length, and the connection if it may be used again.
fn fetch(
    mut stream: TcpStream,
    server: SocketAddr,
    asked: &Asked,
    piece: &mut [u8],
) -> io::Result<(u64, Option<TcpStream>)> {
    let cookie =
        if asked.cookie.is_empty() { String::new() } else { format!("Cookie: {}\r\n", asked.cookie) };
    stream.write_all(format!("GET {} HTTP/1.1\r\nHost: {server}\r\n{cookie}\r\n", asked.path).as_bytes())?;
    let mut came = 0;
    let end = loop {
        let count = stream.read(&mut piece[came..])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        came += count;
        if let Some(at) = piece[..came].windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = String::from_utf8_lossy(&piece[..end]).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "a fast refusal is no speed: {head}");
    let line = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: u64 = line.and_then(|length| length.trim().parse().ok()).expect("an answer has its length");
    let mut rest = length.checked_sub((came - end) as u64).expect("no more comes than was promised");
    while rest > 0 {
        let most = piece.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
        match stream.read(&mut piece[..most])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => rest -= count as u64,
        }
    }
    let is_kept = !head.contains("\r\nconnection: close");
    Ok((length, is_kept.then_some(stream)))
}
