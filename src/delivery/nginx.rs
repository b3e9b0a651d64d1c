//! The hand-off to nginx: `X-Accel-Redirect` into an `internal` location.

use super::builtin::{self, Decision};
use super::range::Selection;
use super::{Answer, Conditions, DeliveryError, Handoff, Validators, common_headers, media_type, percent};
use crate::config::{self, ContentType};
use crate::storage::{Object, StoredFile};
use std::io;
use std::time::Duration;

/// The internal location behind the prefix that fetches an object from the bucket.
pub const BUCKET: &str = "bucket";
/// How long the address is good that nginx fetches it by. It does so at once.
const TIME: Duration = Duration::from_secs(60);

/// What nginx must be told.
#[derive(Debug, Clone)]
pub(super) struct Nginx {
    /// The internal location, with a slash at both ends.
    prefix: String,
    content_type: ContentType,
}

impl Nginx {
    pub(super) fn from_settings(settings: &config::Delivery) -> Nginx {
        Nginx { prefix: settings.internal_prefix.clone(), content_type: settings.content_type }
    }

    /// Leaves the file to nginx, which makes the same validators by itself, and answers ranges and conditions.
    ///
    /// No `ETag`, `Last-Modified` and `Accept-Ranges` from us: nginx drops the first two and doubles the third.
    pub(super) fn hand_off(&self, handoff: &Handoff) -> Answer {
        let media_type = match self.content_type {
            ContentType::Guess => media_type::guess(&handoff.file_name),
            ContentType::Empty => String::new(),
        };
        let mut headers = common_headers(handoff);
        headers.push(("Content-Type", media_type));
        headers.push(("X-Accel-Redirect", format!("{}{}", self.prefix, percent::path(handoff.key.as_str()))));
        Answer::handed_off(headers)
    }

    /// Has nginx fetch the object, or a part of it, by a signed address that the client never sees.
    ///
    /// The validators are ours, which the service doesn't know: so conditions are answered here, and nginx is told the
    /// one part that it shall ask for. What has no bytes, or bytes from several places, isn't handed off at all.
    pub(super) async fn hand_off_object(
        &self,
        handoff: &Handoff,
        conditions: &Conditions,
        stored: &StoredFile,
        object: &Object,
    ) -> Result<Answer, DeliveryError> {
        let validators = Validators::of(stored);
        let part = match builtin::decide(conditions, &validators, stored.length) {
            Decision::Send(Selection::Whole) if !conditions.head && stored.length > 0 => None,
            Decision::Send(Selection::Part(part)) => Some(part),
            _ => return builtin::send(handoff, conditions, stored.clone()),
        };
        let address = object.address_for_us(TIME).await.map_err(DeliveryError::System)?;
        // nginx goes to the host of its own configuration, whatever stands here.
        let target =
            address.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        let target =
            target.ok_or_else(|| DeliveryError::System(io::Error::other("an address without a path")))?;
        let mut headers = common_headers(handoff);
        headers.extend(validators.headers());
        headers.push(("Content-Type", media_type::guess(&handoff.file_name)));
        // Behind the question mark nginx decodes nothing, so the signature still fits.
        headers.push(("X-Accel-Redirect", format!("{}{BUCKET}?{target}", self.prefix)));
        if let Some(part) = part {
            headers
                .push(("X-Bookplate-Range", format!("bytes={}-{}", part.start, part.end.saturating_sub(1))));
        }
        Ok(Answer::handed_off(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Body;

    fn hand_off(content_type: ContentType, file_name: &str) -> Answer {
        let settings = config::Delivery { content_type, ..config::Delivery::default() };
        let handoff =
            Handoff { key: "ab/cd/ef.epub".parse().unwrap(), length: 3, file_name: file_name.to_owned() };
        Nginx::from_settings(&settings).hand_off(&handoff)
    }

    #[test]
    fn nginx_is_told_the_file_and_gets_an_empty_200() {
        let answer = hand_off(ContentType::Guess, "Emma.epub");
        assert_eq!(answer.status, 200);
        assert!(matches!(answer.body, Body::Empty));
        assert_eq!(answer.header("X-Accel-Redirect"), Some("/protected/ab/cd/ef.epub"));
        assert_eq!(answer.header("Content-Type"), Some("application/epub+zip"));
        for absent in ["X-Sendfile", "ETag", "Last-Modified", "Accept-Ranges", "Content-Length"] {
            assert_eq!(answer.header(absent), None, "{absent}");
        }
    }

    #[test]
    fn by_setting_nginx_chooses_the_media_type() {
        assert_eq!(hand_off(ContentType::Empty, "Emma.epub").header("Content-Type"), Some(""));
        assert_eq!(hand_off(ContentType::Guess, "Emma").header("Content-Type"), Some(media_type::UNKNOWN));
    }
}
