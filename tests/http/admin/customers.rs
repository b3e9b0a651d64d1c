//! Accounts in the back office: found, looked at whole, signed out, kept out and let in again.

use bookplate::accounts::{Account, password};
use bookplate::db::schema::accounts;
use bookplate::orders::OrderStatus;
use diesel::prelude::*;

use crate::support::{Browser, TestShop};

const PASSWORD: &str = "correct horse battery";

/// Gives the account a password that is known.
fn knows_a_password(shop: &TestShop, account: &Account) {
    let (id, hash) = (account.id, password::hash(PASSWORD).unwrap());
    shop.run(move |conn| {
        diesel::update(accounts::table.find(id)).set(accounts::password_hash.eq(hash)).execute(conn)
    });
}

async fn signs_in(browser: &Browser<'_>, email: &str) -> u16 {
    browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.status
}

#[rocket::async_test]
async fn accounts_are_found_by_address_name_and_standing() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    shop.customer("Jane");
    shop.customer("Ömer");
    let guest = shop.book("Emma").publish();
    shop.browser().buys(&[&guest], "jane.guest@example.org").await;
    let page = ada.get("/admin/customers").await;
    page.assert_status(200).assert_shows("Jane@example.com").assert_shows("Ömer").assert_shows("1 to 4 of");
    for (query, found, lost) in [
        ("q=JANE", "Jane@example.com", "Ömer"),
        ("q=%C3%96mer", "Ömer", "Jane@example.com"),
        ("standing=blocked", "No account fits.", "Jane@example.com"),
        ("standing=nonsense", "Jane@example.com", "No account fits."),
        ("q=%25", "Part of an address or of a name is enough.", "Jane@example.com"),
    ] {
        ada.get(&format!("/admin/customers?{query}")).await.assert_shows(found).assert_shows_not(lost);
    }
    // Buyers without an account are one click away.
    let page = ada.get("/admin/customers?q=jane.g").await;
    page.assert_shows("No account fits.").assert_shows("1 order of a guest has this in the address");
}

#[rocket::async_test]
async fn an_accounts_page_has_its_orders_downloads_sessions_and_what_admins_did() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").publish());
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    jane.buys(&[&emma], "").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    jane.get(&salt.download("pdf")).await.assert_status(404);
    shop.set_override(&jane.account, &salt, true);
    let address = format!("/admin/customers/{}", jane.account.public_id);
    ada.post(&format!("{address}/reset-link"), &[]).await.assert_redirects_to(&address);
    let page = ada.get(&address).await;
    page.assert_status(200).assert_shows(&shop.only_order().number).assert_shows("Emma.pdf");
    page.assert_shows("Sent").assert_shows("They bought it.").assert_shows("Refused");
    page.assert_shows("They did not buy it.").assert_shows("Given").assert_shows("a test");
    page.assert_shows("Sent a link for a new password");
    assert!(shop.letters_to("jane@example.com").last().unwrap().text.contains("/reset-password/"));
    // The order leads here, and back.
    let order = ada.get(&format!("/admin/orders/{}", shop.only_order().public_id)).await;
    order.assert_shows(&address);
    ada.get("/admin/customers/nothing").await.assert_status(404);
}

#[rocket::async_test]
async fn an_admin_ends_every_session_of_an_account() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let elsewhere = shop.signed_in(&jane.account);
    let address = format!("/admin/customers/{}", jane.account.public_id);
    ada.post(&format!("{address}/sign-out"), &[]).await.assert_redirects_to(&address);
    ada.get(&address).await.assert_shows("The 2 sessions of this account have ended.").assert_shows("None.");
    for browser in [&jane.browser, &elsewhere.browser] {
        browser.get("/library").await.assert_status(401);
    }
    ada.get("/admin").await.assert_status(200);
}

#[rocket::async_test]
async fn who_is_blocked_can_neither_sign_in_nor_buy_nor_read_until_they_are_let_in_again() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").publish());
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    knows_a_password(&shop, &jane.account);
    jane.buys(&[&emma], "").await;
    let by_link = shop.bearer_of(shop.only_order().id);
    by_link.get(&emma.download("pdf")).await.assert_status(200);
    let address = format!("/admin/customers/{}", jane.account.public_id);
    let mute = ada.post(&format!("{address}/block"), &[("reason", " ")]).await;
    mute.assert_status(422).assert_shows("Please say why");
    jane.get("/library").await.assert_status(200);
    let reason = [("reason", "Shares her password")];
    ada.post(&format!("{address}/block"), &reason).await.assert_redirects_to(&address);
    ada.get(&address).await.assert_shows("Shares her password").assert_shows("Let them in again");
    ada.get("/admin/customers?standing=blocked").await.assert_shows("jane@example.com");
    // No session, no sign-in, no new password, no purchase, no book by an old link.
    jane.get("/library").await.assert_status(401);
    assert_eq!(signs_in(&shop.browser(), "jane@example.com").await, 422);
    let letters = shop.letters_to("jane@example.com").len();
    shop.browser().post("/reset-password", &[("email", "jane@example.com")]).await.assert_status(303);
    ada.post(&format!("{address}/reset-link"), &[]).await.assert_redirects_to(&address);
    assert_eq!(shop.letters_to("jane@example.com").len(), letters);
    let guest = shop.browser();
    guest.wants(&[&salt]).await;
    let refused = guest.presses_the_button("JANE@example.com", &[]).await;
    refused.assert_shows("Nothing can be bought with this address.");
    assert_eq!(shop.orders().len(), 1);
    by_link.get(&emma.download("pdf")).await.assert_status(404);
    by_link
        .get(&format!("/orders/{}", shop.only_order().public_id))
        .await
        .assert_status(200)
        .assert_shows("The shop has closed this book for you; please write to us.");
    let downloads = shop.run(|conn| {
        use bookplate::db::schema::downloads::dsl::{downloads, id, reason};
        downloads.order(id.desc()).select(reason).first::<String>(conn)
    });
    assert_eq!(downloads, "blocked");
    // All comes back.
    ada.post(&format!("{address}/unblock"), &[]).await.assert_redirects_to(&address);
    let again = shop.browser();
    assert_eq!(signs_in(&again, "jane@example.com").await, 303);
    again.get(&emma.download("pdf")).await.assert_status(200);
    by_link.get(&emma.download("pdf")).await.assert_status(200);
    shop.assert_order(OrderStatus::Paid);
    let log = ada.get("/admin/log?kind=account").await;
    log.assert_shows("Blocked: Shares her password").assert_shows("Let in again");
    log.assert_shows("May sign in");
}

#[rocket::async_test]
async fn nobody_blocks_themselves_or_the_last_admin() {
    let shop = TestShop::new().await;
    let (ada, eve) = (shop.admin("ada"), shop.admin("eve"));
    let of = |account: &Account| format!("/admin/customers/{}", account.public_id);
    let block = [("reason", "A test")];
    ada.post(&format!("{}/block", of(&ada.account)), &block).await.assert_status(303);
    ada.get(&of(&ada.account)).await.assert_shows("This is your own account.");
    ada.post(&format!("{}/block", of(&eve.account)), &block).await.assert_status(303);
    eve.get("/admin").await.assert_status(401);
    ada.get("/admin").await.assert_status(200);
}
