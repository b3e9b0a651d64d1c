//! The servers that the shop is compared with, on the same files.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::servers::{self, Server};
use crate::shop::Shop;

/// A server of plain files.
pub struct Peer {
    pub name: &'static str,
    pub address: SocketAddr,
    pub server: Server,
    /// Its own files.
    _folder: tempfile::TempDir,
}

impl Peer {
    fn start(name: &'static str, start: impl FnOnce(SocketAddr, &Path) -> Server) -> Self {
        let (folder, address) = (servers::open_folder(), servers::free_address());
        Self { name, address, server: start(address, folder.path()), _folder: folder }
    }

    /// nginx's own sendfile, as its documentation advises for large files.
    pub fn nginx(shop: &Shop) -> Self {
        let root = store(shop);
        Self::start("nginx", |listen, folder| {
            let site = format!("server {{ listen {listen}; root {root}; sendfile on; tcp_nopush on; }}");
            servers::nginx(&site, listen, folder)
        })
    }

    /// The same with TLS, by a certificate of `folder`.
    pub fn nginx_with_tls(shop: &Shop, tls: &Certificate) -> Self {
        let root = store(shop);
        Self::start("nginx, TLS", |listen, folder| {
            let site = format!(
                "server {{ listen {listen} ssl; {} root {root}; sendfile on; tcp_nopush on; }}",
                tls.for_nginx()
            );
            servers::nginx(&site, listen, folder)
        })
    }

    /// Apache, with its sendfile on, which is off as it comes.
    pub fn apache(shop: &Shop) -> Self {
        let root = store(shop);
        Self::start("Apache", |listen, folder| {
            let site = format!(
                "DocumentRoot \"{root}\"\nEnableSendfile On\n<Directory \"{root}\">\n  Require all granted\n</Directory>\n"
            );
            servers::apache(&site, listen, folder)
        })
    }

    /// static-web-server, written in Rust on hyper as the built-in is. `None` when it isn't installed: `scripts/bench`
    /// does that.
    pub fn static_web_server(shop: &Shop) -> Option<Self> {
        let program = std::env::var_os("BOOKPLATE_TEST_STATIC_SERVER")?;
        let root = store(shop);
        Some(Self::start("static-web-server", |listen, folder| {
            let mut command = Command::new(program);
            command.args(["--host", &listen.ip().to_string(), "--port", &listen.port().to_string()]);
            command.args(["--root", &root, "--log-level", "error", "--cache-control-headers", "false"]);
            Server::start("static-web-server", command, listen, &folder.join("output.log"))
        }))
    }
}

fn store(shop: &Shop) -> String {
    shop.store.local().unwrap().root().display().to_string()
}

/// A certificate of nobody, for localhost.
pub struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    pub fn new() -> Self {
        let folder = servers::open_folder();
        let made = servers::run("openssl", |openssl| {
            openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
            openssl
                .args(["-subj", "/CN=localhost", "-days", "2", "-keyout"])
                .arg(folder.path().join("key.pem"));
            openssl.arg("-out").arg(folder.path().join("certificate.pem"));
        });
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { folder }
    }

    /// The lines that a `server` of nginx needs.
    pub fn for_nginx(&self) -> String {
        let path = self.folder.path().display();
        format!("ssl_certificate {path}/certificate.pem; ssl_certificate_key {path}/key.pem;")
    }
}

/// The gate as one would write it in Python: Django asks the shop's own tables and django-sendfile2 hands over, under
/// gunicorn. `None` when they aren't installed: `scripts/bench` does that.
pub fn django(database: &Path, store: &Path) -> Option<Peer> {
    let python = PathBuf::from(std::env::var_os("BOOKPLATE_TEST_DJANGO")?);
    Some(Peer::start("Django", |listen, folder| {
        fs::write(folder.join("gate.py"), include_str!("gate.py")).unwrap();
        let mut command = Command::new(python);
        // Two workers for each core and one, as its documentation has it; threads, so that connections are kept.
        command.args(["-m", "gunicorn", "--workers", "5", "--threads", "2", "--worker-class", "gthread"]);
        command.args(["--log-level", "error", "--bind", &listen.to_string(), "gate:application"]);
        command.current_dir(folder).env("GATE_DATABASE", database).env("GATE_STORE", store);
        Server::start("gunicorn", command, listen, &folder.join("output.log"))
    }))
}
