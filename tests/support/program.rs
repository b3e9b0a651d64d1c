//! The program itself, on the data of a test's shop, and visitors of it.

#[path = "client.rs"]
mod client;
#[path = "servers.rs"]
mod servers;

use std::io;
use std::net::SocketAddr;
use std::process::Command;

use bookplate::db::DatabaseUrl;
pub use client::{Connection, Reply};
pub use servers::{Server, free_address};

use crate::support::TestShop;
use crate::support::browser::form;

/// `bookplate serve` on the data of a test's shop, with these settings from the environment.
pub fn serve(shop: &TestShop, address: SocketAddr, settings: &[(&str, &str)]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
    command.arg("serve");
    start(shop, address, command, settings)
}

/// The same where no file can grow beyond so many MiB.
#[allow(dead_code, reason = "each test binary uses its part")]
pub fn serve_with_small_files(shop: &TestShop, address: SocketAddr, mib: u32) -> Server {
    let mut command = Command::new("sh");
    // Its unit is half a kilobyte. Without the trap the program would get a signal in place of an error.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" serve", mib * 2048);
    command.args(["-c", &script, env!("CARGO_BIN_EXE_bookplate")]);
    start(shop, address, command, &[])
}

fn start(shop: &TestShop, address: SocketAddr, mut command: Command, settings: &[(&str, &str)]) -> Server {
    let url = match &shop.settings.database_url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    command
        .current_dir(shop.folder())
        .env_remove("ROCKET_PROFILE")
        .env_remove("BOOKPLATE_TEST_POSTGRES_URL")
        .env("ROCKET_PORT", address.port().to_string())
        .env("ROCKET_LOG_LEVEL", "off")
        .env("BOOKPLATE_DATABASE_URL", url)
        .env("BOOKPLATE_BASE_URL", format!("http://{address}"))
        .env("BOOKPLATE_STORAGE__ROOT", &shop.settings.storage.root)
        .env("BOOKPLATE_MAIL__FOLDER", &shop.settings.mail.folder)
        .env("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true")
        .envs(settings.iter().copied());
    Server::start("bookplate serve", command, address, &shop.folder().join("serve.log"))
}

/// A visitor of the real program, with cookies.
pub struct Visitor {
    server: SocketAddr,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    pub fn new(server: SocketAddr) -> Self {
        Self { server, cookies: Vec::new() }
    }

    /// Brings a cookie along from now on.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Sends a request; a server that is down fails the test.
    pub fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.try_send(method, path, fields).unwrap()
    }

    /// Sends a request to a server that may be down, or go down meanwhile.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn try_send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> io::Result<Reply> {
        let mut connection = self.tell(method, path, fields)?;
        let reply = connection.hear()?;
        for line in reply.all("Set-Cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or_default();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        Ok(reply)
    }

    /// Sends a request and does not wait for what comes of it.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn tell(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> io::Result<Connection> {
        let cookies = self.cookie_header();
        let headers = [
            ("Cookie", cookies.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let mut connection = Connection::open(self.server)?;
        connection.tell(method, path, &headers, &form(fields))?;
        Ok(connection)
    }
}
