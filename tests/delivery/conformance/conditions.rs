//! Conditions, in the order in which they go before one another (RFC 9110 §13.2.2). Every way agrees: what a web server
//! gets wrong the shop answers before it is asked. But where readers are sent on to S3, it is for the service to answer
//! them; S3 does so, and the tests' server reads none of them.
#![allow(clippy::single_range_in_vec_init, reason = "a list of parts may have one")]

use bookplate::config::Backend;

use super::But;
use super::answers::{Answer, Case};
use crate::shop::Way;

const S3_SENDS_IT: But<Answer> = s3(Answer::Whole);
const S3_SENDS_THE_FIRST_TEN: But<Answer> = s3(Answer::Bytes(&[0..10]));
const S3_SENDS_THE_REST: But<Answer> = s3(Answer::Bytes(&[400..1000]));
const S3_REFUSES_THE_RANGE: But<Answer> = s3(Answer::Refused);
const S3_READS_ONE_PART: But<Answer> = s3(Answer::NotUnderstood);
const S3_READS_NO_OTHER_DATE: But<Answer> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Answer::NotUnderstood,
    why: "the tests' server wants a date",
};

const fn s3(answer: Answer) -> But<Answer> {
    But { ways: &[Way::S3(Backend::Redirect)], answer, why: "the tests' server reads no conditions; S3 does" }
}

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    // If-None-Match.
    Case { headers: &[("If-None-Match", "{etag}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-None-Match", "W/{etag}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-None-Match", "*")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-None-Match", "\"other\"")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-None-Match", "\"other\", {etag}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-None-Match", "\"a,b\" , W/\"other\", {etag}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-None-Match", "\"other\""), ("Range", "bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("If-None-Match", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[S3_SENDS_THE_FIRST_TEN] },
    // If-Modified-Since.
    Case { headers: &[("If-Modified-Since", "{modified}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Modified-Since", "{later}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Modified-Since", "{older}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Modified-Since", "garbage")], expected: Answer::Whole, but: &[S3_READS_NO_OTHER_DATE] },
    Case { headers: &[("If-Modified-Since", "{modified}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[S3_SENDS_THE_FIRST_TEN] },
    // A tag goes before a date.
    Case { headers: &[("If-None-Match", "\"other\""), ("If-Modified-Since", "{modified}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-None-Match", "{etag}"), ("If-Modified-Since", "{older}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Match", "{etag}"), ("If-Unmodified-Since", "{older}")], expected: Answer::Whole, but: &[] },
    // If-Match and If-Unmodified-Since.
    Case { headers: &[("If-Match", "{etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Match", "*")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Match", "\"other\"")], expected: Answer::Failed, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Match", "W/{etag}")], expected: Answer::Failed, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Match", "\"other\", {etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{modified}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{later}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{older}")], expected: Answer::Failed, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Unmodified-Since", "garbage")], expected: Answer::Whole, but: &[S3_READS_NO_OTHER_DATE] },
    // They go before all else.
    Case { headers: &[("If-Match", "\"other\""), ("If-None-Match", "{etag}")], expected: Answer::Failed, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Match", "{etag}"), ("If-None-Match", "{etag}")], expected: Answer::NotModified, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Unmodified-Since", "{older}"), ("If-None-Match", "{etag}")], expected: Answer::Failed, but: &[S3_SENDS_IT] },
    Case { headers: &[("If-Match", "\"other\""), ("Range", "bytes=0-9")], expected: Answer::Failed, but: &[S3_SENDS_THE_FIRST_TEN] },
    Case { headers: &[("If-Match", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("If-Match", "\"other\""), ("Range", "bytes=5000-")], expected: Answer::Failed, but: &[S3_REFUSES_THE_RANGE] },
    // If-Range: the same file, or all of it.
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=400-")], expected: Answer::Bytes(&[400..1000]), but: &[] },
    Case { headers: &[("If-Range", "{modified}"), ("Range", "bytes=400-")], expected: Answer::Bytes(&[400..1000]), but: &[] },
    Case { headers: &[("If-Range", "\"other\""), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[S3_SENDS_THE_REST] },
    Case { headers: &[("If-Range", "W/{etag}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[S3_SENDS_THE_REST] },
    Case { headers: &[("If-Range", "{older}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[S3_SENDS_THE_REST] },
    Case { headers: &[("If-Range", "{later}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[S3_SENDS_THE_REST] },
    Case { headers: &[("If-Range", "garbage"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[S3_SENDS_THE_REST] },
    Case { headers: &[("If-Range", "\"other\""), ("Range", "bytes=5000-")], expected: Answer::Whole, but: &[S3_REFUSES_THE_RANGE] },
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=5000-")], expected: Answer::Unsatisfiable, but: &[S3_REFUSES_THE_RANGE] },
    Case { headers: &[("If-Range", "{etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=0-0,-1")], expected: Answer::Bytes(&[0..1, 999..1000]), but: &[S3_READS_ONE_PART] },
    Case { headers: &[("If-None-Match", "{etag}"), ("If-Range", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[S3_SENDS_THE_FIRST_TEN] },
];
