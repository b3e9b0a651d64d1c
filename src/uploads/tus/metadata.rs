//! `Upload-Metadata`: pairs of a key and a value in base64, separated by commas.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Reads the header; a pair that can't be read is left out, and a key without a value has an empty one.
#[must_use]
pub fn parse(text: &str) -> HashMap<String, String> {
    let pair = |pair: &str| {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        let value = STANDARD.decode(value.trim()).ok()?;
        (!key.is_empty()).then(|| (key.to_owned(), String::from_utf8_lossy(&value).into_owned()))
    };
    text.split(',').filter_map(pair).collect()
}

/// Writes the header.
#[must_use]
pub fn write(pairs: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| format!("{key} {}", STANDARD.encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let written = write(&[("filename", "Émile, 1.pdf"), ("sample", "true")]);
        let read = parse(&written);
        assert_eq!((read["filename"].as_str(), read["sample"].as_str()), ("Émile, 1.pdf", "true"));
    }

    #[test]
    fn what_can_t_be_read_is_left_out() {
        let read = parse("is_confidential, filename !!,,a YQ== ,b");
        assert_eq!(read.len(), 3);
        assert_eq!((read["is_confidential"].as_str(), read["a"].as_str()), ("", "a"));
    }
}
