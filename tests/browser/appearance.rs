//! Every page, on a phone and on a desk, in light and in dark: nothing sticks out, nothing is blocked, and axe finds
//! nothing that would shut a reader out.
//!
//! `BOOKPLATE_TEST_AXE` names axe-core's `axe.min.js` (scripts/test fetches it). With `BOOKPLATE_TEST_PICTURES` set to
//! a folder, a picture of each page is left there.

use crate::browser::{Browser, Look};
use crate::shop::Shop;

/// Pages that a visitor can open without an order.
const OPEN_TO_ALL: &[&str] = &[
    "/",
    "/books",
    "/books?q=salt",
    "/books?q=walrus-free-zone",
    "/books?sort=title&page=2",
    "/cart",
    "/sign-in",
    "/sign-up",
    "/reset-password",
    "/no-such-page",
];

/// Pages of the demo's customer.
const OF_A_CUSTOMER: &[&str] = &["/", "/library", "/orders", "/account", "/cart", "/checkout"];

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
            self.findings.push(format!("{place}: {over} px stick out at the side"));
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

#[test]
fn every_open_page_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let visitor = shop.visitor(look);
        for page in OPEN_TO_ALL {
            visitor.goto(page);
            inspector.look(&visitor, look, page);
        }
        visitor.goto("/books");
        visitor.click(".card-title a");
        inspector.look(&visitor, look, "a book");
    }
    inspector.assert_nothing_found();
}

#[test]
fn every_page_of_a_purchase_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let customer = shop.visitor(look);
        customer.sign_in(&shop.customer());
        for page in OF_A_CUSTOMER {
            customer.goto(page);
            inspector.look(&customer, look, &format!("customer{page}"));
        }
        let guest = shop.visitor(look);
        guest.goto("/books");
        guest.open_a_book_with_a_price();
        guest.click_on("Add to cart");
        inspector.look(&guest, look, "a cart with a book");
        guest.click_on("Check out");
        inspector.look(&guest, look, "the checkout");
        guest.fill("email", "reader@example.org");
        guest.click_on("Pay");
        guest.wait_for_text("This is not a real payment page");
        inspector.look(&guest, look, "the pay page");
        guest.click_on("Pay");
        guest.wait_for_text("Thank you");
        inspector.look(&guest, look, "the receipt");
    }
    inspector.assert_nothing_found();
}
