//! Which part of the file (RFC 9110 §14).
#![allow(clippy::single_range_in_vec_init, reason = "a list of parts may have one")]

use bookplate::config::Backend;

use super::{Answer, But, Case};

/// A range that can't be read should be no range. Caddy says that it can't be had, and no client sends one. (nginx and
/// lighttpd would say so, too: the shop doesn't let them.)
const CALLS_IT_UNSATISFIABLE: &str = "it takes what it can't read for unsatisfiable";
/// Caddy calls a number that doesn't fit into 64 bits unsatisfiable; no file is as long as that.
const ENDS_AT_64_BITS: &str = "its numbers end at 64 bits";
/// lighttpd sends two parts with a few bytes between them as one, with those bytes, and says where it begins and ends.
const JOINS_PARTS: &str = "it joins parts that lie close together";
const SENDS_OVERLAPS: &str =
    "it sends parts that overlap one after the other, and no more than the file in all";

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    Case { headers: &[("Range", "bytes=0-99")], expected: Answer::Bytes(&[0..100]), but: &[] },
    Case { headers: &[("Range", "bytes=0-0")], expected: Answer::Bytes(&[0..1]), but: &[] },
    Case { headers: &[("Range", "bytes=999-999")], expected: Answer::Bytes(&[999..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-1")], expected: Answer::Bytes(&[999..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-1000")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-5000")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=900-")], expected: Answer::Bytes(&[900..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-999")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=500-5000")], expected: Answer::Bytes(&[500..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-9,20-29")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[But { backends: &[Backend::Lighttpd], answer: Answer::Bytes(&[0..30]), why: JOINS_PARTS }] },
    Case { headers: &[("Range", "bytes=20-29,0-9")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[But { backends: &[Backend::Lighttpd], answer: Answer::Bytes(&[0..30]), why: JOINS_PARTS }] },
    Case { headers: &[("Range", "bytes=0-0,-1")], expected: Answer::Bytes(&[0..1, 999..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-9,5000-")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("Range", "bytes=5000-,0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    // Behind the end.
    Case { headers: &[("Range", "bytes=1000-")], expected: Answer::Unsatisfiable, but: &[] },
    Case { headers: &[("Range", "bytes=1000-2000")], expected: Answer::Unsatisfiable, but: &[] },
    Case { headers: &[("Range", "bytes=1000-,2000-")], expected: Answer::Unsatisfiable, but: &[] },
    Case { headers: &[("Range", "bytes=-0")], expected: Answer::Unsatisfiable, but: &[But { backends: &[Backend::Caddy], answer: Answer::Bytes(&[]), why: "its last zero bytes are a part without bytes" }] },
    // Spaces and empty elements of a list.
    Case { headers: &[("Range", "bytes= 0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("Range", "bytes=0-9 , 20-29")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[] },
    Case { headers: &[("Range", "bytes=,0-9,,")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("Range", "Bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }] },
    // Parts that touch or overlap are sent once.
    Case { headers: &[("Range", "bytes=0-9,10-19")], expected: Answer::Bytes(&[0..20]), but: &[] },
    Case { headers: &[("Range", "bytes=0-9,5-14")], expected: Answer::Bytes(&[0..15]), but: &[But { backends: &[Backend::Nginx, Backend::Caddy], answer: Answer::NoMoreThanTheFile, why: SENDS_OVERLAPS }] },
    Case { headers: &[("Range", "bytes=5-14,0-9,2-3")], expected: Answer::Bytes(&[0..15]), but: &[But { backends: &[Backend::Nginx, Backend::Caddy], answer: Answer::NoMoreThanTheFile, why: SENDS_OVERLAPS }] },
    // Greedy ones.
    Case { headers: &[("Range", "bytes=0-599,400-999")], expected: Answer::NoMoreThanTheFile, but: &[] },
    Case { headers: &[("Range", "bytes=0-,0-,0-")], expected: Answer::NoMoreThanTheFile, but: &[] },
    Case { headers: &[("Range", "bytes={thousand}")], expected: Answer::NoMoreThanTheFile, but: &[] },
    Case { headers: &[("Range", "bytes=0-,-1000")], expected: Answer::NoMoreThanTheFile, but: &[] },
    // Numbers at and behind 64 bits.
    Case { headers: &[("Range", "bytes=5-9223372036854775807")], expected: Answer::Bytes(&[5..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=5-18446744073709551615")], expected: Answer::Bytes(&[5..1000]), but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }, ] },
    Case { headers: &[("Range", "bytes=5-99999999999999999999999")], expected: Answer::Bytes(&[5..1000]), but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }, ] },
    Case { headers: &[("Range", "bytes=-18446744073709551616")], expected: Answer::Bytes(&[0..1000]), but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }, ] },
    Case { headers: &[("Range", "bytes=18446744073709551615-")], expected: Answer::Unsatisfiable, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }] },
    Case { headers: &[("Range", "bytes=18446744073709551616-")], expected: Answer::Unsatisfiable, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }] },
    Case { headers: &[("Range", "bytes=99999999999999999999999-")], expected: Answer::Unsatisfiable, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: ENDS_AT_64_BITS }] },
    // No range at all.
    Case { headers: &[("Range", "bytes=20-10")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=abc")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=--5")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=1-2-3")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=0x1-2")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=+1-2")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Bytes(&[1..3]), why: "it reads the sign" }, ] },
    Case { headers: &[("Range", "bytes=-")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes=")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("Range", "items=0-5")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "0-5")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "bytes")], expected: Answer::Whole, but: &[But { backends: &[Backend::Caddy], answer: Answer::Refused, why: CALLS_IT_UNSATISFIABLE }, ] },
    Case { headers: &[("Range", "")], expected: Answer::Whole, but: &[] },
];
