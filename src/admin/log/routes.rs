//! The log's route.

use rocket::fairing::AdHoc;
use rocket::{get, routes};

use super::pages::LogPage;
use crate::admin::act::ActFilter;
use crate::admin::guards::Desk;
use crate::web::pagination::Pagination;
use crate::web::{self, Html, Layout};

/// How many acts a page has.
const PER_PAGE: u32 = 50;

/// The log.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: log", |rocket| async { rocket.mount("/admin/log", routes![log]) })
}

/// Who did what, newest first.
#[get("/?<who>&<kind>&<q>&<page>")]
async fn log(
    desk: Desk,
    layout: Layout,
    who: Option<&str>,
    kind: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
) -> web::Result<Html<LogPage>> {
    let filter = ActFilter {
        who: who.unwrap_or_default().trim().to_owned(),
        kind: kind.and_then(|kind| kind.parse().ok()),
        search: q.unwrap_or_default().trim().to_owned(),
    };
    let asked = filter.clone();
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(asked.count(conn)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let acts = asked.page(conn, pager.offset(), i64::from(PER_PAGE))?;
        Ok::<_, diesel::result::Error>((acts, pager))
    });
    let (acts, pager) = read.await?;
    Ok(Html::ok(LogPage::new(layout, &filter, acts, pager)))
}
