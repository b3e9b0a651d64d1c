//! A table of the shop, read for other programs.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::{Conn, Statement, Timestamp};
use crate::web::export::Page;
use crate::web::table::Cell;

/// How many rows are read at once.
const ROWS: i64 = 1_000;

/// The most columns that a table has.
const COLUMNS: usize = 16;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Number,
    /// Minor units of the row's currency.
    Amount,
    /// A moment in UTC.
    Moment,
    /// Yes or no.
    Truth,
}

/// A table of the shop.
pub struct Table {
    /// Its name in addresses and of its file.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// The name, the kind and the SQL of each column.
    pub columns: &'static [(&'static str, Kind, &'static str)],
    /// The SQL of the currency of its amounts; `NULL` without any.
    pub currency: &'static str,
    /// The SQL of what orders its rows: a number that only grows.
    pub id: &'static str,
    /// What comes after `FROM`.
    pub from: &'static str,
    /// The SQL of a row's moment, by which it can be narrowed to some days; empty without one.
    pub time: &'static str,
    /// Narrows it to what the list shows.
    pub narrow: fn(&Wanted, &Conn, &mut Statement),
}

/// What of a table is wanted: the filters of its list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What was searched for.
    pub search: String,
    /// A state.
    pub status: String,
    /// A publisher's public id.
    pub publisher: String,
    /// A category's name in addresses.
    pub category: String,
    /// A language's tag.
    pub language: String,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Until before this moment.
    pub until: Option<Timestamp>,
}

/// A row as both databases give it: everything as text.
#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    currency: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c0: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c1: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c2: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c3: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c4: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c5: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c6: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c7: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c8: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c9: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c10: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c11: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c12: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c13: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c14: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c15: Option<String>,
}

impl Raw {
    fn cells(self) -> (Option<String>, [Option<String>; COLUMNS]) {
        let cells = [
            self.c0, self.c1, self.c2, self.c3, self.c4, self.c5, self.c6, self.c7, self.c8, self.c9,
            self.c10, self.c11, self.c12, self.c13, self.c14, self.c15,
        ];
        (self.currency, cells)
    }
}

impl Table {
    /// The names of its columns.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, ..)| *name).collect()
    }

    /// The rows after the one whose number is `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, wanted: &Wanted, after: i64) -> QueryResult<Page> {
        let sql = |place: usize| self.columns.get(place).map_or("NULL", |(_, _, sql)| sql);
        let cells: Vec<String> =
            (0..COLUMNS).map(|place| format!("CAST({} AS TEXT) AS c{place}", sql(place))).collect();
        let mut statement = Statement::new(format!(
            "SELECT {} AS id, CAST({} AS TEXT) AS currency, {} FROM {}",
            self.id,
            self.currency,
            cells.join(", "),
            self.from
        ));
        statement.condition(&format!("{} > ", self.id));
        statement.number(after);
        if let Some(from) = wanted.from.filter(|_| !self.time.is_empty()) {
            statement.condition(&format!("{} >= ", self.time));
            statement.moment(from);
        }
        if let Some(until) = wanted.until.filter(|_| !self.time.is_empty()) {
            statement.condition(&format!("{} < ", self.time));
            statement.moment(until);
        }
        (self.narrow)(wanted, conn, &mut statement);
        statement.push(&format!(" ORDER BY {} LIMIT ", self.id));
        statement.number(ROWS);
        let rows: Vec<Raw> = statement.query().load(conn)?;
        let next = rows.last().filter(|_| i64::try_from(rows.len()) == Ok(ROWS)).map(|row| row.id);
        Ok(Page { rows: rows.into_iter().map(|row| self.row(row)).collect(), next })
    }

    fn row(&self, raw: Raw) -> Vec<Cell> {
        let (currency, cells) = raw.cells();
        let currency = currency.unwrap_or_default();
        let cell = |((_, kind, _), text): (&(&str, Kind, &str), Option<String>)| match text {
            Some(text) => kind.cell(text, &currency),
            None => Cell::Empty,
        };
        self.columns.iter().zip(cells).map(cell).collect()
    }
}

impl Kind {
    /// The value that both databases write as this text.
    fn cell(self, text: String, currency: &str) -> Cell {
        match self {
            Self::Text => Cell::text(text),
            Self::Number => text.parse().map_or(Cell::Text(text), Cell::Number),
            Self::Amount => text.parse().map_or(Cell::Text(text), |minor| Cell::amount(minor, currency)),
            Self::Truth => Cell::Truth(matches!(text.as_str(), "1" | "t" | "true")),
            Self::Moment => {
                let text = text.replace('T', " ");
                let time = Timestamp::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f");
                time.map_or(Cell::Text(text), |time| Cell::moment(Some(time)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    #[test]
    fn a_table_has_room_for_its_columns_and_a_name_of_its_own() {
        for table in ALL {
            assert!(table.columns.len() <= COLUMNS, "{}", table.name);
            assert_eq!(ALL.iter().filter(|other| other.name == table.name).count(), 1, "{}", table.name);
        }
    }

    #[test]
    fn both_databases_say_the_same() {
        for (kind, texts, cell) in [
            (Kind::Truth, ["1", "true"], Cell::Truth(true)),
            (Kind::Truth, ["0", "false"], Cell::Truth(false)),
            (
                Kind::Moment,
                ["2026-03-01T12:00:00.5", "2026-03-01 12:00:00"],
                Cell::Text("2026-03-01T12:00:00Z".to_owned()),
            ),
            (Kind::Amount, ["499", "499"], Cell::Decimal("4.99".to_owned())),
        ] {
            for text in texts {
                assert_eq!(kind.cell(text.to_owned(), "EUR"), cell, "{text}");
            }
        }
    }
}
