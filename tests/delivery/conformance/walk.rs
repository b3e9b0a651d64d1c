//! A shop on its way through the rooms of the table.

use std::net::SocketAddr;

use bookplate::config::Backend;

use super::{secrets, sent_on};
use crate::client::{Connection, Reply};
use crate::shop::{Shop, Way};

/// A connection to a server, made anew only where the server has said that it closes the last one.
struct Line {
    server: SocketAddr,
    connection: Option<Connection>,
}

impl Line {
    fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        let connection = self.connection.get_or_insert_with(|| Connection::open(self.server).unwrap());
        let reply = connection.ask(method, target, headers).unwrap_or_else(|error| {
            panic!("{method} {target} {headers:?}: the connection is out of order: {error}")
        });
        if reply.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.connection = None;
        }
        reply
    }
}

/// A shop, the connections to it, and what was wrong so far.
pub struct Walk {
    pub shop: Shop,
    line: Line,
    /// To the service, where readers are sent on to it.
    further: Option<Line>,
    wrong: Vec<String>,
}

impl Walk {
    pub fn begin(shop: Shop) -> Self {
        let line = |server| Line { server, connection: None };
        let further = shop.service.as_ref().map(|service| line(service.address));
        let is_sent_on = shop.backend == Way::S3(Backend::Redirect);
        Self { line: line(shop.address), further: further.filter(|_| is_sent_on), shop, wrong: Vec::new() }
    }

    /// Who sends the bytes.
    pub fn way(&self) -> Way {
        self.shop.backend
    }

    /// Whether readers are sent on to the service.
    pub fn is_sent_on(&self) -> bool {
        self.further.is_some()
    }

    /// What the shop's own address answers to someone with this cookie.
    pub fn ask_as(&mut self, cookie: &str, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        let cookie = [("Cookie", cookie)];
        let headers = if cookie[0].1.is_empty() { headers.to_vec() } else { [&cookie, headers].concat() };
        self.line.ask(method, target, &headers)
    }

    /// What someone with this cookie gets who asks for a file, and goes where the shop sends them.
    pub fn get_as(&mut self, cookie: &str, method: &str, id: &str, headers: &[(&str, &str)]) -> Reply {
        let reply = self.ask_as(cookie, method, &format!("/download/{id}"), headers);
        if reply.status != 302 || !self.is_sent_on() {
            return reply;
        }
        if let Err(problem) = sent_on::check(&self.shop, &reply) {
            self.wrong(format!("{method} {id} {headers:?}: {problem}"));
        }
        let target = sent_on::target(&self.shop, &reply);
        let mut reply = self.further.as_mut().unwrap().ask(method, &target, headers);
        // What S3 says in its own words to a reader whom it serves.
        reply.headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with("x-amz-"));
        reply
    }

    /// What the guest gets who has bought all files.
    pub fn get(&mut self, method: &str, id: &str, headers: &[(&str, &str)]) -> Reply {
        let cookie = self.shop.cookie.clone();
        let reply = self.get_as(&cookie, method, id, headers);
        if let Err(problem) = secrets::check(&self.shop, id, &reply) {
            self.wrong(format!("{method} {id} {headers:?}: {problem}"));
        }
        reply
    }

    /// Notes what was wrong, and goes on.
    pub fn wrong(&mut self, what: String) {
        self.wrong.push(what);
    }

    /// Notes `what` with the answer, unless it is so.
    pub fn expect(&mut self, is_so: bool, what: impl FnOnce() -> String, reply: &Reply) {
        if !is_so {
            let text: String = reply.everything().chars().take(500).collect();
            self.wrong(format!("{}: {text}", what()));
        }
    }

    /// Stops the shop and starts it with other settings; the web server in front stays.
    pub fn open_again(&mut self, settings: &[(&str, &str)]) {
        self.line.connection = None;
        self.shop.restart(settings);
    }

    /// Fails the test if anything was wrong.
    pub fn end(self) {
        let wrong = self.wrong;
        let way = self.shop.backend;
        assert!(wrong.is_empty(), "{way:?}: {} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
