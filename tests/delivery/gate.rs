//! A server between a shop and the service that has its bucket, which answers some requests by itself: for
//! what a service may do wrong.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

/// An answer of the gate's own, as it goes over the wire; none lets the service answer.
pub type Answer = Option<Vec<u8>>;

/// A gate; it stands open until the test's process ends.
pub struct Gate {
    /// Where it listens.
    pub address: SocketAddr,
}

impl Gate {
    /// In front of `service`. `answer` is asked with the head of each request, its lines as they came.
    pub fn before(service: SocketAddr, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let answer = Arc::clone(&answer);
                // Whoever breaks off is no concern of the gate's.
                std::thread::spawn(move || turn(client, service, &*answer));
            }
        });
        Self { address }
    }

    /// Its address as a setting names it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// One request on a connection, and its answer.
fn turn(client: TcpStream, service: SocketAddr, answer: &dyn Fn(&str) -> Answer) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    if let Some(own) = answer(&head) {
        return (&client).write_all(&own);
    }
    let mut upstream = TcpStream::connect(service)?;
    // The next request comes by a connection of its own, and so to be asked about.
    upstream.write_all(head.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())?;
    let mut sending = upstream.try_clone()?;
    let body = std::thread::spawn(move || io::copy(&mut reader, &mut sending));
    io::copy(&mut (&upstream).take(u64::MAX), &mut &client)?;
    client.shutdown(std::net::Shutdown::Both)?;
    body.join().map(drop).map_err(|_| io::ErrorKind::Other.into())
}

/// An answer of this status with this body.
pub fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
