//! Which part of the file (RFC 9110 §14).
#![allow(clippy::single_range_in_vec_init, reason = "a list of parts may have one")]

use bookplate::config::Backend;

use super::But;
use super::answers::{Answer, Case};
use crate::shop::Way;

/// A range that can't be read should be no range. Caddy says that it can't be had, and no client sends one. (nginx and
/// lighttpd would say so, too: the shop doesn't let them.)
const CADDY_CANT_READ_IT: But<Answer> = But {
    ways: &[Way::Local(Backend::Caddy)],
    answer: Answer::Refused,
    why: "it takes what it can't read for unsatisfiable",
};
/// No file is as long as that.
const CADDY_ENDS_AT_64_BITS: But<Answer> = But {
    ways: &[Way::Local(Backend::Caddy)],
    answer: Answer::Refused,
    why: "its numbers end at 64 bits, and what is larger it calls unsatisfiable",
};
const CADDY_SENDS_NO_BYTES: But<Answer> = But {
    ways: &[Way::Local(Backend::Caddy)],
    answer: Answer::Bytes(&[]),
    why: "its last zero bytes are a part without bytes",
};
const CADDY_READS_THE_SIGN: But<Answer> =
    But { ways: &[Way::Local(Backend::Caddy)], answer: Answer::Bytes(&[1..3]), why: "it reads the sign" };
const LIGHTTPD_JOINS_PARTS: But<Answer> = But {
    ways: &[Way::Local(Backend::Lighttpd)],
    answer: Answer::Bytes(&[0..30]),
    why: "it sends parts that lie close together as one, with what is between them, and says where that lies",
};
const OVERLAPS_ARE_SENT: But<Answer> = But {
    ways: &[Way::Local(Backend::Nginx), Way::Local(Backend::Caddy)],
    answer: Answer::NoMoreThanTheFile,
    why: "they send parts that overlap one after the other, and no more than the file in all",
};
const MANY_PARTS_ARE_SENT: But<Answer> = But {
    ways: &[Way::Local(Backend::Lighttpd), Way::Local(Backend::Caddy)],
    answer: Answer::NoMoreThanTheFile,
    why: "lighttpd sends ten parts at most, Caddy any number, and no more than the file in all",
};
const APACHE_SENDS_ONE_PART: But<Answer> = But {
    ways: &[Way::Local(Backend::Apache)],
    answer: Answer::Bytes(&[0..1000]),
    why: "it sends what they come to as one part, which is the file",
};
const S3_READS_ONE_PART: But<Answer> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Answer::NotUnderstood,
    why: "S3 knows a single range, and the tests' server says so of all else",
};
/// S3 itself sends the whole file when it is shorter than that.
const S3_HAS_NO_LAST_5000: But<Answer> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Answer::Broken,
    why: "the tests' server looks for a place before the beginning, and breaks",
};
const S3_CALLS_IT_UNSATISFIABLE: But<Answer> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Answer::Refused,
    why: "the tests' server takes it for the last zero bytes",
};
const S3_SAYS_NO_LENGTH: But<Answer> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Answer::Refused,
    why: "the tests' server doesn't say how long the file is; S3 does, in its text",
};

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    Case { headers: &[("Range", "bytes=0-99")], expected: Answer::Bytes(&[0..100]), but: &[] },
    Case { headers: &[("Range", "bytes=0-0")], expected: Answer::Bytes(&[0..1]), but: &[] },
    Case { headers: &[("Range", "bytes=999-999")], expected: Answer::Bytes(&[999..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-1")], expected: Answer::Bytes(&[999..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-1000")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-100")], expected: Answer::Bytes(&[900..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=-5000")], expected: Answer::Bytes(&[0..1000]), but: &[S3_HAS_NO_LAST_5000] },
    Case { headers: &[("Range", "bytes=900-")], expected: Answer::Bytes(&[900..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-999")], expected: Answer::Bytes(&[0..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=500-5000")], expected: Answer::Bytes(&[500..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=0-9,20-29")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[LIGHTTPD_JOINS_PARTS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=20-29,0-9")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[LIGHTTPD_JOINS_PARTS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-0,-1")], expected: Answer::Bytes(&[0..1, 999..1000]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=700-709,100-109,900-")], expected: Answer::Bytes(&[100..110, 700..710, 900..1000]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-9,5000-")], expected: Answer::Bytes(&[0..10]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=5000-,0-9")], expected: Answer::Bytes(&[0..10]), but: &[S3_READS_ONE_PART] },
    // Behind the end.
    Case { headers: &[("Range", "bytes=1000-")], expected: Answer::Unsatisfiable, but: &[S3_SAYS_NO_LENGTH] },
    Case { headers: &[("Range", "bytes=1000-2000")], expected: Answer::Unsatisfiable, but: &[S3_SAYS_NO_LENGTH] },
    Case { headers: &[("Range", "bytes=1000-,2000-")], expected: Answer::Unsatisfiable, but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=-0")], expected: Answer::Unsatisfiable, but: &[CADDY_SENDS_NO_BYTES, S3_SAYS_NO_LENGTH] },
    // Spaces and empty elements of a list.
    Case { headers: &[("Range", "bytes= 0-9")], expected: Answer::Bytes(&[0..10]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-9 , 20-29")], expected: Answer::Bytes(&[0..10, 20..30]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=,0-9,,")], expected: Answer::Bytes(&[0..10]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "Bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    // Parts that touch or overlap are sent once.
    Case { headers: &[("Range", "bytes=0-9,10-19")], expected: Answer::Bytes(&[0..20]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-9,5-14")], expected: Answer::Bytes(&[0..15]), but: &[OVERLAPS_ARE_SENT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=5-14,0-9,2-3")], expected: Answer::Bytes(&[0..15]), but: &[OVERLAPS_ARE_SENT, S3_READS_ONE_PART] },
    // Greedy ones.
    Case { headers: &[("Range", "bytes=0-599,400-999")], expected: Answer::NoMoreThanTheFile, but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-,0-,0-")], expected: Answer::NoMoreThanTheFile, but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes={thousand}")], expected: Answer::NoMoreThanTheFile, but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes={seventeen}")], expected: Answer::Whole, but: &[MANY_PARTS_ARE_SENT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes={the rest, 500 times}")], expected: Answer::Whole, but: &[APACHE_SENDS_ONE_PART, MANY_PARTS_ARE_SENT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes={all, five times}")], expected: Answer::Whole, but: &[APACHE_SENDS_ONE_PART, MANY_PARTS_ARE_SENT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0-,-1000")], expected: Answer::NoMoreThanTheFile, but: &[S3_READS_ONE_PART] },
    // Numbers at and behind 64 bits.
    Case { headers: &[("Range", "bytes=5-9223372036854775807")], expected: Answer::Bytes(&[5..1000]), but: &[] },
    Case { headers: &[("Range", "bytes=5-18446744073709551615")], expected: Answer::Bytes(&[5..1000]), but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=5-99999999999999999999999")], expected: Answer::Bytes(&[5..1000]), but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=-18446744073709551616")], expected: Answer::Bytes(&[0..1000]), but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=18446744073709551615-")], expected: Answer::Unsatisfiable, but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=18446744073709551616-")], expected: Answer::Unsatisfiable, but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=99999999999999999999999-")], expected: Answer::Unsatisfiable, but: &[CADDY_ENDS_AT_64_BITS, S3_READS_ONE_PART] },
    // No range at all.
    Case { headers: &[("Range", "bytes=20-10")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=abc")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=--5")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=1-2-3")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=0x1-2")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=+1-2")], expected: Answer::Whole, but: &[CADDY_READS_THE_SIGN, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes=-")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_CALLS_IT_UNSATISFIABLE] },
    Case { headers: &[("Range", "bytes=")], expected: Answer::Whole, but: &[S3_READS_ONE_PART] },
    Case { headers: &[("Range", "items=0-5")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "0-5")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "bytes")], expected: Answer::Whole, but: &[CADDY_CANT_READ_IT, S3_READS_ONE_PART] },
    Case { headers: &[("Range", "")], expected: Answer::Whole, but: &[] },
];
