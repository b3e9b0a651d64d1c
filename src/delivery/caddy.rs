//! The hand-off to Caddy: `X-Accel-Redirect`, which the printed Caddyfile turns into a file of the store.

use super::{Answer, Handoff, Validators, common_headers, media_type};
use crate::config;
use crate::storage::StoredFile;

/// What Caddy must be told.
#[derive(Debug, Clone)]
pub(super) struct Caddy {
    /// What stands before the key, with a slash at both ends.
    prefix: String,
}

impl Caddy {
    pub(super) fn from_settings(settings: &config::Delivery) -> Caddy {
        Caddy { prefix: settings.internal_prefix.clone() }
    }

    /// Leaves the file to Caddy's `file_server`, which answers ranges and conditions and sends the length.
    ///
    /// Keys hold nothing that would have to be encoded, which 2.6 and later versions read differently. From 2.7 on
    /// Caddy keeps our `ETag`; before, it writes its own and judges by that.
    pub(super) fn hand_off(&self, handoff: &Handoff, stored: &StoredFile) -> Answer {
        let mut headers = common_headers(handoff);
        headers.push(("ETag", Validators::of(stored).etag));
        headers.push(("Content-Type", media_type::guess(&handoff.file_name)));
        headers.push(("X-Accel-Redirect", format!("{}{}", self.prefix, handoff.key)));
        Answer::handed_off(headers)
    }
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::delivery::{Body, Conditions, Delivery, Handoff};
    use crate::storage::Store;

    #[tokio::test]
    async fn caddy_is_told_the_key_below_the_prefix_and_gets_an_empty_200() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        let store = Store::from_settings(&config::Storage { root, ..config::Storage::default() }).unwrap();
        let stored = store.put(&b"bytes"[..], "pdf").unwrap();
        let settings = config::Delivery {
            backend: config::Backend::Caddy,
            internal_prefix: "/in/here/".to_owned(),
            ..config::Delivery::default()
        };
        let delivery = Delivery::new(&settings, store);
        let handoff =
            Handoff { key: stored.key.clone(), length: stored.length, file_name: "Emma.pdf".to_owned() };

        let head = Conditions { head: true, ..Conditions::default() };
        let answer = delivery.send(handoff, head).await.unwrap();

        assert_eq!(answer.status, 200);
        assert!(matches!(answer.body, Body::Empty));
        let target = format!("/in/here/{}", stored.key);
        assert_eq!(answer.header("X-Accel-Redirect"), Some(target.as_str()));
        assert!(answer.header("ETag").unwrap().ends_with("-5\""));
        for absent in ["X-Sendfile", "Accept-Ranges", "Last-Modified", "Content-Length", "Content-Range"] {
            assert_eq!(answer.header(absent), None, "{absent}");
        }
    }
}
