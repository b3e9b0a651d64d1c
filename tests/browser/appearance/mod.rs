//! Every page, on a phone and on a desk, in light and in dark: nothing sticks out, nothing is blocked, and axe finds
//! nothing that would shut a reader out.
//!
//! `BOOKPLATE_TEST_AXE` names axe-core's `axe.min.js` (scripts/test fetches it). With `BOOKPLATE_TEST_PICTURES` set to
//! a folder, a picture of each page is left there.

mod desk;
mod office;
mod sale;
mod states;
mod window;

use crate::browser::{Browser, Look};

struct Inspector {
    axe: String,
    pictures: Option<std::path::PathBuf>,
    findings: Vec<String>,
}

impl Inspector {
    fn new() -> Self {
        let path = std::env::var("BOOKPLATE_TEST_AXE").unwrap_or_else(|_| {
            panic!(
                "BOOKPLATE_TEST_AXE must name axe-core's axe.min.js; scripts/test fetches it and sets this."
            )
        });
        let axe =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path} can't be read: {error}"));
        let pictures = std::env::var("BOOKPLATE_TEST_PICTURES").ok().map(Into::into);
        Self { axe, pictures, findings: Vec::new() }
    }

    /// Looks at the page that is open.
    fn look(&mut self, browser: &Browser, look: Look, name: &str) {
        let place = format!("{name} ({} px, {})", look.width, if look.dark { "dark" } else { "light" });
        for complaint in browser.complaints() {
            // A 404 is a complaint of the browser's about the page itself.
            if !(name == "/no-such-page" && complaint.contains("404")) {
                self.findings.push(format!("{place}: console: {complaint}"));
            }
        }
        let over = browser
            .run("return document.documentElement.scrollWidth - window.innerWidth")
            .as_i64()
            .unwrap_or_default();
        if over > 0 {
            let what = browser.run(
                "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth) \
                 .slice(-3).map(e => e.outerHTML.slice(0, 80)).join(' … ')",
            );
            self.findings.push(format!("{place}: {over} px stick out at the side: {what}"));
        }
        let found = browser.run(&format!(
            "{}; const result = await axe.run({{ resultTypes: ['violations'] }}); \
             return result.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.map(n => n.target.join(' ')).join(', '));",
            self.axe
        ));
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        self.findings.extend(found.iter().map(|violation| format!("{place}: axe: {violation}")));
        if let Some(folder) = &self.pictures {
            let file = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
            let scheme = if look.dark { "dark" } else { "light" };
            browser.picture(&folder.join(format!("{file}-{}-{scheme}.png", look.width)));
        }
    }

    fn assert_nothing_found(self) {
        assert!(self.findings.is_empty(), "{}", self.findings.join("\n"));
    }
}

const LOOKS: [Look; 4] = [Look::DESKTOP, Look::DESKTOP.dark(), Look::PHONE, Look::PHONE.dark()];
