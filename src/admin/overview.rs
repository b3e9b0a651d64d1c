//! The shop at a glance: what wants a look, what came in and went back, the figures of some days, the newest orders.
//!
//! Sums hold real money only. Orders of the sandbox, and of a gateway's own test mode, are counted apart and add nothing.

use chrono::{Days, NaiveTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp as SqlTimestamp};

use super::figures::{Asked, Figures};
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::money;
use crate::orders::history::{self, Entry};
use crate::orders::{Finding, Order};

/// How many findings and orders are shown.
const SHOWN: i64 = 6;

/// The shop at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The oldest open findings.
    pub findings: Vec<Finding>,
    /// How many are open.
    pub open_findings: i64,
    /// Today, the last 7 and the last 30 days, in UTC.
    pub sums: Vec<Sum>,
    /// The figures of the days that were asked for.
    pub figures: Figures,
    /// The newest orders.
    pub newest: Vec<Entry>,
}

/// Real money of some days.
#[derive(Debug, Clone)]
pub struct Sum {
    /// Which days.
    pub of: &'static str,
    /// One for each currency in which money moved, by its code.
    pub money: Vec<Moved>,
    /// How many payments came.
    pub payments: i64,
}

/// What came and went in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// ISO 4217 code.
    pub currency: String,
    /// What was paid, in minor units.
    pub in_minor: i64,
    /// What was given back or lost to a dispute, in minor units.
    pub out_minor: i64,
}

impl Moved {
    /// `minor` units of this currency, for people.
    #[must_use]
    pub fn shown(&self, minor: i64) -> String {
        money::shown(minor, &self.currency)
    }
}

#[derive(QueryableByName)]
struct MoneyRow {
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    minor: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Overview {
    /// The shop at `now`, in a number of queries that does not grow with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, asked: &Asked, now: Timestamp) -> QueryResult<Self> {
        let midnight = now.date().and_time(NaiveTime::MIN);
        let back = |days: u64| midnight.checked_sub_days(Days::new(days)).unwrap_or(midnight);
        Ok(Self {
            findings: Finding::page(conn, false, 0, SHOWN)?,
            open_findings: Finding::count_open(conn)?,
            sums: vec![
                Sum::since(conn, "Today", midnight)?,
                Sum::since(conn, "Last 7 days", back(6))?,
                Sum::since(conn, "Last 30 days", back(29))?,
            ],
            figures: Figures::load(conn, asked)?,
            newest: newest(conn)?,
        })
    }
}

impl Sum {
    fn since(conn: &mut Conn, of: &'static str, since: Timestamp) -> QueryResult<Self> {
        let came: Vec<MoneyRow> = diesel::sql_query(
            "SELECT p.currency, CAST(SUM(p.amount_minor) AS BIGINT) AS minor, COUNT(*) AS count \
             FROM payments p JOIN orders o ON o.id = p.order_id \
             WHERE o.livemode AND p.status = 'succeeded' AND p.settled_at >= $1 GROUP BY p.currency",
        )
        .bind::<SqlTimestamp, _>(since)
        .load(conn)?;
        let went: Vec<MoneyRow> = diesel::sql_query(
            "SELECT gone.currency, CAST(SUM(gone.amount_minor) AS BIGINT) AS minor, COUNT(*) AS count FROM ( \
                 SELECT r.order_id, r.currency, r.amount_minor FROM refunds r \
                 WHERE r.status IN ('pending', 'succeeded') AND r.created_at >= $1 \
                 UNION ALL \
                 SELECT d.order_id, d.currency, d.amount_minor FROM disputes d \
                 WHERE d.state = 'lost' AND d.updated_at >= $1 \
             ) AS gone JOIN orders o ON o.id = gone.order_id WHERE o.livemode GROUP BY gone.currency",
        )
        .bind::<SqlTimestamp, _>(since)
        .load(conn)?;
        let mut money: Vec<Moved> = came
            .iter()
            .map(|row| Moved { currency: row.currency.clone(), in_minor: row.minor, out_minor: 0 })
            .collect();
        for row in went {
            match money.iter_mut().find(|moved| moved.currency == row.currency) {
                Some(moved) => moved.out_minor = row.minor,
                None => money.push(Moved { currency: row.currency, in_minor: 0, out_minor: row.minor }),
            }
        }
        money.sort_by(|a, b| a.currency.cmp(&b.currency));
        Ok(Self { of, money, payments: came.iter().map(|row| row.count).sum() })
    }
}

fn newest(conn: &mut Conn) -> QueryResult<Vec<Entry>> {
    let found: Vec<Order> = orders::table
        .order((orders::created_at.desc(), orders::id.desc()))
        .limit(SHOWN)
        .select(Order::as_select())
        .load(conn)?;
    history::with_titles(conn, found)
}
