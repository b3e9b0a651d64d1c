//! A book's page, for each who may look at it.

use bookplate::accounts::Role;
use bookplate::catalog::{BookStatus, ContributorRole};
use bookplate::orders::OrderStatus;

use super::{by, titles};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_visitor_sees_what_the_book_is_what_it_costs_and_in_which_formats() {
    let shop = TestShop::new().await;
    let sea = super::shelf(&shop, "The Sea");
    let book = shop
        .book("The Tide")
        .price(1250)
        .file("tide.pdf", &[b'x'; 1_500_000])
        .file("tide.epub", &[b'x'; 2_048])
        .sample("tide.epub", b"a sample")
        .but(|new| {
            new.subtitle = "A year by the water".to_owned();
            new.language = "pt-BR".to_owned();
            new.categories = vec![sea];
            new.series = Some(("Coast".to_owned(), Some(2)));
            new.contributors = vec![
                ("Ann Author".to_owned(), ContributorRole::Author),
                ("Tom Translator".to_owned(), ContributorRole::Translator),
                ("Ida Illustrator".to_owned(), ContributorRole::Illustrator),
            ];
        })
        .publish();
    let page = shop.browser().get(&book.page()).await;
    page.assert_status(200);
    for shown in [
        "The Tide",
        "A year by the water",
        "€12.50",
        "Add to cart",
        "Ann Author</a>; translated by <a href=\"/books?contributor=tom-translator\">Tom Translator</a>",
        "illustrated by",
        "Coast</a>, no. 2",
        "<b>PDF</b> <span class=\"figures soft\">1.5 MB</span>",
        "<b>EPUB</b> <span class=\"figures soft\">2.0 KB</span>",
        "Sample EPUB",
        "Portuguese (Brazil)",
        "The Sea</a>",
        "1 March 2026",
        "<link rel=\"canonical\" href=\"http://localhost/books/the-tide\">",
        "<meta property=\"og:title\" content=\"The Tide\">",
        "<meta property=\"og:type\" content=\"book\">",
    ] {
        page.assert_shows(shown);
    }
    page.assert_shows(&book.sample("epub")).assert_shows_not(&book.download("pdf"));
    shop.browser().get(&book.sample("epub")).await.assert_sends(b"a sample");
}

#[rocket::async_test]
async fn a_buyer_finds_the_download_where_the_price_was() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").file("emma.pdf", b"%PDF").sample("emma.pdf", b"s").publish();
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&book], OrderStatus::Pending);
    jane.get(&book.page()).await.assert_shows("Add to cart").assert_shows_not("You own this book");

    shop.set_order_status(order, OrderStatus::Paid);
    let page = jane.get(&book.page()).await;
    page.assert_shows("You own this book")
        .assert_shows(&book.download("pdf"))
        .assert_shows_not("Add to cart");
    page.assert_shows_not(&book.sample("pdf"));
    jane.get(&book.download("pdf")).await.assert_sends(b"%PDF");
    let guest = shop.bearer_of(shop.order(None, &[&book], OrderStatus::Paid));
    guest.get(&book.page()).await.assert_shows("You own this book");
    shop.browser().get(&book.page()).await.assert_shows("Add to cart");

    shop.close_item(order, &book);
    jane.get(&book.page()).await.assert_shows("Add to cart").assert_shows_not("You own this book");
}

#[rocket::async_test]
async fn an_admins_yes_or_no_shows_on_the_page() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").publish();
    let (press, revoked) = (shop.customer("press"), shop.customer("revoked"));
    shop.set_override(&press.account, &book, true);
    press.get(&book.page()).await.assert_shows("given to you").assert_shows(&book.download("pdf"));
    press.get("/books").await.assert_shows("Yours");

    shop.order(Some(revoked.account.id), &[&book], OrderStatus::Paid);
    shop.set_override(&revoked.account, &book, false);
    let page = revoked.get(&book.page()).await;
    page.assert_shows("Not for sale at the moment").assert_shows_not(&book.download("pdf"));
    revoked.get("/books").await.assert_shows_not("Yours");
}

#[rocket::async_test]
async fn a_book_in_the_cart_says_so() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").publish();
    let browser = shop.browser();
    browser.post("/cart", &[("book", &book.public_id)]).await.assert_status(303);
    browser.get(&book.page()).await.assert_shows("In your cart").assert_shows_not("Add to cart");
    shop.browser().get(&book.page()).await.assert_shows("Add to cart");
}

#[rocket::async_test]
async fn a_free_book_is_downloaded_from_its_page() {
    let shop = TestShop::new().await;
    let book = shop.book("Gift").price(0).file("gift.epub", b"gift").sample("gift.epub", b"g").publish();
    let page = shop.browser().get(&book.page()).await;
    page.assert_shows("Free</p>").assert_shows(&book.download("epub")).assert_shows_not("Add to cart");
    page.assert_shows_not(&book.sample("epub"));
    shop.browser().get(&book.download("epub")).await.assert_sends(b"gift");
}

#[rocket::async_test]
async fn a_draft_is_seen_by_its_publisher_and_admins_alone() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let draft = shop.book_of(pat.account.id, "Secret plans").draft();
    let in_review = shop.book_of(pat.account.id, "Nearly there").publish();
    shop.set_book_status(&in_review, BookStatus::InReview);
    let (admin, other, customer) = (shop.admin("root"), shop.publisher("other"), shop.customer("jane"));
    for (book, badge) in [(&draft, "Draft"), (&in_review, "In review")] {
        for reader in [&other, &customer] {
            reader.get(&book.page()).await.assert_status(404).assert_shows_not("Secret");
        }
        shop.browser().get(&book.page()).await.assert_status(404);
        for reader in [&pat, &admin] {
            let page = reader.get(&book.page()).await;
            page.assert_status(200)
                .assert_shows(badge)
                .assert_shows_not("Add to cart")
                .assert_shows("noindex");
            page.assert_shows(&book.download("pdf"));
            reader.get(&book.download("pdf")).await.assert_status(200);
        }
    }
    let published = shop.book_of(pat.account.id, "Out now").publish();
    pat.get(&published.page())
        .await
        .assert_shows("You sell this book")
        .assert_shows(&published.download("pdf"));
    admin.get(&published.page()).await.assert_shows("Add to cart");
}

#[rocket::async_test]
async fn an_archived_book_says_so_and_its_buyers_keep_it() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").sample("emma.pdf", b"s").publish();
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&book], OrderStatus::Paid);
    shop.set_book_status(&book, BookStatus::Archived);
    let page = shop.browser().get(&book.page()).await;
    page.assert_status(200).assert_shows("No longer for sale").assert_shows_not("Add to cart");
    page.assert_shows_not(&book.sample("pdf")).assert_shows("noindex");
    let own = jane.get(&book.page()).await;
    own.assert_shows("You own this book").assert_shows(&book.download("pdf"));
    jane.get(&book.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn nothing_that_a_publisher_writes_runs_in_a_readers_browser() {
    let shop = TestShop::new().await;
    let pat = shop.account("pat\"><script>", Role::Publisher);
    let hostile = "<script>alert(1)</script> <img src=x onerror=alert(2)> [click](javascript:alert(3)) \
                   <a href=\"//x\" onmouseover=\"alert(4)\">x</a>\n\n\
                   [ok](https://example.org)";
    let book = shop
        .book_of(pat.id, "<script>alert(5)</script>")
        .but(by("<img src=x onerror=alert(6)>"))
        .but(|new| {
            new.description = hostile.to_owned();
            new.subtitle = "\"><script>alert(7)</script>".to_owned();
            new.language = "en\"><script>".to_owned();
            new.series = Some(("<b onclick=x>S</b>".to_owned(), Some(1)));
        })
        .publish();
    for path in [book.page(), "/".to_owned(), "/books".to_owned()] {
        let html = shop.browser().get(&path).await.text();
        for tag in ["<script", "<img src=x", "href=\"javascript", "<b onclick", "<a href=\"//x\""] {
            assert!(!html.contains(tag), "{path} has {tag}");
        }
    }
    let page = shop.browser().get(&book.page()).await.text();
    assert!(page.contains("<a href=\"https://example.org\" rel=\"nofollow ugc noopener noreferrer\">ok</a>"));
}

#[rocket::async_test]
async fn a_book_leads_to_its_neighbours_and_to_more_of_its_author() {
    let shop = TestShop::new().await;
    for (title, place) in [("One", 1), ("Two", 2), ("Four", 4)] {
        let book = shop.book(title).but(by("Ann Author"));
        book.but(|new| new.series = Some(("Coast".to_owned(), Some(place)))).publish();
    }
    shop.book("Three").but(|new| new.series = Some(("Coast".to_owned(), Some(3)))).draft();
    shop.book("Apart").but(by("Ann Author")).publish();
    let page = shop.browser().get("/books/two").await;
    page.assert_shows("Before this one</span> <span class=\"beside-title\">One")
        .assert_shows("After this one</span> <span class=\"beside-title\">Four");
    page.assert_shows("More of Coast").assert_shows("More by Ann Author");
    assert_eq!(titles(&page), ["One", "Four", "Apart"]);
    shop.browser().get("/books/one").await.assert_shows_not("Before this one");
    let apart = shop.browser().get("/books/apart").await;
    apart.assert_shows_not("More of Coast");
    assert_eq!(titles(&apart).len(), 3);
}

#[rocket::async_test]
async fn a_new_edition_shows_its_notes_once_it_is_out() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").file("emma.pdf", b"one").publish();
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&book], OrderStatus::Paid);
    let second = shop.edition(&book, &[("emma.pdf", b"two"), ("emma.epub", b"two")], false);
    jane.get(&book.page()).await.assert_shows_not(&second.download("epub"));
    let id = book.id;
    let now = shop.clock.now();
    shop.run_with(move |conn| {
        use diesel::prelude::*;
        let edition = bookplate::db::schema::editions::table
            .filter(bookplate::db::schema::editions::book_id.eq(id))
            .filter(bookplate::db::schema::editions::number.eq(2));
        diesel::update(edition)
            .set(bookplate::db::schema::editions::release_notes.eq("Fixed **typos**."))
            .execute(conn)?;
        let edition = edition.select(bookplate::db::schema::editions::id).first(conn)?;
        bookplate::catalog::Edition::publish(conn, edition, now)
    })
    .unwrap();
    let page = jane.get(&book.page()).await;
    page.assert_shows(&second.download("epub"))
        .assert_shows("New in edition 2")
        .assert_shows("<strong>typos</strong>");
}

#[rocket::async_test]
async fn a_page_holds_a_very_long_title_and_a_book_without_anything() {
    let shop = TestShop::new().await;
    let long = "very ".repeat(60);
    let book = shop.book(&long).but(by(&"Name ".repeat(30))).publish();
    assert!(book.slug.len() <= 80, "{}", book.slug);
    let page = shop.browser().get(&book.page()).await;
    page.assert_status(200).assert_shows(long.trim()).assert_shows("class=\"long\"");
    let bare = shop.book("猫").publish();
    shop.browser().get(&bare.page()).await.assert_status(200).assert_shows("猫");
    shop.browser().get("/books/%00").await.assert_status(404);
    shop.browser().get("/books/none").await.assert_status(404);
    shop.browser().get("/books/%F0%9F%91%8D").await.assert_status(404);
    shop.browser().get("/books/..%2F..%2Fetc").await.assert_status(404);
}
