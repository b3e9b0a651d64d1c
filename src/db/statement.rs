//! A query in the making, for lists whose conditions depend on what is asked.

use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Bool, Text, Timestamp as SqlTimestamp};

use super::{MultiBackend, Timestamp};

enum Parameter {
    Text(String),
    Number(i64),
    Moment(Timestamp),
    Truth(bool),
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
    use super::anywhere;

    #[test]
    fn signs_of_a_pattern_are_looked_for_as_they_are() {
        assert_eq!(anywhere("100 %_!"), "%100 !%!_!!%");
    }
}
