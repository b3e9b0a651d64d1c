//! Limits on complete downloads, where the operator has set any. A cancelled download costs nothing.

use chrono::TimeDelta;
use diesel::QueryResult;

use super::delivered;
use crate::config::DeliveryLimits;
use crate::db::{Conn, Timestamp};
use crate::permission::{Reason, ViewGrant};

/// A limit that a buyer has reached. The sentence is for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reached {
    /// The file was downloaded often enough.
    #[error(
        "You have downloaded this file {0} times, which is as often as this shop allows. If you need it again, \
         please write to us: we can open it for you."
    )]
    Downloads(u32),
    /// Too many devices in one day.
    #[error(
        "You have downloaded books to {0} devices today, which is as many as this shop allows in a day. Please try \
         again tomorrow, or write to us."
    )]
    Devices(u32),
}

/// The limit that stands in the way of what the gate has granted, if one does. Limits are for purchases: neither for
/// samples and free books, nor for the publisher and admins.
///
/// # Errors
/// When the database fails.
pub fn reached(
    conn: &mut Conn,
    limits: &DeliveryLimits,
    grant: &ViewGrant,
    device: Option<&str>,
    now: Timestamp,
) -> QueryResult<Option<Reached>> {
    let (Reason::Bought(order) | Reason::Given(order)) = grant.reason() else { return Ok(None) };
    if limits.downloads_per_purchase > 0 {
        let (count, is_open) = delivered::counted(conn, order, grant.file().id, (now, limits.window()))?;
        if !is_open && count >= usize::try_from(limits.downloads_per_purchase).unwrap_or(usize::MAX) {
            return Ok(Some(Reached::Downloads(limits.downloads_per_purchase)));
        }
    }
    if let Some(device) = device.filter(|_| limits.devices_per_day > 0) {
        let devices = delivered::devices(conn, order, now - TimeDelta::days(1))?;
        let is_new = !devices.iter().any(|known| known == device);
        if is_new && devices.len() >= usize::try_from(limits.devices_per_day).unwrap_or(usize::MAX) {
            return Ok(Some(Reached::Devices(limits.devices_per_day)));
        }
    }
    Ok(None)
}
