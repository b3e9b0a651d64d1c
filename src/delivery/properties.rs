//! The code for ranges, conditions and names, held to the model by requests that nobody thought of.

use super::conditional::evaluate;
use super::model::{self, Tags, Validator, When};
use super::{Conditions, Validators, http_date};
use proptest::option;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

/// A number near the ends of small files, or near the ends of what numbers are kept in.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0_u64..70).prop_map(|number| number.to_string()),
        1 => (0_u64..5).prop_map(|less| (u64::MAX - less).to_string()),
        1 => (0_u64..5).prop_map(|less| (i64::MAX.unsigned_abs() + less).to_string()),
        1 => "[0-9]{19,40}",
    ]
}

/// One part of a range header, most often a right one.
fn spec() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (number(), number()).prop_map(|(first, last)| format!("{first}-{last}")),
        3 => number().prop_map(|first| format!("{first}-")),
        3 => number().prop_map(|length| format!("-{length}")),
        1 => "[0-9 \\t-]{0,6}",
    ]
}

fn range() -> impl Strategy<Value = String> {
    let unit =
        prop_oneof![9 => Just("bytes="), 1 => Just("BYTES="), 1 => Just(" bytes ="), 1 => Just("items=")];
    let comma = prop_oneof![5 => Just(","), 1 => Just(" , "), 1 => Just(",,")];
    (unit, comma, prop::collection::vec(spec(), 1..20))
        .prop_map(|(unit, comma, specs)| format!("{unit}{}", specs.join(comma)))
}

fn tags() -> impl Strategy<Value = Tags> {
    let tag = (any::<bool>(), any::<bool>());
    prop_oneof![1 => Just(Tags::Any), 5 => prop::collection::vec(tag, 1..4).prop_map(Tags::These)]
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![Just(When::Less), Just(When::Equal), Just(When::Greater)]
}

fn validator() -> impl Strategy<Value = Validator> {
    prop_oneof![
        (any::<bool>(), any::<bool>()).prop_map(|(weak, current)| Validator::Tag(weak, current)),
        when().prop_map(Validator::Date),
    ]
}

fn current() -> Validators {
    Validators::new(UNIX_EPOCH + Duration::from_secs(1_000_000_000), 1000)
}

fn tag_text(weak: bool, is_current: bool) -> String {
    let tag = if is_current { current().etag } else { "\"a, b\"".to_owned() };
    if weak { format!("W/{tag}") } else { tag }
}

fn tags_text(tags: &Tags) -> String {
    match tags {
        Tags::Any => "*".to_owned(),
        Tags::These(tags) => tags.iter().map(|&(weak, is)| tag_text(weak, is)).collect::<Vec<_>>().join(", "),
    }
}

fn date_text(when: When) -> String {
    let second = Duration::from_secs(1);
    http_date::format(match when {
        When::Less => current().modified - second,
        When::Equal => current().modified,
        When::Greater => current().modified + second,
    })
}

proptest! {
    #[test]
    fn a_range_names_the_bytes_that_are_sent(header in range(), size in 0_u64..60) {
        model::check_range(&header, size);
    }

    #[test]
    fn any_text_is_a_range_or_none(header in "\\PC{0,40}", size in 0_u64..60) {
        model::check_range(&header, size);
        model::check_range(&format!("bytes={header}"), size);
    }

    #[test]
    fn no_part_leaves_a_file_of_any_size(header in range(), size in any::<u64>()) {
        model::check_large_range(&header, size);
    }

    #[test]
    fn conditions_hold_in_the_order_of_the_rfc(
        if_match in option::of(tags()),
        if_unmodified_since in option::of(when()),
        if_none_match in option::of(tags()),
        if_modified_since in option::of(when()),
        if_range in option::of(validator()),
    ) {
        let conditions = Conditions {
            if_match: if_match.as_ref().map(tags_text),
            if_unmodified_since: if_unmodified_since.map(date_text),
            if_none_match: if_none_match.as_ref().map(tags_text),
            if_modified_since: if_modified_since.map(date_text),
            if_range: if_range.map(|validator| match validator {
                Validator::Tag(weak, is_current) => tag_text(weak, is_current),
                Validator::Date(when) => date_text(when),
            }),
            ..Conditions::default()
        };
        let expected = model::outcome(
            if_match.as_ref(),
            if_unmodified_since,
            if_none_match.as_ref(),
            if_modified_since,
            if_range,
        );
        prop_assert_eq!(evaluate(&conditions, &current()), expected, "{:?}", conditions);
    }

    #[test]
    fn any_text_may_stand_in_a_condition(
        texts in prop::collection::vec(option::of("[\"*W/, a-z0-9\\PC]{0,30}"), 5),
    ) {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let conditions = Conditions {
            if_match: next(),
            if_unmodified_since: next(),
            if_none_match: next(),
            if_modified_since: next(),
            if_range: next(),
            ..Conditions::default()
        };
        model::check_conditions(&conditions, &current());
    }

    #[test]
    fn any_text_may_be_a_files_name(name in any::<String>(), ending in "(\\.[a-zA-Z0-9.]{0,20})?") {
        model::check_name(&format!("{name}{ending}"));
    }

    #[test]
    fn a_date_reads_back(seconds in 0_u64..250_000_000_000) {
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        prop_assert_eq!(http_date::parse(&http_date::format(time)), Some(time));
    }
}
