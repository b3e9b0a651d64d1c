//! The process that paints a page: what it makes, and what it is spared.

use std::io::Write as _;
use std::path::Path;

use bookplate::covers::paint::first_page;
use bookplate::demo::books;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bookplate"))
}

#[test]
fn the_first_page_of_a_pdf_becomes_a_picture() {
    let book = books::all().unwrap().remove(0);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&book.pdf().unwrap()).unwrap();
    let page = bookplate::inspection::pdf::first_page(file.path(), &Default::default()).unwrap();
    let picture = image::load_from_memory(&first_page(program(), page).unwrap()).unwrap().into_rgb8();
    assert_eq!(picture.width(), 960);
    let first = *picture.get_pixel(0, 0);
    assert!(picture.pixels().any(|pixel| *pixel != first), "the page is empty");
}

#[test]
fn what_is_no_pdf_becomes_no_picture() {
    for hostile in [b"".to_vec(), b"<html>".to_vec(), b"%PDF-1.7 and no more".to_vec(), vec![0; 1 << 20]] {
        assert_eq!(first_page(program(), hostile), None);
    }
    assert_eq!(first_page(Path::new("/nowhere/bookplate"), b"%PDF-1.7".to_vec()), None);
}
