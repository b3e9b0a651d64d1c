//! Dates in HTTP headers (RFC 9110 §5.6.7).

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use std::time::SystemTime;

/// The form that is sent, and most often received.
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
/// The two older forms that a recipient must still read.
const RFC_850: &str = "%A, %d-%b-%y %H:%M:%S GMT";
const ASCTIME: &str = "%a %b %e %H:%M:%S %Y";

/// `time` as it is written into a header.
pub(super) fn format(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).format(IMF_FIXDATE).to_string()
}

/// The time that a header says, if it is one of the three forms, with the right day of the week.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    [IMF_FIXDATE, RFC_850, ASCTIME]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .filter(|time| (1970..=9999).contains(&time.year()))
        .map(|time| SystemTime::from(time.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        let time = UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(format(time), "Sun, 06 Nov 1994 08:49:37 GMT");
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            &format(time),
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "784111777",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "\"5f5e100-3e8\"",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
