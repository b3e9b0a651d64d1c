//! The publisher's desk: a title with files on their way, refused ones and a key.

use super::{Inspector, LOOKS};
use crate::shop::Shop;

/// Begins an upload from the page that is open, and sends some bytes of it.
const BRING: &str = "const endpoint = document.getElementById('files').dataset.endpoint; \
    const bring = async (name, length, bytes) => { \
        const begun = await fetch(endpoint, { method: 'POST', headers: { 'Tus-Resumable': '1.0.0', \
            'Upload-Length': String(length), 'Upload-Metadata': `filename ${btoa(name)}` } }); \
        await fetch(begun.headers.get('Location'), { method: 'PATCH', body: bytes, headers: { 'Tus-Resumable': '1.0.0', \
            'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } }); }; ";

#[test]
fn every_page_of_the_desk_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let publisher = shop.visitor(look);
        publisher.sign_in(&shop.publisher());
        for page in ["/publish", "/publish/titles/new", "/publish/sales"] {
            publisher.goto(page);
            inspector.look(&publisher, look, page);
        }
        publisher.fill_new_title("A Title with Files on Their Way");
        inspector.look(&publisher, look, "a title without files");
        publisher.run(&format!(
            "{BRING} await bring('a rather long name of a file, as publishers give them, second corrected edition.txt', 1000, 'x'.repeat(340)); \
             await bring('Whole.txt', 5, 'whole'); await bring('Emma.pdf', 6, '<html>');"
        ));
        // The refusal of the last one is an answer that the browser complains of.
        publisher.complaints();
        publisher.click_on("Upload by a program");
        publisher.click_on("Make a key");
        publisher.wait_for_text("shown once");
        inspector.look(&publisher, look, "a key");
        publisher.click_on("Back to the title");
        publisher.wait_for_text("On their way");
        inspector.look(&publisher, look, "a title with files on their way");
    }
    inspector.assert_nothing_found();
}
