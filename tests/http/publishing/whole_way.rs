//! The whole way: an account asks, becomes a publisher, a title is reviewed, sold, and gets a second edition.

use bookplate::catalog::{BookFile, Edition, NewBookFile};
use bookplate::db::schema::{book_files, books, editions};
use diesel::prelude::*;

use crate::support::{Answer, TestBook, TestShop};

/// Where a form leads.
#[track_caller]
pub fn leads_to(answer: &Answer) -> String {
    answer.assert_status(303);
    answer.header("Location").unwrap_or_default().to_owned()
}

/// Adds a file to the edition in preparation of the title at `page`, in place of one of its format.
pub fn add_file(shop: &TestShop, page: &str, name: &str, bytes: &[u8]) {
    let public_id = page.rsplit('/').next().unwrap().to_owned();
    let extension = name.rsplit('.').next().unwrap();
    let stored = shop.store.put(bytes, extension).unwrap();
    let (name, format, now) = (name.to_owned(), extension.to_owned(), shop.clock.now());
    shop.run_with(move |conn| {
        let edition: Edition = editions::table
            .inner_join(books::table)
            .filter(books::public_id.eq(public_id).and(editions::published_at.is_null()))
            .select(Edition::as_select())
            .first(conn)?;
        let old: Option<BookFile> = book_files::table
            .filter(book_files::edition_id.eq(edition.id).and(book_files::format.eq(format)))
            .select(BookFile::as_select())
            .first(conn)
            .optional()?;
        if let Some(old) = old {
            old.remove(conn)?;
        }
        let new = NewBookFile {
            edition: edition.id,
            is_sample: false,
            file_name: &name,
            media_type: "application/octet-stream",
            stored: &stored,
        };
        BookFile::add(conn, &new, now)
    })
    .unwrap();
}

/// The title at `page`, with the files of its newest published edition.
pub fn book_at(shop: &TestShop, page: &str) -> TestBook {
    let public_id = page.rsplit('/').next().unwrap().to_owned();
    shop.run(move |conn| {
        let (id, slug): (bookplate::catalog::BookId, String) = books::table
            .filter(books::public_id.eq(&public_id))
            .select((books::id, books::slug))
            .first(conn)?;
        let files = match Edition::newest(conn, id)? {
            Some(edition) => BookFile::of_edition(conn, edition.id)?,
            None => Vec::new(),
        };
        Ok(TestBook { id, slug, public_id, files })
    })
}

/// The address of the one open review.
pub async fn open_review(admin: &crate::support::Browser<'_>) -> String {
    let text = admin.get("/admin/reviews").await.text();
    let id = text.split("/admin/reviews/").nth(1).expect("a review is open");
    format!("/admin/reviews/{}", id.split('"').next().unwrap())
}

#[rocket::async_test]
async fn from_the_wish_to_sell_to_a_second_edition() {
    let shop = TestShop::new().await;
    let (pat, ada, jane) = (shop.customer("pat"), shop.admin("ada"), shop.customer("jane"));

    // Pat asks, once; the admin approves.
    pat.get("/publish").await.assert_status(403);
    let short = pat.post("/account/publisher", &[("words", "me")]).await;
    short.assert_status(422).assert_shows("Please say in a few words");
    let words = [("words", "I write novels about the sea, and sell them on markets.")];
    pat.post("/account/publisher", &words).await.assert_redirects_to("/account/publisher");
    pat.get("/account/publisher").await.assert_shows("You have asked on").assert_shows("on markets");
    pat.post("/account/publisher", &words).await.assert_status(303);
    pat.get("/account/publisher").await.assert_shows("Your wish is with us already.");
    let asked: Vec<_> =
        shop.mails().into_iter().filter(|mail| mail.subject == "pat would like to sell here").collect();
    assert_eq!(asked.len(), 1, "the admin is told once");
    assert_eq!(asked[0].to, "ada@example.com");
    let text = ada.get("/admin/publishers").await.text();
    let wish =
        text.split("action=\"/admin/publishers/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let answer = [("verdict", "approve"), ("words", "Welcome!")];
    ada.post(&format!("/admin/publishers/{wish}/answer"), &answer)
        .await
        .assert_redirects_to("/admin/publishers");
    ada.get("/admin/publishers").await.assert_shows("pat is a publisher now").assert_shows("Nobody asks");
    ada.post(&format!("/admin/publishers/{wish}/answer"), &answer).await.assert_status(303);
    ada.get("/admin/publishers").await.assert_shows("Somebody else has answered it meanwhile.");
    let told: Vec<_> = shop.mails().into_iter().filter(|mail| mail.to == "pat@example.com").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].subject.contains("You can sell your books") && told[0].text.contains("Welcome!"));

    // What they were signed in as is over: nobody becomes a publisher on a device that was only a customer's.
    pat.post("/publish/titles", &[]).await.assert_status(401);
    let pat = shop.signed_in(&pat.account);

    // A title, its file, a preview.
    let fields = [
        ("title", "The Tide"),
        ("language", "en"),
        ("description", "Salt *and* wind."),
        ("people[0].name", "Pat Sailor"),
        ("people[0].role", "author"),
        ("kind", "fixed"),
        ("price", "4.99"),
    ];
    let page = leads_to(&pat.post("/publish/titles", &fields).await);
    let early = pat.post(&format!("{page}/publish"), &[("when", "now")]).await;
    early.assert_status(422).assert_shows("Add at least one file to read");
    add_file(&shop, &page, "The Tide.pdf", b"%PDF-1.7 first");
    add_file(&shop, &page, "The Tide.epub", b"PK first");
    pat.get(&page).await.assert_shows("The Tide.pdf").assert_shows("Send to review");
    let preview = "/books/the-tide/preview";
    let seen = pat.get(preview).await;
    seen.assert_status(200).assert_shows("A preview.").assert_shows("Add to cart").assert_shows("€4.99");
    seen.assert_shows("<meta name=\"robots\" content=\"noindex\">").assert_shows("inert");
    ada.get(preview).await.assert_status(200);
    jane.get(preview).await.assert_status(403);
    shop.publisher("oz").get(preview).await.assert_status(404);
    shop.browser().get(preview).await.assert_status(401);
    shop.browser().get("/books/the-tide").await.assert_status(404);

    // To review, and back.
    let ask = [("when", "now"), ("words", "My first one.")];
    pat.post(&format!("{page}/publish"), &ask).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("In review").assert_shows_not("Send to review");
    let again = pat.post(&format!("{page}/publish"), &ask).await;
    again.assert_status(422).assert_shows("It is in review already.");
    let frozen = pat.post(&format!("{page}/edit"), &fields).await;
    frozen.assert_status(409).assert_shows("This title is in review.").assert_shows("Salt *and* wind.");
    let file = pat.get(&page).await.text();
    let file = file.split("/download/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    pat.post(&format!("{page}/files/{file}/remove"), &[]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("This edition is in review.");
    let review = open_review(&ada).await;
    ada.get(&review).await.assert_status(200).assert_shows("My first one.").assert_shows("New title");
    let mute = ada.post(&review, &[("verdict", "return"), ("words", " ")]).await;
    mute.assert_status(422).assert_shows("Please say what is to be changed");
    let back = [("verdict", "return"), ("words", "Please add\na longer description.")];
    ada.post(&review, &back).await.assert_redirects_to("/admin/reviews");
    pat.get(&page).await.assert_shows("It came back from review").assert_shows("a longer description.");
    shop.browser().get("/books/the-tide").await.assert_status(404);

    // Again, and approved: it is for sale.
    pat.post(&format!("{page}/publish"), &ask).await.assert_redirects_to(&page);
    let second = open_review(&ada).await;
    assert_ne!(second, review);
    let yes = [("verdict", "approve"), ("words", "")];
    ada.post(&second, &yes).await.assert_redirects_to("/admin/reviews");
    let late = ada.post(&second, &yes).await;
    late.assert_status(422).assert_shows("Somebody else has answered it meanwhile.");
    let told: Vec<String> = shop
        .mails()
        .into_iter()
        .filter(|mail| mail.to == "pat@example.com")
        .map(|mail| mail.subject)
        .skip(1)
        .collect();
    assert_eq!(told, ["“The Tide” came back from review", "“The Tide” is published"]);
    let log = ada.get("/admin/log").await;
    log.assert_shows("Answered a review").assert_shows("Given back: Please add").assert_shows("“The Tide”");
    log.assert_shows("Changed what an account may do").assert_shows("Publisher: approved: Welcome!");

    // Jane buys the first edition.
    let first = book_at(&shop, &page);
    jane.buys(&[&first], "").await;
    jane.get(&first.download("pdf")).await.assert_sends(b"%PDF-1.7 first");

    // The second edition goes to review, too; until then readers have the first.
    pat.post(&format!("{page}/editions"), &[]).await.assert_redirects_to(&page);
    add_file(&shop, &page, "The Tide.pdf", b"%PDF-1.7 second");
    pat.post(&format!("{page}/notes"), &[("number", "2"), ("notes", "Fewer **errors**.")])
        .await
        .assert_status(303);
    pat.get(preview).await.assert_shows("New in edition 2").assert_shows("Fewer <strong>errors</strong>.");
    pat.post(&format!("{page}/publish"), &[("when", "now"), ("tell", "true")])
        .await
        .assert_redirects_to(&page);
    jane.get("/library").await.assert_shows_not("New edition since you bought it");
    jane.get("/books/the-tide").await.assert_shows_not("New in edition 2");
    shop.clock.advance(chrono::TimeDelta::hours(1));
    ada.post(&open_review(&ada).await, &yes).await.assert_redirects_to("/admin/reviews");

    // The newest is hers at once over all formats, and the one that she bought stays.
    let newest = book_at(&shop, &page);
    let library = jane.get("/library").await;
    library.assert_shows("New edition since you bought it").assert_shows("The edition you bought");
    library.assert_shows("Fewer <strong>errors</strong>.");
    for address in
        [newest.download("pdf"), newest.download("epub"), first.download("pdf"), first.download("epub")]
    {
        library.assert_shows(&address);
    }
    jane.get(&newest.download("pdf")).await.assert_sends(b"%PDF-1.7 second");
    jane.get(&newest.download("epub")).await.assert_sends(b"PK first");
    // A link to the replaced file still sends the bytes that it always sent.
    jane.get(&first.download("pdf")).await.assert_sends(b"%PDF-1.7 first");
    shop.browser().get(&first.download("pdf")).await.assert_status(404);
    jane.get("/books/the-tide").await.assert_shows("New in edition 2");

    // She is told once.
    shop.task("publishing").await;
    shop.task("publishing").await;
    let news: Vec<_> =
        shop.mails().into_iter().filter(|mail| mail.subject == "A new edition of “The Tide”").collect();
    assert_eq!(news.len(), 1, "{news:?}");
    assert_eq!(news[0].to, "jane@example.com");
    assert!(news[0].text.contains("Fewer errors."), "{}", news[0].text);
}
