//! What titles sold: copies, what was paid, what went back. Never to whom.
//!
//! A copy is a line item of an order that was paid, dated by its payment; what went back is dated by its refund or by
//! the dispute that was lost. Amounts are what buyers paid for the book after discounts, without a tax that the
//! gateway put on top, and before the gateway's own fees.

pub mod forms;
mod pages;
pub mod routes;
pub mod table;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamp as SqlTimestamp};

use super::Who;
use crate::db::{Conn, Timestamp};

/// By what rows are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// One row for each title and currency.
    Title,
    /// One for each day, too.
    Day,
    /// One for each month, too.
    Month,
}

impl By {
    /// Every value with its name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Title, "Title"), (Self::Day, "Title and day"), (Self::Month, "Title and month")];

    /// The spelling in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The value of a spelling; by title for any other.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().map(|(by, _)| by).find(|by| by.as_str() == text).unwrap_or(Self::Title)
    }

    /// How much of a timestamp's text names the period: both databases write the day in its first ten characters.
    fn period(self, column: &str) -> String {
        match self {
            Self::Title => "''".to_owned(),
            Self::Day => format!("substr(CAST({column} AS TEXT), 1, 10)"),
            Self::Month => format!("substr(CAST({column} AS TEXT), 1, 7)"),
        }
    }
}

/// Which sales.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// By what rows are put together.
    pub by: By,
    /// From this moment, in UTC.
    pub from: Timestamp,
    /// Until before this moment, in UTC.
    pub until: Timestamp,
    /// Whether real money counts, or only that of a sandbox; never both in one sum.
    pub livemode: bool,
    /// Whose titles.
    pub who: Who,
}

/// What one title sold in one currency, in one period.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Sold {
    /// `2026-03-01`, `2026-03` or empty.
    #[diesel(sql_type = Text)]
    pub period: String,
    /// The title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its public id.
    #[diesel(sql_type = Text)]
    pub book: String,
    /// ISO 4217 code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// How many copies were sold.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// What was paid for them, in minor units.
    #[diesel(sql_type = BigInt)]
    pub revenue_minor: i64,
    /// For how many copies money went back.
    #[diesel(sql_type = BigInt)]
    pub returned: i64,
    /// What went back, in minor units.
    #[diesel(sql_type = BigInt)]
    pub refunds_minor: i64,
}

/// What all of it comes to in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Total {
    /// ISO 4217 code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// How many copies were sold.
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
    /// What was paid for them, in minor units.
    #[diesel(sql_type = BigInt)]
    pub revenue_minor: i64,
    /// What went back, in minor units.
    #[diesel(sql_type = BigInt)]
    pub refunds_minor: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Query {
    /// Each sale and each return as a row of its own: `$1` is the mode, `$2` and `$3` the time, `$4` the publisher or 0.
    fn moves(&self) -> String {
        let sold = self.by.period("o.paid_at");
        let refunded = self.by.period("r.created_at");
        let lost = self.by.period("d.updated_at");
        format!(
            "SELECT i.book_id, o.currency, {sold} AS period, 1 AS copies, i.price_minor - i.discount_minor AS revenue, \
                    0 AS returned, 0 AS refunds \
             FROM line_items i JOIN orders o ON o.id = i.order_id JOIN books b ON b.id = i.book_id \
             WHERE o.livemode = $1 AND o.paid_at >= $2 AND o.paid_at < $3 AND ($4 = 0 OR b.publisher_id = $4) \
             UNION ALL \
             SELECT i.book_id, o.currency, {refunded}, 0, 0, 1, \
                    CASE WHEN x.amount_minor < i.price_minor - i.discount_minor \
                         THEN x.amount_minor ELSE i.price_minor - i.discount_minor END \
             FROM refund_items x JOIN refunds r ON r.id = x.refund_id JOIN line_items i ON i.id = x.line_item_id \
             JOIN orders o ON o.id = i.order_id JOIN books b ON b.id = i.book_id \
             WHERE o.livemode = $1 AND r.status IN ('pending', 'succeeded') AND r.created_at >= $2 \
               AND r.created_at < $3 AND ($4 = 0 OR b.publisher_id = $4) \
             UNION ALL \
             SELECT i.book_id, o.currency, {lost}, 0, 0, 1, i.price_minor - i.discount_minor \
             FROM disputes d JOIN orders o ON o.id = d.order_id JOIN line_items i ON i.order_id = o.id \
             JOIN books b ON b.id = i.book_id \
             WHERE o.livemode = $1 AND d.state = 'lost' AND d.updated_at >= $2 AND d.updated_at < $3 \
               AND ($4 = 0 OR b.publisher_id = $4) \
               AND NOT EXISTS (SELECT 1 FROM refund_items y JOIN refunds s ON s.id = y.refund_id \
                               WHERE y.line_item_id = i.id AND s.status IN ('pending', 'succeeded'))"
        )
    }

    fn rows(&self) -> String {
        format!(
            "SELECT m.period, b.title, b.public_id AS book, m.currency, CAST(SUM(m.copies) AS BIGINT) AS copies, \
                    CAST(SUM(m.revenue) AS BIGINT) AS revenue_minor, CAST(SUM(m.returned) AS BIGINT) AS returned, \
                    CAST(SUM(m.refunds) AS BIGINT) AS refunds_minor, b.id AS row_id, b.sort_title \
             FROM ({}) AS m JOIN books b ON b.id = m.book_id \
             GROUP BY m.period, b.id, b.title, b.public_id, b.sort_title, m.currency",
            self.moves()
        )
    }

    /// Whose titles: 0 stands for everyone's.
    const fn publisher(&self) -> i64 {
        if self.who.is_admin { 0 } else { self.who.id.0 }
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        let row: CountRow =
            diesel::sql_query(format!("SELECT COUNT(*) AS count FROM ({}) AS s", self.rows()))
                .bind::<Bool, _>(self.livemode)
                .bind::<SqlTimestamp, _>(self.from)
                .bind::<SqlTimestamp, _>(self.until)
                .bind::<BigInt, _>(self.publisher())
                .get_result(conn)?;
        Ok(row.count)
    }

    /// A page of the rows: the newest period first, then by title.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Sold>> {
        let sql = format!(
            "SELECT s.period, s.title, s.book, s.currency, s.copies, s.revenue_minor, s.returned, s.refunds_minor \
             FROM ({}) AS s ORDER BY s.period DESC, s.sort_title, s.row_id, s.currency LIMIT $5 OFFSET $6",
            self.rows()
        );
        diesel::sql_query(sql)
            .bind::<Bool, _>(self.livemode)
            .bind::<SqlTimestamp, _>(self.from)
            .bind::<SqlTimestamp, _>(self.until)
            .bind::<BigInt, _>(self.publisher())
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(offset)
            .load(conn)
    }

    /// The rows in one currency that brought most, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn top(&self, conn: &mut Conn, currency: &str, limit: i64) -> QueryResult<Vec<Sold>> {
        // Added up by row ids first: only the few that are left are looked up in the catalogue.
        let sql = format!(
            "SELECT '' AS period, b.title, b.public_id AS book, t.currency, CAST(t.copies AS BIGINT) AS copies, \
                    CAST(t.revenue AS BIGINT) AS revenue_minor, CAST(t.returned AS BIGINT) AS returned, \
                    CAST(t.refunds AS BIGINT) AS refunds_minor \
             FROM (SELECT m.book_id, m.currency, SUM(m.copies) AS copies, SUM(m.revenue) AS revenue, \
                          SUM(m.returned) AS returned, SUM(m.refunds) AS refunds, \
                          SUM(m.revenue) - SUM(m.refunds) AS net \
                   FROM ({}) AS m WHERE m.currency = $5 GROUP BY m.book_id, m.currency \
                   ORDER BY SUM(m.revenue) - SUM(m.refunds) DESC, m.book_id LIMIT $6) AS t \
             JOIN books b ON b.id = t.book_id ORDER BY t.net DESC, b.id",
            self.moves()
        );
        diesel::sql_query(sql)
            .bind::<Bool, _>(self.livemode)
            .bind::<SqlTimestamp, _>(self.from)
            .bind::<SqlTimestamp, _>(self.until)
            .bind::<BigInt, _>(self.publisher())
            .bind::<Text, _>(currency)
            .bind::<BigInt, _>(limit)
            .load(conn)
    }

    /// What all of it comes to, one row for each currency.
    ///
    /// # Errors
    /// When the database fails.
    pub fn totals(&self, conn: &mut Conn) -> QueryResult<Vec<Total>> {
        let sql = format!(
            "SELECT m.currency, CAST(SUM(m.copies) AS BIGINT) AS copies, CAST(SUM(m.revenue) AS BIGINT) AS revenue_minor, \
                    CAST(SUM(m.refunds) AS BIGINT) AS refunds_minor \
             FROM ({}) AS m GROUP BY m.currency ORDER BY m.currency",
            self.moves()
        );
        diesel::sql_query(sql)
            .bind::<Bool, _>(self.livemode)
            .bind::<SqlTimestamp, _>(self.from)
            .bind::<SqlTimestamp, _>(self.until)
            .bind::<BigInt, _>(self.publisher())
            .load(conn)
    }
}
