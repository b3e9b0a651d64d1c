//! `Range`: the bytes of a small file, one by one, and no way out of a large one.
#![no_main]

use bookplate_fuzz::delivery::model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u64, &str)| {
    let (small, large, header) = input;
    model::check_range(header, u64::from(small) % 70);
    model::check_range(&format!("bytes={header}"), u64::from(small) % 70);
    model::check_large_range(&format!("bytes={header}"), large);
});
