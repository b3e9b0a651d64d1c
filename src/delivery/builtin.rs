//! The built-in backend: a file server of its own, held to RFC 9110.

use super::range::{self, Selection};
use super::reader::{Piece, Reader};
use super::{Answer, Body, Conditions, DeliveryError, Handoff, Validators};
use super::{common_headers, conditional, media_type, multipart};
use crate::storage::StoredFile;
use std::io;

/// Answers a request with the bytes of `stored`, as its conditions ask for.
pub(super) fn send(
    handoff: &Handoff,
    conditions: &Conditions,
    stored: StoredFile,
) -> Result<Answer, DeliveryError> {
    let validators = Validators::of(&stored);
    let size = stored.length;
    let mut headers = headers_of(handoff, &validators);
    let selection = match decide(conditions, &validators, size) {
        Decision::NotModified => return Ok(Answer { status: 304, headers, body: Body::Empty }),
        Decision::Refused(answer) => return Ok(answer),
        Decision::Send(selection) => selection,
    };
    let media_type = media_type::guess(&handoff.file_name);
    let pieces = match selection {
        Selection::Whole => {
            headers.push(("Content-Type", media_type));
            let body = Body::File(Reader::new(vec![Piece::Stored(stored.source, 0..size)]));
            return Ok(Answer { status: 200, headers, body });
        }
        Selection::Part(part) => {
            let last = part.end.saturating_sub(1);
            headers.push(("Content-Type", media_type));
            headers.push(("Content-Range", format!("bytes {}-{last}/{size}", part.start)));
            vec![Piece::Stored(stored.source, part)]
        }
        Selection::Parts(parts) => {
            let multipart = multipart::lay_out(&stored.source, &parts, size, &media_type, &boundary()?);
            headers.push(("Content-Type", multipart.media_type));
            multipart.pieces
        }
    };
    Ok(Answer { status: 206, headers, body: Body::File(Reader::new(pieces)) })
}

/// The headers of the file, whatever is sent of it, but for its type.
fn headers_of(handoff: &Handoff, validators: &Validators) -> Vec<(&'static str, String)> {
    let mut headers = common_headers(handoff);
    headers.extend(validators.headers());
    headers.push(("Accept-Ranges", "bytes".to_owned()));
    // A proxy in front must pass the bytes on as they come, rather than collect a whole book.
    headers.push(("X-Accel-Buffering", "no".to_owned()));
    headers
}

/// What a request comes to, before any bytes.
pub(super) enum Decision {
    /// The client has it.
    NotModified,
    /// What it demands does not hold, or it asks for a part that isn't there.
    Refused(Answer),
    /// All or some of the bytes.
    Send(Selection),
}

/// What a request for a file of `size` bytes comes to.
pub(super) fn decide(conditions: &Conditions, validators: &Validators, size: u64) -> Decision {
    match (conditional::evaluate(conditions, validators), &conditions.range) {
        (conditional::Outcome::NotModified, _) => Decision::NotModified,
        (conditional::Outcome::Failed, _) => {
            Decision::Refused(refuse(412, "The file has changed.", validators))
        }
        // `Range` has a meaning for GET only (§14.2).
        (conditional::Outcome::Send, Some(header)) if !conditions.head => match range::select(header, size) {
            Ok(selection) => Decision::Send(selection),
            Err(range::Unsatisfiable) => {
                let sentence = format!("The part asked for lies behind the end: the file has {size} bytes.");
                let mut answer = refuse(416, &sentence, validators);
                answer.headers.push(("Content-Range", format!("bytes */{size}")));
                Decision::Refused(answer)
            }
        },
        _ => Decision::Send(Selection::Whole),
    }
}

/// What a request comes to where several parts in one answer are not to be had.
pub(super) enum Single {
    /// The client has it.
    NotModified,
    /// It gets nothing.
    Refused(Answer),
    /// One part, or the whole.
    Send(Option<std::ops::Range<u64>>),
}

/// The same rules, for an answer of one part at most.
pub(super) fn single(conditions: &Conditions, validators: &Validators, size: u64) -> Single {
    match decide(conditions, validators, size) {
        Decision::NotModified => Single::NotModified,
        Decision::Refused(answer) => Single::Refused(answer),
        Decision::Send(Selection::Part(part)) => Single::Send(Some(part)),
        Decision::Send(Selection::Whole | Selection::Parts(_)) => Single::Send(None),
    }
}

/// The answer to a request that gets nothing of the file, for servers that get those wrong: lighttpd doesn't look at
/// `If-Match` and `If-Unmodified-Since`, neither it nor Apache says with a 416 how long the file is, and nginx lets a date
/// go before a tag and breaks the connection off behind its 412.
pub(super) fn without_bytes(
    handoff: &Handoff,
    conditions: &Conditions,
    stored: &StoredFile,
) -> Option<Answer> {
    let validators = Validators::of(stored);
    match decide(conditions, &validators, stored.length) {
        Decision::Refused(answer) => Some(answer),
        Decision::NotModified => {
            Some(Answer { status: 304, headers: headers_of(handoff, &validators), body: Body::Empty })
        }
        Decision::Send(_) => None,
    }
}

/// An answer without the file, in a sentence.
fn refuse(status: u16, sentence: &str, validators: &Validators) -> Answer {
    let mut headers = vec![
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Cache-Control", "no-store".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
    ];
    headers.extend(validators.headers());
    Answer { status, headers, body: Body::Text(format!("{sentence}\n")) }
}

/// A separator that no file holds: 128 random bits.
fn boundary() -> Result<String, DeliveryError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|cause| DeliveryError::System(io::Error::other(cause)))?;
    Ok(format!("bookplate-{:032x}", u128::from_ne_bytes(random)))
}

#[cfg(test)]
mod tests;
