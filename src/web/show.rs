//! Figures and dates, written for people.

use chrono::Datelike as _;

use crate::db::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A length in bytes: `512 B`, `84 KB`, `3.4 MB`, `1.2 GB`; steps of a thousand, as shops and browsers count.
#[must_use]
pub fn size(bytes: u64) -> String {
    for (unit, name) in [(1_000_000_000_u32, "GB"), (1_000_000, "MB"), (1_000, "KB")] {
        let tenths = (u128::from(bytes) * 10 + u128::from(unit / 2)) / u128::from(unit);
        // Below ten of a unit one decimal says enough; what rounds up to a thousand of a smaller unit is one of this.
        match tenths {
            100.. => return format!("{} {name}", (tenths + 5) / 10),
            10.. if bytes >= 1_000 => return format!("{}.{} {name}", tenths / 10, tenths % 10),
            _ => {}
        }
    }
    format!("{bytes} B")
}

/// A day: `1 March 2026`.
#[must_use]
pub fn date(time: Timestamp) -> String {
    let month = usize::try_from(time.month0()).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!("{} {month} {}", time.day(), time.year())
}

/// A moment: `1 March 2026, 12:00 UTC`.
#[must_use]
pub fn moment(time: Timestamp) -> String {
    format!("{}, {} UTC", date(time), time.format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_two_or_three_figures() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 KB"),
            (84_321, "84 KB"),
            (999_999, "1.0 MB"),
            (3_400_000, "3.4 MB"),
            (12_600_000, "13 MB"),
            (1_234_567_890, "1.2 GB"),
            (u64::MAX, "18446744074 GB"),
        ] {
            assert_eq!(size(bytes), shown, "{bytes}");
        }
    }

    #[test]
    fn a_date_is_written_in_words() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        assert_eq!(date(day), "1 March 2026");
    }
}
