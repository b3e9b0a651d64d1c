//! The facts that decide, in one query.
//!
//! It begins at the viewer, never at the book: a reader has few orders, a successful book has a million. The orders of
//! the account come by `orders_account_id` and `gifts_claimed_by`, those of the tokens by the unique hashes of
//! `order_tokens` and `gift_tokens`, and each order's item by its `(order_id, book_id)` key.

use std::borrow::Cow;
use std::sync::OnceLock;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::Viewer;
use crate::accounts::AccountId;
use crate::catalog::{BookFile, BookFileId, BookId, BookStatus, EditionId};
use crate::db::{Conn, MultiBackend, Timestamp as Time};
use crate::ids::TokenHash;
use crate::orders::{OrderId, OrderStatus};

/// All that the rule looks at.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub is_sample: bool,
    pub book_status: BookStatus,
    pub price_minor: i64,
    pub publisher: AccountId,
    pub edition_is_published: bool,
    /// An admin's yes or no for this account.
    pub account_override: Option<bool>,
    /// The orders of this viewer that hold the book.
    pub purchases: Vec<Purchase>,
}

/// A line item of the book in an order of the viewer.
#[derive(Debug, Clone)]
pub(super) struct Purchase {
    pub order: OrderId,
    pub status: OrderStatus,
    pub is_refunded: bool,
    /// The viewer bought it for someone else.
    pub is_given_away: bool,
    /// The viewer is the one it was bought for.
    pub by_gift: bool,
    /// An admin keeps out the account that keeps it.
    pub is_blocked: bool,
}

/// The types of what the statement selects, in its order.
type Columns = (
    BigInt,
    Text,
    BigInt,
    BigInt,
    Text,
    Bool,
    Text,
    Text,
    BigInt,
    Text,
    Text,
    Timestamp,
    Text,
    BigInt,
    BigInt,
    Bool,
    Nullable<Bool>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Bool>,
    Nullable<Bool>,
    Nullable<Bool>,
    Nullable<Bool>,
);

/// In the order of [`Columns`].
#[derive(Queryable)]
struct Row {
    file_id: BookFileId,
    public_id: String,
    book_id: BookId,
    edition_id: EditionId,
    format: String,
    is_sample: bool,
    file_name: String,
    media_type: String,
    byte_length: i64,
    sha256: String,
    storage_key: String,
    created_at: Time,
    book_status: BookStatus,
    price_minor: i64,
    publisher_id: AccountId,
    edition_is_published: bool,
    account_override: Option<bool>,
    order_id: Option<OrderId>,
    order_status: Option<OrderStatus>,
    is_refunded: Option<bool>,
    is_given_away: Option<bool>,
    by_gift: Option<bool>,
    is_blocked: Option<bool>,
}

/// The file of `file_public_id` with the facts about `viewer`, or nothing if there is no such file.
pub(super) fn load(
    conn: &mut Conn,
    viewer: &Viewer,
    file_public_id: &str,
) -> QueryResult<Option<(BookFile, Facts)>> {
    let question = Question {
        sql: statement_for(viewer.tokens.len()),
        // An account id that no row has stands for nobody: ids begin at 1.
        account: viewer.account.map_or(AccountId(0), |account| account.id),
        texts: viewer.tokens.iter().map(TokenHash::as_str).chain(std::iter::once(file_public_id)).collect(),
    };
    let rows: Vec<Row> = question.load(conn)?;
    let purchases = rows.iter().filter_map(Row::purchase).collect();
    Ok(rows.into_iter().next().map(|row| row.split(purchases)))
}

/// The statement with its parameters, as a query that Diesel keeps prepared: read anew at each request, it would take
/// longer than its answer does.
struct Question<'a> {
    sql: Cow<'static, str>,
    /// `$1`.
    account: AccountId,
    /// `$2` and on.
    texts: Vec<&'a str>,
}

impl QueryFragment<MultiBackend> for Question<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let mut pieces = self.sql.split('$');
        out.push_sql(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let (number, sql) = piece.split_at(digits);
            match number.parse::<usize>() {
                Ok(1) => out.push_bind_param::<BigInt, _>(&self.account)?,
                number => {
                    let text = number.ok().and_then(|number| self.texts.get(number.checked_sub(2)?));
                    let missing =
                        || diesel::result::Error::QueryBuilderError("a parameter is missing".into());
                    out.push_bind_param::<Text, _>(text.ok_or_else(missing)?)?;
                }
            }
            out.push_sql(sql);
        }
        Ok(())
    }
}

impl Query for Question<'_> {
    type SqlType = Columns;
}

impl QueryId for Question<'_> {
    type QueryId = ();
    /// Told apart by its text, which depends on the number of tokens.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Question<'_> {}

/// [`statement`], written once for each number of tokens that a browser brings.
fn statement_for(tokens: usize) -> Cow<'static, str> {
    static WRITTEN: [OnceLock<String>; 11] = [const { OnceLock::new() }; 11];
    match WRITTEN.get(tokens) {
        Some(written) => Cow::Borrowed(written.get_or_init(|| statement(tokens))),
        None => Cow::Owned(statement(tokens)),
    }
}

/// The query for a viewer with this many tokens. `$1` is the account, then the tokens follow, and the file's public id.
fn statement(tokens: usize) -> String {
    let mine = super::holding::orders_of_viewer(tokens);
    let file = tokens + 2;
    format!(
        "WITH {mine} \
         SELECT f.id AS file_id, f.public_id, f.book_id, f.edition_id, f.format, f.is_sample, f.file_name, \
                f.media_type, f.byte_length, f.sha256, f.storage_key, f.created_at, \
                b.status AS book_status, b.price_minor, b.publisher_id, \
                (e.published_at IS NOT NULL) AS edition_is_published, \
                a.allowed AS account_override, \
                o.id AS order_id, o.status AS order_status, (i.refunded_at IS NOT NULL) AS is_refunded, \
                (g.id IS NOT NULL AND mine.by_gift = 0) AS is_given_away, (mine.by_gift = 1) AS by_gift, \
                (keeper.blocked_at IS NOT NULL) AS is_blocked \
         FROM book_files f \
         JOIN books b ON b.id = f.book_id \
         JOIN editions e ON e.id = f.edition_id \
         LEFT JOIN access_overrides a ON a.book_id = f.book_id AND a.account_id = $1 \
         LEFT JOIN mine ON EXISTS (SELECT 1 FROM line_items x WHERE x.order_id = mine.id AND x.book_id = f.book_id) \
         LEFT JOIN line_items i ON i.order_id = mine.id AND i.book_id = f.book_id \
         LEFT JOIN orders o ON o.id = i.order_id \
         LEFT JOIN gifts g ON g.order_id = i.order_id \
         LEFT JOIN accounts keeper \
                ON keeper.id = CASE WHEN mine.by_gift = 1 THEN g.claimed_by ELSE o.account_id END \
         WHERE f.public_id = ${file}"
    )
}

impl Row {
    fn purchase(&self) -> Option<Purchase> {
        Some(Purchase {
            order: self.order_id?,
            status: self.order_status?,
            is_refunded: self.is_refunded.unwrap_or(true),
            is_given_away: self.is_given_away.unwrap_or(true),
            by_gift: self.by_gift.unwrap_or(false),
            is_blocked: self.is_blocked.unwrap_or(true),
        })
    }

    fn split(self, purchases: Vec<Purchase>) -> (BookFile, Facts) {
        let facts = Facts {
            is_sample: self.is_sample,
            book_status: self.book_status,
            price_minor: self.price_minor,
            publisher: self.publisher_id,
            edition_is_published: self.edition_is_published,
            account_override: self.account_override,
            purchases,
        };
        let file = BookFile {
            id: self.file_id,
            public_id: self.public_id,
            book_id: self.book_id,
            edition_id: self.edition_id,
            format: self.format,
            is_sample: self.is_sample,
            file_name: self.file_name,
            media_type: self.media_type,
            byte_length: self.byte_length,
            sha256: self.sha256,
            storage_key: self.storage_key,
            created_at: self.created_at,
        };
        (file, facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{DatabaseUrl, Db};

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    #[test]
    fn the_one_query_reads_no_table_from_end_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("plan.db"))).unwrap();
        db.check_migrations().unwrap();
        for tokens in [0, 1, 10] {
            let steps: Vec<Step> = db
                .read_blocking(|conn| {
                    diesel::sql_query(format!("EXPLAIN QUERY PLAN {}", statement(tokens))).load(conn)
                })
                .unwrap();
            let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
            // The viewer's own orders are few, and listed by an index.
            let scans: Vec<&String> = steps
                .iter()
                .filter(|step| step.starts_with("SCAN") && !step.starts_with("SCAN mine"))
                .collect();
            assert!(scans.is_empty(), "{steps:#?}");
            for index in [
                "orders_account_id",
                "gifts_claimed_by",
                "sqlite_autoindex_gifts",
                "sqlite_autoindex_line_items",
                "sqlite_autoindex_book_files",
            ] {
                assert!(steps.iter().any(|step| step.contains(index)), "{index} is not used: {steps:#?}");
            }
        }
    }
}
