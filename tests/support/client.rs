//! A plain HTTP/1.1 client on a socket: it sends exactly what a test says, and hides nothing of the answer.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer as it came over the wire.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// All values of the header `name`.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let same = |(there, _): &&(String, String)| there.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str()).collect()
    }

    /// The value of the header `name`, which may be there once at most.
    pub fn header(&self, name: &str) -> Option<&str> {
        match self.all(name).as_slice() {
            [] => None,
            [value] => Some(value),
            several => panic!("{name} came {} times: {several:?}", several.len()),
        }
    }

    /// The head and the body as text, to look for what must not be in it.
    pub fn everything(&self) -> String {
        let head: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{}\n{head}\n{}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// Sends a request with these headers on a connection of its own, and reads the answer.
pub fn ask(server: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
    let mut connection = Connection::open(server)?;
    connection.ask(method, target, headers)
}

/// A connection that is kept, to see whether an answer leaves it in order.
pub struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects; every read waits at most 30 seconds, so that a server that hangs fails a test rather than stop it.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(Self { host: server.to_string(), stream: BufReader::new(stream) })
    }

    /// Sends a request without a body and reads the answer.
    pub fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        self.tell(method, target, headers, "")?;
        self.read(method == "HEAD")
    }

    /// Sends a request with a body and reads the answer.
    pub fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Reply> {
        self.tell(method, target, headers, body)?;
        self.read(method == "HEAD")
    }

    /// Sends a request and leaves the answer unread.
    pub fn tell(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        if matches!(method, "POST" | "PUT" | "PATCH") {
            headers.push(("Content-Length", &length));
        }
        self.tell_part(method, target, &headers, body)
    }

    /// Sends a request with these headers alone, which may promise more of a body than comes.
    pub fn tell_part(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        request.push_str(body);
        self.stream.get_mut().write_all(request.as_bytes())
    }

    /// Reads the answer to what was told.
    pub fn hear(&mut self) -> io::Result<Reply> {
        self.read(false)
    }

    /// Whether the server keeps the connection and has sent nothing that wasn't read.
    pub fn is_silent(&self) -> bool {
        let stream = self.stream.get_ref();
        stream.set_nonblocking(true).unwrap();
        let more = stream.peek(&mut [0]);
        stream.set_nonblocking(false).unwrap();
        self.stream.buffer().is_empty() && more.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    fn read(&mut self, is_head: bool) -> io::Result<Reply> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or_else(|| io::Error::other(format!("no status line: {line:?}")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| io::Error::other(line.clone()))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut reply = Reply { status, headers, body: Vec::new() };
        if !is_head && status != 304 && status != 204 {
            reply.body = self.body(&reply)?;
        }
        Ok(reply)
    }

    fn body(&mut self, reply: &Reply) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if reply.header("Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = self.line()?;
                let size = usize::from_str_radix(size.split(';').next().unwrap_or("").trim(), 16);
                let size = size.map_err(io::Error::other)?;
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(&mut body[start..])?;
                self.line()?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        match reply.header("Content-Length") {
            Some(length) => {
                body.resize(length.parse().map_err(io::Error::other)?, 0);
                self.stream.read_exact(&mut body)?;
            }
            None => {
                self.stream.read_to_end(&mut body)?;
            }
        }
        Ok(body)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }
}
