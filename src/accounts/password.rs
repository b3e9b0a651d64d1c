//! Passwords: which ones are taken, and how they are kept.
//!
//! Kept is argon2id at OWASP's parameters (Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1), worked out off the
//! async threads. Each takes 19 MiB for some 20 ms: a bound on how many are worked out at once keeps memory flat, and
//! one on how many wait keeps a flood from queueing for minutes.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// How many passwords may wait to be worked out.
const QUEUE: usize = 200;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many people at once.
    #[error("So many people are signing in that the shop can’t keep up. Please try again in a moment.")]
    Busy,
    /// A fault of ours.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Hashes and checks passwords. Cloning shares the bounds.
#[derive(Clone)]
pub struct Passwords {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
    worked_out: Arc<AtomicU64>,
}

/// What a check found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether it is the password.
    pub is_right: bool,
    /// Whether the kept hash has older parameters than today's, so that it should be made anew.
    pub is_outdated: bool,
}

impl Passwords {
    /// As many at once as there are processors.
    #[must_use]
    pub fn new() -> Self {
        let at_once = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            waiting: Arc::new(Semaphore::new(QUEUE)),
            working: Arc::new(Semaphore::new(at_once)),
            worked_out: Arc::default(),
        }
    }

    /// The hash of a password, to be kept.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.work(move || hash(&password)).await?
    }

    /// Whether `password` is the one of the kept hash. Without one (nobody has that address) the work is the same, and
    /// the answer is no.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait already.
    pub async fn check(&self, password: &str, kept: Option<&str>) -> Result<Checked, PasswordError> {
        let (password, kept) = (password.to_owned(), kept.map(str::to_owned));
        self.work(move || check(&password, kept.as_deref())).await
    }

    /// How many passwords were worked out since the start.
    #[must_use]
    pub fn worked_out(&self) -> u64 {
        self.worked_out.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.waiting.try_acquire().map_err(|_| PasswordError::Busy)?;
        let permit = self.working.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        self.worked_out.fetch_add(1, Ordering::Relaxed);
        let worked = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        worked.await.map_err(|error| PasswordError::Hash(error.to_string()))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// The hash of a password, worked out on this thread: for commands.
///
/// # Errors
/// When the system gives no random numbers.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let hash = ours().hash_password(normal(password).as_bytes());
    hash.map(|hash: PasswordHash| hash.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

fn check(password: &str, kept: Option<&str>) -> Checked {
    let stand_in = DUMMY.as_deref().and_then(|text| PasswordHash::new(text).ok());
    let real = kept.and_then(|text| PasswordHash::new(text).ok());
    let is_outdated = real.as_ref().is_some_and(is_outdated);
    let Some(hash) = real.as_ref().or(stand_in.as_ref()) else {
        return Checked { is_right: false, is_outdated: false };
    };
    let fits = ours().verify_password(normal(password).as_bytes(), hash).is_ok();
    Checked { is_right: fits && real.is_some(), is_outdated }
}

/// What is checked when nobody has the address.
static DUMMY: LazyLock<Option<String>> = LazyLock::new(|| hash(crate::ids::Token::new().secret()).ok());

fn ours() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn is_outdated(hash: &PasswordHash) -> bool {
    let today = Params::DEFAULT;
    let same = Params::try_from(hash).is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost())
            == (today.m_cost(), today.t_cost(), today.p_cost())
    });
    hash.algorithm.as_str() != "argon2id" || !same
}

/// One form for texts that look the same, however the keyboard made them (NIST SP 800-63B §3.1.1.2).
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_hash_is_argon2id_at_the_stated_parameters() {
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hash("correct horse").unwrap());
        assert_eq!(check("correct horse", Some(&kept)), Checked { is_right: true, is_outdated: false });
        assert_eq!(check("correct hors", Some(&kept)), Checked { is_right: false, is_outdated: false });
    }

    #[test]
    fn a_password_is_the_same_however_the_keyboard_spells_its_letters() {
        let kept = hash("Gru\u{308}ße aus Köln").unwrap();
        assert!(check("Gr\u{fc}ße aus Köln", Some(&kept)).is_right);
    }

    #[test]
    fn nobody_has_no_password_and_neither_has_a_broken_hash() {
        assert!(!check("", None).is_right);
        assert!(!check("anything", Some("not a hash")).is_right);
    }

    #[test]
    fn a_hash_of_weaker_parameters_is_outdated() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let kept: PasswordHash = weak.hash_password(b"correct horse").unwrap();
        let checked = check("correct horse", Some(&kept.to_string()));
        assert_eq!(checked, Checked { is_right: true, is_outdated: true });
    }

    #[tokio::test]
    async fn unknown_and_known_cost_the_same_work() {
        let passwords = Passwords::new();
        let kept = passwords.hash("correct horse").await.unwrap();
        let before = passwords.worked_out();
        passwords.check("wrong", Some(&kept)).await.unwrap();
        passwords.check("wrong", None).await.unwrap();
        assert_eq!(passwords.worked_out(), before + 2);
    }
}
