//! The settings of the store: `[default.bookplate.storage]`.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the bytes of books are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What kind of store it is. Default: `local`.
    pub kind: Kind,
    /// The folder of a `local` store; a relative one starts at the folder that Bookplate runs in. No web server may
    /// serve it. Default: `data/store`.
    pub root: PathBuf,
}

/// The kinds of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A folder on this machine.
    Local,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { kind: Kind::Local, root: PathBuf::from("data/store") }
    }
}

impl Settings {
    /// Checks what the types can't.
    ///
    /// # Errors
    /// One sentence that names the key, the value and what would be right.
    pub fn validate(&self) -> Result<(), String> {
        let root = &self.root;
        let wrong = |what: &str| Err(format!("storage.root is {root:?}, {what}"));
        if root.as_os_str().is_empty() {
            return wrong("but it must be the path of a folder, such as \"data/store\".");
        }
        if root.parent().is_none() {
            return wrong("but the store must have a folder of its own, such as \"data/store\".");
        }
        match root.to_str() {
            // It goes into a response header (Apache) and into the web server's configuration.
            Some(text) if !text.chars().any(char::is_control) => Ok(()),
            _ => wrong("but it must be text without control characters."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_cannot_be_a_store_stops_the_start_with_a_sentence() {
        let with = |root: &str| Settings { root: root.into(), ..Settings::default() }.validate();
        assert_eq!(Settings::default().validate(), Ok(()));
        assert_eq!(
            with(""),
            Err("storage.root is \"\", but it must be the path of a folder, such as \"data/store\"."
                .to_owned())
        );
        assert!(with("/").is_err());
        assert!(with("a\nb").is_err());
        assert_eq!(with("/srv/book plate/store"), Ok(()));
    }
}
