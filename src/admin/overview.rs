//! The shop at a glance: what wants a look, what came in and went back, and the newest orders.
//!
//! Sums hold real money only. Orders of the sandbox, and of a gateway's own test mode, are counted apart and add nothing.

use chrono::{Days, NaiveTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp as SqlTimestamp};

use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::money;
use crate::orders::history::{self, Entry};
use crate::orders::{Finding, Order};

/// How many days the list of days has, today included.
const DAYS: u64 = 14;

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
    /// The last days, today first; those without an order, too.
    pub days: Vec<Day>,
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

/// The orders of one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// Its first moment, in UTC.
    pub start: Timestamp,
    /// How many orders with real money were placed.
    pub placed: i64,
    /// How many of those were paid, or cost nothing.
    pub paid: i64,
    /// How many orders were placed without real money.
    pub play: i64,
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

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = Text)]
    day: String,
    #[diesel(sql_type = BigInt)]
    placed: i64,
    #[diesel(sql_type = BigInt)]
    paid: i64,
    #[diesel(sql_type = BigInt)]
    play: i64,
}

impl Overview {
    /// The shop at `now`, in a number of queries that does not grow with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, now: Timestamp) -> QueryResult<Self> {
        let midnight = now.date().and_time(NaiveTime::MIN);
        let back = |days: u64| midnight.checked_sub_days(Days::new(days)).unwrap_or(midnight);
        let mut open = Finding::open(conn, None)?;
        open.truncate(usize::try_from(SHOWN).unwrap_or_default());
        Ok(Self {
            findings: open,
            open_findings: Finding::count_open(conn)?,
            sums: vec![
                Sum::since(conn, "Today", midnight)?,
                Sum::since(conn, "Last 7 days", back(6))?,
                Sum::since(conn, "Last 30 days", back(29))?,
            ],
            days: days(conn, midnight, back)?,
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

fn days(conn: &mut Conn, today: Timestamp, back: impl Fn(u64) -> Timestamp) -> QueryResult<Vec<Day>> {
    // Both databases write a timestamp as text with the day in its first ten characters.
    let rows: Vec<DayRow> = diesel::sql_query(
        "SELECT substr(CAST(o.created_at AS TEXT), 1, 10) AS day, \
                CAST(SUM(CASE WHEN o.livemode THEN 1 ELSE 0 END) AS BIGINT) AS placed, \
                CAST(SUM(CASE WHEN o.livemode AND o.paid_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS paid, \
                CAST(SUM(CASE WHEN o.livemode THEN 0 ELSE 1 END) AS BIGINT) AS play \
         FROM orders o WHERE o.created_at >= $1 GROUP BY 1",
    )
    .bind::<SqlTimestamp, _>(back(DAYS - 1))
    .load(conn)?;
    let day = |ago: u64| {
        let start = if ago == 0 { today } else { back(ago) };
        let name = start.format("%Y-%m-%d").to_string();
        let row = rows.iter().find(|row| row.day == name);
        row.map_or(Day { start, placed: 0, paid: 0, play: 0 }, |row| Day {
            start,
            placed: row.placed,
            paid: row.paid,
            play: row.play,
        })
    };
    Ok((0..DAYS).map(day).collect())
}

fn newest(conn: &mut Conn) -> QueryResult<Vec<Entry>> {
    let found: Vec<Order> = orders::table
        .order((orders::created_at.desc(), orders::id.desc()))
        .limit(SHOWN)
        .select(Order::as_select())
        .load(conn)?;
    history::with_titles(conn, found)
}
