//! Which part of a file a `Range` header asks for (RFC 9110 §14).

use std::ops::Range;

/// More parts than this in one request are taken for an attack, or a mistake: the whole file is sent instead.
const MAX_RANGES: usize = 16;

/// What a request gets of a file. Offsets count from 0 and exclude their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// The whole file: 200.
    Whole,
    /// One part: 206 with `Content-Range`.
    Part(Range<u64>),
    /// Several parts that neither overlap nor touch: 206 with `multipart/byteranges`.
    Parts(Vec<Range<u64>>),
}

/// No part that was asked for lies in the file: 416 with `Content-Range: bytes */size` (§15.5.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsatisfiable;

/// The part of a file of `size` bytes that the `Range` header `header` asks for.
///
/// A unit other than `bytes`, a malformed header, more than 16 parts, parts that together are as long as the file, and
/// any part of an empty file count as no header. Parts that overlap or touch are joined and then go in the file's
/// order; otherwise they go in the request's order.
pub(super) fn select(header: &str, size: u64) -> Result<Selection, Unsatisfiable> {
    let Some(specs) = parse(header) else { return Ok(Selection::Whole) };
    if size == 0 {
        return Ok(Selection::Whole);
    }
    let asked: Vec<Range<u64>> = specs.iter().filter_map(|spec| spec.within(size)).collect();
    if asked.is_empty() {
        return Err(Unsatisfiable);
    }
    let total: u128 = asked.iter().map(|range| u128::from(range.end - range.start)).sum();
    if asked.len() > 1 && total >= u128::from(size) {
        return Ok(Selection::Whole);
    }
    let joined = join(&asked);
    Ok(match joined.as_slice() {
        [only] => Selection::Part(only.clone()),
        _ if joined.len() == asked.len() => Selection::Parts(asked),
        _ => Selection::Parts(joined),
    })
}

/// One `range-spec`; numbers too large for 64 bits are taken for the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spec {
    /// `first-last`, both included.
    FromTo(u64, u64),
    /// `first-`
    From(u64),
    /// `-length`: the last bytes.
    Suffix(u64),
}

impl Spec {
    /// The bytes that it means in a file of `size` bytes, `size` > 0; none when it lies behind the end.
    fn within(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Spec::FromTo(first, last) => first..last.saturating_add(1).min(size),
            Spec::From(first) => first..size,
            Spec::Suffix(length) => size.saturating_sub(length)..size,
        };
        (range.start < range.end).then_some(range)
    }
}

/// The parts of a `bytes` range, in order; none for another unit, a malformed header, or too many parts.
fn parse(header: &str) -> Option<Vec<Spec>> {
    let (unit, set) = header.trim().split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut specs = Vec::new();
    // A list may hold empty elements (§5.6.1.2); bounding all elements bounds the work.
    for (index, element) in set.split(',').enumerate() {
        let element = element.trim_matches([' ', '\t']);
        if index >= MAX_RANGES {
            return None;
        }
        if !element.is_empty() {
            specs.push(parse_spec(element)?);
        }
    }
    (!specs.is_empty()).then_some(specs)
}

fn parse_spec(text: &str) -> Option<Spec> {
    let (first, last) = text.split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Spec::Suffix(number(last)?)),
        (false, true) => Some(Spec::From(number(first)?)),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::FromTo(first, last))
        }
    }
}

/// A run of ASCII digits; one too large for 64 bits is the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// `ranges` in the file's order, those that overlap or touch made one. Takes O(n log n).
fn join(ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match joined.last_mut() {
            Some(before) if range.start <= before.end => before.end = before.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 1000;

    fn part(range: Range<u64>) -> Result<Selection, Unsatisfiable> {
        Ok(Selection::Part(range))
    }

    #[test]
    fn one_part_is_cut_to_the_file() {
        for (header, range) in [
            ("bytes=0-99", 0..100),
            ("bytes=0-0", 0..1),
            ("bytes=900-", 900..1000),
            ("bytes=-100", 900..1000),
            ("bytes=-5000", 0..1000),
            ("bytes=500-5000", 500..1000),
            ("bytes=0-", 0..1000),
            ("BYTES=999-999", 999..1000),
            ("bytes=5-99999999999999999999999999", 5..1000),
            ("bytes=-99999999999999999999999999", 0..1000),
            ("bytes=5-18446744073709551615", 5..1000),
            (" bytes= 0-9 ,, ", 0..10),
        ] {
            assert_eq!(select(header, SIZE), part(range), "{header}");
        }
    }

    #[test]
    fn a_part_behind_the_end_cannot_be_had() {
        for header in [
            "bytes=1000-",
            "bytes=1000-2000",
            "bytes=-0",
            "bytes=1000-,2000-",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(select(header, SIZE), Err(Unsatisfiable), "{header}");
        }
    }

    #[test]
    fn a_malformed_range_is_no_range() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=abc",
            "bytes=20-10",
            "bytes=1-2-3",
            "bytes=1 - 2",
            "bytes=+1-2",
            "bytes=0x1-2",
            "bytes=0-9,x",
            "items=0-5",
            "bytes =0-5",
            "bytes=٣-٤",
            "0-5",
            "bytes=0-1,bytes=3-4",
        ] {
            assert_eq!(select(header, SIZE), Ok(Selection::Whole), "{header}");
        }
    }

    #[test]
    fn several_parts_keep_their_order_unless_they_are_joined() {
        assert_eq!(select("bytes=0-0,-1", SIZE), Ok(Selection::Parts(vec![0..1, 999..1000])));
        assert_eq!(select("bytes=500-509, 0-9", SIZE), Ok(Selection::Parts(vec![500..510, 0..10])));
        assert_eq!(select("bytes=0-9,10-19", SIZE), part(0..20));
        assert_eq!(select("bytes=5-14,0-9", SIZE), part(0..15));
        assert_eq!(select("bytes=500-509,5-9,0-4", SIZE), Ok(Selection::Parts(vec![0..10, 500..510])));
        assert_eq!(select("bytes=0-9,5000-", SIZE), part(0..10));
    }

    #[test]
    fn greedy_requests_get_the_file_once() {
        assert_eq!(select("bytes=0-599,400-999", SIZE), Ok(Selection::Whole));
        assert_eq!(select(&format!("bytes={}", "0-,".repeat(1000)), SIZE), Ok(Selection::Whole));
        let of = |count: usize| {
            format!("bytes={}", (0..count).map(|i| format!("{0}-{0}", i * 2)).collect::<Vec<_>>().join(","))
        };
        assert!(matches!(select(&of(16), SIZE), Ok(Selection::Parts(parts)) if parts.len() == 16));
        assert_eq!(select(&of(17), SIZE), Ok(Selection::Whole));
        assert_eq!(select(&"bytes=".to_owned().repeat(100_000), SIZE), Ok(Selection::Whole));
    }

    #[test]
    fn an_empty_file_is_always_sent_whole() {
        for header in ["bytes=0-0", "bytes=-5", "bytes=0-", "bytes=-0"] {
            assert_eq!(select(header, 0), Ok(Selection::Whole), "{header}");
        }
    }

    #[test]
    fn the_largest_file_overflows_nothing() {
        assert_eq!(select("bytes=0-18446744073709551615", u64::MAX), part(0..u64::MAX));
        assert_eq!(select("bytes=18446744073709551614-", u64::MAX), part(u64::MAX - 1..u64::MAX));
        assert_eq!(select("bytes=0-,0-,0-", u64::MAX), Ok(Selection::Whole));
    }

    /// Small pseudo-random numbers, the same in each run (xorshift).
    struct Numbers(u64);
    impl Numbers {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % bound
        }
    }

    #[test]
    fn what_is_sent_is_what_a_byte_by_byte_reading_of_the_header_asks_for() {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for _ in 0..20_000 {
            let size = 1 + numbers.below(30);
            let mut wanted = vec![false; size as usize];
            let mut sum = 0;
            let mut specs = Vec::new();
            let count = 1 + numbers.below(4);
            for _ in 0..count {
                let (a, b) = (numbers.below(40), numbers.below(40));
                let (text, bytes): (String, Vec<u64>) = match numbers.below(3) {
                    0 => (format!("{}-{}", a.min(b), a.max(b)), (a.min(b)..=a.max(b)).collect()),
                    1 => (format!("{a}-"), (a..size).collect()),
                    _ => (format!("-{a}"), (0..size).rev().take(a as usize).collect()),
                };
                for byte in bytes.into_iter().filter(|&byte| byte < size) {
                    wanted[byte as usize] = true;
                    sum += 1;
                }
                specs.push(text);
            }
            let header = format!("bytes={}", specs.join(","));
            let selection = select(&header, size);

            let Some(()) = wanted.contains(&true).then_some(()) else {
                assert_eq!(selection, Err(Unsatisfiable), "{header} of {size}");
                continue;
            };
            let sent: Vec<Range<u64>> = match selection.unwrap() {
                Selection::Whole => {
                    assert!(count > 1 && sum >= size, "{header} of {size} needn't be the whole file");
                    continue;
                }
                Selection::Part(range) => vec![range],
                Selection::Parts(ranges) => {
                    assert!(ranges.len() > 1);
                    ranges
                }
            };
            let mut got = vec![false; size as usize];
            for byte in sent.into_iter().flatten() {
                assert!(
                    !std::mem::replace(&mut got[byte as usize], true),
                    "{header} of {size} sends {byte} twice"
                );
            }
            assert_eq!(got, wanted, "{header} of {size}");
        }
    }
}
