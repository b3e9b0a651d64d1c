//! A query in the making, for lists whose conditions depend on what is asked.

use diesel::QueryResult;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Bool, Text, Timestamp as SqlTimestamp};

use super::{Conn, MultiBackend, Timestamp};

/// The longest search that is looked for, in characters; the rest of it is dropped.
const LONGEST: usize = 200;

enum Parameter {
    Text(String),
    Number(i64),
    Moment(Timestamp),
    Truth(bool),
}

/// The rows that were counted.
#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// SQL with its parameters, numbered in the order of their first use in the text, as both databases want them: so a
/// parameter is added right where it is written.
#[derive(Default)]
pub struct Statement {
    sql: String,
    parameters: Vec<Parameter>,
    has_condition: bool,
}

impl Statement {
    /// A statement that begins so.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), ..Self::default() }
    }

    /// Adds SQL as it is; never what somebody typed.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds a condition, after `WHERE` or `AND`; it is finished by [`Statement::push`] where it has parameters.
    pub fn condition(&mut self, sql: &str) {
        self.sql.push_str(if self.has_condition { " AND " } else { " WHERE " });
        self.has_condition = true;
        self.sql.push_str(sql);
    }

    /// Adds a text and answers its place, to be written down again where it is meant a second time.
    pub fn text(&mut self, value: impl Into<String>) -> String {
        self.bind(Parameter::Text(value.into()))
    }

    /// Adds a number.
    pub fn number(&mut self, value: i64) -> String {
        self.bind(Parameter::Number(value))
    }

    /// Adds a moment.
    pub fn moment(&mut self, value: Timestamp) -> String {
        self.bind(Parameter::Moment(value))
    }

    /// Adds yes or no.
    pub fn truth(&mut self, value: bool) -> String {
        self.bind(Parameter::Truth(value))
    }

    fn bind(&mut self, value: Parameter) -> String {
        self.parameters.push(value);
        let place = format!("${}", self.parameters.len());
        self.sql.push_str(&place);
        place
    }

    /// Keeps a text for the condition that is added next, and answers its place in it.
    pub fn hold(&mut self, value: impl Into<String>) -> String {
        self.parameters.push(Parameter::Text(value.into()));
        format!("${}", self.parameters.len())
    }

    /// Wants `typed` somewhere in one of these expressions, whatever signs it holds; nothing typed wants nothing.
    ///
    /// `keys` are in lower case already; `words` are compared with their case folded and, since SQLite folds ASCII
    /// alone, as they were typed.
    pub fn search(&mut self, typed: &str, keys: &[&str], words: &[&str]) {
        self.search_within(typed, keys, words, "", &[]);
    }

    /// The same, or in one of the words of another table: `within` is a condition with `{}` where they are compared.
    pub fn search_within(&mut self, typed: &str, keys: &[&str], words: &[&str], within: &str, more: &[&str]) {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        if typed.is_empty() {
            return;
        }
        let folded = self.hold(anywhere(&typed.to_lowercase()));
        let plain = match words.is_empty() && more.is_empty() {
            true => String::new(),
            false => self.hold(anywhere(&typed)),
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
        self.condition(&format!("({})", either.join(" OR ")));
    }

    /// The part of the list that a page shows, in this order.
    pub fn page(&mut self, order: &str, offset: i64, limit: i64) {
        self.push(&format!(" ORDER BY {order} LIMIT "));
        self.number(limit);
        self.push(" OFFSET ");
        self.number(offset);
    }

    /// The rows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load<T>(self, conn: &mut Conn) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<MultiBackend> + 'static,
    {
        self.query().load(conn)
    }

    /// The number of a `SELECT COUNT(*) AS count`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(self, conn: &mut Conn) -> QueryResult<i64> {
        let row: CountRow = self.query().get_result(conn)?;
        Ok(row.count)
    }

    /// The query, to be loaded.
    pub fn query(self) -> BoxedSqlQuery<'static, MultiBackend, SqlQuery> {
        let mut query = diesel::sql_query(self.sql).into_boxed();
        for parameter in self.parameters {
            query = match parameter {
                Parameter::Text(text) => query.bind::<Text, _>(text),
                Parameter::Number(number) => query.bind::<BigInt, _>(number),
                Parameter::Moment(moment) => query.bind::<SqlTimestamp, _>(moment),
                Parameter::Truth(truth) => query.bind::<Bool, _>(truth),
            };
        }
        query
    }
}

/// A pattern that fits what contains `text`, whatever signs it holds; to be used with `ESCAPE '!'`.
#[must_use]
pub fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.chars().filter(|sign| *sign != '\0') {
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
        let kind = statement.hold("k");
        statement.condition(&format!("kind = {kind}"));
        statement.search(" A ", &["key"], &["name"]);
        statement.page("id", 40, 20);
        assert_eq!(
            statement.sql,
            "SELECT id FROM t WHERE kind = $1 AND (key LIKE $2 ESCAPE '!' OR lower(name) LIKE $2 ESCAPE '!' OR \
             name LIKE $3 ESCAPE '!') ORDER BY id LIMIT $4 OFFSET $5"
        );
        assert_eq!(statement.parameters.len(), 5);
    }
}
