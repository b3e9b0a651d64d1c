//! Finding orders among many.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::orders;
use crate::db::{Conn, MultiBackend};
use crate::orders::history::{self, Entry};
use crate::orders::{Order, OrderId, OrderStatus};

/// Which orders.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words of a number, an e-mail address or a title; empty for all.
    pub search: String,
    /// Where they are.
    pub status: Option<OrderStatus>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: OrderId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The longest search that is looked for; the rest of it is dropped.
const LONGEST: usize = 200;

impl Filter {
    /// How many orders fit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        let (mut query, next) = self.query("SELECT COUNT(*) AS count FROM orders o");
        let _ = next;
        let row: CountRow = query.query().get_result(conn)?;
        Ok(row.count)
    }

    /// The orders that fit, the newest first, with their titles.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
        let (mut query, next) = self.query("SELECT o.id FROM orders o");
        query
            .sql
            .push_str(&format!(" ORDER BY o.created_at DESC, o.id DESC LIMIT ${next} OFFSET ${}", next + 1));
        query.numbers = vec![limit, offset];
        let rows: Vec<IdRow> = query.query().load(conn)?;
        let ids: Vec<OrderId> = rows.into_iter().map(|row| row.id).collect();
        let found: Vec<Order> = orders::table
            .filter(orders::id.eq_any(ids))
            .order((orders::created_at.desc(), orders::id.desc()))
            .select(Order::as_select())
            .load(conn)?;
        history::with_titles(conn, found)
    }

    /// `select` narrowed to what fits, and the number of its next parameter.
    fn query(&self, select: &str) -> (Statement, usize) {
        let mut statement = Statement { sql: select.to_owned(), texts: Vec::new(), numbers: Vec::new() };
        let mut glue = " WHERE ";
        if let Some(status) = self.status {
            statement.texts.push(status.as_str().to_owned());
            statement.sql.push_str(&format!("{glue}o.status = ${}", statement.texts.len()));
            glue = " AND ";
        }
        let typed: String = self.search.trim().chars().take(LONGEST).collect();
        if !typed.is_empty() {
            // Twice, since SQLite folds the case of ASCII alone: other letters are found as they were typed.
            statement.texts.push(anywhere(&typed.to_lowercase()));
            let folded = statement.texts.len();
            statement.texts.push(anywhere(&typed));
            let plain = statement.texts.len();
            statement.sql.push_str(&format!(
                "{glue}(lower(o.number) LIKE ${folded} ESCAPE '!' OR o.email_key LIKE ${folded} ESCAPE '!' \
                 OR EXISTS (SELECT 1 FROM line_items i WHERE i.order_id = o.id \
                    AND (lower(i.title) LIKE ${folded} ESCAPE '!' OR i.title LIKE ${plain} ESCAPE '!')))"
            ));
        }
        let next = statement.texts.len() + 1;
        (statement, next)
    }
}

/// A query in the making: first the texts, then the numbers.
struct Statement {
    sql: String,
    texts: Vec<String>,
    numbers: Vec<i64>,
}

impl Statement {
    fn query(
        &mut self,
    ) -> diesel::query_builder::BoxedSqlQuery<'static, MultiBackend, diesel::query_builder::SqlQuery> {
        let mut query = diesel::sql_query(std::mem::take(&mut self.sql)).into_boxed();
        for text in self.texts.drain(..) {
            query = query.bind::<Text, _>(text);
        }
        for number in self.numbers.drain(..) {
            query = query.bind::<BigInt, _>(number);
        }
        query
    }
}

/// A pattern that fits what contains `text`, whatever signs it holds.
fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::anywhere;

    #[test]
    fn signs_of_a_pattern_are_looked_for_as_they_are() {
        assert_eq!(anywhere("100 %_!"), "%100 !%!_!!%");
    }
}
