//! Who works at the desk, and which titles are theirs.

use diesel::prelude::*;

use crate::accounts::{Account, AccountId, Role};
use crate::catalog::Book;
use crate::db::Conn;
use crate::db::schema::books;

/// Who works at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// Whose desk.
    pub id: AccountId,
    /// Whether every title is theirs to care for.
    pub is_admin: bool,
}

impl From<&Account> for Who {
    fn from(account: &Account) -> Self {
        Self { id: account.id, is_admin: account.role == Role::Admin }
    }
}

impl Who {
    /// The title of a public id; nothing when there is none, or when it is another publisher's.
    ///
    /// # Errors
    /// When the database fails.
    pub fn title(&self, conn: &mut Conn, public_id: &str) -> QueryResult<Option<Book>> {
        let book: Option<Book> = books::table
            .filter(books::public_id.eq(public_id))
            .select(Book::as_select())
            .first(conn)
            .optional()?;
        Ok(book.filter(|book| self.keeps(book)))
    }

    /// Whether this title is theirs to care for.
    #[must_use]
    pub fn keeps(&self, book: &Book) -> bool {
        self.is_admin || book.publisher_id == self.id
    }
}
