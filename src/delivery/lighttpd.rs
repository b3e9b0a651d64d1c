//! The hand-off to lighttpd: `X-Sendfile`, which its `mod_proxy` follows when told to (`"x-sendfile" => "enable"`).

use super::{Answer, Handoff, Validators, common_headers, media_type, percent};
use crate::storage::{Local, StoredFile};

/// lighttpd needs to be told nothing but the file.
#[derive(Debug, Clone)]
pub(super) struct Lighttpd {
    /// The folder of the files.
    pub(super) local: Local,
}

impl Lighttpd {
    /// Leaves the file to lighttpd, which answers ranges and conditions by our validators and sends the length.
    ///
    /// The path is absolute, and percent-encoded because lighttpd decodes it. `Accept-Ranges` it says by itself.
    pub(super) fn hand_off(&self, handoff: &Handoff, stored: &StoredFile) -> Answer {
        let mut headers = common_headers(handoff);
        headers.extend(Validators::of(stored).headers());
        headers.push(("Content-Type", media_type::guess(&handoff.file_name)));
        headers.push(("X-Sendfile", percent::path(&self.local.path_of(&handoff.key).to_string_lossy())));
        Answer::handed_off(headers)
    }
}

/// The whole file as the shop sends it, though a range was asked for: lighttpd would read that range once more, unless the
/// answer says that there are none.
pub(super) fn as_it_is(mut answer: Answer) -> Answer {
    if answer.status == 200 {
        for (name, value) in &mut answer.headers {
            if *name == "Accept-Ranges" {
                "none".clone_into(value);
            }
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::delivery::{Body, Conditions, Delivery, Handoff};
    use crate::storage::Store;

    #[tokio::test]
    async fn lighttpd_is_told_the_encoded_path_and_gets_an_empty_200() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a store");
        let store = Store::from_settings(&config::Storage { root, ..config::Storage::default() }).unwrap();
        let stored = store.put(&b"bytes"[..], "epub").unwrap();
        let settings = config::Delivery { backend: config::Backend::Lighttpd, ..config::Delivery::default() };
        let delivery = Delivery::new(&settings, store);
        let handoff =
            Handoff { key: stored.key.clone(), length: stored.length, file_name: "Emma.epub".to_owned() };

        let range = Conditions { range: Some("bytes=2-".to_owned()), ..Conditions::default() };
        let answer = delivery.send(handoff.clone(), range).await.unwrap();

        assert_eq!(answer.status, 200);
        assert!(matches!(answer.body, Body::Empty));
        let path = answer.header("X-Sendfile").unwrap();
        assert!(path.starts_with('/') && path.ends_with(&format!("/a%20store/{}", stored.key)), "{path}");
        assert_eq!(answer.header("Content-Type"), Some("application/epub+zip"));
        assert!(answer.header("ETag").unwrap().ends_with("-5\""));
        for absent in ["X-Accel-Redirect", "Accept-Ranges", "Content-Length", "Content-Range"] {
            assert_eq!(answer.header(absent), None, "{absent}");
        }

        let other = Conditions { if_match: Some("\"other\"".to_owned()), ..Conditions::default() };
        let refused = delivery.send(handoff.clone(), other).await.unwrap();
        assert_eq!((refused.status, refused.header("X-Sendfile")), (412, None));
    }
}
