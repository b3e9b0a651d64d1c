//! The files of `static/`, inside the program, under names that change with their content.
//!
//! `css/base.css` is served as `/static/css/base.3f2a91c0d4.css`, for a year. Addresses inside a style sheet
//! (`url("../fonts/x.woff2")`) are rewritten to such names too, so that everything a page loads can be kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};
use rocket::{Route, get, routes};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::cache_policy::CachePolicy;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// One file as it is served.
struct Asset {
    bytes: Cow<'static, [u8]>,
    content_type: ContentType,
    etag: String,
}

struct Assets {
    /// From the name in `static/` to the address.
    addresses: HashMap<String, String>,
    /// From the address below `/static/` to the file.
    files: HashMap<String, Asset>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// The address of `name` in `static/`; an unknown name has its plain address, which is a 404 that a test finds.
#[must_use]
pub fn address(name: &str) -> String {
    ASSETS.addresses.get(name).cloned().unwrap_or_else(|| format!("/static/{name}"))
}

/// `GET /static/…`.
#[must_use]
pub fn routes() -> Vec<Route> {
    routes![asset]
}

#[get("/static/<path..>")]
fn asset(path: PathBuf) -> Option<&'static Asset> {
    ASSETS.files.get(path.to_str()?)
}

impl Assets {
    fn load() -> Self {
        let mut assets = Self { addresses: HashMap::new(), files: HashMap::new() };
        // Style sheets last: they name the others.
        let served = Static::iter().filter(|name| !name.ends_with(".md") && !name.ends_with(".txt"));
        let (sheets, others): (Vec<_>, Vec<_>) = served.partition(|name| name.ends_with(".css"));
        for name in others.iter().chain(&sheets) {
            let Some(file) = Static::get(name) else { continue };
            let bytes = if name.ends_with(".css") {
                Cow::Owned(assets.with_addresses(name, &String::from_utf8_lossy(&file.data)).into_bytes())
            } else {
                file.data
            };
            assets.add(name, bytes);
        }
        assets
    }

    fn add(&mut self, name: &str, bytes: Cow<'static, [u8]>) {
        let digest: String = crate::ids::hex(&Sha256::digest(&bytes)).chars().take(10).collect();
        let hashed = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}.{digest}.{extension}"),
            None => format!("{name}.{digest}"),
        };
        self.addresses.insert(name.to_owned(), format!("/static/{hashed}"));
        let content_type = content_type(name);
        self.files.insert(hashed, Asset { bytes, content_type, etag: format!("\"{digest}\"") });
    }

    /// The style sheet with each relative `url("…")` replaced by the address of that file.
    fn with_addresses(&self, sheet: &str, css: &str) -> String {
        let mut out = String::with_capacity(css.len() + 256);
        let mut rest = css;
        while let Some(start) = rest.find("url(") {
            let (before, after) = rest.split_at(start + 4);
            out.push_str(before);
            let Some(end) = after.find(')') else { break };
            let (inner, tail) = after.split_at(end);
            let target = inner.trim().trim_matches(['"', '\'']);
            let (file, fragment) = target.split_once('#').map_or((target, ""), |(file, part)| (file, part));
            match self.addresses.get(&resolve(sheet, file)) {
                Some(address) if fragment.is_empty() => out.push_str(&format!("\"{address}\"")),
                Some(address) => out.push_str(&format!("\"{address}#{fragment}\"")),
                None => out.push_str(inner),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

/// `../fonts/x.woff2`, seen from `css/base.css`, is `fonts/x.woff2`.
fn resolve(from: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn content_type(name: &str) -> ContentType {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let text = guessed.type_() == "text" || guessed.subtype() == "javascript";
    let written = if text { format!("{guessed}; charset=utf-8") } else { guessed.to_string() };
    ContentType::parse_flexible(&written).unwrap_or(ContentType::Binary)
}

impl<'r> Responder<'r, 'static> for &'static Asset {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::build();
        response
            .header(self.content_type.clone())
            .header(CachePolicy::Immutable.header())
            .header(Header::new("ETag", self.etag.clone()));
        if request.headers().get("If-None-Match").any(|tags| tags.contains(&self.etag)) {
            return response.status(Status::NotModified).ok();
        }
        response.sized_body(self.bytes.len(), std::io::Cursor::new(&*self.bytes)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_a_style_sheet_is_one_of_ours_with_a_hash() {
        for name in Static::iter().filter(|name| name.ends_with(".css")) {
            let address = address(&name);
            let sheet = ASSETS.files.get(address.trim_start_matches("/static/")).unwrap();
            let css = String::from_utf8_lossy(&sheet.bytes);
            for part in css.split("url(").skip(1) {
                let target = part.split(')').next().unwrap().trim_matches(['"', '\'']);
                let known = target.split('#').next().unwrap().trim_start_matches("/static/");
                assert!(
                    target.starts_with("data:") || ASSETS.files.contains_key(known),
                    "{name} names {target}, which is not in static/"
                );
            }
        }
    }

    #[test]
    fn a_style_sheet_finds_its_neighbours() {
        assert_eq!(resolve("css/base.css", "../fonts/x.woff2"), "fonts/x.woff2");
        assert_eq!(resolve("css/base.css", "./y.svg"), "css/y.svg");
    }
}
