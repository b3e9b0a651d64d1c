//! What a file's name tells about its media type.

/// The type of what nobody knows.
pub const UNKNOWN: &str = "application/octet-stream";

/// Formats of books that mime_guess lacks, or knows by a name that reading apps don't expect.
const BOOKS: &[(&str, &str)] = &[
    ("azw3", "application/vnd.amazon.mobi8-ebook"),
    ("kfx", "application/vnd.amazon.ebook"),
    ("kepub", "application/epub+zip"),
    ("fb2", "application/x-fictionbook+xml"),
    ("cbz", "application/vnd.comicbook+zip"),
    ("cbr", "application/vnd.comicbook-rar"),
    ("m4b", "audio/mp4"),
];

/// The media type for the extension of `file_name`; text is UTF-8.
#[must_use]
pub fn guess(file_name: &str) -> String {
    let Some((_, extension)) = file_name.rsplit_once('.') else { return UNKNOWN.to_owned() };
    let extension = extension.trim().to_ascii_lowercase();
    if let Some((_, media_type)) = BOOKS.iter().find(|(there, _)| *there == extension) {
        return (*media_type).to_owned();
    }
    match mime_guess::from_ext(&extension).first_raw() {
        Some(text) if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        Some(media_type) => media_type.to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_of_books_have_the_types_that_reading_apps_expect() {
        for (name, media_type) in [
            ("a.pdf", "application/pdf"),
            ("A.PDF", "application/pdf"),
            ("a.epub", "application/epub+zip"),
            ("a.kepub.epub", "application/epub+zip"),
            ("a.mobi", "application/x-mobipocket-ebook"),
            ("a.azw3", "application/vnd.amazon.mobi8-ebook"),
            ("a.cbz", "application/vnd.comicbook+zip"),
            ("a.zip", "application/zip"),
            ("a.mp3", "audio/mpeg"),
            ("a.txt", "text/plain; charset=utf-8"),
            ("a.md", "text/markdown; charset=utf-8"),
            ("a.html", "text/html; charset=utf-8"),
            ("what? a/name #1 100%.pdf", "application/pdf"),
            ("pdf", UNKNOWN),
            ("a.unknown", UNKNOWN),
            ("a.", UNKNOWN),
            ("", UNKNOWN),
        ] {
            assert_eq!(guess(name), media_type, "{name}");
        }
    }
}
