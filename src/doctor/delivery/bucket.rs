//! Books in a bucket: whether readers who are sent there get them, and nobody else does.

use super::super::Check;
use super::super::probe::{Probe, ProbeError, Question, Reply};
use super::canary::PLAIN;
use super::{HEADER, PATH, Scene, unanswered};
use crate::storage::Source;

/// How long the addresses that are tried here are good.
const TIME: std::time::Duration = std::time::Duration::from_secs(60);

/// An address at some service, taken apart.
struct Address {
    probe: Probe,
    /// Scheme and host, for people.
    origin: String,
    /// The path and query.
    target: String,
}

impl Address {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let at = rest.find('/')?;
        let (authority, target) = (rest.get(..at)?, rest.get(at..)?);
        let is_https = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self {
            probe: Probe::new(is_https, authority),
            origin: format!("{scheme}://{authority}"),
            target: target.to_owned(),
        })
    }
}

/// The path and query, at the service that has the bucket, by which whoever has them gets the plain canary for a minute;
/// none without a bucket.
pub(super) async fn signed_target(scene: &Scene<'_>) -> Option<String> {
    signed(scene).await.map(|address| address.target)
}

async fn signed(scene: &Scene<'_>) -> Option<Address> {
    let store = &scene.doctor.store;
    store.bucket()?;
    let key = scene.released.key(PLAIN).parse().ok()?;
    let stored = store.open_async(&key, scene.released.bytes.len() as u64).await.ok()?;
    let Source::Object(object) = stored.source else { return None };
    Address::of(&object.address_for_us(TIME).await.ok()?)
}

/// Whether the bucket gives a book to somebody who has no signature.
pub(super) async fn is_private(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    const NAME: &str = "Bucket";
    let Some(address) = signed(scene).await else {
        let words = "It could not be looked at: the canary is not there, or no address of it can be signed.";
        return Ok(Check::bad(NAME, words, "The shop’s log says why."));
    };
    let path = address.target.split('?').next().unwrap_or_default();
    let reply = address.probe.ask(Question::get(path)).await?;
    if reply.body == scene.released.bytes {
        let words = format!(
            "Anybody gets every book whose key they know, at {}: the bucket lies open, without the shop’s word.",
            address.origin
        );
        let advice =
            "Make the bucket private at once: no policy and no access list may let everyone read it.";
        return Ok(Check::bad(NAME, words, advice));
    }
    Ok(Check::good(NAME, "It is private: without a signature there is no book."))
}

/// How books come when the shop sends readers to the service, and whether they come at all.
pub(super) async fn redirected(scene: &Scene<'_>) -> (Vec<Check>, bool) {
    let target = format!("{PATH}/{PLAIN}");
    let whole = match onward(scene, scene.question(&target)).await {
        Ok(Ok(address)) => match address.probe.ask(Question::get(&address.target)).await {
            Ok(reply) => Ok((address.origin, reply)),
            Err(error) => Err(not_reached(&address.origin, &error)),
        },
        Ok(Err(check)) => Err(check),
        Err(error) => Err(unanswered(NAME, &error)),
    };
    let (origin, whole) = match whole {
        Ok(came) => came,
        Err(check) => return (vec![check], false),
    };
    if whole.status != 200 || whole.body != scene.released.bytes {
        return (vec![no_file(&origin, &whole)], false);
    }
    let seconds = scene.settings.delivery.redirect_seconds;
    let words = format!(
        "The shop sends readers on to {origin}, which sends the bytes. Whoever has such an address has the book, for \
         {seconds} seconds."
    );
    let mut checks = vec![Check::good(NAME, words), headers(&whole)];
    let part = ranges(scene, &target).await;
    checks.push(part.unwrap_or_else(|error| unanswered("Ranges", &error)));
    let head = head(scene, &target).await;
    checks.push(head.unwrap_or_else(|error| unanswered("HEAD", &error)));
    (checks, true)
}

const NAME: &str = "A book";

/// Where the shop sends whoever asks so; a check when it sends them nowhere.
async fn onward(scene: &Scene<'_>, question: Question<'_>) -> Result<Result<Address, Check>, ProbeError> {
    let reply = scene.probe.ask(question).await?;
    let address = if reply.status == 302 { Address::of(&reply.header("location")) } else { None };
    Ok(address.ok_or_else(|| {
        let words = format!(
            "{} answers with {} where the shop sends readers on to the bucket’s service.",
            scene.front.title(),
            reply.status
        );
        Check::bad(NAME, words, "The shop’s log says why; or something on the way follows redirects itself.")
    }))
}

fn not_reached(origin: &str, error: &ProbeError) -> Check {
    let words = format!("The shop sends readers on to {origin}, and {error}.");
    let advice = "storage.s3_public_endpoint must be an address of the service that readers reach, with a good certificate.";
    Check::bad(NAME, words, advice)
}

fn no_file(origin: &str, reply: &Reply) -> Check {
    let words = match reply.status {
        403 => format!("{origin} refuses an address that the shop has signed (403)."),
        status => format!("{origin}, where readers are sent to, does not send the book (status {status})."),
    };
    let advice = "storage.s3_public_endpoint must lead to the same bucket under the name that was signed, and the clocks must \
                  agree.";
    Check::bad(NAME, words, advice)
}

fn headers(whole: &Reply) -> Check {
    let is_named = whole.header("content-disposition").starts_with("attachment");
    if is_named && !whole.header("content-type").is_empty() {
        return Check::good(
            "Headers",
            "The service gives the book its name and type, as the shop asks it to.",
        );
    }
    let words = "The service does not give the book the name and type that the shop asks it to.";
    let advice = "It must know the parameters response-content-disposition and response-content-type; or let the shop or \
                  nginx send the bytes.";
    Check::warning("Headers", words, advice)
}

async fn ranges(scene: &Scene<'_>, target: &str) -> Result<Check, ProbeError> {
    let address = match onward(scene, scene.question(target).with("Range", "bytes=100-199")).await? {
        Ok(address) => address,
        Err(check) => return Ok(Check { name: "Ranges".to_owned(), ..check }),
    };
    let part = address.probe.ask(Question::get(&address.target).with("Range", "bytes=100-199")).await?;
    Ok(if part.status == 206 && Some(part.body.as_slice()) == scene.released.bytes.get(100..200) {
        Check::good("Ranges", "Parts come, so a paused download goes on.")
    } else {
        let words = format!("A part of the book was asked for; the service answered with {}.", part.status);
        Check::bad("Ranges", words, "A paused download begins anew, or takes wrong bytes.")
    })
}

async fn head(scene: &Scene<'_>, target: &str) -> Result<Check, ProbeError> {
    let question = Question::head(target).with(HEADER, scene.released.token.secret());
    let address = match onward(scene, question).await? {
        Ok(address) => address,
        Err(check) => return Ok(Check { name: "HEAD".to_owned(), ..check }),
    };
    let head = address.probe.ask(Question::head(&address.target)).await?;
    let length = scene.released.bytes.len().to_string();
    Ok(if head.status == 200 && head.header("content-length") == length {
        Check::good("HEAD", "It says of the book what GET says.")
    } else {
        let words =
            format!("The service answers with status {} where GET sends {length} bytes.", head.status);
        Check::warning("HEAD", words, "Download managers ask so before they begin.")
    })
}
