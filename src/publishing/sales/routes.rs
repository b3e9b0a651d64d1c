//! Sales, as they are reached.

use rocket::{Route, get, routes};

use super::csv;
use super::forms::Span;
use super::pages::{SalesPage, SoldRow, TotalRow};
use super::responder::Csv;
use crate::publishing::guards::Desk;
use crate::web::pagination::Pagination;
use crate::web::{self, Html, Layout};

/// How many rows a page has.
const PER_PAGE: u32 = 50;

/// The most rows of a table for other programs.
const TABLE: i64 = 100_000;

/// What is below `/publish` about sales.
pub fn routes() -> Vec<Route> {
    routes![sales, table]
}

/// What was sold, in some days.
#[get("/sales?<from>&<to>&<by>&<page>")]
async fn sales(
    desk: Desk,
    from: Option<&str>,
    to: Option<&str>,
    by: Option<&str>,
    page: Option<&str>,
    layout: Layout,
) -> web::Result<Html<SalesPage>> {
    let livemode = desk.till.gateway.livemode();
    let span = Span::new(from, to, by, desk.now());
    let query = span.query(desk.who, livemode);
    let page = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(query.count(conn)?).unwrap_or_default();
        let pager = Pagination::new(page, PER_PAGE, total);
        let rows = query.page(conn, pager.offset(), i64::from(PER_PAGE))?;
        Ok::<_, diesel::result::Error>((query.totals(conn)?, pager, rows))
    });
    let (totals, pager, rows) = read.await?;
    Ok(Html::ok(SalesPage {
        layout,
        from: span.from.to_string(),
        to: span.to.to_string(),
        by: span.by,
        is_play: !livemode,
        totals: totals.iter().map(TotalRow::from).collect(),
        rows: rows.iter().map(SoldRow::from).collect(),
        pager,
        span: span.address(),
    }))
}

/// The same as a table for other programs.
#[get("/sales.csv?<from>&<to>&<by>")]
async fn table(desk: Desk, from: Option<&str>, to: Option<&str>, by: Option<&str>) -> web::Result<Csv> {
    let span = Span::new(from, to, by, desk.now());
    let query = span.query(desk.who, desk.till.gateway.livemode());
    let rows = desk.till.db.read(move |conn| query.page(conn, 0, TABLE)).await?;
    Ok(Csv { table: csv::table(&rows), name: format!("sales-{}-{}.csv", span.from, span.to) })
}
