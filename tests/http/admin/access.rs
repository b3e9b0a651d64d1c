//! "Why can, or can't, this person read this book?", and an admin's yes or no.

use bookplate::accounts::Role;
use bookplate::db::schema::{access_overrides, accounts};
use bookplate::orders::OrderStatus;
use diesel::prelude::*;

use crate::support::TestShop;

fn question(person: &str, book: &str) -> String {
    let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
    format!("/admin/access?person={}&book={}", encode(person), encode(book))
}

#[rocket::async_test]
async fn the_gate_itself_says_why_for_every_state_of_an_order() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let emma = shop.book("Emma").publish();
    let asked = question("jane@example.com", "emma");
    ada.get(&asked)
        .await
        .assert_shows("jane can’t read “Emma”")
        .assert_shows("They did not buy it.")
        .assert_shows("None of theirs holds the book.");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Pending);
    for &status in OrderStatus::ALL {
        shop.set_order_status(order, status);
        let can = jane.get(&emma.download("pdf")).await.status == 200;
        let page = ada.get(&asked).await;
        page.assert_shows(if can { "jane can read “Emma”" } else { "jane can’t read “Emma”" });
        page.assert_shows(if can { "It counts: settled" } else { "No" });
        page.assert_shows(&shop.only_order().number);
    }
    for (status, why) in [
        (OrderStatus::Refunded, "The money for it went back."),
        (OrderStatus::Disputed, "The buyer’s bank asks"),
        (OrderStatus::Pending, "the money is not there"),
        (OrderStatus::Expired, "It came to nothing: no money was paid."),
    ] {
        shop.set_order_status(order, status);
        ada.get(&asked).await.assert_shows(why);
    }
}

#[rocket::async_test]
async fn every_question_of_the_gate_can_decide_and_is_shown() {
    let shop = TestShop::new().await;
    let (ada, pat, jane) = (shop.admin("ada"), shop.publisher("pat"), shop.customer("jane"));
    let emma = shop.book_of(pat.account.id, "Emma").sample("Emma sample.pdf", b"%PDF-1.7 s").publish();
    let free = shop.book("Free Thing").price(0).publish();
    let draft = shop.book("Sanditon").draft();
    for (person, book, said) in [
        ("jane@example.com", "Free Thing", "It is free, and anyone may have it."),
        ("ada@example.com", "Emma", "Admins may read everything."),
        ("pat@example.com", "Emma", "They publish it."),
        ("jane@example.com", "Sanditon", "It is not out"),
        ("jane@example.com", "Emma", "It is a sample, and anyone may have it."),
    ] {
        ada.get(&question(person, book)).await.assert_status(200).assert_shows(said);
    }
    let _ = (free, draft);
    shop.set_override(&jane.account, &emma, false);
    ada.get(&question("jane@example.com", "emma")).await.assert_shows("An admin closed it to them.");
}

#[rocket::async_test]
async fn a_person_is_an_address_or_an_orders_number() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    shop.browser().buys(&[&emma], "guest@example.org").await;
    let order = shop.only_order();
    for person in [order.number.as_str(), &order.number.to_lowercase(), "GUEST@example.org"] {
        let page = ada.get(&question(person, "Emma")).await;
        page.assert_shows("guest@example.org can read “Emma”").assert_shows("They bought it.");
    }
    // A guest whose links are all dead is told apart from one who never bought.
    shop.run(|conn| {
        use bookplate::db::schema::order_tokens::dsl::{order_tokens, revoked_at};
        diesel::update(order_tokens).set(revoked_at.eq(chrono::NaiveDateTime::default())).execute(conn)
    });
    ada.get(&question("guest@example.org", "Emma"))
        .await
        .assert_shows("can’t read “Emma”")
        .assert_shows("No link to it works any more, and it is in no account.");
    for (person, book, said) in [
        ("nobody@example.org", "Emma", "Nobody has this address, and no order this number."),
        ("BP-NOTHING", "Emma", "Nobody has this address, and no order this number."),
        ("guest@example.org", "No such book", "No book has this in its title."),
        ("guest@example.org", "", "Which book?"),
        ("", "Emma", "Who?"),
    ] {
        ada.get(&question(person, book)).await.assert_status(200).assert_shows(said);
    }
    shop.book("Emma and Friends").publish();
    shop.book("Emma Again").publish();
    let several = ada.get(&question("guest@example.org", "mma ")).await;
    several.assert_shows("Which one?").assert_shows("Emma Again").assert_shows("Emma and Friends");
}

#[rocket::async_test]
async fn a_gift_has_a_buyer_who_cant_read_and_a_recipient_who_can() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let giver = shop.customer("jane");
    giver.wants(&[&emma]).await;
    let gift = [
        ("gift.wanted", "true"),
        ("gift.email", "kate@example.org"),
        ("gift.name", ""),
        ("gift.from", "Jane"),
    ];
    let answer = giver.presses_the_button("", &gift).await;
    let pay_page = answer.header("Location").unwrap_or_default().to_owned();
    giver.ends(&pay_page, "pay").await;
    shop.task(bookplate::gifts::deliver::TASK).await;
    let page = ada.get(&question(&shop.only_order().number, "emma")).await;
    page.assert_shows("jane can’t read “Emma”").assert_shows("They bought it as a gift");
    page.assert_shows("kate@example.org can read “Emma”").assert_shows("Given to them.");
}

#[rocket::async_test]
async fn an_admin_closes_a_book_and_lets_the_orders_decide_again() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let emma = shop.book("Emma").publish();
    jane.buys(&[&emma], "").await;
    let close = [("person", "jane@example.com"), ("book", "emma"), ("verdict", "close")];
    let mute = ada.post("/admin/access", &close).await;
    mute.assert_status(422).assert_shows("Please say why").assert_shows("jane@example.com");
    let with_reason = [&close[..], &[("reason", "Copies it for sale")]].concat();
    let letters = shop.letters_to("jane@example.com").len();
    ada.post("/admin/access", &with_reason).await.assert_redirects_to("/admin/access");
    assert_eq!(shop.letters_to("jane@example.com").len(), letters, "nobody is told by mail");
    jane.get(&emma.download("pdf")).await.assert_status(404);
    let list = ada.get("/admin/access?q=copies").await;
    list.assert_shows("Copies it for sale").assert_shows("ada").assert_shows("1 to 1 of");
    ada.get("/admin/access?q=nonsense").await.assert_shows("Nothing fits.");
    let lift = [("account", jane.account.public_id.as_str()), ("book", &emma.public_id)];
    ada.post("/admin/access/lift", &lift).await.assert_redirects_to("/admin/access");
    jane.get(&emma.download("pdf")).await.assert_status(404);
    let lift = [&lift[..], &[("reason", "Settled")]].concat();
    ada.post("/admin/access/lift", &lift).await.assert_redirects_to("/admin/access");
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let log = ada.get("/admin/log?kind=access&q=jane").await;
    log.assert_shows("Closed “Emma”: Copies it for sale").assert_shows("Settled");
    log.assert_shows("As the orders say").assert_shows("Closed by an admin");
}

#[rocket::async_test]
async fn a_copy_for_the_press_comes_by_mail_with_an_account_or_without() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let draft = shop.book("Sanditon").draft();
    let fields = |person: &'static str| {
        [
            ("person", person),
            ("book", "Sanditon"),
            ("verdict", "give"),
            ("reason", "For a review"),
            ("words", "We look forward to what you write."),
        ]
    };
    ada.post("/admin/access", &fields("jane@example.com")).await.assert_redirects_to("/admin/access");
    let letter = shop.letter_to("jane@example.com");
    assert!(letter.text.contains("We look forward"), "{}", letter.text);
    assert!(!letter.text.contains("For a review"), "the reason is for admins: {}", letter.text);
    jane.get("/library").await.assert_shows("Sanditon");
    jane.get(&draft.download("pdf")).await.assert_status(200);
    // Someone without an account chooses a password first.
    ada.post("/admin/access", &fields("press@example.org")).await.assert_redirects_to("/admin/access");
    let link = shop.letter_to("press@example.org").link("http://localhost/invite/");
    let link = link.trim_start_matches("http://localhost");
    let press = shop.browser();
    press
        .get(link)
        .await
        .assert_status(200)
        .assert_shows("press@example.org")
        .assert_shows("A book is waiting");
    let weak = press.post(link, &[("name", "Kim"), ("password", "short")]).await;
    weak.assert_status(422).assert_shows("Kim");
    let fine = [("name", "Kim"), ("password", "a few words in a row")];
    press.post(link, &fine).await.assert_redirects_to("/sign-in");
    press.post(link, &fine).await.assert_status(410);
    press
        .post("/sign-in", &[("email", "press@example.org"), ("password", fine[1].1)])
        .await
        .assert_status(303);
    press.get("/library").await.assert_shows("Sanditon");
    press.get(&draft.download("pdf")).await.assert_status(200);
    let role: Role = shop.run(|conn| {
        accounts::table.filter(accounts::email.eq("press@example.org")).select(accounts::role).first(conn)
    });
    assert_eq!(role, Role::Customer);
    // A second word replaces the first.
    ada.post("/admin/access", &fields("jane@example.com")).await.assert_status(303);
    assert_eq!(shop.run(|conn| access_overrides::table.count().get_result::<i64>(conn)), 2);
    for (field, value, said) in [
        ("person", "nonsense", "This isn’t an e-mail address"),
        ("book", "Nothing like it", "No book has this in its title."),
        ("verdict", "", "Please choose one."),
    ] {
        let mut wrong = fields("jane@example.com").to_vec();
        wrong.iter_mut().filter(|(name, _)| *name == field).for_each(|entry| entry.1 = value);
        ada.post("/admin/access", &wrong).await.assert_status(422).assert_shows(said);
    }
}
