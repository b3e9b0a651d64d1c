//! Finding books by words: FTS5 on SQLite, `tsvector` on PostgreSQL, the same books in both.
//!
//! What a book is found by goes through [`super::words`] before it comes here, and so does what is asked for. Neither
//! database parses anybody's text: they get words that are letters and digits alone, with their places.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Book, BookId, Credit, Series, markdown, words};
use crate::db::Conn;

/// The longest word in characters; the rest of a longer one is not looked at.
const LONGEST_WORD: usize = 60;
/// How many words of a description are looked at.
const DESCRIPTION_WORDS: usize = 4_000;
/// How many words of each other field are looked at.
const FIELD_WORDS: usize = 400;
/// How many characters of a query are looked at.
const LONGEST_QUERY: usize = 200;
/// How many words of a query, as its reader separates them, are looked at.
const QUERY_RUNS: usize = 12;

/// The words of one book, by field, in the order of the columns of SQLite's table.
struct Entry {
    title: Vec<String>,
    subtitle: Vec<String>,
    contributors: Vec<String>,
    series: Vec<String>,
    description: Vec<String>,
}

/// Writes down by which words the book is found, in place of those from before.
///
/// # Errors
/// When the database fails.
pub fn index(conn: &mut Conn, id: BookId) -> QueryResult<()> {
    remove(conn, id)?;
    let Some(book) = Book::find(conn, id)? else { return Ok(()) };
    let series = match book.series_id {
        Some(series) => Series::find(conn, series)?.map_or_else(String::new, |series| series.name),
        None => String::new(),
    };
    let names: Vec<String> = Credit::of_books(conn, &[id])?.into_iter().map(|credit| credit.name).collect();
    let entry = Entry {
        title: field(&book.title, FIELD_WORDS),
        subtitle: field(&book.subtitle, FIELD_WORDS),
        contributors: field(&names.join("\n"), FIELD_WORDS),
        series: field(&series, FIELD_WORDS),
        description: field(&markdown::to_text(&book.description), DESCRIPTION_WORDS),
    };
    match conn {
        Conn::Sqlite(_) => insert_fts5(conn, id, &entry),
        Conn::Postgres(_) => insert_tsvector(conn, id, &entry),
    }
}

fn remove(conn: &mut Conn, id: BookId) -> QueryResult<()> {
    let statement = match conn {
        Conn::Sqlite(_) => "DELETE FROM book_search WHERE rowid = $1",
        Conn::Postgres(_) => "DELETE FROM book_search WHERE book_id = $1",
    };
    diesel::sql_query(statement).bind::<BigInt, _>(id).execute(conn).map(drop)
}

fn insert_fts5(conn: &mut Conn, id: BookId, entry: &Entry) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO book_search (rowid, title, subtitle, contributors, series, description) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<BigInt, _>(id)
    .bind::<Text, _>(entry.title.join(" "))
    .bind::<Text, _>(entry.subtitle.join(" "))
    .bind::<Text, _>(entry.contributors.join(" "))
    .bind::<Text, _>(entry.series.join(" "))
    .bind::<Text, _>(entry.description.join(" "))
    .execute(conn)
    .map(drop)
}

fn insert_tsvector(conn: &mut Conn, id: BookId, entry: &Entry) -> QueryResult<()> {
    diesel::sql_query("INSERT INTO book_search (book_id, words) VALUES ($1, CAST($2 AS tsvector))")
        .bind::<BigInt, _>(id)
        .bind::<Text, _>(entry.tsvector())
        .execute(conn)
        .map(drop)
}

fn field(text: &str, most: usize) -> Vec<String> {
    words::words(text).into_iter().take(most).map(shortened).collect()
}

fn shortened(mut word: String) -> String {
    if let Some((end, _)) = word.char_indices().nth(LONGEST_WORD) {
        word.truncate(end);
    }
    word
}

impl Entry {
    /// A `tsvector` in its text form: each word with its place and the weight of its field. Between two fields lies a
    /// gap, so that no phrase goes over from one to the next.
    fn tsvector(&self) -> String {
        let fields = [
            (&self.title, 'A'),
            (&self.subtitle, 'B'),
            (&self.contributors, 'B'),
            (&self.series, 'B'),
            (&self.description, 'D'),
        ];
        let mut text = String::new();
        let mut place = 1;
        for (words, weight) in fields {
            for word in words {
                text.push_str(&format!("'{word}':{place}{weight} "));
                place += 1;
            }
            place += 10;
        }
        text
    }
}

/// What someone searches for: every word must be in the book, each as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    runs: Vec<Vec<String>>,
}

impl SearchQuery {
    /// The words of what was typed, whatever else it holds: quotes, `*`, `OR` and the like mean nothing. Nothing when
    /// nothing was typed; a query without any word, such as `***`, finds nothing.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.trim().is_empty() {
            return None;
        }
        let typed: String = typed.trim().chars().take(LONGEST_QUERY).collect();
        let runs = words::runs(&typed).into_iter().take(QUERY_RUNS);
        Some(Self { runs: runs.map(|run| run.into_iter().map(shortened).collect()).collect() })
    }

    /// Whether there is no word to search for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// A common table expression `found (book_id, rank)`, the best match having the lowest rank, whose first parameter is
    /// [`SearchQuery::parameter`]. Materialised, because SQLite ranks only where it searches.
    pub(super) const fn table(conn: &Conn) -> &'static str {
        match conn {
            Conn::Sqlite(_) => {
                "found AS MATERIALIZED (SELECT rowid AS book_id, \
                 bm25(book_search, 10.0, 4.0, 4.0, 4.0, 1.0) AS rank \
                 FROM book_search WHERE book_search MATCH $1)"
            }
            Conn::Postgres(_) => {
                "found AS MATERIALIZED (SELECT book_id, -ts_rank(words, asked) AS rank \
                 FROM book_search, CAST($1 AS tsquery) AS asked WHERE words @@ asked)"
            }
        }
    }

    /// The SQL before and after [`SearchQuery::parameter`] of a condition that a book `b` holds the words.
    #[must_use]
    pub const fn condition(conn: &Conn) -> (&'static str, &'static str) {
        match conn {
            Conn::Sqlite(_) => ("b.id IN (SELECT rowid FROM book_search WHERE book_search MATCH ", ")"),
            Conn::Postgres(_) => {
                ("b.id IN (SELECT book_id FROM book_search WHERE words @@ CAST(", " AS tsquery))")
            }
        }
    }

    /// The query in the language of the database.
    #[must_use]
    pub fn parameter(&self, conn: &Conn) -> String {
        match conn {
            Conn::Sqlite(_) => self.fts5(),
            Conn::Postgres(_) => self.tsquery(),
        }
    }

    fn fts5(&self) -> String {
        let runs: Vec<String> = self.runs.iter().map(|run| format!("\"{}\" *", run.join(" "))).collect();
        runs.join(" AND ")
    }

    fn tsquery(&self) -> String {
        let runs: Vec<String> =
            self.runs.iter().map(|run| format!("('{}':*)", run.join("' <-> '"))).collect();
        runs.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_syntax_is_only_words() {
        for (typed, fts5, tsquery) in [
            ("crème", "\"creme\" *", "('creme':*)"),
            (
                "cats OR \"dogs\"*",
                "\"cats\" * AND \"or\" * AND \"dogs\" *",
                "('cats':*) & ('or':*) & ('dogs':*)",
            ),
            ("title:x) & !y", "\"title\" * AND \"x\" * AND \"y\" *", "('title':*) & ('x':*) & ('y':*)"),
            ("吾輩", "\"吾 輩\" *", "('吾' <-> '輩':*)"),
        ] {
            let query = SearchQuery::parse(typed).unwrap();
            assert_eq!((query.fts5().as_str(), query.tsquery().as_str()), (fts5, tsquery), "{typed}");
        }
    }

    #[test]
    fn only_marks_are_a_query_that_finds_nothing_and_spaces_are_none() {
        assert_eq!(SearchQuery::parse("  \u{a0} "), None);
        assert!(SearchQuery::parse("***").unwrap().is_empty());
    }

    #[test]
    fn a_very_long_query_is_cut() {
        let query = SearchQuery::parse(&"word ".repeat(10_000)).unwrap();
        assert_eq!(query.runs.len(), QUERY_RUNS);
        let query = SearchQuery::parse(&"x".repeat(10_000)).unwrap();
        assert_eq!(query.runs, [["x".repeat(LONGEST_WORD)]]);
    }
}
