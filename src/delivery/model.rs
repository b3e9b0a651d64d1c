//! What the code for ranges, conditions and names must do, written down a second time, slowly and plainly: for the
//! property tests here, and for the fuzz targets in `fuzz/`.

use super::conditional::{self, Outcome};
use super::range::{self, Selection, Unsatisfiable};
use super::{Conditions, Validators, disposition};
use crate::file_name;

/// The bytes of a file of `size` bytes that `header` names, each asked about by itself; none for no range.
///
/// Written after RFC 9110 §14.1.1 and §14.1.2. It is slow: `size` must be small.
fn named(header: &str, size: u64) -> Option<Vec<bool>> {
    let header = header.trim();
    let equals = header.find('=')?;
    if !header[..equals].eq_ignore_ascii_case("bytes") || header[equals..].matches(',').count() >= 16 {
        return None;
    }
    let mut named = vec![false; usize::try_from(size).unwrap()];
    let mut count = 0;
    for spec in header[equals + 1..].split(',').map(|spec| spec.trim_matches(|c| c == ' ' || c == '\t')) {
        if spec.is_empty() {
            continue;
        }
        count += 1;
        let digits = |text: &str| text.chars().all(|c| "0123456789".contains(c));
        // A number that no file is as long as is as good as any other such.
        let number = |text: &str| {
            text.chars()
                .fold(0_u128, |sum, c| (sum * 10 + u128::from(c.to_digit(10).unwrap())).min(u64::MAX.into()))
        };
        let ends: Vec<&str> = spec.split('-').collect();
        if ends.len() != 2 || !digits(ends[0]) || !digits(ends[1]) || spec == "-" {
            return None;
        }
        let (first, last) = (number(ends[0]), number(ends[1]));
        if !ends[0].is_empty() && !ends[1].is_empty() && first > last {
            return None;
        }
        for byte in 0..u128::from(size) {
            named[usize::try_from(byte).unwrap()] |= match (ends[0], ends[1]) {
                ("", _) => u128::from(size) - byte <= last,
                (_, "") => byte >= first,
                _ => byte >= first && byte <= last,
            };
        }
    }
    (count > 0).then_some(named)
}

/// Holds [`range::select`] to [`named`].
pub fn check_range(header: &str, size: u64) {
    let selection = range::select(header, size);
    let Some(named) = named(header, size) else {
        assert_eq!(selection, Ok(Selection::Whole), "{header:?} of {size} is no range");
        return;
    };
    if size == 0 {
        assert_eq!(selection, Ok(Selection::Whole), "{header:?}: an empty file is sent whole");
        return;
    }
    if !named.contains(&true) {
        assert_eq!(selection, Err(Unsatisfiable), "{header:?} of {size}");
        return;
    }
    let parts = match selection.unwrap() {
        // Only several parts may be as much as the file.
        Selection::Whole => {
            return assert!(header.contains(','), "{header:?} of {size} needn't be all of it");
        }
        Selection::Part(part) => vec![part],
        Selection::Parts(parts) => {
            assert!(parts.len() > 1, "{header:?} of {size}");
            parts
        }
    };
    let mut sent = vec![false; named.len()];
    for byte in parts.into_iter().flatten() {
        let sent = &mut sent[usize::try_from(byte).unwrap()];
        assert!(!std::mem::replace(sent, true), "{header:?} of {size} sends the byte {byte} twice");
    }
    assert_eq!(sent, named, "{header:?} of {size}");
}

/// What holds for a file of any size.
pub fn check_large_range(header: &str, size: u64) {
    let parts = match range::select(header, size) {
        Ok(Selection::Whole) | Err(Unsatisfiable) => return,
        Ok(Selection::Part(part)) => vec![part],
        Ok(Selection::Parts(parts)) => parts,
    };
    assert!(
        parts.iter().all(|part| part.start < part.end && part.end <= size),
        "{header:?} of {size}: {parts:?}"
    );
    let sum: u128 = parts.iter().map(|part| u128::from(part.end - part.start)).sum();
    assert!(parts.len() <= 16 && sum <= u128::from(size), "{header:?} of {size}: {parts:?}");
}

/// A list of entity tags, as a condition has it.
#[derive(Debug, Clone)]
pub enum Tags {
    /// `*`
    Any,
    /// Each weak or not, and the current one or not.
    These(Vec<(bool, bool)>),
}

/// When a date lies, seen from the file's own.
pub type When = std::cmp::Ordering;

/// The validator of an `If-Range`.
#[derive(Debug, Clone, Copy)]
pub enum Validator {
    /// A tag: weak or not, the current one or not.
    Tag(bool, bool),
    /// A date.
    Date(When),
}

/// The outcome by RFC 9110 §13.2.2, step by step.
pub fn outcome(
    if_match: Option<&Tags>,
    if_unmodified_since: Option<When>,
    if_none_match: Option<&Tags>,
    if_modified_since: Option<When>,
    if_range: Option<Validator>,
) -> Outcome {
    let strong = |tags: &Tags| match tags {
        Tags::Any => true,
        Tags::These(tags) => tags.contains(&(false, true)),
    };
    let weak = |tags: &Tags| match tags {
        Tags::Any => true,
        Tags::These(tags) => tags.iter().any(|(_, current)| *current),
    };
    // 1 and 2.
    let holds = if_match.map_or(if_unmodified_since.is_none_or(When::is_ge), strong);
    if !holds {
        return Outcome::Failed;
    }
    // 3 and 4.
    let changed = if_none_match.map_or(if_modified_since.is_none_or(When::is_lt), |tags| !weak(tags));
    if !changed {
        return Outcome::NotModified;
    }
    // 5.
    match if_range {
        None | Some(Validator::Tag(false, true) | Validator::Date(When::Equal)) => Outcome::Send,
        Some(_) => Outcome::SendWhole,
    }
}

/// What holds for any text in the conditions: nothing panics, and what is not asked can't fail.
pub fn check_conditions(conditions: &Conditions, validators: &Validators) {
    let outcome = conditional::evaluate(conditions, validators);
    if conditions.if_match.is_none() && conditions.if_unmodified_since.is_none() {
        assert_ne!(outcome, Outcome::Failed, "{conditions:?}");
    }
    if conditions.if_none_match.is_none() && conditions.if_modified_since.is_none() {
        assert_ne!(outcome, Outcome::NotModified, "{conditions:?}");
    }
    if conditions.if_range.is_none() {
        assert_ne!(outcome, Outcome::SendWhole, "{conditions:?}");
    }
}

/// Holds a file's name, which may be any text, to what the header must be.
pub fn check_name(name: &str) {
    let value = disposition::attachment(name);
    assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{value:?}");
    let rest = value.strip_prefix("attachment; filename=\"").unwrap();
    let (plain, extended) = rest.split_once("\"; filename*=UTF-8''").unwrap();
    assert!(!plain.contains(['"', '\\', '/', '%']) && !plain.is_empty(), "{value:?}");
    let mut bytes = Vec::new();
    let mut rest = extended.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            // RFC 8187 §3.2.1, but for the letters and digits.
            _ => {
                assert!(byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte), "{value:?}");
                bytes.push(byte);
            }
        }
    }
    let decoded = String::from_utf8(bytes).unwrap();
    assert_eq!(decoded, file_name::clean(name), "{name:?}");
    assert!(!decoded.contains(['/', '\\']) && !decoded.contains(char::is_control), "{decoded:?}");
    assert!(!decoded.is_empty() && !decoded.starts_with('.') && decoded.len() <= 255, "{decoded:?}");
}
