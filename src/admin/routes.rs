//! The back office's own routes.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::overview::Overview;
use super::pages::OverviewPage;
use crate::accounts::guards::Admin;
use crate::clock::Clock;
use crate::db::Db;
use crate::web::{self, Html, Layout};

/// The back office.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office", |rocket| async { rocket.mount("/admin", routes![overview]) })
}

/// The shop at a glance.
#[get("/")]
async fn overview(
    _admin: Admin,
    layout: Layout,
    db: &State<Db>,
    clock: &State<Clock>,
) -> web::Result<Html<OverviewPage>> {
    let now = clock.now();
    let overview = db.read(move |conn| Overview::load(conn, now)).await?;
    Ok(Html::ok(OverviewPage::new(layout, &overview)))
}
