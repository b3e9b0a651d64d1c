//! "Why can, or can't, this person read this book?" The gate is asked, file by file, and its facts are shown.

use std::collections::HashMap;

use diesel::prelude::*;

use super::person::Person;
use crate::accounts::email_key;
use crate::catalog::{Book, BookId};
use crate::db::Conn;
use crate::db::schema::{book_files, editions, line_items, orders};
use crate::orders::{Order, OrderId};
use crate::permission::{self, Explanation};

/// How many files of the newest editions are asked about.
const FILES: i64 = 24;

/// What the gate says to one person about one book.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Who asks.
    pub person: Person,
    /// The gate's answer for each file, the newest edition first.
    pub files: Vec<FileAnswer>,
    /// The orders that the gate considered, by row.
    pub orders: HashMap<OrderId, Order>,
    /// Orders with this person's address that hold the book and were not considered: another account has them, or no
    /// link to them works.
    pub left_out: Vec<Order>,
}

/// The gate's answer about one file.
#[derive(Debug, Clone)]
pub struct FileAnswer {
    /// The number of its edition.
    pub edition: i32,
    /// What the gate said, and why.
    pub explanation: Explanation,
}

impl Answer {
    /// Asks the gate about each file of the book.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, person: Person, book: &Book) -> QueryResult<Self> {
        let files: Vec<(String, i32)> = book_files::table
            .inner_join(editions::table)
            .filter(editions::book_id.eq(book.id))
            .order((editions::number.desc(), book_files::is_sample, book_files::format, book_files::id))
            .limit(FILES)
            .select((book_files::public_id, editions::number))
            .load(conn)?;
        let mut answers = Vec::new();
        for (file, edition) in files {
            if let Some(explanation) = permission::explain(conn, &person.viewer, &file)? {
                answers.push(FileAnswer { edition, explanation });
            }
        }
        let considered: Vec<OrderId> = answers
            .first()
            .map(|answer| answer.explanation.purchases.iter().map(|purchase| purchase.order).collect())
            .unwrap_or_default();
        let left_out = left_out(conn, &person, book.id, &considered)?;
        let found: Vec<Order> =
            orders::table.filter(orders::id.eq_any(considered)).select(Order::as_select()).load(conn)?;
        let orders = found.into_iter().map(|order| (order.id, order)).collect();
        Ok(Self { person, files: answers, orders, left_out })
    }
}

fn left_out(
    conn: &mut Conn,
    person: &Person,
    book: BookId,
    considered: &[OrderId],
) -> QueryResult<Vec<Order>> {
    orders::table
        .inner_join(line_items::table)
        .filter(line_items::book_id.eq(book).and(orders::email_key.eq(email_key(&person.email))))
        .filter(orders::id.ne_all(considered.to_vec()))
        .order(orders::id.desc())
        .limit(FILES)
        .select(Order::as_select())
        .load(conn)
}

impl Answer {
    /// The answer that stands for the book: about a file of the newest edition that is out, or else of the newest.
    #[must_use]
    pub fn main(&self) -> Option<&Explanation> {
        let whole = || self.files.iter().map(|file| &file.explanation).filter(|said| !said.file.is_sample);
        whole().find(|said| said.edition_is_published).or_else(|| whole().next())
    }
}
