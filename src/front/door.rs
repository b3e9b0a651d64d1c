//! How many may be in at once.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts who is in, in all and by network address.
#[derive(Debug)]
pub(super) struct Door {
    most: usize,
    most_each: usize,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

impl Door {
    /// Lets in `most` in all, and `most_each` of one address; 0 of one address is no bound.
    pub(super) fn new(most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self { most, most_each, inside: Mutex::default() })
    }

    /// Lets `address` in, unless the house is full.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Pass> {
        let from = network(address);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let each = inside.each.get(&from).copied().unwrap_or_default();
        // A proxy on this machine speaks for everybody.
        let is_bound = self.most_each > 0 && !address.to_canonical().is_loopback();
        if inside.all >= self.most || (is_bound && each >= self.most_each) {
            return None;
        }
        inside.all += 1;
        inside.each.insert(from, each + 1);
        Some(Pass { door: self.clone(), from })
    }
}

/// What counts as one address: who has an IPv6 address has the 2⁶⁴ beside it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        address => address,
    }
}

/// Somebody who is in, until this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    door: Arc<Door>,
    from: IpAddr,
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut inside = self.door.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.all = inside.all.saturating_sub(1);
        if let Some(each) = inside.each.get_mut(&self.from) {
            *each -= 1;
            if *each == 0 {
                inside.each.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_can_not_take_all_the_places() {
        let door = Door::new(5, 2);
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let first = door.enter(ip("192.0.2.1"));
        let _second = door.enter(ip("::ffff:192.0.2.1"));
        assert!(first.is_some());
        assert!(door.enter(ip("192.0.2.1")).is_none(), "the same address, written in another way");
        let _third = door.enter(ip("2001:db8::1"));
        let _fourth = door.enter(ip("2001:db8::2"));
        assert!(door.enter(ip("2001:db8::3")).is_none(), "one network");
        drop(first);
        let again = door.enter(ip("192.0.2.1"));
        assert!(again.is_some());
        let _fifth = door.enter(ip("127.0.0.1"));
        assert!(door.enter(ip("127.0.0.1")).is_none(), "the house is full");
        drop(again);
        assert!(door.enter(ip("127.0.0.1")).is_some(), "this machine has no bound of its own");
    }
}
