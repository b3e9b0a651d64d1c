//! The team: invitations, roles, and who always stays.

use bookplate::accounts::{Account, Role};
use bookplate::db::schema::accounts;
use diesel::prelude::*;

use crate::support::TestShop;

fn role_of(shop: &TestShop, email: &str) -> Role {
    let email = email.to_owned();
    shop.run(move |conn| accounts::table.filter(accounts::email.eq(email)).select(accounts::role).first(conn))
}

fn role_form(account: &Account) -> String {
    format!("/admin/team/{}/role", account.public_id)
}

fn link_in(shop: &TestShop, address: &str) -> String {
    let letters = shop.letters_to(address);
    let link = letters.last().expect("an invitation").link("http://localhost/invite/");
    link.trim_start_matches("http://localhost").to_owned()
}

#[rocket::async_test]
async fn someone_is_invited_by_mail_chooses_a_password_and_runs_the_shop() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let invite = [("email", "eve@example.org"), ("role", "admin"), ("words", "Welcome aboard.")];
    ada.post("/admin/team/invite", &invite).await.assert_redirects_to("/admin/team");
    ada.get("/admin/team").await.assert_shows("eve@example.org").assert_shows("Who is invited");
    let letter = shop.letter_to("eve@example.org");
    assert!(letter.text.contains("Welcome aboard.") && letter.text.contains("ada"), "{}", letter.text);
    let link = link_in(&shop, "eve@example.org");
    // Until then there is no such account.
    shop.browser()
        .post("/sign-in", &[("email", "eve@example.org"), ("password", "!")])
        .await
        .assert_status(422);
    let eve = shop.browser();
    eve.get(&link).await.assert_status(200).assert_shows("You are invited to run this shop.");
    let password = ("password", "keeper of the other keys");
    eve.post(&link, &[("name", "Eve"), password]).await.assert_redirects_to("/sign-in");
    eve.post("/sign-in", &[("email", "eve@example.org"), password]).await.assert_status(303);
    eve.get("/admin").await.assert_status(200);
    eve.get(&link).await.assert_status(410);
    ada.get("/admin/team").await.assert_shows("Nobody at the moment.").assert_shows("Eve");
    ada.get("/admin/log?kind=role").await.assert_shows("Invited as an admin").assert_shows("No account");
}

#[rocket::async_test]
async fn an_invitation_that_was_taken_back_replaced_or_forgotten_opens_nothing() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let invite = [("email", "eve@example.org"), ("role", "publisher")];
    ada.post("/admin/team/invite", &invite).await.assert_status(303);
    let first = link_in(&shop, "eve@example.org");
    ada.post("/admin/team/invite", &invite).await.assert_status(303);
    let second = link_in(&shop, "eve@example.org");
    let eve = shop.browser();
    eve.get(&first).await.assert_status(410);
    eve.get(&second).await.assert_status(200).assert_shows("You are invited to sell your books here.");
    let page = ada.get("/admin/team").await.text();
    let form = page.split("action=\"/admin/team/invitations/").nth(1).unwrap();
    let id = form.split('/').next().unwrap();
    let address = format!("/admin/team/invitations/{id}/withdraw");
    ada.post(&address, &[]).await.assert_redirects_to("/admin/team");
    ada.post(&address, &[]).await.assert_status(404);
    let fine = [("name", "Eve"), ("password", "a few words in a row")];
    eve.post(&second, &fine).await.assert_status(410);
    ada.post("/admin/team/invite", &invite).await.assert_status(303);
    let third = link_in(&shop, "eve@example.org");
    shop.clock.advance(chrono::TimeDelta::days(31));
    eve.post(&third, &fine).await.assert_status(410);
    let known: i64 = shop
        .run(|conn| accounts::table.filter(accounts::email.eq("eve@example.org")).count().get_result(conn));
    assert_eq!(known, 0);
}

#[rocket::async_test]
async fn a_change_of_role_ends_all_sessions_and_is_told() {
    let shop = TestShop::new().await;
    let (ada, eve, pat) = (shop.admin("ada"), shop.admin("eve"), shop.publisher("pat"));
    ada.post(&role_form(&pat.account), &[("role", "admin")]).await.assert_redirects_to("/admin/team");
    pat.get("/publish").await.assert_status(401);
    assert_eq!(role_of(&shop, "pat@example.com"), Role::Admin);
    shop.signed_in(&pat.account).get("/admin").await.assert_status(200);
    assert!(shop.letter_to("pat@example.com").subject.contains("You are an admin"));
    ada.post(&role_form(&eve.account), &[("role", "customer")]).await.assert_redirects_to("/admin/team");
    eve.get("/admin").await.assert_status(401);
    shop.signed_in(&eve.account).get("/admin").await.assert_status(403);
    let log = ada.get("/admin/log?kind=role").await;
    log.assert_shows("Publisher</span> → ").assert_shows("Made an admin of it");
}

#[rocket::async_test]
async fn the_last_admin_stays_and_nobody_changes_themselves() {
    let shop = TestShop::new().await;
    let (ada, eve, pat) = (shop.admin("ada"), shop.admin("eve"), shop.publisher("pat"));
    ada.post(&role_form(&ada.account), &[("role", "customer")]).await.assert_status(303);
    ada.get("/admin/team").await.assert_shows("This is your own account.");
    assert_eq!(role_of(&shop, "ada@example.com"), Role::Admin);
    // Eve is an admin, and Ada can't sign in any more: then Eve is the last one.
    let now = shop.clock.now();
    let id = eve.account.id;
    shop.run(move |conn| {
        diesel::update(accounts::table.find(id)).set(accounts::blocked_at.eq(now)).execute(conn)
    });
    let sue = shop.admin("sue");
    let id = sue.account.id;
    shop.run(move |conn| {
        let ada = accounts::table.filter(accounts::email.eq("ada@example.com"));
        diesel::update(ada)
            .set(accounts::email_confirmed_at.eq(None::<chrono::NaiveDateTime>))
            .execute(conn)?;
        diesel::update(accounts::table.find(id)).set(accounts::name.eq("Sue")).execute(conn)
    });
    ada.post(&role_form(&sue.account), &[("role", "customer")]).await.assert_status(303);
    ada.get("/admin/team").await.assert_shows("This is the last admin who can sign in.");
    assert_eq!(role_of(&shop, "sue@example.com"), Role::Admin);
    // What becomes of a publisher's titles is asked elsewhere.
    sue.post(&role_form(&pat.account), &[("role", "customer")]).await.assert_status(303);
    sue.get("/admin/team").await.assert_shows("where you say what becomes of the titles");
    sue.post(&role_form(&pat.account), &[("role", "owner")]).await.assert_status(303);
    assert_eq!(role_of(&shop, "pat@example.com"), Role::Publisher);
}

#[rocket::async_test]
async fn an_invitation_only_ever_adds_to_what_an_account_may_do() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    for (email, role, said) in [
        ("nonsense", "admin", "This isn’t an e-mail address"),
        ("eve@example.org", "customer", "Please choose what they may do."),
        ("ada@example.com", "publisher", "This account is in the team already"),
    ] {
        let answer = ada.post("/admin/team/invite", &[("email", email), ("role", role)]).await;
        answer.assert_status(422).assert_shows(said);
    }
    ada.post("/admin/team/invite", &[("email", "jane@example.com"), ("role", "publisher")])
        .await
        .assert_status(303);
    assert_eq!(role_of(&shop, "jane@example.com"), Role::Customer);
    let link = link_in(&shop, "jane@example.com");
    // Meanwhile she became an admin: the old link takes nothing away, and ends her sessions as any new password does.
    let id = jane.account.id;
    let now = shop.clock.now();
    shop.run(move |conn| Account::find(conn, id)?.unwrap().set_role(conn, Role::Admin, now));
    let fine = [("name", "Jane"), ("password", "a few words in a row")];
    shop.browser().post(&link, &fine).await.assert_status(303);
    assert_eq!(role_of(&shop, "jane@example.com"), Role::Admin);
    jane.get("/library").await.assert_status(401);
}
