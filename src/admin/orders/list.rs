//! Finding orders among many.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::schema::orders;
use crate::db::statement::anywhere;
use crate::db::{Conn, Statement};
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
        let mut statement = Statement::new("SELECT COUNT(*) AS count FROM orders o");
        self.narrow(&mut statement);
        let row: CountRow = statement.query().get_result(conn)?;
        Ok(row.count)
    }

    /// The orders that fit, the newest first, with their titles.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
        let mut statement = Statement::new("SELECT o.id FROM orders o");
        self.narrow(&mut statement);
        statement.push(" ORDER BY o.created_at DESC, o.id DESC LIMIT ");
        statement.number(limit);
        statement.push(" OFFSET ");
        statement.number(offset);
        let rows: Vec<IdRow> = statement.query().load(conn)?;
        let ids: Vec<OrderId> = rows.into_iter().map(|row| row.id).collect();
        let found: Vec<Order> = orders::table
            .filter(orders::id.eq_any(ids))
            .order((orders::created_at.desc(), orders::id.desc()))
            .select(Order::as_select())
            .load(conn)?;
        history::with_titles(conn, found)
    }

    /// Narrows a statement about orders `o` to those that fit.
    pub fn narrow(&self, statement: &mut Statement) {
        if let Some(status) = self.status {
            statement.condition("o.status = ");
            statement.text(status.as_str());
        }
        let typed: String = self.search.trim().chars().take(LONGEST).collect();
        if !typed.is_empty() {
            // Twice, since SQLite folds the case of ASCII alone: other letters are found as they were typed.
            statement.condition("(lower(o.number) LIKE ");
            let folded = statement.text(anywhere(&typed.to_lowercase()));
            statement.push(&format!(
                " ESCAPE '!' OR o.email_key LIKE {folded} ESCAPE '!' \
                 OR EXISTS (SELECT 1 FROM line_items i WHERE i.order_id = o.id \
                    AND (lower(i.title) LIKE {folded} ESCAPE '!' OR i.title LIKE "
            ));
            statement.text(anywhere(&typed));
            statement.push(" ESCAPE '!')))");
        }
    }
}
