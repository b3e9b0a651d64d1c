//! Which sales are asked for.

use chrono::{Days, NaiveDate, NaiveTime};

use super::{By, Query};
use crate::db::Timestamp;
use crate::publishing::Who;

/// The days of an address, as typed or as they are taken.
#[derive(Debug, Clone)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// By what rows are put together.
    pub by: By,
}

impl Span {
    /// The span of an address. Without days it is the last thirty; days that make no sense are those, too.
    #[must_use]
    pub fn new(from: Option<&str>, to: Option<&str>, by: Option<&str>, now: Timestamp) -> Self {
        let today = now.date();
        let to = to.and_then(|day| day.parse().ok()).unwrap_or(today);
        let back = to.checked_sub_days(Days::new(29)).unwrap_or(to);
        let from = from.and_then(|day| day.parse().ok()).filter(|from| *from <= to).unwrap_or(back);
        Self { from, to, by: By::parse(by.unwrap_or_default()) }
    }

    /// What the database is asked.
    #[must_use]
    pub fn query(&self, who: Who, livemode: bool) -> Query {
        let after = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        Query {
            by: self.by,
            from: self.from.and_time(NaiveTime::MIN),
            until: after.and_time(NaiveTime::MIN),
            livemode,
            who,
        }
    }

    /// The span as an address has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("from={}&to={}&by={}", self.from, self.to, self.by.as_str())
    }
}
