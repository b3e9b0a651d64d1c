//! Conditions, in the order in which they go before one another (RFC 9110 §13.2.2). Every way agrees: what a web server
//! gets wrong the shop answers before it is asked.
#![allow(clippy::single_range_in_vec_init, reason = "a list of parts may have one")]

use super::answers::{Answer, Case};

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    // If-None-Match.
    Case { headers: &[("If-None-Match", "{etag}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-None-Match", "W/{etag}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-None-Match", "*")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-None-Match", "\"other\"")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-None-Match", "\"other\", {etag}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-None-Match", "\"a,b\" , W/\"other\", {etag}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-None-Match", "\"other\""), ("Range", "bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("If-None-Match", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[] },
    // If-Modified-Since.
    Case { headers: &[("If-Modified-Since", "{modified}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-Modified-Since", "{later}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-Modified-Since", "{older}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Modified-Since", "garbage")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Modified-Since", "{modified}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[] },
    // A tag goes before a date.
    Case { headers: &[("If-None-Match", "\"other\""), ("If-Modified-Since", "{modified}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-None-Match", "{etag}"), ("If-Modified-Since", "{older}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-Match", "{etag}"), ("If-Unmodified-Since", "{older}")], expected: Answer::Whole, but: &[] },
    // If-Match and If-Unmodified-Since.
    Case { headers: &[("If-Match", "{etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Match", "*")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Match", "\"other\"")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Match", "W/{etag}")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Match", "\"other\", {etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{modified}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{later}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{older}")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "garbage")], expected: Answer::Whole, but: &[] },
    // They go before all else.
    Case { headers: &[("If-Match", "\"other\""), ("If-None-Match", "{etag}")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Match", "{etag}"), ("If-None-Match", "{etag}")], expected: Answer::NotModified, but: &[] },
    Case { headers: &[("If-Unmodified-Since", "{older}"), ("If-None-Match", "{etag}")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Match", "\"other\""), ("Range", "bytes=0-9")], expected: Answer::Failed, but: &[] },
    Case { headers: &[("If-Match", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::Bytes(&[0..10]), but: &[] },
    Case { headers: &[("If-Match", "\"other\""), ("Range", "bytes=5000-")], expected: Answer::Failed, but: &[] },
    // If-Range: the same file, or all of it.
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=400-")], expected: Answer::Bytes(&[400..1000]), but: &[] },
    Case { headers: &[("If-Range", "{modified}"), ("Range", "bytes=400-")], expected: Answer::Bytes(&[400..1000]), but: &[] },
    Case { headers: &[("If-Range", "\"other\""), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "W/{etag}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "{older}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "{later}"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "garbage"), ("Range", "bytes=400-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "\"other\""), ("Range", "bytes=5000-")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=5000-")], expected: Answer::Unsatisfiable, but: &[] },
    Case { headers: &[("If-Range", "{etag}")], expected: Answer::Whole, but: &[] },
    Case { headers: &[("If-Range", "{etag}"), ("Range", "bytes=0-0,-1")], expected: Answer::Bytes(&[0..1, 999..1000]), but: &[] },
    Case { headers: &[("If-None-Match", "{etag}"), ("If-Range", "{etag}"), ("Range", "bytes=0-9")], expected: Answer::NotModified, but: &[] },
];
