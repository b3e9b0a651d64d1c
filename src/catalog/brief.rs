//! A book in few words: what a line of a cart, an order or a library shows of it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{BookFile, BookId, Edition};
use crate::db::Conn;
use crate::db::schema::{book_contributors, book_files, books, contributors, covers, editions};

/// A book in few words, whatever its status.
#[derive(Debug, Clone)]
pub struct Brief {
    /// The row.
    pub id: BookId,
    /// The id that shows.
    pub public_id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The title as it is now.
    pub title: String,
    /// The authors' names on one line; whoever contributed where there is no author.
    pub contributors: String,
    /// The cover's public id; empty without a cover.
    pub cover: String,
}

impl Brief {
    /// The books with these row ids, in three queries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, Self>> {
        let rows: Vec<(BookId, String, String, String)> = books::table
            .filter(books::id.eq_any(ids.to_vec()))
            .select((books::id, books::public_id, books::slug, books::title))
            .load(conn)?;
        let mut names = names_of(conn, ids)?;
        let mut covers: HashMap<BookId, String> = covers::table
            .filter(covers::book_id.eq_any(ids.to_vec()))
            .select((covers::book_id, covers::public_id))
            .load(conn)?
            .into_iter()
            .collect();
        let briefs = rows.into_iter().map(|(id, public_id, slug, title)| {
            let contributors = one_line(&names.remove(&id).unwrap_or_default());
            let cover = covers.remove(&id).unwrap_or_default();
            (id, Self { id, public_id, slug, title, contributors, cover })
        });
        Ok(briefs.collect())
    }
}

/// The names on each book: the authors, or everyone where there is no author.
fn names_of(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, Vec<String>>> {
    let rows: Vec<(BookId, String, String)> = book_contributors::table
        .inner_join(contributors::table.on(contributors::id.eq(book_contributors::contributor_id)))
        .filter(book_contributors::book_id.eq_any(ids.to_vec()))
        .order((book_contributors::book_id, book_contributors::position, contributors::name))
        .select((book_contributors::book_id, book_contributors::role, contributors::name))
        .load(conn)?;
    let mut names: HashMap<BookId, Vec<String>> = HashMap::new();
    for authors_only in [true, false] {
        let mut found: HashMap<BookId, Vec<String>> = HashMap::new();
        for (book, role, name) in &rows {
            if (role == "author") == authors_only && !names.contains_key(book) {
                found.entry(*book).or_default().push(name.clone());
            }
        }
        names.extend(found);
    }
    Ok(names)
}

/// `A`, `A and B`, `A, B and C`.
fn one_line(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The files of one published edition, without samples.
#[derive(Debug, Clone)]
pub struct EditionFiles {
    /// The edition.
    pub edition: Edition,
    /// Its files, by format.
    pub files: Vec<BookFile>,
}

impl EditionFiles {
    /// The published editions of these books with their files, the newest first, in two queries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_books(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, Vec<Self>>> {
        let published: Vec<Edition> = editions::table
            .filter(editions::book_id.eq_any(ids.to_vec()).and(editions::published_at.is_not_null()))
            .order((editions::book_id, editions::number.desc()))
            .select(Edition::as_select())
            .load(conn)?;
        let mut files: HashMap<_, Vec<BookFile>> = HashMap::new();
        let rows: Vec<BookFile> = book_files::table
            .filter(book_files::book_id.eq_any(ids.to_vec()).and(book_files::is_sample.eq(false)))
            .order((book_files::edition_id, book_files::format))
            .select(BookFile::as_select())
            .load(conn)?;
        for file in rows {
            files.entry(file.edition_id).or_default().push(file);
        }
        let mut by_book: HashMap<BookId, Vec<Self>> = HashMap::new();
        for edition in published {
            let files = files.remove(&edition.id).unwrap_or_default();
            by_book.entry(edition.book_id).or_default().push(Self { edition, files });
        }
        Ok(by_book)
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn names_read_as_a_sentence_would_say_them() {
        let names = |list: &[&str]| one_line(&list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&[]), "");
        assert_eq!(names(&["Ada"]), "Ada");
        assert_eq!(names(&["Ada", "Bo"]), "Ada and Bo");
        assert_eq!(names(&["Ada", "Bo", "Cy"]), "Ada, Bo and Cy");
    }
}
