//! Fairness: how many downloads run at once, and how fast.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::accounts::AccountId;
use crate::config::DeliveryLimits;
use crate::orders::OrderId;
use crate::permission::{Reason, ViewGrant, Viewer};

/// Whose download it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Buyer {
    /// The holder of an order.
    Order(OrderId),
    /// Someone who needs none.
    Account(AccountId),
}

impl Buyer {
    /// Whose download a granted one is; nobody's, for strangers.
    #[must_use]
    pub fn of(grant: &ViewGrant, viewer: &Viewer) -> Option<Self> {
        match (viewer.account, grant.reason()) {
            // All orders of one account are one buyer's.
            (Some(account), _) => Some(Self::Account(account.id)),
            (None, Reason::Bought(order) | Reason::Given(order)) => Some(Self::Order(order)),
            (None, _) => None,
        }
    }
}

/// Why a download may not begin just now. The sentence is for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// The shop sends as much as it may.
    #[error("Many people are downloading just now. Please try again in a moment.")]
    Shop,
    /// This buyer does.
    #[error(
        "So many of your downloads are running that this one must wait. Please try again when one is done."
    )]
    Buyer,
}

/// All downloads that this program sends. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Lanes {
    all: Arc<All>,
}

#[derive(Debug)]
struct All {
    at_once: usize,
    at_once_per_buyer: usize,
    rate: u32,
    rate_per_buyer: u32,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    count: usize,
    buyers: HashMap<Buyer, Share>,
}

/// What one buyer has of the lanes: how many downloads run, and the bucket that they share where the rate is bounded.
type Share = (usize, Option<Arc<Mutex<Bucket>>>);

impl Lanes {
    /// Lanes as the settings want them.
    #[must_use]
    pub fn new(limits: &DeliveryLimits) -> Self {
        let bound = |number: u32| match number {
            0 => usize::MAX,
            some => usize::try_from(some).unwrap_or(usize::MAX),
        };
        Self {
            all: Arc::new(All {
                at_once: bound(limits.at_once),
                at_once_per_buyer: bound(limits.at_once_per_buyer),
                rate: limits.kilobytes_per_second,
                rate_per_buyer: limits.kilobytes_per_second_per_buyer,
                running: Mutex::default(),
            }),
        }
    }

    /// Begins a download, which ends when the lane is dropped.
    ///
    /// # Errors
    /// [`Full`], when it must wait.
    pub fn enter(&self, buyer: Option<Buyer>) -> Result<Lane, Full> {
        let all = &self.all;
        let mut running = all.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.count >= all.at_once {
            return Err(Full::Shop);
        }
        let mut buckets: Vec<Arc<Mutex<Bucket>>> = Vec::new();
        buckets.extend(Bucket::of(all.rate).map(|bucket| Arc::new(Mutex::new(bucket))));
        if let Some(buyer) = buyer {
            let (count, bucket) = running.buyers.entry(buyer).or_insert_with(|| {
                (0, Bucket::of(all.rate_per_buyer).map(|bucket| Arc::new(Mutex::new(bucket))))
            });
            if *count >= all.at_once_per_buyer {
                return Err(Full::Buyer);
            }
            *count += 1;
            buckets.extend(bucket.clone());
        }
        running.count += 1;
        drop(running);
        Ok(Lane { all: all.clone(), buyer, buckets })
    }

    /// How many downloads run now.
    #[must_use]
    pub fn running(&self) -> usize {
        self.all.running.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}

/// One running download.
#[derive(Debug)]
pub struct Lane {
    all: Arc<All>,
    buyer: Option<Buyer>,
    /// Its own, and its buyer's.
    buckets: Vec<Arc<Mutex<Bucket>>>,
}

impl Lane {
    /// How many of `wanted` bytes may go now: at least one.
    ///
    /// # Errors
    /// How long to wait first, when it is none.
    pub fn take(&self, wanted: usize) -> Result<usize, Duration> {
        self.take_at(wanted, Instant::now())
    }

    fn take_at(&self, wanted: usize, now: Instant) -> Result<usize, Duration> {
        let mut most = wanted;
        for bucket in &self.buckets {
            most = most.min(bucket.lock().unwrap_or_else(PoisonError::into_inner).ready(now)?);
        }
        for bucket in &self.buckets {
            bucket.lock().unwrap_or_else(PoisonError::into_inner).take(most);
        }
        Ok(most)
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, unused: usize) {
        for bucket in self.buckets.iter().filter(|_| unused > 0) {
            bucket.lock().unwrap_or_else(PoisonError::into_inner).give(unused);
        }
    }

    /// Whether nothing holds it back.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.buckets.is_empty()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let mut running = self.all.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.count = running.count.saturating_sub(1);
        if let Some(buyer) = self.buyer
            && let Some((count, _)) = running.buyers.get_mut(&buyer)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                running.buyers.remove(&buyer);
            }
        }
    }
}

/// A token bucket, in bytes: it fills at its rate, and holds a quarter of a second.
#[derive(Debug)]
struct Bucket {
    rate: f64,
    held: f64,
    filled_at: Instant,
}

impl Bucket {
    /// At `rate` KiB a second; none for 0.
    fn of(rate: u32) -> Option<Self> {
        let rate = f64::from(rate) * 1024.0;
        (rate > 0.0).then(|| Self { rate, held: Self::most(rate), filled_at: Instant::now() })
    }

    fn most(rate: f64) -> f64 {
        (rate / 4.0).max(4096.0)
    }

    /// How much is in it; the time until it is worth a read, when it isn't.
    fn ready(&mut self, now: Instant) -> Result<usize, Duration> {
        let since = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.held = (self.held + since * self.rate).min(Self::most(self.rate));
        self.filled_at = now;
        // Small reads cost as much as large ones.
        let worth = Self::most(self.rate) / 4.0;
        if self.held < worth {
            let seconds = (worth - self.held) / self.rate;
            return Err(Duration::from_secs_f64(seconds).max(Duration::from_millis(1)));
        }
        Ok(self.held as usize)
    }

    fn take(&mut self, bytes: usize) {
        self.held -= as_f64(bytes);
    }

    fn give(&mut self, bytes: usize) {
        self.held += as_f64(bytes);
    }
}

fn as_f64(bytes: usize) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(limits: DeliveryLimits) -> Lanes {
        Lanes::new(&limits)
    }

    const JANE: Option<Buyer> = Some(Buyer::Account(AccountId(1)));
    const JOHN: Option<Buyer> = Some(Buyer::Account(AccountId(2)));

    #[test]
    fn a_buyer_waits_for_a_place_and_others_do_not() {
        let lanes = lanes(DeliveryLimits { at_once_per_buyer: 2, at_once: 3, ..DeliveryLimits::default() });
        let first = lanes.enter(JANE).unwrap();
        let _second = lanes.enter(JANE).unwrap();
        assert_eq!(lanes.enter(JANE).unwrap_err(), Full::Buyer);
        let _third = lanes.enter(JOHN).unwrap();
        assert_eq!(lanes.enter(None).unwrap_err(), Full::Shop);
        drop(first);
        assert_eq!(lanes.running(), 2);
        lanes.enter(JANE).unwrap();
    }

    #[test]
    fn a_buyers_downloads_share_what_the_buyer_gets() {
        let limits = DeliveryLimits { kilobytes_per_second_per_buyer: 100, ..DeliveryLimits::default() };
        let lanes = lanes(limits);
        let both = [lanes.enter(JANE).unwrap(), lanes.enter(JANE).unwrap()];
        let (mut now, end) = (Instant::now(), Instant::now() + Duration::from_secs(10));
        let mut sent = 0;
        while now < end {
            for lane in &both {
                match lane.take_at(16 * 1024, now) {
                    Ok(bytes) => sent += bytes,
                    Err(wait) => now += wait,
                }
            }
        }
        let right = 10 * 100 * 1024;
        assert!((right - right / 20..right + right / 20).contains(&sent), "{sent} bytes in ten seconds");
        assert!(
            lanes.enter(JOHN).unwrap().take_at(1000, now).is_ok(),
            "another buyer has a share of their own"
        );
    }
}
