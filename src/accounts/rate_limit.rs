//! How often someone may try: for each e-mail address and for each network address, known or not alike.
//!
//! Kept in memory, in a fixed number of places: a key's place is its keyed hash, so that no flood of new keys takes
//! more memory, and nobody can choose whose place to share. Several processes count each for itself.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use chrono::DateTime;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::email_key;
use crate::clock::Clock;
use crate::config::{Accounts, Limit};

/// How many keys are told apart, for each limit: 16 bytes each.
const PLACES: u64 = 1 << 18;

/// Too many tries. The sentence is shown on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("That was tried too often just now. Please wait {} and try again.", in_words(*.seconds))]
pub struct TooOften {
    /// After how many seconds the next try is free.
    pub seconds: u64,
}

/// The limits of the settings, with what was used up of them.
pub struct Limits {
    sign_in_per_account: Keyed,
    sign_in_per_address: Keyed,
    sign_up_per_address: Keyed,
    mails_per_account: Keyed,
    mails_per_address: Keyed,
    codes_per_address: Keyed,
    hasher: RandomState,
}

impl Limits {
    /// Fresh limits.
    #[must_use]
    pub fn new(settings: &Accounts, clock: &Clock) -> Self {
        let keyed = |limit: Limit| Keyed::new(limit, clock);
        Self {
            sign_in_per_account: keyed(settings.sign_in_per_account),
            sign_in_per_address: keyed(settings.sign_in_per_address),
            sign_up_per_address: keyed(settings.sign_up_per_address),
            mails_per_account: keyed(settings.mails_per_account),
            mails_per_address: keyed(settings.mails_per_address),
            codes_per_address: keyed(settings.codes_per_address),
            hasher: RandomState::new(),
        }
    }

    /// Counts one try of a password.
    ///
    /// # Errors
    /// [`TooOften`] with the time to wait.
    pub fn try_password(&self, email: &str, from: Option<IpAddr>) -> Result<(), TooOften> {
        self.sign_in_per_address.count(self.place(network(from)))?;
        self.sign_in_per_account.count(self.place(email_key(email)))
    }

    /// Counts one sign-up, which sends a mail.
    ///
    /// # Errors
    /// [`TooOften`] with the time to wait.
    pub fn sign_up(&self, email: &str, from: Option<IpAddr>) -> Result<(), TooOften> {
        self.sign_up_per_address.count(self.place(network(from)))?;
        self.mails_per_account.count(self.place(email_key(email)))
    }

    /// Counts one mail that somebody asks us to send to an address.
    ///
    /// # Errors
    /// [`TooOften`] with the time to wait.
    pub fn mail(&self, email: &str, from: Option<IpAddr>) -> Result<(), TooOften> {
        self.mails_per_address.count(self.place(network(from)))?;
        self.mails_per_account.count(self.place(email_key(email)))
    }

    /// Counts one discount code that somebody types, right or wrong, so that codes can't be found by guessing.
    ///
    /// # Errors
    /// [`TooOften`] with the time to wait.
    pub fn try_code(&self, from: Option<IpAddr>) -> Result<(), TooOften> {
        self.codes_per_address.count(self.place(network(from)))
    }

    /// Forgets what has refilled.
    pub fn sweep(&self) {
        let all = [
            &self.sign_in_per_account,
            &self.sign_in_per_address,
            &self.sign_up_per_address,
            &self.mails_per_account,
            &self.mails_per_address,
            &self.codes_per_address,
        ];
        for limit in all {
            limit.0.retain_recent();
        }
    }

    fn place(&self, key: impl Hash) -> u64 {
        self.hasher.hash_one(key) % PLACES
    }
}

/// Who is counted as one: an IPv4 address, or the /64 that an IPv6 customer gets as a whole (RFC 6177 §2).
fn network(from: Option<IpAddr>) -> IpAddr {
    match from.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(address)) => {
            let prefix = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(prefix))
        }
        Some(address) => address,
        None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

/// One limit, for each of its places.
struct Keyed(RateLimiter<u64, DashMapStateStore<u64>, Ticks, NoOpMiddleware<Duration>>);

impl Keyed {
    fn new(limit: Limit, clock: &Clock) -> Self {
        let times = NonZeroU32::new(limit.times).unwrap_or(NonZeroU32::MIN);
        let one = Duration::from_secs(u64::from(limit.minutes.max(1)) * 60) / times.get();
        let quota = Quota::with_period(one).unwrap_or(Quota::per_second(times)).allow_burst(times);
        Self(RateLimiter::dashmap_with_clock(quota, Ticks(clock.clone())))
    }

    fn count(&self, place: u64) -> Result<(), TooOften> {
        self.0.check_key(&place).map_err(|until| {
            let wait = until.wait_time_from(self.0.clock().now());
            TooOften { seconds: (wait.as_millis().div_ceil(1000) as u64).max(1) }
        })
    }
}

/// The shop's clock, as governor reads it: the time since 1970.
#[derive(Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0.now() - DateTime::UNIX_EPOCH.naive_utc()).to_std().unwrap_or_default()
    }
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn limits() -> (Limits, Clock) {
        let clock = Clock::at(DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(20_000));
        (Limits::new(&Accounts::default(), &clock), clock)
    }

    fn from(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn ten_tries_are_free_and_the_next_waits() {
        let (limits, clock) = limits();
        for _ in 0..10 {
            limits.try_password("Jane@example.org", from("192.0.2.1")).unwrap();
        }
        let too_often = limits.try_password(" jane@EXAMPLE.org", from("192.0.2.2")).unwrap_err();
        assert_eq!(too_often, TooOften { seconds: 90 });
        assert_eq!(
            too_often.to_string(),
            "That was tried too often just now. Please wait 90 seconds and try again."
        );
        limits.try_password("emma@example.org", from("192.0.2.2")).unwrap();
        clock.advance(TimeDelta::seconds(90));
        limits.try_password("jane@example.org", from("192.0.2.1")).unwrap();
        limits.try_password("jane@example.org", from("192.0.2.1")).unwrap_err();
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_counted_as_one() {
        assert_eq!(network(from("2001:db8:1:2:3::4")), network(from("2001:db8:1:2:ffff::1")));
        assert_ne!(network(from("2001:db8:1:2::1")), network(from("2001:db8:1:3::1")));
        assert_eq!(network(from("::ffff:192.0.2.1")), network(from("192.0.2.1")));
    }

    #[test]
    fn a_flood_of_keys_takes_no_more_than_the_places() {
        let (limits, clock) = limits();
        for number in 0..400_000_u32 {
            let _ = limits.mails_per_account.count(limits.place(number));
        }
        let held = limits.mails_per_account.0.len() as u64;
        assert!(held <= PLACES, "{held}");
        clock.advance(TimeDelta::hours(2));
        limits.sweep();
        assert_eq!(limits.mails_per_account.0.len(), 0);
    }
}
