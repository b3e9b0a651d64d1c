//! What a file is called: `Content-Disposition` names it twice, for old programs in ASCII and in full for the others
//! (RFC 6266, RFC 8187), and the type follows from its extension.

use super::walk::Walk;
use crate::shop::OnSale;

/// A file's name, and what the answer says of it.
struct Case {
    /// The id in its address.
    id: &'static str,
    name: &'static str,
    /// The name in ASCII.
    plain: &'static str,
    /// The name in full, percent-encoded.
    extended: &'static str,
    media_type: &'static str,
}

const PDF: &str = "application/pdf";
const EPUB: &str = "application/epub+zip";
const MOBI: &str = "application/x-mobipocket-ebook";
const AZW3: &str = "application/vnd.amazon.mobi8-ebook";
const CBZ: &str = "application/vnd.comicbook+zip";
const ANY: &str = "application/octet-stream";

/// 200 bytes are kept of a name, with its extension.
const LONG: &str = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll\
                     llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll\
                     llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll\
                     llllllllllllllllllll.pdf";
const SHORTENED: &str = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll\
                          llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll\
                          llllllllllllllllllllllllllllllllllll.pdf";

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { id: "name-plain", name: "Emma.pdf", plain: "Emma.pdf", extended: "Emma.pdf", media_type: PDF },
    Case { id: "name-space", name: "Two words.pdf", plain: "Two words.pdf", extended: "Two%20words.pdf", media_type: PDF },
    Case { id: "name-quotes", name: "It's \"quoted\".pdf", plain: "It's _quoted_.pdf", extended: "It%27s%20%22quoted%22.pdf", media_type: PDF },
    Case { id: "name-percent", name: "100% sure.epub", plain: "100_ sure.epub", extended: "100%25%20sure.epub", media_type: EPUB },
    Case { id: "name-encoded", name: "%2e%2e%2fpasswd.pdf", plain: "_2e_2e_2fpasswd.pdf", extended: "%252e%252e%252fpasswd.pdf", media_type: PDF },
    Case { id: "name-query", name: "Why? #1 + more.pdf", plain: "Why? #1 + more.pdf", extended: "Why%3F%20#1%20+%20more.pdf", media_type: PDF },
    Case { id: "name-signs", name: "a;b=c&d,e.mobi", plain: "a;b=c&d,e.mobi", extended: "a%3Bb%3Dc&d%2Ce.mobi", media_type: MOBI },
    Case { id: "name-path", name: "../up\\down.azw3", plain: "_up_down.azw3", extended: "_up_down.azw3", media_type: AZW3 },
    Case { id: "name-lines", name: "a\r\nSet-Cookie: b=c.pdf", plain: "a__Set-Cookie: b=c.pdf", extended: "a__Set-Cookie%3A%20b%3Dc.pdf", media_type: PDF },
    Case { id: "name-umlauts", name: "Übung für Anfänger.pdf", plain: "Ubung fur Anfanger.pdf", extended: "%C3%9Cbung%20f%C3%BCr%20Anf%C3%A4nger.pdf", media_type: PDF },
    Case { id: "name-chinese", name: "紅樓夢.epub", plain: "download.epub", extended: "%E7%B4%85%E6%A8%93%E5%A4%A2.epub", media_type: EPUB },
    Case { id: "name-arabic", name: "الأيام.pdf", plain: "download.pdf", extended: "%D8%A7%D9%84%D8%A3%D9%8A%D8%A7%D9%85.pdf", media_type: PDF },
    Case { id: "name-turned", name: "book\u{202e}fdp.epub", plain: "bookfdp.epub", extended: "bookfdp.epub", media_type: EPUB },
    Case { id: "name-emoji", name: "Comics 📚🎉.cbz", plain: "Comics _.cbz", extended: "Comics%20%F0%9F%93%9A%F0%9F%8E%89.cbz", media_type: CBZ },
    Case { id: "name-bare", name: "no extension", plain: "no extension", extended: "no%20extension", media_type: ANY },
    Case { id: "name-long", name: LONG, plain: SHORTENED, extended: SHORTENED, media_type: PDF },
];

/// A file of each name, whose bytes are its name.
pub fn on_sale() -> impl Iterator<Item = OnSale<'static>> {
    CASES.iter().map(|case| OnSale { id: case.id, name: case.name, bytes: case.name.as_bytes() })
}

pub fn walk(walk: &mut Walk) {
    for case in CASES {
        let named = format!("attachment; filename=\"{}\"; filename*=UTF-8''{}", case.plain, case.extended);
        for method in ["GET", "HEAD"] {
            let reply = walk.get(method, case.id, &[]);
            let is_sent = reply.status == 200 && (method == "HEAD" || reply.body == case.name.as_bytes());
            walk.expect(is_sent, || format!("{method} {:?}: the file was expected", case.name), &reply);
            if method == "HEAD" && walk.is_sent_on() {
                // As in the room of headers: the tests' server heeds the address for `GET` alone.
                continue;
            }
            for (name, value) in [("Content-Disposition", named.as_str()), ("Content-Type", case.media_type)]
            {
                let says = || format!("{method} {:?}: {name}: {value} was expected", case.name);
                walk.expect(reply.header(name) == Some(value), says, &reply);
            }
        }
    }
}
