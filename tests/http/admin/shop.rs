//! What belongs to the shop and not to its operator.

use bookplate::jobs::Jobs;

use crate::support::{Answer, Browser, TestShop};

const NAME: &str = "/admin/shop/name";

fn revision(page: &Answer) -> String {
    let text = page.text();
    let from = text.split("name=\"revision\" value=\"").nth(1).expect("the form has a revision");
    from.split('"').next().unwrap_or_default().to_owned()
}

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[rocket::async_test]
async fn a_name_shows_on_every_page_in_every_process_in_mails_and_on_invoices() {
    let shop = TestShop::with(|settings| settings.tax.mode = bookplate::config::TaxKind::None).await;
    let other = shop.one_more_process().await;
    let (ada, elsewhere) = (shop.admin("ada"), Browser::new(&other));
    elsewhere.get("/").await.assert_shows("Bookplate");
    let page = ada.get("/admin/shop").await;
    page.assert_shows("Without one it is “Bookplate”.");
    let wrong = [("name", "Harbour Books"), ("sender_address", "nobody"), ("revision", "0")];
    ada.post(NAME, &wrong).await.assert_status(422).assert_shows("This isn’t an e-mail address");
    let fields = [
        ("name", " Harbour\n<b>Books</b> "),
        ("sender_name", "The harbour"),
        ("sender_address", "mail@harbour.example"),
        ("revision", "0"),
    ];
    ada.post(NAME, &fields).await.assert_redirects_to("/admin/shop");
    for page in [shop.browser().get("/").await, elsewhere.get("/").await, elsewhere.get("/nowhere").await] {
        page.assert_shows("Harbour <b>Books</b>");
        assert!(!page.text().contains("<b>Books"), "markup is shown as text");
    }
    // Somebody who has looked before changes nothing now.
    ada.post(NAME, &[("name", "Late"), ("revision", "0")]).await.assert_redirects_to("/admin/shop");
    ada.get("/admin/shop").await.assert_shows("Somebody else has changed the shop meanwhile.");
    ada.get("/admin/log").await.assert_shows("Name: “” → “Harbour <b>Books</b>”");

    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.buys(&[&emma], "guest@example.org").await;
    let receipt = &shop.receipts()[0];
    assert!(receipt.text.contains("Harbour <b>Books</b>"), "{}", receipt.text);
    let order = shop.only_order().id;
    let papers = shop.run(move |conn| bookplate::orders::papers::Paper::of_order(conn, order));
    assert!(format!("{papers:?}").contains("Harbour <b>Books</b>"), "{papers:?}");
    // The process that sends the mail is another one, which has shown no page since.
    let jobs = other.rocket().state::<Jobs>().unwrap();
    jobs.run_once("shop face").await.unwrap();
    jobs.run_once("mail").await.unwrap();
    let sent = std::fs::read_dir(shop.mail_folder()).unwrap().next().unwrap().unwrap();
    let letter = std::fs::read_to_string(sent.path()).unwrap();
    let from = letter.lines().find(|line| line.starts_with("From:")).unwrap_or_default();
    assert!(from.contains("The harbour") && from.contains("<mail@harbour.example>"), "{letter}");
}

#[rocket::async_test]
async fn colours_that_cant_be_read_are_refused_and_others_come_as_a_style_sheet() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    shop.browser().get("/").await.assert_shows_not("/look/");
    for (light, dark, sentence) in [
        ("#8fcbb0", "", "Please choose a darker one."),
        ("#1d4a40", "#404040", "Please choose a lighter one."),
        ("red;}", "", "six hexadecimal digits"),
        ("", "#ffffff", "six hexadecimal digits"),
    ] {
        let fields = [("main_light", light), ("main_dark", dark), ("revision", "0")];
        ada.post("/admin/shop/colours", &fields).await.assert_status(422).assert_shows(sentence);
    }
    let fields = [("main_light", "#7A0019"), ("revision", "0")];
    ada.post("/admin/shop/colours", &fields).await.assert_redirects_to("/admin/shop");
    let page = shop.browser().get("/").await;
    page.assert_shows("href=\"/look/1.css\"");
    let sheet = shop.browser().get("/look/1.css").await;
    assert_eq!(sheet.header("Content-Type"), Some("text/css; charset=utf-8"));
    assert_eq!(sheet.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
    assert!(sheet.text().contains("--cloth: light-dark(#7a0019, #"), "{}", sheet.text());
    // An address of before or of later is not kept: it would show another look for a year.
    assert_eq!(shop.browser().get("/look/9.css").await.header("Cache-Control"), Some("private, no-cache"));
    shop.browser().get("/look/x.css").await.assert_status(404);
    ada.post("/admin/shop/colours", &[("revision", "1")]).await.assert_status(303);
    shop.browser().get("/").await.assert_shows_not("/look/");
}

#[rocket::async_test]
async fn a_logo_is_drawn_anew_and_anything_else_is_refused() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let send = async |name: &str, media_type: &str, bytes: &[u8], revision: &str| {
        ada.send_file("/admin/shop/logo", &[("revision", revision)], "logo", (name, media_type, bytes)).await
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    send("logo.svg", "image/svg+xml", svg, "0")
        .await
        .assert_status(422)
        .assert_shows("Please choose a PNG or a JPEG.");
    send("logo.png", "image/png", svg, "0")
        .await
        .assert_status(422)
        .assert_shows("Please choose a PNG or a JPEG.");
    send("logo.png", "image/png", b"", "0").await.assert_status(422).assert_shows("Please choose a picture.");
    let sent = picture(960, 224);
    send("../../logo.png", "image/png", &sent, "0").await.assert_redirects_to("/admin/shop");
    shop.browser()
        .get("/")
        .await
        .assert_shows("src=\"/look/logo/1.png\" width=\"240\" height=\"56\" alt=\"Bookplate\"");
    let logo = shop.browser().get("/look/logo/1.png").await;
    assert_eq!(logo.header("Content-Type"), Some("image/png"));
    let drawn = image::load_from_memory(&logo.body).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (480, 112));
    let gone = [("remove", "true"), ("revision", revision(&ada.get("/admin/shop").await).as_str())]
        .map(|(name, value)| (name, value.to_owned()));
    let gone: Vec<(&str, &str)> = gone.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ada.post("/admin/shop/logo", &gone).await.assert_redirects_to("/admin/shop");
    shop.browser().get("/").await.assert_shows_not("/look/logo/");
    shop.browser().get("/look/logo/2.png").await.assert_status(404);
    ada.get("/admin/log")
        .await
        .assert_shows("none → 480 × 112 pixels")
        .assert_shows("480 × 112 pixels → none");
}

#[rocket::async_test]
async fn legal_texts_stand_in_the_footer_once_they_say_something() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    shop.browser().get("/legal/imprint").await.assert_status(404);
    shop.browser().get("/").await.assert_shows_not("/legal/");
    let text = "/admin/shop/texts/imprint";
    let body = "**Harbour Books**, Quay 1.<script>alert(1)</script>";
    let preview = ada.post(text, &[("body", body), ("then", "preview"), ("revision", "0")]).await;
    preview.assert_status(200).assert_shows("<strong>Harbour Books</strong>");
    shop.browser().get("/legal/imprint").await.assert_status(404);
    ada.post(text, &[("body", body), ("revision", "0")]).await.assert_redirects_to("/admin/shop");
    shop.browser().get("/books").await.assert_shows("href=\"/legal/imprint\"").assert_shows("Imprint");
    let page = shop.browser().get("/legal/imprint").await;
    page.assert_shows("<strong>Harbour Books</strong>, Quay 1.").assert_shows("As of 1 March 2026.");
    assert!(!page.text().contains("<script>alert"), "markup is shown, never run");
    let long = "x".repeat(20_001);
    ada.post(text, &[("body", &long), ("revision", "1")]).await.assert_status(422);
    ada.post(text, &[("body", " "), ("revision", "1")]).await.assert_redirects_to("/admin/shop");
    shop.browser().get("/legal/imprint").await.assert_status(404);
    shop.browser().get("/legal/etc").await.assert_status(404);
}
