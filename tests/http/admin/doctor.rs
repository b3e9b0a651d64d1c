//! The doctor's page.

use bookplate::checkout::audit;
use bookplate::doctor;
use chrono::TimeDelta;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_sandbox_is_red_and_the_rest_is_said() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let ada = shop.admin("ada");
    let page = ada.get("/admin/doctor").await;
    page.assert_status(200).assert_shows("Nobody has looked yet").assert_shows("Look now");

    ada.post("/admin/doctor", &[]).await.assert_redirects_to("/admin/doctor");
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("Last looked on 1 March 2026, 12:00 UTC, from this page").assert_shows("Look again");
    page.assert_shows("The sandbox takes no money").assert_shows("check-bad");
    page.assert_shows("were never compared").assert_shows("Mails are written into a folder");

    shop.task(audit::TASK).await;
    shop.clock.advance(TimeDelta::seconds(11));
    ada.post("/admin/doctor", &[]).await.assert_redirects_to("/admin/doctor");
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("The books were compared on 1 March 2026").assert_shows("It came on 1 March 2026");

    shop.clock.advance(TimeDelta::days(3));
    shop.task(doctor::TASK).await;
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("Last looked on 4 March 2026, 12:00 UTC, by the shop itself");
    page.assert_shows("have waited for more than an hour").assert_shows("were last compared on 1 March 2026");
}

#[rocket::async_test]
async fn what_cannot_be_looked_at_is_never_well() {
    // Nobody listens at the shop's public address here.
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.post("/admin/doctor", &[]).await;
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("nobody answers at").assert_shows("Is the shop running");
    assert_eq!(page.text().matches("Not looked at, since the shop was not reached").count(), 3);
}

#[rocket::async_test]
async fn the_doctor_does_not_come_twice_in_a_few_seconds() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.post("/admin/doctor", &[]).await;
    ada.get("/admin/doctor").await.assert_shows("This is what was found");
    ada.post("/admin/doctor", &[]).await;
    ada.get("/admin/doctor").await.assert_shows("only just now");
    shop.clock.advance(TimeDelta::seconds(11));
    ada.post("/admin/doctor", &[]).await;
    ada.get("/admin/doctor").await.assert_shows("The doctor has looked at everything");
}
