//! Whether a file begins as its name says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::Format;

/// How much of a file's beginning is looked at: a PDF may have some bytes of junk before it begins.
const HEAD: usize = 1024;

/// What the name says that it is.
pub(super) fn claimed(name: &str) -> Format {
    match extension(name).as_str() {
        "pdf" => Format::Pdf,
        "epub" => Format::Epub,
        "cbz" => Format::Cbz,
        _ => Format::Other,
    }
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

/// Whether the file begins like that; else a sentence that says what it is instead.
pub(super) fn check(file: &mut File, name: &str, format: Format) -> io::Result<Result<(), String>> {
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let extension = extension(name);
    let (what, fits) = match format {
        Format::Pdf => ("a PDF", contains(&head, b"%PDF-")),
        Format::Epub => ("an EPUB", head.starts_with(b"PK\x03\x04")),
        Format::Cbz => ("a CBZ", head.starts_with(b"PK\x03\x04")),
        Format::Other => match other(&extension, &head) {
            Some((what, fits)) => (what, fits),
            None => return Ok(Ok(())),
        },
    };
    Ok(if fits {
        Ok(())
    } else {
        let instead = seems(&head).map_or_else(String::new, |seems| format!(" It seems to be {seems}."));
        Err(format!("The file is named .{extension}, but it isn't {what}.{instead}"))
    })
}

/// Other formats of books whose beginning is known: what they are called, and whether `head` fits.
fn other(extension: &str, head: &[u8]) -> Option<(&'static str, bool)> {
    let at = |from: usize, magic: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(magic));
    Some(match extension {
        "mobi" | "prc" => ("a Kindle book", at(60, b"BOOKMOBI") || at(60, b"TEXtREAd")),
        "azw" | "azw3" => ("a Kindle book", at(60, b"BOOKMOBI")),
        "cbr" => ("a CBR", at(0, b"Rar!\x1a\x07") || at(0, b"PK\x03\x04")),
        "cb7" => ("a CB7", at(0, b"7z\xbc\xaf\x27\x1c")),
        "djvu" => ("a DjVu", at(0, b"AT&TFORM")),
        "zip" | "docx" | "odt" => ("a zip archive", at(0, b"PK\x03\x04")),
        "m4a" | "m4b" | "mp4" => ("an MPEG-4 file", at(4, b"ftyp")),
        "mp3" => (
            "an MP3",
            at(0, b"ID3") || (at(0, b"\xff") && head.get(1).is_some_and(|byte| byte & 0xe0 == 0xe0)),
        ),
        "ogg" | "opus" => ("an Ogg file", at(0, b"OggS")),
        "flac" => ("a FLAC", at(0, b"fLaC") || at(0, b"ID3")),
        _ => return None,
    })
}

/// What a file seems to be, where its beginning tells.
fn seems(head: &[u8]) -> Option<&'static str> {
    let text: String = head.iter().take(512).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let text = text.trim_start_matches(['\u{ef}', '\u{bb}', '\u{bf}', ' ', '\n', '\r', '\t']);
    let begins = |magic: &[u8]| head.starts_with(magic);
    Some(if text.starts_with("<!doctype html") || text.contains("<html") {
        "a page of a web site: was it saved in place of the book?"
    } else if begins(b"%PDF-") {
        "a PDF"
    } else if begins(b"PK\x03\x04") && contains(head, b"mimetypeapplication/epub+zip") {
        "an EPUB"
    } else if begins(b"PK\x03\x04") {
        "a zip archive"
    } else if begins(b"Rar!") {
        "a RAR archive"
    } else if begins(b"\xff\xd8\xff") || begins(b"\x89PNG") || begins(b"GIF8") {
        "a picture"
    } else if begins(b"MZ") || begins(b"\x7fELF") {
        "a program"
    } else if begins(b"<?xml") || begins(b"<svg") {
        "an XML file"
    } else {
        return None;
    })
}

fn contains(head: &[u8], magic: &[u8]) -> bool {
    head.windows(magic.len()).any(|window| window == magic)
}
