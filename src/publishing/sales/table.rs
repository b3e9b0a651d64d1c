//! Sales as a table for other programs: days as ISO 8601 writes them.

use diesel::QueryResult;

use super::{Query, Sold};
use crate::db::Conn;
use crate::web::export::Page;
use crate::web::table::Cell;

/// What the table holds.
pub const COLUMNS: &[&str] =
    &["period", "title", "currency", "copies", "revenue", "returned copies", "refunds", "net"];

/// How many rows are read at once. Each reading adds all sales up, so they are many.
const ROWS: i64 = 5_000;

/// The rows from the `from`-th on.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, query: &Query, from: i64) -> QueryResult<Page> {
    let sold = query.page(conn, from, ROWS)?;
    let is_full = i64::try_from(sold.len()).is_ok_and(|count| count == ROWS);
    Ok(Page { rows: sold.iter().map(row).collect(), next: is_full.then_some(from + ROWS) })
}

fn row(sold: &Sold) -> Vec<Cell> {
    let amount = |minor: i64| Cell::amount(minor, &sold.currency);
    vec![
        Cell::text(&sold.period),
        Cell::text(&sold.title),
        Cell::text(&sold.currency),
        Cell::Number(sold.copies),
        amount(sold.revenue_minor),
        Cell::Number(sold.returned),
        amount(sold.refunds_minor),
        amount(sold.revenue_minor - sold.refunds_minor),
    ]
}
