//! What no answer may show: where a file lies, and how the shop tells a server of it.

use super::book;
use crate::client::Reply;
use crate::shop::Shop;

/// In small letters: headers by which a file is handed off, places behind the shop, and words of other files than the
/// book.
const SECRETS: &[&str] = &[
    "/protected",
    "sendfile",
    "accel-redirect",
    "x-amz",
    "amz-signature",
    "bookplate-range",
    "sea-books",
    "all the words",
    "the same words",
];

/// How many bytes of the book are looked for.
const START: usize = 20;

/// Each header once, and none that says where the file `id` lies.
pub fn check(shop: &Shop, id: &str, reply: &Reply) -> Result<(), String> {
    let mut names: Vec<_> = reply.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    if names.windows(2).any(|two| two[0] == two[1]) {
        return Err(format!("a header came twice: {:?}", reply.headers));
    }
    let head: String = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    shows_none(shop, id, &head)
}

/// Nothing of the file `id`, nor of where it lies, in all of an answer that refuses it.
pub fn check_refusal(shop: &Shop, id: &str, reply: &Reply) -> Result<(), String> {
    check(shop, id, reply)?;
    for name in ["Content-Disposition", "ETag", "Accept-Ranges", "Content-Range", "Last-Modified"] {
        if let Some(value) = reply.header(name) {
            return Err(format!("{name}: {value}"));
        }
    }
    if reply.header("Location").is_some_and(|place| !place.starts_with("/sign-in?next=")) {
        return Err(format!("sent to {:?}", reply.header("Location")));
    }
    shows_no_book(reply)?;
    shows_none(shop, id, &reply.everything())
}

/// Nothing of the book itself.
pub fn shows_no_book(reply: &Reply) -> Result<(), String> {
    match reply.body.windows(START).any(|bytes| bytes == &book()[..START]) {
        true => Err("the book shows".to_owned()),
        false => Ok(()),
    }
}

/// Nothing of where the file `id` lies, of other files, or of how they are handed off.
pub fn shows_none(shop: &Shop, id: &str, text: &str) -> Result<(), String> {
    let (text, key) = (text.to_ascii_lowercase(), shop.key(id));
    let key = key.as_str().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let folder = shop.store_folder().display().to_string().to_ascii_lowercase();
    let mut secrets = SECRETS.iter().copied().chain([key.as_str(), folder.as_str()]);
    match secrets.find(|secret| text.contains(secret)) {
        None => Ok(()),
        Some(secret) => Err(format!("{secret:?} shows in {text}")),
    }
}
