//! Several files as one zip, sent as it is made: stored rather than compressed (books are compressed already), with a
//! length that is known beforehand, so that it can be paused and gone on with like any file.

mod body;
mod layout;

pub use body::Archive;
pub use layout::{Layout, Member};

use std::ops::Range;

use super::{Answer, Body, Conditions, Validators, builtin, disposition};
use crate::storage::Store;

/// The answer to a request for the zip of `layout`, and the part of it that it sends, if it sends any.
///
/// One range is sent as it was asked for; several in one request get the whole.
#[must_use]
pub fn answer(
    layout: Layout,
    name: &str,
    store: &Store,
    conditions: &Conditions,
) -> (Answer, Option<Range<u64>>) {
    let size = layout.length();
    let validators = Validators { etag: layout.etag(), modified: std::time::SystemTime::UNIX_EPOCH };
    let mut headers = vec![
        ("Content-Disposition", disposition::attachment(name)),
        ("Cache-Control", "private, no-cache".to_owned()),
        ("Vary", "Cookie".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Content-Security-Policy", "default-src 'none'; sandbox".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ("X-Robots-Tag", "noindex".to_owned()),
        ("ETag", validators.etag.clone()),
        ("Accept-Ranges", "bytes".to_owned()),
        ("X-Accel-Buffering", "no".to_owned()),
    ];
    // A zip has no time of its own: conditions about one don't hold for it.
    let by_tag = conditions.if_range.as_deref().is_none_or(|validator| validator.starts_with('"'));
    let conditions = Conditions {
        if_modified_since: None,
        if_unmodified_since: None,
        range: conditions.range.clone().filter(|_| by_tag),
        ..conditions.clone()
    };
    let part = match builtin::single(&conditions, &validators, size) {
        builtin::Single::NotModified => return (Answer { status: 304, headers, body: Body::Empty }, None),
        builtin::Single::Refused(mut answer) => {
            answer.headers.retain(|(name, _)| *name != "Last-Modified");
            return (answer, None);
        }
        builtin::Single::Send(part) => part,
    };
    headers.push(("Content-Type", "application/zip".to_owned()));
    let status = match &part {
        Some(part) => {
            headers.push((
                "Content-Range",
                format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1)),
            ));
            206
        }
        None => 200,
    };
    let part = part.unwrap_or(0..size);
    let body = Body::Archive(Archive::new(layout, store.clone(), part.clone()));
    (Answer { status, headers, body }, Some(part))
}
