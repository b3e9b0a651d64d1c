//! Mails as files, for the demo.

use crate::accounts::{PASSWORD, sign_up};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_mail_is_a_file_whose_link_works() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    sign_up(&browser, "jane@example.org", PASSWORD).await;
    shop.send_mail().await;
    let files = shop.mail_files();
    assert_eq!(files.len(), 1);
    let (name, text) = &files[0];
    assert!(name.starts_with("20260301-120000-please-confirm-your-address-for-bookplate-"), "{name}");
    assert!(name.ends_with(".eml") && !name.contains("jane"), "{name}");
    for header in
        ["To: jane@example.org\r\n", "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n", "MIME-Version: 1.0\r\n"]
    {
        assert!(text.contains(header), "{header}: {text}");
    }
    // The link stands unbroken in the file, so that it can be copied from there.
    let start = text.find("http://localhost/confirm/").expect("the link is in the file");
    let link = text[start + "http://localhost".len()..].split_whitespace().next().unwrap();
    browser.post(link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
}
