//! The step between the shop and the service, where readers are sent on.

use super::{BOOK, secrets};
use crate::client::Reply;
use crate::shop::Shop;

/// Whether the shop sends a reader on as it should: to the service, with nothing else that a server could act upon, and
/// so that nobody keeps the address. Conditions and ranges mean nothing for an answer that isn't the file
/// (RFC 9110 §13.2.1).
pub fn check(shop: &Shop, reply: &Reply) -> Result<(), String> {
    for (name, value) in [
        ("Content-Length", "0"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Robots-Tag", "noindex"),
    ] {
        if reply.header(name) != Some(value) {
            return Err(format!("{name} is {:?}", reply.header(name)));
        }
    }
    let location = reply.header("Location").unwrap_or_default();
    if !location.starts_with(&origin(shop)) {
        return Err(format!("sent to {location:?}"));
    }
    let headers = reply.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Location")).cloned();
    let rest = Reply { status: reply.status, headers: headers.collect(), body: reply.body.clone() };
    secrets::check_refusal(shop, BOOK, &rest)
}

/// The address at the service that a reader was sent to, without the service's own.
pub fn target(shop: &Shop, reply: &Reply) -> String {
    let location = reply.header("Location").expect("an address to go on to");
    location.strip_prefix(&origin(shop)).expect("an address of the service").to_owned()
}

fn origin(shop: &Shop) -> String {
    format!("http://{}", shop.service.as_ref().unwrap().address)
}
