//! What all web servers read alike.

use super::{Conditions, http_date};

/// Whether every web server answers these conditions as RFC 9110 has it. What isn't so is rare, and no browser or
/// download program sends it; the shop then sends the file by itself.
///
/// nginx and lighttpd take a range that they can't read for one that can't be had, and nginx sends its headers twice
/// with that; Apache knows no spaces in it; all end at some number. nginx and Apache ask `If-Unmodified-Since` beside
/// `If-Match`, and nginx reads any text in it as a date. For `HEAD` a range means nothing (§14.2); nginx looks at it, and
/// sends its headers twice when it can't be had.
pub(super) fn is_plain(conditions: &Conditions) -> bool {
    let since = conditions.if_unmodified_since.as_deref();
    !(conditions.head && conditions.range.is_some())
        && since.is_none_or(|date| conditions.if_match.is_none() && http_date::parse(date).is_some())
        && conditions.range.as_deref().is_none_or(is_plain_range)
}

fn is_plain_range(header: &str) -> bool {
    let number = |text: &str| text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |spec: &str| match spec.split_once('-') {
        Some(("", last)) => !last.is_empty() && number(last),
        Some((first, "")) => number(first),
        Some((first, last)) => {
            number(first) && number(last) && first.parse::<u64>().ok() <= last.parse::<u64>().ok()
        }
        None => false,
    };
    header.strip_prefix("bytes=").is_some_and(|set| set.split(',').all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_send_is_plain_and_what_servers_disagree_about_is_not() {
        for range in ["bytes=0-", "bytes=0-99", "bytes=-5", "bytes=0-0,-1", "bytes=5-999999999999999999"] {
            assert!(is_plain_range(range), "{range}");
        }
        for range in [
            "",
            "bytes=",
            "bytes=-",
            "bytes= 0-9",
            "Bytes=0-9",
            "bytes=9-5",
            "bytes=1-2-3",
            "bytes=0-1,",
            "items=0-5",
        ] {
            assert!(!is_plain_range(range), "{range}");
        }
        assert!(!is_plain_range("bytes=5-9223372036854775807"));
        let since = |date: &str, tag: Option<&str>| Conditions {
            if_unmodified_since: Some(date.to_owned()),
            if_match: tag.map(str::to_owned),
            ..Conditions::default()
        };
        assert!(is_plain(&Conditions::default()));
        assert!(is_plain(&since("Sun, 06 Nov 1994 08:49:37 GMT", None)));
        assert!(!is_plain(&since("Sun, 06 Nov 1994 08:49:37 GMT", Some("*"))));
        assert!(!is_plain(&since("garbage", None)));
        let range = Some("bytes=0-9".to_owned());
        let part = Conditions { range, ..Conditions::default() };
        assert!(is_plain(&part));
        assert!(!is_plain(&Conditions { head: true, ..part }));
    }
}
