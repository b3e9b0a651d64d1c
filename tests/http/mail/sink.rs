//! A mail server for one test: it takes what it is told to take, and keeps it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail that came in.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    /// Answers to the next mails, in place of `250`.
    refusals: VecDeque<&'static str>,
    commands: Vec<String>,
}

/// A mail server on a free loopback port.
pub struct Sink {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move {
                    // A client that goes away early is nothing special.
                    let _ = serve(stream, &shared).await;
                });
            }
        });
        Self { port, state }
    }

    /// Answers the next mails so, one each.
    pub fn refuse(&self, answers: impl IntoIterator<Item = &'static str>) {
        self.state.lock().unwrap().refusals.extend(answers);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// The first word of every command that came.
    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }
}

async fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 sink.example ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        state.lock().unwrap().commands.push(verb.clone());
        let answer = match verb.as_str() {
            "EHLO" => "250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "MAIL" => {
                from = address(&line);
                to.clear();
                "250 fine"
            }
            "RCPT" => {
                to.push(address(&line));
                "250 fine"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut data = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push('\n');
                }
                let mut state = state.lock().unwrap();
                let refusal = state.refusals.pop_front();
                if refusal.is_none() {
                    state.taken.push(Taken { from: from.clone(), to: to.clone(), data });
                }
                refusal.unwrap_or("250 taken")
            }
            "QUIT" => "221 bye",
            "RSET" | "NOOP" => "250 fine",
            _ => "502 what?",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(address, _)| address)
        .to_owned()
}
