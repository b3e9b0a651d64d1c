//! A title's list, form and page.

use bookplate::catalog::{BookStatus, Category, ContributorRole};

use crate::support::{Answer, TestShop};

fn title_at(answer: &Answer) -> String {
    answer.assert_status(303);
    let to = answer.header("Location").unwrap_or_default().to_owned();
    assert!(to.starts_with("/publish/titles/"), "sent to {to}");
    to
}

const EMMA: &[(&str, &str)] = &[
    ("title", "Emma"),
    ("subtitle", "A novel"),
    ("description", "A *comedy* of <script>manners</script>."),
    ("language", "en"),
    ("people[0].name", "Jane Austen"),
    ("people[0].role", "author"),
    ("people[1].name", ""),
    ("people[1].role", "author"),
    ("people[2].name", "Ida Müller"),
    ("people[2].role", "illustrator"),
    ("series", "Novels"),
    ("position", "4"),
    ("kind", "fixed"),
    ("price", "4.99"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = EMMA.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes).copied().collect()
}

#[rocket::async_test]
async fn a_title_is_made_shown_and_changed() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    pat.get("/publish").await.assert_status(200).assert_shows("No title yet");
    let page = title_at(&pat.post("/publish/titles", EMMA).await);
    let shown = pat.get(&page).await;
    shown.assert_status(200).assert_shows("Jane Austen, Ida Müller").assert_shows("€4.99");
    shown
        .assert_shows("Novels, no. 4")
        .assert_shows("Edition <span class=\"figures\">1</span>, in preparation");
    shown.assert_shows("Add at least one file to read");
    pat.get("/publish").await.assert_shows("Emma").assert_shows("Edition 1 in preparation");
    let form = pat.get(&format!("{page}/edit")).await;
    form.assert_status(200).assert_shows("value=\"Ida Müller\"").assert_shows("A *comedy* of");
    form.assert_shows("name=\"revision\" value=\"1\"");
    let saved =
        pat.post(&format!("{page}/edit"), &with(&[("title", "Emma, again"), ("revision", "1")])).await;
    assert_eq!(title_at(&saved), page);
    pat.get(&page).await.assert_shows("Emma, again");
}

#[rocket::async_test]
async fn what_cant_be_used_is_said_beside_its_field_and_what_was_typed_is_kept() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    for (field, typed, sentence) in [
        ("title", "  ", "Please type the title."),
        ("language", "english", "Please type a language tag"),
        ("position", "four", "Please type a whole number"),
        ("price", "a lot", "field-error\" id=\"price-error"),
        ("price", "0.10", "The smallest amount that can be charged is €0.50."),
        ("categories", "no-such-shelf", "One of these categories is gone"),
        ("people[2].role", "baker", "Please choose what Ida Müller did."),
    ] {
        let answer = pat.post("/publish/titles", &with(&[(field, typed)])).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("value=\"Ida Müller\"");
        answer.assert_shows("A *comedy* of <script>manners</script>.");
    }
    pat.get("/publish").await.assert_shows("No title yet");
}

#[rocket::async_test]
async fn a_preview_and_more_rows_work_without_saving() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let preview = pat.post("/publish/titles", &with(&[("then", "preview")])).await;
    preview.assert_status(200).assert_shows("<p>A <em>comedy</em> of");
    assert!(!preview.text().contains("<script>"), "markup is shown, never run");
    let more = pat.post("/publish/titles", &with(&[("then", "add-person")])).await;
    more.assert_status(200).assert_shows("people[3].name").assert_shows("value=\"Ida Müller\"");
    let fewer = pat.post("/publish/titles", &with(&[("then", "remove-person-2")])).await;
    fewer.assert_status(200).assert_shows_not("Ida Müller").assert_shows("Jane Austen");
    pat.get("/publish").await.assert_shows("No title yet");
}

#[rocket::async_test]
async fn two_who_change_a_title_at_once_notice_each_other() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    let page = title_at(&pat.post("/publish/titles", EMMA).await);
    let edit = format!("{page}/edit");
    let admins = with(&[("subtitle", "In three volumes"), ("revision", "1")]);
    ada.post(&edit, &admins).await.assert_redirects_to(&page);
    let late = pat.post(&edit, &with(&[("subtitle", "A novel of manners"), ("revision", "1")])).await;
    late.assert_status(409).assert_shows("Somebody else has saved this title");
    late.assert_shows("In three volumes").assert_shows("value=\"A novel of manners\"");
    // Nothing was saved before pat has seen what the other has typed; then the choice is theirs.
    pat.get(&edit).await.assert_shows("value=\"In three volumes\"");
    let text = late.text();
    let revision = text.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let again = with(&[("subtitle", "A novel of manners"), ("revision", revision)]);
    pat.post(&edit, &again).await.assert_redirects_to(&page);
    pat.get(&edit).await.assert_shows("value=\"A novel of manners\"");
}

#[rocket::async_test]
async fn the_list_is_narrowed_searched_and_paged() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    shop.book_of(pat.account.id, "Emma").publish();
    shop.book_of(pat.account.id, "Sanditon").draft();
    shop.book("Someone else’s").publish();
    pat.get("/publish")
        .await
        .assert_shows("Emma")
        .assert_shows("Sanditon")
        .assert_shows_not("Someone else’s");
    pat.get("/publish?status=draft").await.assert_shows("Sanditon").assert_shows_not("Emma");
    pat.get("/publish?q=EMM").await.assert_shows("Emma").assert_shows_not("Sanditon");
    pat.get("/publish?q=100%25_").await.assert_status(200).assert_shows("No title fits.");
    ada.get("/publish").await.assert_shows("Emma").assert_shows("Someone else’s");
    for number in 0..51 {
        shop.book_of(pat.account.id, &format!("Volume {number:02}")).draft();
    }
    let first = pat.get("/publish").await;
    first.assert_shows("1 to 50 of").assert_shows("Volume 50").assert_shows_not("Volume 00");
    pat.get("/publish?page=2").await.assert_shows("51 to 53 of").assert_shows("Volume 00");
}

#[rocket::async_test]
async fn an_admin_archives_and_publishes_several_at_once() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    let draft = shop.book_of(pat.account.id, "Sanditon").draft();
    let both =
        [("title", emma.public_id.as_str()), ("title", draft.public_id.as_str()), ("action", "archive")];
    let told = ada.post("/publish/several", &both).await;
    told.assert_status(200)
        .assert_shows("One title is taken off the shelves.")
        .assert_shows("One title stays");
    told.assert_shows("“Sanditon”").assert_shows("it was never for sale");
    ada.get(&emma.page()).await.assert_shows("No longer for sale.");
    let both =
        [("title", emma.public_id.as_str()), ("title", draft.public_id.as_str()), ("action", "publish")];
    ada.post("/publish/several", &both).await.assert_redirects_to("/publish");
    ada.get("/publish").await.assert_shows("2 titles are published.");
    shop.browser().get(&draft.page()).await.assert_status(200).assert_shows("Add to cart");
    let log = ada.get("/admin/log").await;
    log.assert_shows("“Sanditon”").assert_shows("Cared for a title").assert_shows("State: draft → published");
    ada.post("/publish/several", &[("action", "archive")]).await.assert_status(303);
    ada.get("/publish").await.assert_shows("Please tick the titles first.");
    shop.set_book_status(&emma, BookStatus::Published);
}

#[rocket::async_test]
async fn several_titles_get_a_category_and_a_price_and_each_that_cannot_says_why() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let shelf = shop.run(|conn| Category::find_or_create(conn, "Novels", "", 1));
    let emma = shop.book("Emma").publish();
    let salt = shop.book("Salt").but(|new| new.categories = vec![shelf.id]).publish();
    let named = shop.book("Your price").publish();
    let id = named.id;
    let now = shop.clock.now();
    shop.run(move |conn| bookplate::pricing::pay_what_you_want::set(conn, id, Some(0), now));
    let titles = || vec![("title", emma.public_id.as_str()), ("title", salt.public_id.as_str())];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut fields = titles();
        fields.extend_from_slice(more);
        fields
    };
    let told = ada.post("/publish/several", &with(&[("action", "shelve"), ("category", "novels")])).await;
    told.assert_status(200).assert_shows("One title is now in “Novels”.").assert_shows("it is so already");
    ada.get("/publish?category=novels").await.assert_shows("Emma").assert_shows_not("Your price");
    ada.get("/publish?category=none").await.assert_shows("Your price").assert_shows_not("Emma");
    let back = [("action", "unshelve"), ("category", "novels"), ("back", "sort=title&page=1")];
    ada.post("/publish/several", &with(&back)).await.assert_redirects_to("/publish?sort=title&page=1");
    ada.get("/publish?category=novels").await.assert_shows("No title fits.");

    let mut fields = with(&[("action", "price"), ("price", "5,50")]);
    fields.push(("title", named.public_id.as_str()));
    let told = ada.post("/publish/several", &fields).await;
    told.assert_status(200)
        .assert_shows("2 titles are now €5.50.")
        .assert_shows("its readers name the price");
    shop.browser().get(&emma.page()).await.assert_shows("€5.50");
    ada.get("/admin/log").await.assert_shows("Price: €4.99 → €5.50");
    // What can't be charged, and an address of somebody else's, change nothing and lead nowhere.
    let wrong = with(&[("action", "price"), ("price", "0.10"), ("back", "//example.org")]);
    ada.post("/publish/several", &wrong).await.assert_redirects_to("/publish");
    ada.get("/publish").await.assert_shows("The smallest amount that can be charged is €0.50.");
}

#[rocket::async_test]
async fn an_admin_narrows_all_titles_by_publisher_language_and_words() {
    let shop = TestShop::new().await;
    let (pat, oz, ada) = (shop.publisher("pat"), shop.publisher("oz"), shop.admin("ada"));
    shop.book_of(pat.account.id, "Emma")
        .but(|new| new.contributors = vec![("Jane Austen".to_owned(), ContributorRole::Author)])
        .publish();
    shop.book_of(oz.account.id, "Der Garten").price(900).but(|new| new.language = "de".to_owned()).publish();
    let by_pat = ada.get(&format!("/publish?publisher={}", pat.account.public_id)).await;
    by_pat.assert_shows("Emma").assert_shows_not("Der Garten");
    ada.get("/publish?language=de").await.assert_shows("Der Garten").assert_shows_not("\">Emma<");
    ada.get("/publish?q=austen").await.assert_shows("Emma").assert_shows_not("Der Garten");
    let first_of = |answer: &Answer| {
        let text = answer.text();
        let place = |title: &str| text.find(&format!(">{title}</a>"));
        if place("Emma") < place("Der Garten") { "Emma" } else { "Der Garten" }
    };
    assert_eq!(first_of(&ada.get("/publish?sort=title").await), "Der Garten");
    assert_eq!(first_of(&ada.get("/publish?sort=price").await), "Der Garten");
    // A publisher's list stays their own, whoever it is narrowed to.
    let address = format!("/publish?publisher={}", oz.account.public_id);
    pat.get(&address).await.assert_shows("Emma").assert_shows_not("Der Garten");
    // The table holds what the list holds.
    let table = ada.get("/admin/export/titles.csv?language=de&q=garten").await;
    assert_eq!(table.text().lines().count(), 2, "{}", table.text());
    assert!(table.text().contains(",Der Garten,,de,published,EUR,9.00,"), "{}", table.text());
}

#[rocket::async_test]
async fn a_new_edition_begins_with_the_files_of_the_last_one() {
    let shop = TestShop::new().await;
    let (pat, jane) = (shop.publisher("pat"), shop.customer("jane"));
    let emma = shop
        .book_of(pat.account.id, "Emma")
        .file("Emma.pdf", b"%PDF-1.7 one")
        .file("Emma.epub", b"PK one")
        .publish();
    let page = format!("/publish/titles/{}", emma.public_id);
    pat.post(&format!("{page}/editions"), &[]).await.assert_redirects_to(&page);
    let shown = pat.get(&page).await;
    shown.assert_shows("Edition <span class=\"figures\">2</span>, in preparation");
    shown.assert_shows("No file of this edition differs from the last one.");
    // A second click begins no third edition.
    pat.post(&format!("{page}/editions"), &[]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows_not("Edition <span class=\"figures\">3</span>");
    // Readers see nothing of it, and the publisher looks into it.
    let text = pat.get(&page).await.text();
    let draft = text.split("in preparation</h2>").nth(1).unwrap();
    let file = draft.split("/download/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    jane.get(&format!("/download/{file}")).await.assert_status(404);
    pat.get(&format!("/download/{file}")).await.assert_status(200);
    pat.post(&format!("{page}/files/{file}/remove"), &[]).await.assert_redirects_to(&page);
    pat.get(&format!("/download/{file}")).await.assert_status(404);
    // What is out stays as it is.
    let out = emma.download("pdf").replace("/download/", "");
    pat.post(&format!("{page}/files/{out}/remove"), &[]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("This edition is out already.");
    pat.get(&emma.download("pdf")).await.assert_sends(b"%PDF-1.7 one");
    pat.post(&format!("{page}/notes"), &[("number", "2"), ("notes", "Fewer *errors*.")])
        .await
        .assert_status(303);
    pat.get(&page).await.assert_shows("Fewer *errors*.");
    pat.post(&format!("{page}/editions/give-up"), &[]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("Begin a new edition").assert_shows_not("in preparation</h2>");
}
