//! `Content-Disposition`: any name.
#![no_main]

use bookplate_fuzz::delivery::model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| model::check_name(name));
