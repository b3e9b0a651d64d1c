//! The hand-off to nginx: `X-Accel-Redirect` into an `internal` location.

use super::{Answer, Handoff, common_headers, media_type, percent};
use crate::config::{self, ContentType};

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
