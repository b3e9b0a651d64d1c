//! As much of the WebDriver protocol (W3C) as the tests need: JSON over plain HTTP, to a chromedriver of their own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running chromedriver with one session; both end with it.
pub struct Session {
    driver: Child,
    port: u16,
    id: String,
}

/// An element of the page that is open.
pub struct Element(String);

impl Session {
    /// Starts chromedriver on a port of its choice, and a browser with `capabilities`.
    pub fn start(capabilities: &Value) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("`chromedriver` can't be run ({error}): install chromium and chromium-driver, or run scripts/test, which does.")
            });
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().expect("chromedriver ended before it said its port").unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').parse().unwrap();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let mut session = Self { driver, port, id: String::new() };
        let started =
            session.send("POST", "/session", &json!({ "capabilities": { "alwaysMatch": capabilities } }));
        started["sessionId"].as_str().expect("a session has an id").clone_into(&mut session.id);
        session
    }

    /// A command of this session; its value, or what went wrong.
    pub fn try_command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let value = self.send(method, &format!("/session/{}{path}", self.id), body);
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }

    /// A command that must succeed.
    pub fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_command(method, path, body).unwrap_or_else(|error| panic!("{method} {path} {body}: {error}"))
    }

    /// The first element that fits, by `css selector`, `xpath` or `link text`.
    pub fn find(&self, using: &str, value: &str) -> Option<Element> {
        let found = self.try_command("POST", "/element", &json!({ "using": using, "value": value })).ok()?;
        Some(Element(found[ELEMENT].as_str()?.to_owned()))
    }

    /// A command about one element.
    pub fn of(&self, element: &Element, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.try_command(method, &format!("/element/{}{path}", element.0), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver takes connections");
        stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        let body = if method == "GET" || method == "DELETE" { String::new() } else { body.to_string() };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("chromedriver answers");
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).expect("chromedriver answers in full");
        serde_json::from_slice::<Value>(&answer).expect("chromedriver answers in JSON")["value"].take()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.id.is_empty() && !std::thread::panicking() {
            let _ = self.try_command("DELETE", "", &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
