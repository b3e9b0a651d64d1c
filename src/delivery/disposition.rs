//! The name that a file gets at the reader's: `Content-Disposition` (RFC 6266, RFC 8187).

use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::file_name::{NAMELESS, clean, split};

/// A header value that has the browser save the file as `name`, which may be any text.
///
/// It carries the name twice: as ASCII for old programs, and in full for the others, who prefer it. Neither form can
/// end the header early or name another folder.
pub(super) fn attachment(name: &str) -> String {
    let name = clean(name);
    let mut value = format!("attachment; filename=\"{}\"; filename*=UTF-8''", ascii(&name));
    for byte in name.bytes() {
        if is_attr_char(byte) {
            value.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

/// What may stand unencoded in an extended value (RFC 8187 §3.2.1).
fn is_attr_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte)
}

/// A cleaned `name` in plain ASCII: letters lose their accents, and what has no likeness becomes `_`. Quotes,
/// backslashes and percent signs do too, because browsers disagree about what they mean there.
fn ascii(name: &str) -> String {
    let (stem, extension) = split(name);
    let plain = |text: &str| {
        let mut plain = String::with_capacity(text.len());
        for c in text.nfkd().filter(|&c| !is_combining_mark(c)) {
            let kept = (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%' | '/');
            match if kept { c } else { '_' } {
                // One for a whole word in another script.
                '_' if plain.ends_with('_') && !kept => {}
                c => plain.push(c),
            }
        }
        plain
    };
    let (stem, extension) = (plain(stem), plain(extension));
    if stem.chars().any(|c| c.is_ascii_alphanumeric()) {
        format!("{stem}{extension}")
    } else {
        format!("{NAMELESS}{extension}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_sent_in_both_forms() {
        for (name, plain, extended) in [
            ("Emma.epub", "Emma.epub", "Emma.epub"),
            ("Two words.pdf", "Two words.pdf", "Two%20words.pdf"),
            ("A \"quoted\" name.pdf", "A _quoted_ name.pdf", "A%20%22quoted%22%20name.pdf"),
            ("100% true?.pdf", "100_ true?.pdf", "100%25%20true%3F.pdf"),
            ("%20.pdf", "_20.pdf", "%2520.pdf"),
            ("C# & C++; 1=1.pdf", "C# & C++; 1=1.pdf", "C#%20&%20C++%3B%201%3D1.pdf"),
            ("Émile Zölà.epub", "Emile Zola.epub", "%C3%89mile%20Z%C3%B6l%C3%A0.epub"),
            ("こころ 1.epub", "_ 1.epub", "%E3%81%93%E3%81%93%E3%82%8D%201.epub"),
            ("紅樓夢.epub", "download.epub", "%E7%B4%85%E6%A8%93%E5%A4%A2.epub"),
            ("📚.mobi", "download.mobi", "%F0%9F%93%9A.mobi"),
            ("O'Neil.pdf", "O'Neil.pdf", "O%27Neil.pdf"),
        ] {
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}");
            assert_eq!(attachment(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_cannot_end_the_header() {
        for value in ["\"; x=\"", "a\nb", "a\u{85}b", "é\u{2028}"].map(attachment) {
            assert!(value.bytes().all(|b| b.is_ascii_graphic() || b == b' '), "{value:?}");
            assert_eq!(value.matches('"').count(), 2, "{value}");
        }
    }
}
