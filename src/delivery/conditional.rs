//! Whether a request's conditions hold (RFC 9110 §13).

use super::{Conditions, Validators, http_date};
use std::time::SystemTime;

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Send the file, and the part that `Range` asks for.
    Send,
    /// Send the file, and ignore `Range`: what the client has is of another state of the file.
    SendWhole,
    /// 304: the client has it.
    NotModified,
    /// 412: the file isn't in the state that the client demands.
    Failed,
}

/// Evaluates the conditions in the order of §13.2.2.
///
/// A date that can't be read counts as no condition; a list of entity tags that can't be read matches nothing.
pub(super) fn evaluate(conditions: &Conditions, current: &Validators) -> Outcome {
    if let Some(tags) = &conditions.if_match {
        if !any_tag(tags, |tag| tag.strongly_is(&current.etag)) {
            return Outcome::Failed;
        }
    } else if let Some(since) = date(&conditions.if_unmodified_since)
        && current.modified > since
    {
        return Outcome::Failed;
    }
    if let Some(tags) = &conditions.if_none_match {
        if any_tag(tags, |tag| tag.weakly_is(&current.etag)) {
            return Outcome::NotModified;
        }
    } else if let Some(since) = date(&conditions.if_modified_since)
        && current.modified <= since
    {
        return Outcome::NotModified;
    }
    match &conditions.if_range {
        Some(validator) if !same_state(validator, current) => Outcome::SendWhole,
        _ => Outcome::Send,
    }
}

fn date(header: &Option<String>) -> Option<SystemTime> {
    header.as_deref().and_then(http_date::parse)
}

/// Whether the validator of an `If-Range` is the current one: a tag by strong comparison, a date exactly (§13.1.5).
fn same_state(validator: &str, current: &Validators) -> bool {
    let validator = validator.trim();
    match Tag::parse(validator) {
        Some((tag, "")) => tag.strongly_is(&current.etag),
        Some(_) => false,
        None => http_date::parse(validator) == Some(current.modified),
    }
}

/// One entity tag of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag<'a> {
    weak: bool,
    /// The opaque part, in its quotes.
    quoted: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the start of `text`, and what follows it.
    fn parse(text: &'a str) -> Option<(Tag<'a>, &'a str)> {
        let (weak, quoted) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        // A tag may hold commas and any other character but quotes; there is no escaping.
        let close = quoted.strip_prefix('"')?.find('"')?;
        let (quoted, rest) = quoted.split_at_checked(close + 2)?;
        Some((Tag { weak, quoted }, rest))
    }

    /// Strong comparison with a strong tag (§8.8.3.2).
    fn strongly_is(self, strong: &str) -> bool {
        !self.weak && self.quoted == strong
    }

    /// Weak comparison with a strong tag (§8.8.3.2).
    fn weakly_is(self, strong: &str) -> bool {
        self.quoted == strong
    }
}

/// Whether `header` is `*`, or a list with a tag for which `matches` holds.
fn any_tag(header: &str, matches: impl Fn(Tag<'_>) -> bool) -> bool {
    let mut rest = header.trim();
    if rest == "*" {
        return true;
    }
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        match Tag::parse(rest) {
            Some((tag, _)) if matches(tag) => return true,
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const OLDER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
    const TAG: &str = "\"2ebc9561-3e8\"";

    /// The outcome for a request with `headers`, for a file of the time [`SAME`] and the tag [`TAG`].
    fn outcome(headers: &[(&str, &str)]) -> Outcome {
        let mut conditions = Conditions::default();
        for &(name, value) in headers {
            let slot = match name {
                "If-Match" => &mut conditions.if_match,
                "If-None-Match" => &mut conditions.if_none_match,
                "If-Modified-Since" => &mut conditions.if_modified_since,
                "If-Unmodified-Since" => &mut conditions.if_unmodified_since,
                "If-Range" => &mut conditions.if_range,
                other => panic!("{other}"),
            };
            *slot = Some(value.to_owned());
        }
        let current =
            Validators { etag: TAG.to_owned(), modified: UNIX_EPOCH + Duration::from_secs(784_111_777) };
        evaluate(&conditions, &current)
    }

    #[test]
    fn no_conditions_hold() {
        assert_eq!(outcome(&[]), Outcome::Send);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        for tags in [
            TAG,
            "*",
            " * ",
            "W/\"2ebc9561-3e8\"",
            "\"a\", \"2ebc9561-3e8\"",
            "\"a,\", W/\"b\" ,,\"2ebc9561-3e8\"",
        ] {
            assert_eq!(outcome(&[("If-None-Match", tags)]), Outcome::NotModified, "{tags}");
        }
        for tags in ["\"a\"", "", "\"2ebc9561-3e8", "2ebc9561-3e8", "w/\"2ebc9561-3e8\"", "\"a\"; x", "\"\""]
        {
            assert_eq!(outcome(&[("If-None-Match", tags)]), Outcome::Send, "{tags}");
        }
        for (date, expected) in [
            (SAME, Outcome::NotModified),
            (LATER, Outcome::NotModified),
            (OLDER, Outcome::Send),
            ("garbage", Outcome::Send),
        ] {
            assert_eq!(outcome(&[("If-Modified-Since", date)]), expected, "{date}");
        }
    }

    #[test]
    fn a_tag_goes_before_a_date() {
        assert_eq!(outcome(&[("If-None-Match", "\"a\""), ("If-Modified-Since", SAME)]), Outcome::Send);
        assert_eq!(outcome(&[("If-Match", TAG), ("If-Unmodified-Since", OLDER)]), Outcome::Send);
    }

    #[test]
    fn a_demand_that_does_not_hold_fails_before_all_else() {
        assert_eq!(outcome(&[("If-Match", TAG)]), Outcome::Send);
        assert_eq!(outcome(&[("If-Match", "*")]), Outcome::Send);
        assert_eq!(
            outcome(&[("If-Match", "W/\"2ebc9561-3e8\"")]),
            Outcome::Failed,
            "weak tags never match strongly"
        );
        assert_eq!(outcome(&[("If-Match", "\"a\""), ("If-None-Match", TAG)]), Outcome::Failed);
        assert_eq!(outcome(&[("If-Unmodified-Since", OLDER)]), Outcome::Failed);
        assert_eq!(outcome(&[("If-Unmodified-Since", SAME)]), Outcome::Send);
        assert_eq!(outcome(&[("If-Unmodified-Since", "garbage")]), Outcome::Send);
        assert_eq!(outcome(&[("If-Match", TAG), ("If-None-Match", TAG)]), Outcome::NotModified);
    }

    #[test]
    fn a_part_continues_only_the_state_that_the_client_has() {
        for validator in [TAG, SAME] {
            assert_eq!(outcome(&[("If-Range", validator)]), Outcome::Send, "{validator}");
        }
        for validator in
            ["\"a\"", "W/\"2ebc9561-3e8\"", OLDER, LATER, "garbage", "", "\"2ebc9561-3e8\", \"a\""]
        {
            assert_eq!(outcome(&[("If-Range", validator)]), Outcome::SendWhole, "{validator}");
        }
        assert_eq!(outcome(&[("If-Range", "\"a\""), ("If-None-Match", TAG)]), Outcome::NotModified);
    }
}
