//! EPUBs and comics, sound and hostile.

use bookplate::inspection::Work;

use super::{archive, assert_refused, assert_sound, look, png};

const CONTAINER: &str = "<?xml version=\"1.0\"?><container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" \
    version=\"1.0\"><rootfiles><rootfile full-path=\"OEBPS/book.opf\" media-type=\"application/oebps-package+xml\"/>\
    </rootfiles></container>";
const PACKAGE: &str = "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
    unique-identifier=\"id\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
    <dc:identifier id=\"id\">urn:isbn:9783161484100</dc:identifier><dc:title id=\"t\">Emma</dc:title>\
    <dc:title id=\"s\">A novel</dc:title><meta refines=\"#s\" property=\"title-type\">subtitle</meta>\
    <dc:creator id=\"a\">Jane Austen</dc:creator><meta refines=\"#a\" property=\"role\">aut</meta>\
    <dc:contributor id=\"i\">Ida Müller</dc:contributor><meta refines=\"#i\" property=\"role\">ill</meta>\
    <dc:language>en-GB</dc:language><dc:description>&lt;p&gt;A &lt;b&gt;comedy&lt;/b&gt;.&lt;/p&gt;</dc:description>\
    <meta property=\"schema:accessMode\">textual</meta></metadata><manifest>\
    <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
    <item id=\"c\" href=\"c%201.xhtml\" media-type=\"application/xhtml+xml\"/>\
    <item id=\"pic\" href=\"../cover.png\" media-type=\"image/png\" properties=\"cover-image\"/></manifest>\
    <spine><itemref idref=\"c\"/></spine></package>";
const PAGE: &[u8] = b"<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>It is a truth.</p></body></html>";

/// The files of a sound EPUB, with some of them changed, added, or left out by being empty.
pub fn epub(changes: &[(&str, &[u8])]) -> Vec<u8> {
    let cover = png(400, 600);
    let mut files: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("OEBPS/book.opf", PACKAGE.as_bytes()),
        ("OEBPS/nav.xhtml", PAGE),
        ("OEBPS/c 1.xhtml", PAGE),
        ("cover.png", &cover),
    ];
    for &(name, bytes) in changes {
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some(file) => file.1 = bytes,
            None => files.push((name, bytes)),
        }
    }
    files.retain(|(_, bytes)| !bytes.is_empty());
    archive(&files)
}

#[test]
fn an_epub_tells_of_its_book() {
    let found = look("emma.epub", &epub(&[]));
    assert_eq!(found.problems, []);
    let says = &found.metadata;
    assert_eq!((says.title.as_str(), says.subtitle.as_str()), ("Emma", "A novel"));
    assert_eq!(says.people, [("Jane Austen".into(), Work::Author), ("Ida Müller".into(), Work::Illustrator)]);
    assert_eq!((says.language.as_str(), says.isbn.as_str()), ("en-GB", "9783161484100"));
    assert_eq!(says.description, "A comedy.");
    assert_eq!(found.cover, Some(png(400, 600)));
}

#[test]
fn an_epub_that_reading_apps_refuse_is_refused() {
    assert_refused(&look("a.epub", &archive(&[("a.txt", b"x")])), "no file “mimetype”");
    let late = archive(&[("a.txt", b"x"), ("mimetype", b"application/epub+zip")]);
    assert_refused(&look("a.epub", &late), "must be the first one");
    assert_refused(
        &look("a.epub", &epub(&[("mimetype", b"application/zip")])),
        "says that it is something else",
    );
    assert_refused(&look("a.epub", &epub(&[("META-INF/container.xml", b"")])), "META-INF/container.xml");
    assert_refused(&look("a.epub", &epub(&[("OEBPS/book.opf", b"")])), "package that isn't there");
    assert_refused(&look("a.epub", &epub(&[("OEBPS/book.opf", b"<package>")])), "no well-formed XML");
    assert_refused(
        &look("a.epub", &epub(&[("OEBPS/c 1.xhtml", b"")])),
        "“OEBPS/c 1.xhtml” belongs to the book",
    );
    let spine = PACKAGE.replace("idref=\"c\"", "idref=\"gone\"");
    assert_refused(&look("a.epub", &epub(&[("OEBPS/book.opf", spine.as_bytes())])), "“gone”");
    let locked = b"<encryption><EncryptedData><EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>\
        </EncryptedData></encryption>";
    assert_refused(&look("a.epub", &epub(&[("META-INF/encryption.xml", locked)])), "encrypted (DRM)");
    let whole = epub(&[]);
    assert_refused(&look("a.epub", &whole[..whole.len() / 2]), "cut off");
    assert_refused(&look("a.epub", b"PK\x03\x04 and nothing more"), "cut off");
}

#[test]
fn hidden_fonts_are_no_encryption() {
    let fonts =
        b"<encryption><EncryptedData><EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/>\
        </EncryptedData></encryption>";
    assert_sound(&look("a.epub", &epub(&[("META-INF/encryption.xml", fonts)])));
}

#[test]
fn an_epub_without_access_or_contents_is_warned_of() {
    let bare = PACKAGE.replace("schema:accessMode", "x").replace("properties=\"nav\"", "");
    let found = look("a.epub", &epub(&[("OEBPS/book.opf", bare.as_bytes())]));
    assert_sound(&found);
    for words in ["accessibility", "table of contents"] {
        assert!(
            found.problems.iter().any(|problem| problem.text.contains(words)),
            "{words}: {:?}",
            found.problems
        );
    }
}

#[test]
fn external_entities_are_refused_and_never_read() {
    let secret = "<!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>";
    let package = PACKAGE.replace("<package", &format!("{secret}<package")).replace("Emma", "&x;");
    let found = look("a.epub", &epub(&[("OEBPS/book.opf", package.as_bytes())]));
    assert_refused(&found, "entities");
    assert_eq!(found.metadata.title, "");
    let page = format!("{secret}<html><body>&x;</body></html>");
    assert_refused(&look("a.epub", &epub(&[("OEBPS/c 1.xhtml", page.as_bytes())])), "entities");
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><container>&b;</container>";
    assert_refused(&look("a.epub", &epub(&[("META-INF/container.xml", laughs.as_bytes())])), "entities");
}

#[test]
fn a_zip_bomb_is_not_opened() {
    let zeros = vec![0; 32 << 20];
    assert_refused(&look("a.epub", &epub(&[("OEBPS/big.bin", &zeros)])), "zip bomb");
    let many: Vec<(String, &[u8])> = (0..20_001).map(|number| (number.to_string(), b"".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_refused(&look("a.epub", &archive(&many)), "20000 files");
}

#[test]
fn files_that_share_their_bytes_are_a_bomb() {
    // The list names one file twice: under its own name, and under another one.
    let mut bytes =
        archive(&[("mimetype", b"application/epub+zip"), ("aaaaaaaa", &png(500, 500)), ("bbbbbbbb", b"x")]);
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let second =
        central + bytes[central + 1..].windows(4).position(|window| window == b"PK\x01\x02").unwrap() + 1;
    let third =
        second + bytes[second + 1..].windows(4).position(|window| window == b"PK\x01\x02").unwrap() + 1;
    let entry = bytes[second..third].to_vec();
    bytes[third..third + entry.len().min(46)].copy_from_slice(&entry[..46]);
    assert_refused(&look("a.epub", &bytes), "zip bomb");
}

#[test]
fn a_name_that_leaves_the_archive_is_refused() {
    for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x"] {
        assert_refused(&look("a.epub", &epub(&[(name, b"x")])), "outside of its own folder");
    }
}

#[test]
fn a_damaged_file_in_an_archive_is_found() {
    let mut bytes = epub(&[]);
    let at = bytes.windows(8).position(|window| window == b"\x89PNG\r\n\x1a\n").unwrap_or(600);
    bytes[at + 40] ^= 0xff;
    assert_refused(&look("a.epub", &bytes), "damaged");
}

#[test]
fn a_comic_is_its_pictures_in_order() {
    let first = png(300, 450);
    let info: &[u8] =
        b"<ComicInfo><Title>Dory</Title><Writer>Ann, Bob</Writer><LanguageISO>en</LanguageISO></ComicInfo>";
    let other = png(301, 450);
    let found = look("c.cbz", &archive(&[("p10.png", &other), ("p2.png", &first), ("ComicInfo.xml", info)]));
    assert_eq!((found.problems.as_slice(), found.pages), ([].as_slice(), Some(2)));
    assert_eq!(found.cover, Some(first));
    assert_eq!((found.metadata.title.as_str(), found.metadata.people.len()), ("Dory", 2));
    assert_refused(&look("c.cbz", &archive(&[("a.txt", b"x")])), "no picture");
}
