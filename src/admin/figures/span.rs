//! Some days, and how they are put together.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime};

use crate::db::Timestamp;

/// More days than this are put together by month.
const BY_DAY: i64 = 92;

/// The most days of a span: ten years.
const MOST: i64 = 3653;

/// Some days, the first and the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// By what days are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One by one.
    Day,
    /// By month.
    Month,
}

impl Span {
    /// The last `days` days until today.
    #[must_use]
    pub fn last(days: u64, today: NaiveDate) -> Self {
        let from = today.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(today);
        Self { from, to: today }
    }

    /// The days of an address. Without any it is the last thirty; days that make no sense are those, too.
    #[must_use]
    pub fn new(from: Option<&str>, to: Option<&str>, days: Option<&str>, today: NaiveDate) -> Self {
        if let Some(days) = days.and_then(|days| days.parse().ok()).filter(|days| (1..=3653).contains(days)) {
            return Self::last(days, today);
        }
        let day = |day: Option<&str>| day.and_then(|day| day.parse::<NaiveDate>().ok());
        let to = day(to).filter(|day| (1970..=9000).contains(&day.year())).unwrap_or(today);
        match day(from) {
            Some(from) if from <= to && (to - from).num_days() < MOST => Self { from, to },
            _ => Self::last(30, to),
        }
    }

    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// Its first moment, in UTC.
    #[must_use]
    pub fn begin(&self) -> Timestamp {
        self.from.and_time(NaiveTime::MIN)
    }

    /// The first moment after it, in UTC.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.to.checked_add_days(Days::new(1)).unwrap_or(self.to).and_time(NaiveTime::MIN)
    }

    /// By what its days are put together.
    #[must_use]
    pub fn step(&self) -> Step {
        if self.days() > BY_DAY { Step::Month } else { Step::Day }
    }

    /// The keys of its days or months, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        match self.step() {
            Step::Day => {
                self.from.iter_days().take_while(|day| *day <= self.to).map(|day| day.to_string()).collect()
            }
            Step::Month => {
                let first = self.from.with_day(1).unwrap_or(self.from);
                let month = |number: u32| first.checked_add_months(Months::new(number));
                (0..)
                    .map_while(month)
                    .take_while(|month| *month <= self.to)
                    .map(|month| month.format("%Y-%m").to_string())
                    .collect()
            }
        }
    }
}

impl Step {
    /// How much of a timestamp's text names the period: both databases write the day in its first ten characters.
    #[must_use]
    pub fn period(self, column: &str) -> String {
        let length = match self {
            Self::Day => 10,
            Self::Month => 7,
        };
        format!("substr(CAST({column} AS TEXT), 1, {length})")
    }

    /// What one is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_span_is_what_was_asked_for_or_the_last_thirty_days() {
        let today = day("2026-03-31");
        for (from, to, days, expected) in [
            (None, None, None, ("2026-03-02", "2026-03-31")),
            (None, None, Some("7"), ("2026-03-25", "2026-03-31")),
            (Some("2026-01-01"), Some("2026-01-31"), None, ("2026-01-01", "2026-01-31")),
            (Some("2026-02-01"), Some("2026-01-31"), None, ("2026-01-02", "2026-01-31")),
            (Some("never"), Some("x"), Some("-1"), ("2026-03-02", "2026-03-31")),
            (Some("0001-01-01"), None, None, ("2026-03-02", "2026-03-31")),
            (None, Some("+262142-12-31"), None, ("2026-03-02", "2026-03-31")),
        ] {
            let span = Span::new(from, to, days, today);
            assert_eq!(span, Span { from: day(expected.0), to: day(expected.1) }, "{from:?} {to:?} {days:?}");
        }
    }

    #[test]
    fn many_days_are_months() {
        let keys = Span { from: day("2025-11-15"), to: day("2026-03-01") }.keys();
        assert_eq!(keys, ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]);
        let keys = Span { from: day("2026-02-27"), to: day("2026-03-01") }.keys();
        assert_eq!(keys, ["2026-02-27", "2026-02-28", "2026-03-01"]);
    }
}
