//! Sales, as they are reached.

use rocket::{Route, get, routes};

use super::forms::Span;
use super::pages::{SalesPage, SoldRow, TotalRow};
use super::table;
use crate::publishing::guards::Desk;
use crate::web::pagination::Pagination;
use crate::web::table::Format;
use crate::web::{self, Export, Html, Layout};

/// How many rows a page has.
const PER_PAGE: u32 = 50;

/// What is below `/publish` about sales.
pub fn routes() -> Vec<Route> {
    routes![sales, csv, json]
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
async fn csv(desk: Desk, from: Option<&str>, to: Option<&str>, by: Option<&str>) -> web::Result<Export> {
    export(&desk, Span::new(from, to, by, desk.now()), Format::Csv).await
}

/// The same for programs that read JSON.
#[get("/sales.json?<from>&<to>&<by>")]
async fn json(desk: Desk, from: Option<&str>, to: Option<&str>, by: Option<&str>) -> web::Result<Export> {
    export(&desk, Span::new(from, to, by, desk.now()), Format::Json).await
}

async fn export(desk: &Desk, span: Span, format: Format) -> web::Result<Export> {
    let query = span.query(desk.who, desk.till.gateway.livemode());
    let name = format!("sales-{}-{}", span.from, span.to);
    Export::begin(&desk.till.db, name, format, table::COLUMNS.to_vec(), move |conn, from| {
        table::page(conn, &query, from)
    })
    .await
}
