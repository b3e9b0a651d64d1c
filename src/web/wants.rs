//! What kind of answer a client asks for.

use rocket::http::Accept;
use rocket::request::Request;

/// Whether the client would rather have JSON than a page (RFC 9110 §12.5.1): it names JSON and not HTML, or JSON with a
/// higher weight.
#[must_use]
pub fn json(request: &Request<'_>) -> bool {
    let Some(accept) = request.accept() else { return false };
    weight(accept, "json") > weight(accept, "html")
}

/// Whether a browser asks for this as a page of its own (a click, a typed address), rather than a program.
#[must_use]
pub fn navigation(request: &Request<'_>) -> bool {
    match request.headers().get_one("Sec-Fetch-Mode") {
        Some(mode) => mode == "navigate",
        // Browsers from before 2020 (and 2023 for Safari) do not say; they name HTML themselves, programs send `*/*`.
        None => request.accept().is_some_and(|accept| weight(accept, "html") > 0.0),
    }
}

fn weight(accept: &Accept, sub: &str) -> f32 {
    accept
        .iter()
        .filter(|media| media.media_type().sub() == sub)
        .map(|media| media.weight().unwrap_or(1.0))
        .fold(0.0, f32::max)
}
