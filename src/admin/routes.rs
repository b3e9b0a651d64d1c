//! The back office's own routes.

use rocket::fairing::AdHoc;
use rocket::{get, routes};

use super::figures::{Asked, Span};
use super::forms::PeriodForm;
use super::guards::Desk;
use super::overview::Overview;
use super::pages::OverviewPage;
use crate::publishing::Who;
use crate::web::{self, Html, Layout};

/// The back office.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office", |rocket| async { rocket.mount("/admin", routes![overview]) })
}

/// The shop at a glance, with the figures of some days.
#[get("/?<period..>")]
async fn overview(desk: Desk, layout: Layout, period: PeriodForm<'_>) -> web::Result<Html<OverviewPage>> {
    let now = desk.now();
    let today = Span::last(1, now.date());
    let asked = Asked {
        span: period.span(now.date()),
        livemode: !period.is_play(),
        currency: period.currency(),
        home: desk.till.currency.code(),
        who: Who::from(&desk.admin),
    };
    let wanted = asked.clone();
    let overview = desk.till.db.read(move |conn| Overview::load(conn, &wanted, now)).await?;
    let has_sandbox = !desk.till.gateway.livemode();
    Ok(Html::ok(OverviewPage::new(layout, &overview, &asked, has_sandbox, today)))
}
