//! The hand-off to Apache: `X-Sendfile` for mod_xsendfile.

use super::{Answer, Handoff, Validators, common_headers, media_type};
use crate::storage::{Local, StoredFile};

/// Apache needs to be told nothing but the file.
#[derive(Debug, Clone)]
pub(super) struct Apache {
    /// The folder of the files.
    pub(super) local: Local,
}

impl Apache {
    /// Leaves the file to Apache, which answers ranges and conditions by our validators and sends the length.
    ///
    /// The path is absolute and raw, because Debian's mod_xsendfile decodes nothing. Without our `ETag` it would
    /// answer `"0"` for all files, and it says nothing of ranges by itself.
    pub(super) fn hand_off(&self, handoff: &Handoff, stored: &StoredFile) -> Answer {
        let mut headers = common_headers(handoff);
        headers.extend(Validators::of(stored).headers());
        headers.push(("Accept-Ranges", "bytes".to_owned()));
        headers.push(("Content-Type", media_type::guess(&handoff.file_name)));
        headers.push(("X-Sendfile", self.local.path_of(&handoff.key).to_string_lossy().into_owned()));
        Answer::handed_off(headers)
    }
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::delivery::{Body, Conditions, Delivery, DeliveryError, Handoff};
    use crate::storage::Store;

    #[tokio::test]
    async fn apache_is_told_the_absolute_path_and_gets_an_empty_200() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a store");
        let store = Store::from_settings(&config::Storage { root, ..config::Storage::default() }).unwrap();
        let stored = store.put(&b"bytes"[..], "mobi").unwrap();
        let delivery = Delivery::new(
            &config::Delivery { backend: config::Backend::Apache, ..config::Delivery::default() },
            store.clone(),
        );
        let mut handoff =
            Handoff { key: stored.key.clone(), length: stored.length, file_name: "Emma.mobi".to_owned() };

        let range = Conditions { range: Some("bytes=2-".to_owned()), ..Conditions::default() };
        let answer = delivery.send(handoff.clone(), range.clone()).await.unwrap();

        assert_eq!(answer.status, 200);
        assert!(matches!(answer.body, Body::Empty));
        let path = format!("{}/{}", store.local().unwrap().root().display(), stored.key);
        assert!(path.starts_with('/'));
        assert_eq!(answer.header("X-Sendfile"), Some(path.as_str()));
        assert_eq!(answer.header("Content-Type"), Some("application/x-mobipocket-ebook"));
        assert_eq!(answer.header("Accept-Ranges"), Some("bytes"));
        assert!(answer.header("ETag").unwrap().ends_with("-5\""));
        for absent in ["X-Accel-Redirect", "Content-Length", "Content-Range"] {
            assert_eq!(answer.header(absent), None, "{absent}");
        }

        let behind = Conditions { range: Some("bytes=99-".to_owned()), ..Conditions::default() };
        let refused = delivery.send(handoff.clone(), behind).await.unwrap();
        assert_eq!((refused.status, refused.header("Content-Range")), (416, Some("bytes */5")));
        assert_eq!(refused.header("X-Sendfile"), None);

        handoff.length = 6;
        assert!(matches!(delivery.send(handoff.clone(), range).await, Err(DeliveryError::Store(_))));
    }
}
