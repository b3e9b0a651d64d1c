//! The doctor's page.

use bookplate::checkout::audit;
use bookplate::doctor;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_sandbox_is_red_and_the_rest_is_said() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let ada = shop.admin("ada");
    let page = ada.get("/admin/doctor").await;
    page.assert_status(200).assert_shows("The sandbox takes no money").assert_shows("check-bad");
    page.assert_shows("were never compared").assert_shows("Mails are written into a folder");
    shop.task(audit::TASK).await;
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("The books were compared on 1 March 2026").assert_shows("It came on 1 March 2026");
    shop.clock.advance(chrono::TimeDelta::days(3));
    let page = ada.get("/admin/doctor").await;
    page.assert_shows("have waited for more than an hour").assert_shows("were last compared on 1 March 2026");
    shop.task(doctor::TASK).await;
}
