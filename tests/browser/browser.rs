//! A customer's browser: a fresh profile, a folder for what it saves, and an ear for what the console complains of.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::webdriver::{Element, Session};

/// How long a page, a download or a mail may take before the test says that it did not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// What distinguishes one visitor's browser from another's.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: u32,
    pub dark: bool,
    pub javascript: bool,
}

impl Look {
    pub const DESKTOP: Self = Self { width: 1280, dark: false, javascript: true };
    pub const PHONE: Self = Self { width: 390, dark: false, javascript: true };

    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    pub const fn without_javascript(self) -> Self {
        Self { javascript: false, ..self }
    }
}

/// One window of Chromium with its own profile.
pub struct Browser {
    session: Session,
    base: String,
    saved: PathBuf,
    _home: TempDir,
}

impl Browser {
    /// Opens a window on the shop at `base`.
    pub fn open(base: &str, look: Look) -> Self {
        let home = tempfile::tempdir().unwrap();
        let saved = home.path().join("saved");
        std::fs::create_dir(&saved).unwrap();
        let mut preferences = json!({
            "download.default_directory": saved,
            "download.prompt_for_download": false,
            "plugins.always_open_pdf_externally": true,
        });
        if !look.javascript {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let profile = home.path().join("profile");
        let session = Session::start(&json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-features=Translate,OptimizationHints", "--no-proxy-server",
                    format!("--user-data-dir={}", profile.display()),
                ],
                "prefs": preferences,
            },
        }));
        let browser = Self { session, base: base.to_owned(), saved, _home: home };
        browser.look(look);
        browser
    }

    /// Takes on this look, with all that the browser has.
    pub fn look(&self, look: Look) {
        self.devtools("Emulation.setDeviceMetricsOverride", &json!({
            "width": look.width, "height": if look.width < 600 { 844 } else { 900 }, "deviceScaleFactor": 1, "mobile": false,
        }));
        let scheme = if look.dark { "dark" } else { "light" };
        self.devtools("Emulation.setEmulatedMedia", &json!({
            "features": [{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }],
        }));
    }

    /// Opens a page of the shop, or an address as it stands in a mail.
    pub fn goto(&self, address: &str) {
        let url =
            if address.contains("://") { address.to_owned() } else { format!("{}{address}", self.base) };
        self.session.command("POST", "/url", &json!({ "url": url }));
    }

    /// The path of the open page, with its query.
    pub fn path(&self) -> String {
        let url = self.session.command("GET", "/url", &Value::Null);
        url.as_str().unwrap().trim_start_matches(&self.base).to_owned()
    }

    /// Waits until the page fits `css`.
    pub fn wait_for(&self, css: &str) -> Element {
        self.wait_until(css, || self.session.find("css selector", css))
    }

    /// Waits until the page shows `text`.
    pub fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("“{text}”"), || self.shows(text).then_some(()));
    }

    /// Whether the page shows `text` now.
    pub fn shows(&self, text: &str) -> bool {
        self.try_text("body").is_some_and(|all| all.contains(text))
    }

    /// Whether an element fits `css` now.
    pub fn has(&self, css: &str) -> bool {
        self.session.find("css selector", css).is_some()
    }

    /// The text of the first element that fits `css`.
    pub fn text(&self, css: &str) -> String {
        self.wait_for(css);
        self.try_text(css).unwrap_or_default()
    }

    /// An attribute of the first element that fits `css`.
    pub fn attribute(&self, css: &str, name: &str) -> String {
        let element = self.wait_for(css);
        let value = self.session.of(&element, "GET", &format!("/attribute/{name}"), &Value::Null).unwrap();
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first element that fits `css`.
    pub fn click(&self, css: &str) {
        let element = self.wait_for(css);
        self.press(&element, css);
    }

    /// Clicks the button or link whose words begin with `words`.
    pub fn click_on(&self, words: &str) {
        let xpath = format!(
            "//*[self::button or self::a or self::summary][starts-with(normalize-space(.), \"{words}\")]"
        );
        let element = self
            .wait_until(&format!("a button or link “{words}”"), || self.session.find("xpath", &xpath));
        self.press(&element, words);
    }

    /// Signs in with an address and a password.
    pub fn sign_in(&self, (email, password): &(String, String)) {
        self.goto("/sign-in");
        self.fill("email", email);
        self.fill("password", password);
        self.click("main form[action='/sign-in'] button");
        self.wait_for(".menu");
    }

    /// Opens the first book on the page that has a price (and so is neither free nor owned).
    pub fn open_a_book_with_a_price(&self) {
        let xpath = "//li[contains(@class, 'card')][.//*[@class='price'][contains(., '€')]]//a";
        let element = self.wait_until("a book with a price", || self.session.find("xpath", xpath));
        self.press(&element, "the book");
    }

    /// Types into the field called `name`, in place of what stands there.
    pub fn fill(&self, name: &str, text: &str) {
        let element = self.wait_for(&format!("[name={name}]:not([type=hidden])"));
        self.session.of(&element, "POST", "/clear", &json!({})).unwrap();
        self.session.of(&element, "POST", "/value", &json!({ "text": text })).unwrap();
    }

    /// Makes a title at the publisher's desk and opens its page.
    pub fn fill_new_title(&self, title: &str) {
        self.goto("/publish/titles/new");
        self.fill("title", title);
        self.fill("language", "en");
        self.fill("price", "4.99");
        self.click_on("Make the title");
        self.wait_for_text("in preparation");
    }

    /// Chooses files for the field that fits `css`, as the window of a browser would.
    pub fn choose(&self, css: &str, paths: &[&std::path::Path]) {
        let element = self.wait_for(css);
        let text = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
        self.session.of(&element, "POST", "/value", &json!({ "text": text })).unwrap();
    }

    /// The only file that was saved since the last call, once it is complete: its path, for one too large to hold.
    pub fn saved_path(&self) -> PathBuf {
        self.wait_until("a saved file", || {
            let names = std::fs::read_dir(&self.saved).unwrap().map(|entry| entry.unwrap().path());
            let names: Vec<_> = names.collect();
            let unfinished = names.iter().any(|path| path.extension().is_some_and(|end| end == "crdownload"));
            names.into_iter().next().filter(|path| !unfinished && !is_hidden(path))
        })
    }

    /// Runs a script in the page and waits for its promise.
    pub fn run(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; (async () => {{ {script} }})().then(done, e => done('failed: ' + e));"
        );
        self.session.command("POST", "/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// The one file that was saved since the last call, once it is complete: its name and its bytes.
    pub fn saved_file(&self) -> (String, Vec<u8>) {
        let path = self.saved_path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)
    }

    /// What the console complained of since the last call: errors, and what the content policy blocked.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.session.command("POST", "/se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().unwrap().iter();
        let bad = entries
            .filter(|entry| ["SEVERE", "WARNING"].contains(&entry["level"].as_str().unwrap_or_default()));
        bad.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Saves a picture of the whole page, for people to look at.
    pub fn picture(&self, to: &std::path::Path) {
        let size = self.devtools("Page.getLayoutMetrics", &json!({}))["cssContentSize"].take();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let shot =
            self.devtools("Page.captureScreenshot", &json!({ "captureBeyondViewport": true, "clip": clip }));
        std::fs::write(to, decode_base64(shot["data"].as_str().unwrap())).unwrap();
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.session.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn press(&self, element: &Element, what: &str) {
        self.session
            .of(element, "POST", "/click", &json!({}))
            .unwrap_or_else(|error| panic!("clicking {what}: {error}"));
    }

    fn try_text(&self, css: &str) -> Option<String> {
        let element = self.session.find("css selector", css)?;
        let text = self.session.of(&element, "GET", "/text", &Value::Null).ok()?;
        text.as_str().map(str::to_owned)
    }

    fn wait_until<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(it) = found() {
                return it;
            }
            if Instant::now() > end {
                panic!(
                    "{what} did not come. On {}:\n{}",
                    self.path(),
                    self.try_text("body").unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn is_hidden(path: &std::path::Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Standard base64 (RFC 4648 §4), as DevTools sends pictures.
fn decode_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = text.bytes().filter_map(|byte| ALPHABET.iter().position(|letter| *letter == byte));
    let sextets: Vec<usize> = sextets.collect();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in sextets.chunks(4) {
        let bits =
            group.iter().enumerate().fold(0, |bits, (place, sextet)| bits | sextet << (18 - 6 * place));
        bytes.extend_from_slice(&(bits as u32).to_be_bytes()[1..group.len()]);
    }
    bytes
}
