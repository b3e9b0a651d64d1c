//! Someone who can sign in.

use diesel::prelude::*;

use crate::db::schema::accounts;
use crate::db::{Conn, Timestamp, row_id, text_enum};

row_id!(
    /// The row of an account.
    AccountId
);

text_enum! {
    /// What an account may do.
    pub enum Role {
        /// Buys books.
        Customer = "customer",
        /// Also uploads and sells their own.
        Publisher = "publisher",
        /// Also runs the shop.
        Admin = "admin",
    }
}

/// Someone who can sign in.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// The row.
    pub id: AccountId,
    /// The id that shows.
    pub public_id: String,
    /// The address as typed.
    pub email: String,
    /// What two spellings of one address share: see [`email_key`].
    pub email_key: String,
    /// When the address was proved, if it was.
    pub email_confirmed_at: Option<Timestamp>,
    /// The name on the bookplate; may be empty.
    pub name: String,
    /// argon2id, in PHC string form.
    pub password_hash: String,
    /// What the account may do.
    pub role: Role,
    /// Since when an admin keeps the account out, if so.
    pub blocked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Account {
    /// The account with this row id, if it is still there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Self>> {
        accounts::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The account of an address in any spelling, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<Self>> {
        accounts::table
            .filter(accounts::email_key.eq(email_key(email)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The name that pages greet with: the given name, or the part of the address before the `@`.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let name = self.name.trim();
        if name.is_empty() { self.email.split('@').next().unwrap_or(&self.email) } else { name }
    }
}

/// What two spellings of one e-mail address share: trimmed and in lower case.
///
/// RFC 5321 §2.4 lets a host tell `A@x` from `a@x`; none that people use does.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
