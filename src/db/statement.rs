//! A query in the making, for searches whose conditions depend on what was asked.

use diesel::QueryResult;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Text};

use super::{Conn, MultiBackend};

/// The longest search that is looked for, in characters; the rest of it is dropped.
const LONGEST: usize = 200;

/// A query in the making: its parameters are numbered in the order of their making, texts before numbers.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    sql: String,
    texts: Vec<String>,
    numbers: Vec<i64>,
    has_filter: bool,
}

/// The rows that were counted.
#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Statement {
    /// A statement that begins so, up to its `WHERE`.
    pub(crate) fn new(sql: &str) -> Self {
        Self { sql: sql.to_owned(), texts: Vec::new(), numbers: Vec::new(), has_filter: false }
    }

    /// Keeps a text and returns its place in the statement: `$1`.
    pub(crate) fn text(&mut self, text: impl Into<String>) -> String {
        self.texts.push(text.into());
        format!("${}", self.texts.len())
    }

    /// Wants one more condition to hold.
    pub(crate) fn filter(&mut self, condition: &str) {
        self.sql.push_str(if self.has_filter { " AND " } else { " WHERE " });
        self.sql.push_str(condition);
        self.has_filter = true;
    }

    /// Wants `typed` somewhere in one of these expressions, whatever signs it holds; nothing typed wants nothing.
    ///
    /// `keys` are in lower case already; `words` are compared with their case folded and, since SQLite folds ASCII
    /// alone, as they were typed.
    pub(crate) fn search(&mut self, typed: &str, keys: &[&str], words: &[&str]) {
        self.search_within(typed, keys, words, "", &[]);
    }

    /// The same, or in one of the words of another table: `within` is a condition with `{}` where they are compared.
    pub(crate) fn search_within(
        &mut self,
        typed: &str,
        keys: &[&str],
        words: &[&str],
        within: &str,
        more: &[&str],
    ) {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        if typed.is_empty() {
            return;
        }
        let folded = self.text(anywhere(&typed.to_lowercase()));
        let plain = match words.is_empty() && more.is_empty() {
            true => String::new(),
            false => self.text(anywhere(&typed)),
        };
        let word =
            |word: &&str| format!("lower({word}) LIKE {folded} ESCAPE '!' OR {word} LIKE {plain} ESCAPE '!'");
        let mut either: Vec<String> =
            keys.iter().map(|key| format!("{key} LIKE {folded} ESCAPE '!'")).collect();
        either.extend(words.iter().map(word));
        if !more.is_empty() {
            let more: Vec<String> = more.iter().map(word).collect();
            either.push(within.replace("{}", &more.join(" OR ")));
        }
        self.filter(&format!("({})", either.join(" OR ")));
    }

    /// The part of the list that a page shows, in this order.
    pub(crate) fn page(&mut self, order: &str, offset: i64, limit: i64) {
        let next = self.texts.len() + 1;
        self.sql.push_str(&format!(" ORDER BY {order} LIMIT ${next} OFFSET ${}", next + 1));
        self.numbers = vec![limit, offset];
    }

    /// The rows.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn load<T>(self, conn: &mut Conn) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<MultiBackend> + 'static,
    {
        self.query().load(conn)
    }

    /// The number of a `SELECT COUNT(*) AS count`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn count(self, conn: &mut Conn) -> QueryResult<i64> {
        let row: CountRow = self.query().get_result(conn)?;
        Ok(row.count)
    }

    fn query(self) -> BoxedSqlQuery<'static, MultiBackend, SqlQuery> {
        let mut query = diesel::sql_query(self.sql).into_boxed();
        for text in self.texts {
            query = query.bind::<Text, _>(text);
        }
        for number in self.numbers {
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
    use super::{Statement, anywhere};

    #[test]
    fn signs_of_a_pattern_are_looked_for_as_they_are() {
        assert_eq!(anywhere("100 %_!"), "%100 !%!_!!%");
    }

    #[test]
    fn conditions_are_joined_and_parameters_numbered_as_they_come() {
        let mut statement = Statement::new("SELECT id FROM t");
        let kind = statement.text("k");
        statement.filter(&format!("kind = {kind}"));
        statement.search(" A ", &["key"], &["name"]);
        statement.page("id", 40, 20);
        assert_eq!(
            statement.sql,
            "SELECT id FROM t WHERE kind = $1 AND (key LIKE $2 ESCAPE '!' OR lower(name) LIKE $2 ESCAPE '!' OR \
             name LIKE $3 ESCAPE '!') ORDER BY id LIMIT $4 OFFSET $5"
        );
        assert_eq!(statement.texts, ["k", "%a%", "%A%"]);
        assert_eq!(statement.numbers, [20, 40]);
    }
}
