//! The five conditions, with any text in each.
#![no_main]

use bookplate_fuzz::delivery::{Conditions, check_conditions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: [Option<&str>; 5]| {
    let [if_match, if_none_match, if_modified_since, if_unmodified_since, if_range] =
        input.map(|text| text.map(str::to_owned));
    check_conditions(&Conditions {
        if_match,
        if_none_match,
        if_modified_since,
        if_unmodified_since,
        if_range,
        ..Conditions::default()
    });
});
