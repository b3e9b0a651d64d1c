//! Links sent by mail: each proves an address once, until it expires. Only a hash is kept.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::AccountId;
use crate::db::schema::email_tokens;
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::ids::{Token, TokenHash};

row_id!(
    /// The row of a token.
    EmailTokenId
);

text_enum! {
    /// What a link is for.
    pub enum Purpose {
        /// Proving the address of a new account.
        Confirm = "confirm",
        /// Choosing a new password.
        Reset = "reset",
        /// Proving the new address of an account.
        Change = "change",
    }
}

impl Purpose {
    /// How long a link works: a new password only as long as it takes to read one's mail.
    #[must_use]
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::Confirm | Self::Change => TimeDelta::hours(24),
            Self::Reset => TimeDelta::minutes(60),
        }
    }
}

/// A link that was sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = email_tokens)]
pub struct EmailToken {
    /// The row.
    pub id: EmailTokenId,
    /// Whose link.
    pub account_id: AccountId,
    /// What it is for.
    pub purpose: Purpose,
    /// The address it was sent to.
    pub email: String,
    /// When it stops to work.
    pub expires_at: Timestamp,
}

impl EmailToken {
    /// A new token for the link in a mail to `email`; earlier links of this account for the same purpose stop to work.
    ///
    /// # Errors
    /// When the database fails.
    pub fn issue(
        conn: &mut Conn,
        account: AccountId,
        purpose: Purpose,
        email: &str,
        now: Timestamp,
    ) -> QueryResult<Token> {
        Self::withdraw(conn, account, purpose)?;
        let token = Token::new();
        diesel::insert_into(email_tokens::table)
            .values((
                email_tokens::token_hash.eq(token.hash().as_str()),
                email_tokens::account_id.eq(account),
                email_tokens::purpose.eq(purpose),
                email_tokens::email.eq(email),
                email_tokens::created_at.eq(now),
                email_tokens::expires_at.eq(now + purpose.lifetime()),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// The token, if it still works.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, token: &TokenHash, now: Timestamp) -> QueryResult<Option<Self>> {
        email_tokens::table
            .filter(email_tokens::token_hash.eq(token.as_str()))
            .filter(email_tokens::used_at.is_null().and(email_tokens::expires_at.gt(now)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Uses the token up; `Ok(false)` when someone was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_up(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<bool> {
        let unused = email_tokens::table.find(self.id).filter(email_tokens::used_at.is_null());
        let rows = diesel::update(unused).set(email_tokens::used_at.eq(now)).execute(conn)?;
        Ok(rows == 1)
    }

    /// The address that waits to be proved by a link for `purpose`, if one was sent and still works.
    ///
    /// # Errors
    /// When the database fails.
    pub fn pending(
        conn: &mut Conn,
        account: AccountId,
        purpose: Purpose,
        now: Timestamp,
    ) -> QueryResult<Option<String>> {
        email_tokens::table
            .filter(email_tokens::account_id.eq(account).and(email_tokens::purpose.eq(purpose)))
            .filter(email_tokens::used_at.is_null().and(email_tokens::expires_at.gt(now)))
            .select(email_tokens::email)
            .first(conn)
            .optional()
    }

    /// Lets the account's links for `purpose` work no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn withdraw(conn: &mut Conn, account: AccountId, purpose: Purpose) -> QueryResult<()> {
        let earlier = email_tokens::table
            .filter(email_tokens::account_id.eq(account).and(email_tokens::purpose.eq(purpose)));
        diesel::delete(earlier).execute(conn)?;
        Ok(())
    }

    /// Removes tokens that have expired, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
        diesel::delete(email_tokens::table.filter(email_tokens::expires_at.le(now))).execute(conn)
    }
}
