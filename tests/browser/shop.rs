//! The demo shop as anyone starts it: the program itself, in an empty folder, on a free port.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::browser::{Browser, Look};
use crate::support::fake_stripe::{self, FakeStripe};

/// A running demo shop; it ends, and its folder goes, with the test.
pub struct Shop {
    program: Child,
    pub base: String,
    folder: TempDir,
    said: Arc<Mutex<String>>,
}

impl Shop {
    /// Starts `bookplate demo`, in a copy of a folder that it has filled before, and waits until it takes visitors.
    pub fn start() -> Self {
        static FILLED: OnceLock<PathBuf> = OnceLock::new();
        let filled = FILLED.get_or_init(fill_a_folder);
        let folder = tempfile::tempdir().unwrap();
        copy(filled, &folder.path().join("demo"));
        Self::start_in(folder)
    }

    /// The same shop, taking money by Stripe, which rings at it.
    pub fn start_with_stripe(stripe: &FakeStripe) -> Self {
        let shop = Self::serve(&[
            ("BOOKPLATE_PAYMENTS__GATEWAY", "stripe"),
            ("BOOKPLATE_PAYMENTS__STRIPE_SECRET_KEY", fake_stripe::KEY),
            ("BOOKPLATE_PAYMENTS__STRIPE_WEBHOOK_SECRETS", fake_stripe::WEBHOOK_SECRET),
            ("BOOKPLATE_PAYMENTS__STRIPE_API_BASE", &stripe.base()),
        ]);
        stripe.ring_at(&format!("{}/webhooks/stripe", shop.base));
        shop
    }

    /// The same shop, served with these settings instead of the demo's.
    pub fn serve(settings: &[(&str, &str)]) -> Self {
        static FILLED: OnceLock<PathBuf> = OnceLock::new();
        let filled = FILLED.get_or_init(fill_a_folder);
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo");
        copy(filled, &demo);
        let (port, base) = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
        command
            .arg("serve")
            .env_remove("ROCKET_PROFILE")
            .env_remove("BOOKPLATE_TEST_POSTGRES_URL")
            .env("ROCKET_PORT", port.to_string())
            .env("BOOKPLATE_BASE_URL", &base)
            .env("BOOKPLATE_DATABASE_URL", format!("sqlite://{}", demo.join("bookplate.db").display()))
            .env("BOOKPLATE_STORAGE__ROOT", demo.join("store"))
            .env("BOOKPLATE_MAIL__FOLDER", demo.join("mail"))
            .envs(settings.iter().copied());
        Self::run(folder, base, command)
    }

    fn start_in(folder: TempDir) -> Self {
        let (port, base) = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
        command.args(["demo", "--port", &port.to_string(), "--data"]).arg(folder.path().join("demo"));
        Self::run(folder, base, command)
    }

    /// Ends the program as a power cut would, and starts it again where it was.
    pub fn restart(&mut self) {
        self.stop();
        let port = self.base.rsplit(':').next().unwrap().to_owned();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
        command.args(["demo", "--port", &port, "--data"]).arg(self.folder.path().join("demo"));
        self.said.lock().unwrap().clear();
        let mut program = command
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        listen(program.stdout.take().unwrap(), &self.said);
        listen(program.stderr.take().unwrap(), &self.said);
        self.program = program;
        self.wait_until_open();
    }

    fn run(folder: TempDir, base: String, mut command: Command) -> Self {
        let mut program = command
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        listen(program.stdout.take().unwrap(), &said);
        listen(program.stderr.take().unwrap(), &said);
        let mut shop = Self { program, base, folder, said };
        shop.wait_until_open();
        shop
    }

    fn wait_until_open(&mut self) {
        let end = Instant::now() + Duration::from_secs(400);
        while !["Stop it with", "and listens at"].iter().any(|words| self.said().contains(words)) {
            let ended = self.program.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < end,
                "the demo did not start ({ended:?}):\n{}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn stop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }

    /// Everything the program has printed so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The demo's customer, as the program prints it: address and password.
    pub fn customer(&self) -> (String, String) {
        self.log_in("customer")
    }

    /// The demo's publisher, likewise.
    pub fn publisher(&self) -> (String, String) {
        self.log_in("publisher")
    }

    /// The demo's admin, likewise.
    pub fn admin(&self) -> (String, String) {
        self.log_in("admin")
    }

    fn log_in(&self, role: &str) -> (String, String) {
        let said = self.said();
        let line = said.lines().map(str::trim).find_map(|line| line.strip_prefix(role)?.strip_prefix(' '));
        let line = line.unwrap_or_else(|| panic!("no log-in of a {role} in:\n{said}"));
        let (email, password) = line.trim().split_once(' ').expect("an address and a password");
        (email.to_owned(), password.trim().to_owned())
    }

    /// A browser on this shop.
    pub fn visitor(&self, look: Look) -> Browser {
        Browser::open(&self.base, look)
    }

    /// Checks that `bytes` are, byte for byte, a file of the store, by SHA-256.
    pub fn assert_in_store(&self, bytes: &[u8]) {
        let digest = Sha256::digest(bytes);
        let stored = files_below(self.folder.path())
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("store"));
        // The doctor's own file comes and goes.
        let found = stored
            .into_iter()
            .any(|path| std::fs::read(path).is_ok_and(|bytes| Sha256::digest(bytes) == digest));
        assert!(found, "the saved file ({} bytes) is not a file of the store", bytes.len());
    }

    /// The newest mail to `address` whose text holds `words`, as soon as it has been sent.
    pub fn mail(&self, address: &str, words: &str) -> String {
        let end = Instant::now() + Duration::from_secs(120);
        loop {
            let mut mails: Vec<PathBuf> = files_below(self.folder.path());
            mails.retain(|path| path.extension().is_some_and(|end| end == "eml"));
            mails.sort_by_key(|path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok());
            let texts = mails
                .iter()
                .rev()
                .filter_map(|path| std::fs::read_to_string(path).ok())
                .map(|mail| plain(&mail));
            if let Some(mail) = texts.into_iter().find(|mail| mail.contains(address) && mail.contains(words))
            {
                return mail;
            }
            assert!(
                Instant::now() < end,
                "no mail with “{words}” to {address} among {mails:?}\n{}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A free port, and the address with it.
fn free_address() -> (u16, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    (port, format!("http://127.0.0.1:{port}"))
}

/// A demo folder as the program leaves it after its first start. Kept between runs for as long as the program is the
/// same, since setting and drawing the books takes its time.
fn fill_a_folder() -> PathBuf {
    let program = std::fs::metadata(env!("CARGO_BIN_EXE_bookplate")).unwrap();
    let built = program.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let kept = place.join(format!("demo-{}", built.as_nanos()));
    if !kept.is_dir() {
        let mut shop = Shop::start_in(tempfile::tempdir_in(place).unwrap());
        shop.stop();
        // Another run may have been faster; its folder is as good.
        let _ = std::fs::rename(shop.folder.path().join("demo"), &kept);
    }
    kept
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The first address of the shop in a mail whose path begins with `start`.
pub fn link(mail: &str, base: &str, start: &str) -> String {
    let begin =
        mail.find(&format!("{base}{start}")).unwrap_or_else(|| panic!("no link to {start} in:\n{mail}"));
    mail[begin..].split([' ', '\n', '\r', '"', '<', '>']).next().unwrap().to_owned()
}

fn listen(stream: impl std::io::Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    });
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// A mail without quoted-printable's (RFC 2045 §6.7) line breaks and escapes, which would cut links.
fn plain(mail: &str) -> String {
    let joined = mail.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = (*first == b'=').then(|| tail.get(..2)).flatten();
        let escape = escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
