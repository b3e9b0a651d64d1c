//! PDFs, sound and hostile, and samples cut from them.

use std::process::Command;

use bookplate::inspection::{Limits, pdf};

use super::{assert_refused, assert_sound, look};

/// A PDF of some pages, each with a line of text, a link to the last page and one into the web, and an outline.
pub fn book(pages: usize) -> Vec<u8> {
    let first = 10;
    let page = |number: usize| first + 4 * (number - 1);
    let kids: Vec<String> = (1..=pages).map(|number| format!("{} 0 R", page(number))).collect();
    let mut objects: Vec<(usize, String)> = vec![
        (1, "<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R/Names<</Dests<</Names[(end)5 0 R]>>>>/Lang(en)/AA<</WC 3 0 R>>>>".into()),
        (2, format!("<</Type/Pages/Kids[{}]/Count {pages}/MediaBox[0 0 300 450]/Resources<</Font<</F 6 0 R>>>>>>", kids.join(" "))),
        (3, "<</Title(Emma)/Author(Jane Austen; Ida M\\374ller)/Subject(A comedy.)>>".into()),
        (4, "<</Type/Outlines/First 7 0 R/Last 8 0 R/Count 2>>".into()),
        (5, format!("<</D[{} 0 R/Fit]>>", page(pages))),
        (6, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".into()),
        (7, format!("<</Title(One)/Parent 4 0 R/Next 8 0 R/Dest[{} 0 R/XYZ 0 400 null]>>", page(1))),
        (8, "<</Title(The end)/Parent 4 0 R/Prev 7 0 R/A<</S/GoTo/D(end)>>>>".into()),
    ];
    for number in 1..=pages {
        let own = page(number);
        let text = format!("BT /F 24 Tf 40 400 Td (Page {number}) Tj ET");
        objects.push((
            own,
            format!(
                "<</Type/Page/Parent 2 0 R/Contents {} 0 R/Annots[{} 0 R {} 0 R]/StructParents 0>>",
                own + 1,
                own + 2,
                own + 3
            ),
        ));
        objects.push((own + 1, format!("<</Length {}>>\nstream\n{text}\nendstream", text.len())));
        objects.push((own + 2, format!("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest(end)/P {own} 0 R>>")));
        objects.push((own + 3, format!("<</Type/Annot/Subtype/Link/Rect[9 9 20 20]/A<</S/URI/URI(https://example.org/)>>/P {own} 0 R>>")));
    }
    written(&objects, "/Root 1 0 R/Info 3 0 R")
}

/// A PDF of these objects.
fn written(objects: &[(usize, String)], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap();
    let mut offsets = vec![None; size];
    for (number, object) in objects {
        offsets[*number] = Some(bytes.len());
        bytes.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let start = bytes.len();
    bytes.extend_from_slice(format!("xref\n0 {size}\n").as_bytes());
    for offset in offsets {
        let line = match offset {
            Some(offset) => format!("{offset:010} 00000 n \n"),
            None => "0000000000 65535 f \n".to_owned(),
        };
        bytes.extend_from_slice(line.as_bytes());
    }
    bytes.extend_from_slice(
        format!("trailer\n<</Size {size}{trailer}>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    bytes
}

#[test]
fn a_pdf_tells_of_its_book() {
    let found = look("emma.PDF", &book(3));
    assert_sound(&found);
    assert_eq!((found.pages, found.media_type.as_str()), (Some(3), "application/pdf"));
    assert_eq!((found.metadata.title.as_str(), found.metadata.language.as_str()), ("Emma", "en"));
    let names: Vec<&str> = found.metadata.people.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        (names, found.metadata.description.as_str()),
        (vec!["Jane Austen", "Ida Müller"], "A comedy.")
    );
    assert_eq!(found.outline, ["One", "The end"]);
}

#[test]
fn what_is_no_pdf_is_refused_with_its_sentence() {
    assert_refused(&look("a.pdf", b""), "no bytes at all");
    assert_refused(&look("a.pdf", b"<!DOCTYPE html><html><body>Sign in"), "a page of a web site");
    assert_refused(&look("a.pdf", b"PK\x03\x04"), "a zip archive");
    assert_refused(&look("a.epub", &book(1)), "It seems to be a PDF");
    let whole = book(5);
    assert_refused(&look("a.pdf", &whole[..whole.len() - 300]), "damaged or cut off");
    assert_refused(&look("a.pdf", b"%PDF-1.7 a small book"), "damaged or cut off");
    let without_its_page =
        String::from_utf8_lossy(&book(2)).replace("Contents 15 0", "Contents 14 0").into_bytes();
    assert_refused(&look("a.pdf", &without_its_page), "Page 2 of this PDF is damaged");
}

#[test]
fn an_encrypted_pdf_is_refused_with_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, locked) = (folder.path().join("plain.pdf"), folder.path().join("locked.pdf"));
    std::fs::write(&plain, book(2)).unwrap();
    for user in ["secret", ""] {
        let done = Command::new("qpdf")
            .args(["--encrypt", user, "owner", "256", "--"])
            .arg(&plain)
            .arg(&locked)
            .status();
        assert!(done.unwrap().success());
        assert_refused(&look("a.pdf", &std::fs::read(&locked).unwrap()), "encrypted");
    }
}

#[test]
fn tables_in_streams_and_objects_in_streams_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("plain.pdf"), folder.path().join("packed.pdf"));
    std::fs::write(&plain, book(40)).unwrap();
    let mut options = vec!["--object-streams=generate", "--compress-streams=y"];
    for linear in [false, true] {
        if linear {
            options.push("--linearize");
        }
        assert!(Command::new("qpdf").args(&options).arg(&plain).arg(&packed).status().unwrap().success());
        let found = look("a.pdf", &std::fs::read(&packed).unwrap());
        assert_sound(&found);
        assert_eq!((found.pages, found.outline.len(), found.metadata.title.as_str()), (Some(40), 2, "Emma"));
    }
}

#[test]
fn a_tangled_pdf_ends() {
    let rings = ["<</Type/Catalog/Pages 1 0 R>>".to_owned(), "<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    for ring in rings {
        let pages = "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>".to_owned();
        let found = look("a.pdf", &written(&[(1, ring), (2, pages)], "/Root 1 0 R"));
        assert!(!found.is_sound() || found.pages == Some(1), "{found:?}");
    }
    let deep = format!("<</Type/Catalog/Pages 2 0 R/X {}>>", "[".repeat(200_000));
    assert_refused(&look("a.pdf", &written(&[(1, deep)], "/Root 1 0 R")), "damaged");
    let mut bytes = book(1);
    let at = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    bytes.truncate(at);
    bytes.extend_from_slice(b"startxref\n99999999999999999999\n%%EOF");
    assert_refused(&look("a.pdf", &bytes), "damaged");
    let elsewhere = String::from_utf8_lossy(&book(1)).replace("/Info 3 0 R", "/Prev 9").into_bytes();
    assert_refused(&look("a.pdf", &elsewhere), "damaged");
}

#[test]
fn a_sample_has_its_pages_and_nothing_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, sample) = (folder.path().join("whole.pdf"), folder.path().join("sample.pdf"));
    std::fs::write(&whole, book(12)).unwrap();
    for pages in [1, 3, 12] {
        let file = std::fs::File::create(&sample).unwrap();
        pdf::first_pages(&whole, pages, 1 << 20, &Limits::default(), file).unwrap();
        let checked = Command::new("qpdf").arg("--check").arg(&sample).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        let bytes = std::fs::read(&sample).unwrap();
        let found = look("sample.pdf", &bytes);
        assert_sound(&found);
        assert_eq!((found.pages, found.metadata.title.as_str()), (Some(pages), "Emma"));
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("Tj").count(), usize::try_from(pages).unwrap());
        assert!(!text.contains("/AA"));
        assert_eq!(text.matches("/URI").count(), 2 * usize::try_from(pages).unwrap());
        // The end is only there when its page is.
        assert_eq!(found.outline.len(), if pages == 12 { 2 } else { 1 });
    }
    let mut none = Vec::new();
    assert!(pdf::first_pages(&whole, 3, 500, &Limits::default(), &mut none).is_err());
}
