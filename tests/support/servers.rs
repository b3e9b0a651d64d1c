//! Real servers on free loopback ports: started for a test, gone with it.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take to answer; a debug build on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// The account that web servers run as when a test is run by root, as they do on Debian.
const WEB_USER: &str = "www-data";

/// A running server, stopped when it is dropped.
pub struct Server {
    name: String,
    child: Child,
    log: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `command`, which will listen on `address`, and waits until it does. What it prints goes to `log`.
    pub fn start(name: &str, mut command: Command, address: SocketAddr, log: &Path) -> Self {
        let output = File::create(log).unwrap();
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("{name} can't be started ({error}): install it; scripts/test lists what the tests need")
        });
        let mut server = Self { name: name.to_owned(), child, log: log.to_owned(), address };
        server.wait();
        server
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would, with no time for anything (`SIGKILL`).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn wait(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{} ended at once ({status}):\n{}", self.name, self.log());
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{} doesn't listen on {}:\n{}",
                self.name,
                self.address,
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(id, signal);
        }
    }

    /// Ends it, and waits until it has ended.
    pub fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // Politely first: a web server's own children go only when their parent tells them.
        self.signal(rustix::process::Signal::TERM);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A loopback address that nobody listens on, and that this process gives to nobody else.
///
/// It lies below the ports that the system hands to clients, since one of those could be taken before the server is up.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    for _ in 0..COUNT {
        // Tests run in several processes at once: each begins elsewhere.
        let number = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(97));
        let port = u16::try_from(FIRST + number % COUNT).unwrap();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
    panic!("no free port on 127.0.0.1");
}

/// nginx with `site`, the text of `bookplate proxy-config nginx`, as its only site. `folder` is for its own files.
pub fn nginx(site: &str, address: SocketAddr, folder: &Path) -> Server {
    let path = |name: &str| folder.join(name).display().to_string();
    fs::write(folder.join("site.conf"), site).unwrap();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("  {kind}_temp_path {};\n", path(kind)))
        .collect();
    let user = if is_root() { format!("user {WEB_USER};\n") } else { String::new() };
    let config = format!(
        "{user}daemon off;\nworker_processes 2;\npid {};\nerror_log {} info;\nevents {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n{temporary}  include {};\n}}\n",
        path("nginx.pid"),
        path("error.log"),
        path("site.conf"),
    );
    fs::write(folder.join("nginx.conf"), config).unwrap();
    let mut command = Command::new(program("nginx", "/usr/sbin/nginx"));
    command.arg("-p").arg(folder).args(["-e", &path("error.log"), "-c", &path("nginx.conf")]);
    Server::start("nginx", command, address, &folder.join("output.log"))
}

/// Apache with `site`, the text of `bookplate proxy-config apache`, as its only site. `folder` is for its own files.
pub fn apache(site: &str, address: SocketAddr, folder: &Path) -> Server {
    apache_with(&["xsendfile"], site, address, folder)
}

/// Apache with these modules besides those that every shop needs.
pub fn apache_with(more: &[&str], site: &str, address: SocketAddr, folder: &Path) -> Server {
    let shown = folder.display();
    fs::write(folder.join("site.conf"), site).unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    let always: &[&str] = &["mpm_event", "authz_core", "headers", "proxy", "proxy_http", "reqtimeout"];
    let modules: String = [always, more]
        .concat()
        .iter()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let user = if is_root() { format!("User {WEB_USER}\nGroup {WEB_USER}\n") } else { String::new() };
    let config = format!(
        "ServerRoot \"{shown}\"\nMutex file:{shown} default\nPidFile \"{shown}/apache.pid\"\nListen {address}\n\
         ServerName localhost\n{modules}{user}ErrorLog \"{shown}/error.log\"\nServerTokens Prod\n\
         DocumentRoot \"{shown}/empty\"\n<Directory \"/\">\n  AllowOverride None\n  Require all denied\n</Directory>\n\
         Include \"{shown}/site.conf\"\n"
    );
    fs::write(folder.join("apache.conf"), config).unwrap();
    let mut command = Command::new(program("apache2", "/usr/sbin/apache2"));
    command.args(["-D", "FOREGROUND", "-f"]).arg(folder.join("apache.conf"));
    Server::start("apache2", command, address, &folder.join("output.log"))
}

/// lighttpd with `site`, the text of `bookplate proxy-config lighttpd`, as its only site. `folder` is for its own files.
pub fn lighttpd(site: &str, address: SocketAddr, folder: &Path) -> Server {
    let shown = folder.display();
    fs::write(folder.join("site.conf"), site).unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    let user = if is_root() {
        format!("server.username = \"{WEB_USER}\"\nserver.groupname = \"{WEB_USER}\"\n")
    } else {
        String::new()
    };
    // It always has a socket of its own beside the site's; the way it reads addresses is that of Debian's own file.
    let config = format!(
        "server.modules = ( \"mod_setenv\", \"mod_proxy\" )\nserver.document-root = \"{shown}/empty\"\n\
         server.bind = \"{shown}/lighttpd.socket\"\n{user}\
         server.pid-file = \"{shown}/lighttpd.pid\"\nserver.upload-dirs = ( \"/tmp\" )\n\
         server.http-parseopts = ( \"header-strict\" => \"enable\", \"host-strict\" => \"enable\", \
         \"host-normalize\" => \"enable\", \"url-normalize-unreserved\" => \"enable\", \
         \"url-normalize-required\" => \"enable\", \"url-ctrls-reject\" => \"enable\", \
         \"url-path-2f-decode\" => \"enable\", \"url-path-dotseg-remove\" => \"enable\" )\n\
         include \"{shown}/site.conf\"\n"
    );
    fs::write(folder.join("lighttpd.conf"), config).unwrap();
    let mut command = Command::new(program("lighttpd", "/usr/sbin/lighttpd"));
    command.args(["-D", "-f"]).arg(folder.join("lighttpd.conf"));
    Server::start("lighttpd", command, address, &folder.join("output.log"))
}

/// Caddy with `site`, the text of `bookplate proxy-config caddy`, as its only site. `folder` is for its own files.
pub fn caddy(site: &str, address: SocketAddr, folder: &Path) -> Server {
    fs::write(folder.join("bookplate.caddyfile"), site).unwrap();
    let config = folder.join("Caddyfile");
    fs::write(&config, "{\n\tadmin off\n\tauto_https off\n}\nimport bookplate.caddyfile\n").unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(config);
    command.env("HOME", folder).env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME");
    Server::start("caddy", command, address, &folder.join("output.log"))
}

/// A server that speaks S3 and checks signatures, for the keys of [`S3_KEYS`]; buckets are the folders in `folder`.
pub fn s3(address: SocketAddr, folder: &Path) -> Server {
    let program = std::env::var_os("BOOKPLATE_TEST_S3").unwrap_or_else(|| {
        panic!("BOOKPLATE_TEST_S3 must name the program s3s-fs: scripts/test installs it, and says how")
    });
    let mut command = Command::new(program);
    command.args(["--host", &address.ip().to_string(), "--port", &address.port().to_string()]);
    command.args(["--access-key", S3_KEYS.0, "--secret-key", S3_KEYS.1]).arg(folder);
    command.env("RUST_LOG", "error");
    Server::start("s3s-fs", command, address, &folder.with_extension("log"))
}

/// Who asks the S3 server, and the secret that their requests are signed with.
pub const S3_KEYS: (&str, &str) = ("AKIDBOOKPLATE", "a/secret+for=tests");

/// Lets a web server that runs as another account read the store, as the printed configuration says how.
pub fn share_store_with_the_web_server(root: &Path) {
    if !is_root() {
        return;
    }
    fs::create_dir_all(root).unwrap();
    let changed = Command::new("chgrp").arg("-R").arg(WEB_USER).arg(root).status().unwrap();
    assert!(changed.success(), "chgrp {WEB_USER} {} failed", root.display());
    fs::set_permissions(root, fs::Permissions::from_mode(0o2750)).unwrap();
}

/// A folder that other accounts can pass through, unlike a usual temporary one.
pub fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("bookplate-").tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs a client program and gives what it did; a missing one fails the test with a sentence.
pub fn run(name: &str, configure: impl FnOnce(&mut Command)) -> std::process::Output {
    let mut command = Command::new(name);
    configure(command.stdin(Stdio::null()));
    command.output().unwrap_or_else(|error| {
        panic!("{name} can't be started ({error}): install it; scripts/test lists what the tests need")
    })
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The program of this name: Debian keeps servers where an ordinary user's PATH doesn't look.
fn program(name: &str, usual: &str) -> PathBuf {
    let usual = PathBuf::from(usual);
    if usual.exists() { usual } else { PathBuf::from(name) }
}
