//! The people on a book.

use diesel::prelude::*;

use super::slug::{is_slug, slug};
use super::{BookId, search};
use crate::db::schema::{book_contributors, contributors};
use crate::db::{Conn, insert_once, row_id, text_enum};

row_id!(
    /// The row of a contributor.
    ContributorId
);

text_enum! {
    /// What someone did for a book.
    pub enum ContributorRole {
        /// Wrote it.
        Author = "author",
        /// Put it together.
        Editor = "editor",
        /// Brought it into another language.
        Translator = "translator",
        /// Drew its pictures.
        Illustrator = "illustrator",
    }
}

/// A person on a book.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = contributors)]
pub struct Contributor {
    /// The row.
    pub id: ContributorId,
    /// Their name in addresses.
    pub slug: String,
    /// Their name.
    pub name: String,
    /// A few words about them, in Markdown; may be empty.
    pub bio: String,
}

/// A contributor in one role on one book.
#[derive(Debug, Clone, Queryable)]
pub struct Credit {
    /// Which book.
    pub book_id: BookId,
    /// What they did.
    pub role: ContributorRole,
    /// Their name in addresses.
    pub slug: String,
    /// Their name.
    pub name: String,
}

impl Contributor {
    /// The contributor of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Option<Self>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        contributors::table
            .filter(contributors::slug.eq(slug))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The contributor of this name; made if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_or_create(conn: &mut Conn, name: &str) -> QueryResult<Self> {
        let slug = slug(name);
        insert_once!(
            conn,
            contributors::table,
            (contributors::slug.eq(&slug), contributors::name.eq(name.trim()))
        )?;
        contributors::table.filter(contributors::slug.eq(&slug)).select(Self::as_select()).first(conn)
    }

    /// Gives the contributor another name; their address stays. The search finds their books by the new name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rename(conn: &mut Conn, id: ContributorId, name: &str) -> QueryResult<()> {
        diesel::update(contributors::table.find(id)).set(contributors::name.eq(name.trim())).execute(conn)?;
        let mut books: Vec<BookId> = book_contributors::table
            .filter(book_contributors::contributor_id.eq(id))
            .select(book_contributors::book_id)
            .load(conn)?;
        books.sort_unstable();
        books.dedup();
        books.into_iter().try_for_each(|book| search::index(conn, book))
    }
}

impl Credit {
    /// Who made these books: for each book in the order in which they were named.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_books(conn: &mut Conn, books: &[BookId]) -> QueryResult<Vec<Self>> {
        book_contributors::table
            .inner_join(contributors::table)
            .filter(book_contributors::book_id.eq_any(books.to_vec()))
            .order((
                book_contributors::book_id.asc(),
                book_contributors::position.asc(),
                contributors::id.asc(),
            ))
            .select((
                book_contributors::book_id,
                book_contributors::role,
                contributors::slug,
                contributors::name,
            ))
            .load(conn)
    }
}
