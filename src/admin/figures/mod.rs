//! What the shop took in over some days: by day, by title, by country, and what was downloaded.
//!
//! One currency at a time, and real money or the sandbox's, never both. The database adds up; what comes here is a row
//! for each day or month, and the first few titles and countries.

pub mod chart;
pub mod charts;
pub mod span;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

pub use span::{Span, Step};

use crate::db::{Conn, Statement};
use crate::publishing::Who;
use crate::publishing::sales::{self, Sold};

/// How many titles and countries are shown.
const SHOWN: i64 = 10;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which days.
    pub span: Span,
    /// Real money, or the sandbox's.
    pub livemode: bool,
    /// In which currency; the one with most orders where it is empty or has none.
    pub currency: String,
    /// The currency where nothing was sold at all.
    pub home: &'static str,
    /// Who looks: an admin.
    pub who: Who,
}

/// What happened on a day or in a month, in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    /// `2026-03-01` or `2026-03`.
    pub key: String,
    /// What was paid, in minor units.
    pub came_minor: i64,
    /// What went back or was lost to a dispute.
    pub went_minor: i64,
    /// How many orders were paid, or cost nothing.
    pub orders: i64,
    /// How many downloads began.
    pub downloads: i64,
}

/// What one country bought.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code; empty where it is not known.
    #[diesel(sql_type = Text)]
    pub code: String,
    /// How many orders were paid, or cost nothing.
    #[diesel(sql_type = BigInt)]
    pub orders: i64,
    /// What they came to at the sale, in minor units.
    #[diesel(sql_type = BigInt)]
    pub total_minor: i64,
}

/// The figures of some days.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Their currency.
    pub currency: String,
    /// The currencies in which something happened, by code.
    pub currencies: Vec<String>,
    /// Every day or month, the oldest first; those without anything, too.
    pub periods: Vec<Period>,
    /// The titles that brought most.
    pub titles: Vec<Sold>,
    /// The countries that bought most.
    pub countries: Vec<Country>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    period: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    sum: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Figures {
    /// The figures, in a number of queries that does not grow with the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, asked: &Asked) -> QueryResult<Self> {
        let came = asked.rows(
            conn,
            "p.settled_at",
            "p.currency",
            "p.amount_minor",
            "payments p JOIN orders o ON o.id = p.order_id",
            "p.status = 'succeeded'",
        )?;
        let mut went = asked.rows(
            conn,
            "r.created_at",
            "r.currency",
            "r.amount_minor",
            "refunds r JOIN orders o ON o.id = r.order_id",
            "r.status IN ('pending', 'succeeded')",
        )?;
        went.extend(asked.rows(
            conn,
            "d.updated_at",
            "d.currency",
            "d.amount_minor",
            "disputes d JOIN orders o ON o.id = d.order_id",
            "d.state = 'lost'",
        )?);
        let paid = asked.rows(
            conn,
            "o.paid_at",
            "o.currency",
            "o.total_minor",
            "orders o",
            "o.paid_at IS NOT NULL",
        )?;
        let downloads = asked.downloads(conn)?;
        let mut counts: Vec<(String, i64)> = Vec::new();
        for row in came.iter().chain(&went).chain(&paid) {
            match counts.iter_mut().find(|(currency, _)| *currency == row.currency) {
                Some((_, count)) => *count += row.count,
                None => counts.push((row.currency.clone(), row.count)),
            }
        }
        let most = counts.iter().max_by_key(|(_, count)| *count).map(|(currency, _)| currency.clone());
        let mut currencies: Vec<String> = counts.into_iter().map(|(currency, _)| currency).collect();
        currencies.sort();
        let currency = match currencies.contains(&asked.currency) {
            true => asked.currency.clone(),
            false => most.unwrap_or_else(|| asked.home.to_owned()),
        };
        let mut periods: Vec<Period> =
            asked.span.keys().into_iter().map(|key| Period { key, ..Period::default() }).collect();
        let mut add = |rows: &[Row], write: fn(&mut Period, &Row)| {
            for row in rows {
                if let Ok(place) = periods.binary_search_by(|period| period.key.cmp(&row.period))
                    && let Some(period) = periods.get_mut(place)
                {
                    write(period, row);
                }
            }
        };
        let of = |rows: Vec<Row>| -> Vec<Row> {
            rows.into_iter().filter(|row| row.currency == currency).collect()
        };
        add(&of(came), |period, row| period.came_minor += row.sum);
        add(&of(went), |period, row| period.went_minor += row.sum);
        add(&of(paid), |period, row| period.orders += row.count);
        add(&downloads, |period, row| period.downloads += row.count);
        let sales = sales::Query {
            by: sales::By::Title,
            from: asked.span.begin(),
            until: asked.span.end(),
            livemode: asked.livemode,
            who: asked.who,
        };
        Ok(Self {
            titles: sales.top(conn, &currency, SHOWN)?,
            countries: asked.countries(conn, &currency)?,
            currencies,
            currency,
            periods,
        })
    }

    /// All of it together.
    #[must_use]
    pub fn total(&self) -> Period {
        let mut total = Period::default();
        for period in &self.periods {
            total.came_minor += period.came_minor;
            total.went_minor += period.went_minor;
            total.orders += period.orders;
            total.downloads += period.downloads;
        }
        total
    }
}

impl Asked {
    /// Sums and counts by day or month and currency, of what `condition` says about `from`, which has orders `o`.
    fn rows(
        &self,
        conn: &mut Conn,
        time: &str,
        currency: &str,
        amount: &str,
        from: &str,
        condition: &str,
    ) -> QueryResult<Vec<Row>> {
        let period = self.span.step().period(time);
        let mut statement = Statement::new(format!(
            "SELECT {period} AS period, {currency} AS currency, CAST(SUM({amount}) AS BIGINT) AS sum, \
                    COUNT(*) AS count FROM {from}"
        ));
        statement.condition(condition);
        statement.condition("o.livemode = ");
        statement.truth(self.livemode);
        self.within(&mut statement, time);
        statement.push(" GROUP BY 1, 2");
        statement.query().load(conn)
    }

    /// Downloads that began: one that goes on from where it was cut off counts once.
    fn downloads(&self, conn: &mut Conn) -> QueryResult<Vec<Row>> {
        let period = self.span.step().period("d.at");
        let mut statement = Statement::new(format!(
            "SELECT {period} AS period, '' AS currency, CAST(0 AS BIGINT) AS sum, COUNT(*) AS count FROM downloads d"
        ));
        statement.condition("d.allowed = ");
        statement.truth(true);
        statement.condition("d.method = 'GET'");
        statement.condition("(d.range IS NULL OR d.range LIKE 'bytes=0-%')");
        self.within(&mut statement, "d.at");
        statement.push(" GROUP BY 1");
        statement.query().load(conn)
    }

    fn countries(&self, conn: &mut Conn, currency: &str) -> QueryResult<Vec<Country>> {
        let mut statement = Statement::new(
            "SELECT COALESCE(NULLIF(t.country, ''), NULLIF(i.country, ''), '') AS code, COUNT(*) AS orders, \
                    CAST(SUM(o.total_minor) AS BIGINT) AS total_minor \
             FROM orders o LEFT JOIN order_tax t ON t.order_id = o.id LEFT JOIN order_billing i ON i.order_id = o.id",
        );
        statement.condition("o.livemode = ");
        statement.truth(self.livemode);
        statement.condition("o.currency = ");
        statement.text(currency);
        self.within(&mut statement, "o.paid_at");
        statement.push(" GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT ");
        statement.number(SHOWN);
        statement.query().load(conn)
    }

    fn within(&self, statement: &mut Statement, time: &str) {
        statement.condition(&format!("{time} >= "));
        statement.moment(self.span.begin());
        statement.condition(&format!("{time} < "));
        statement.moment(self.span.end());
    }
}
