//! An answer of the shop, read whole, with what a test wants to say of it.

use rocket::http::Cookie;
use rocket::local::asynchronous::LocalResponse;

/// An answer of the shop.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: LocalResponse<'_>) -> Self {
        let status = response.status().code;
        let headers = response
            .headers()
            .iter()
            .map(|header| (header.name.to_string(), header.value.to_string()))
            .collect();
        let body = response.into_bytes().await.unwrap_or_default();
        Self { status, headers, body }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text()))
    }

    /// The one value of a header; more than one fails the test.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let first = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "the header {name} came more than once: {:?}", self.headers);
        first
    }

    /// Name, value, and whether the cookie is removed, of each `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<(String, String, bool)> {
        self.headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .filter_map(|(_, value)| Cookie::parse_encoded(value.clone()).ok())
            .map(|cookie| {
                let removed = cookie.value().is_empty() || cookie.max_age().is_some_and(|age| age.is_zero());
                (cookie.name().to_owned(), cookie.value().to_owned(), removed)
            })
            .collect()
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "headers: {:?}\n{}", self.headers, shortened(&self.text()));
        self
    }

    /// A redirect (303) to exactly this address.
    #[track_caller]
    pub fn assert_redirects_to(&self, address: &str) -> &Self {
        self.assert_status(303);
        assert_eq!(self.header("Location"), Some(address));
        self
    }

    /// The page shows `text`, as a reader sees it (entities resolved, tags as they are).
    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        let page = unescape(&self.text());
        assert!(page.contains(text), "the page does not show {text:?}:\n{}", shortened(&page));
        self
    }

    #[track_caller]
    pub fn assert_shows_not(&self, text: &str) -> &Self {
        let page = unescape(&self.text());
        assert!(!page.contains(text), "the page shows {text:?}:\n{}", shortened(&page));
        self
    }

    /// Exactly these bytes, with 200.
    #[track_caller]
    pub fn assert_sends(&self, bytes: &[u8]) -> &Self {
        self.assert_status(200);
        assert!(self.body == bytes, "{} bytes instead of the {} expected", self.body.len(), bytes.len());
        self
    }
}

fn unescape(html: &str) -> String {
    let mut text = html.to_owned();
    for (entity, sign) in [
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, sign);
    }
    text
}

fn shortened(text: &str) -> String {
    match text.find("<main") {
        Some(start) => text[start..].chars().take(3000).collect(),
        None => text.chars().take(3000).collect(),
    }
}
