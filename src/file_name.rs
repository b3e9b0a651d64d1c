//! A file's name, made harmless: only ever data, and the same rule wherever one comes in or goes out.

use unicode_normalization::UnicodeNormalization;

/// The longest name that is kept, in bytes of UTF-8: file systems end at 255, and browsers add " (1)".
const MAX_LEN: usize = 200;
/// The longest ending that counts as an extension and survives the cut, in bytes with its dot.
const MAX_EXTENSION: usize = 16;
/// The name of a file that has none.
pub const NAMELESS: &str = "download";

/// `name` as it may be a file's name everywhere: no folders, no controls, no marks that turn its letters around to
/// fake another extension, not hidden, not too long, not empty.
#[must_use]
pub fn clean(name: &str) -> String {
    let name: String = name
        .nfc()
        .filter(|&c| !is_direction_mark(c))
        .map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c })
        .collect();
    let name = name.trim().trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    let (stem, extension) = split(name);
    if stem.is_empty() {
        return format!("{NAMELESS}{extension}");
    }
    let room = MAX_LEN - extension.len();
    let mut end = stem.len().min(room);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", stem.get(..end).unwrap_or(stem))
}

/// Marks that order letters from right to left or back, and are seen by nobody.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The stem of a name, and its extension with the dot, if it has one.
#[must_use]
pub fn split(name: &str) -> (&str, &str) {
    match name.rfind('.').and_then(|dot| name.split_at_checked(dot)) {
        Some((stem, extension)) if extension.len() <= MAX_EXTENSION => (stem, extension),
        _ => (name, ""),
    }
}

/// The name of a file that somebody sends: the last part of a path, cleaned.
#[must_use]
pub fn of_upload(sent: &str) -> String {
    clean(sent.rsplit(['/', '\\']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_be_a_path_or_a_disguise() {
        for (name, cleaned) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\Windows\\x.pdf", "C:_Windows_x.pdf"),
            ("a\r\nSet-Cookie: x=y.pdf", "a__Set-Cookie: x=y.pdf"),
            ("a\0b\u{7f}c.pdf", "a_b_c.pdf"),
            ("book\u{202e}fdp.exe", "bookfdp.exe"),
            (".htaccess", "htaccess"),
            ("  name.pdf . ", "name.pdf"),
            ("", "download"),
            ("...", "download"),
            (".", "download"),
        ] {
            assert_eq!(clean(name), cleaned, "{name:?}");
        }
    }

    #[test]
    fn what_is_sent_with_folders_loses_them() {
        for (sent, cleaned) in [
            ("../../etc/passwd.epub", "passwd.epub"),
            ("C:\\fakepath\\Emma.pdf", "Emma.pdf"),
            ("..", "download"),
            ("a/", "download"),
            ("Emma\0.pdf", "Emma_.pdf"),
            ("\u{202e}fdp.exe", "fdp.exe"),
        ] {
            assert_eq!(of_upload(sent), cleaned, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_letters_and_keeps_its_extension() {
        let cleaned = clean(&format!("{}.epub", "長".repeat(300)));
        assert_eq!(cleaned, format!("{}.epub", "長".repeat(65)));
        let cleaned = clean(&"x".repeat(1000));
        assert_eq!(cleaned.len(), MAX_LEN);
    }
}
