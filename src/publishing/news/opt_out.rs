//! Who wants no mails about new editions, and the link by which they say so without signing in.

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::BookId;
use crate::db::schema::{news_opt_outs, news_tokens};
use crate::db::{Conn, Timestamp};
use crate::ids::{Token, TokenHash};

/// Someone who may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The account, if the book is in one's library.
    pub account: Option<AccountId>,
    /// The address.
    pub email: String,
    /// What two spellings of it share.
    pub email_key: String,
}

/// What a link in a mail is about.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = news_tokens)]
pub struct NewsToken {
    /// What two spellings of the address share.
    pub email_key: String,
    /// The account, if it was one.
    pub account_id: Option<AccountId>,
    /// The book that the mail was about.
    pub book_id: BookId,
}

impl NewsToken {
    /// A new secret for a mail about `book`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn issue(conn: &mut Conn, reader: &Reader, book: BookId, now: Timestamp) -> QueryResult<Token> {
        let token = Token::new();
        diesel::insert_into(news_tokens::table)
            .values((
                news_tokens::token_hash.eq(token.hash().as_str()),
                news_tokens::email_key.eq(&reader.email_key),
                news_tokens::account_id.eq(reader.account),
                news_tokens::book_id.eq(book),
                news_tokens::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// What the link of this secret is about.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, token: &TokenHash) -> QueryResult<Option<Self>> {
        news_tokens::table
            .filter(news_tokens::token_hash.eq(token.as_str()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Who got the mail.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { account: self.account_id, email: String::new(), email_key: self.email_key.clone() }
    }
}

/// What a reader wants of these mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether none at all are wanted.
    pub none: bool,
    /// The books about which none are wanted.
    pub not_about: Vec<BookId>,
}

impl Reader {
    /// Whether no mail about this book is wanted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wants_none(&self, conn: &mut Conn, book: BookId) -> QueryResult<bool> {
        let wanted = self.wanted(conn)?;
        Ok(wanted.none || wanted.not_about.contains(&book))
    }

    /// What is wanted: a no by the account counts, and one by the address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wanted(&self, conn: &mut Conn) -> QueryResult<Wanted> {
        let account = self.account.unwrap_or(AccountId(0));
        let rows: Vec<Option<BookId>> = news_opt_outs::table
            .filter(news_opt_outs::email_key.eq(&self.email_key).or(news_opt_outs::account_id.eq(account)))
            .order(news_opt_outs::id)
            .select(news_opt_outs::book_id)
            .load(conn)?;
        let mut wanted = Wanted::default();
        for book in rows {
            match book {
                None => wanted.none = true,
                Some(book) if !wanted.not_about.contains(&book) => wanted.not_about.push(book),
                Some(_) => {}
            }
        }
        Ok(wanted)
    }

    /// No more mails about this book, or, without one, about any.
    ///
    /// # Errors
    /// When the database fails.
    pub fn stop(&self, conn: &mut Conn, book: Option<BookId>, now: Timestamp) -> QueryResult<()> {
        self.go_on(conn, book)?;
        diesel::insert_into(news_opt_outs::table)
            .values((
                news_opt_outs::email_key.eq(&self.email_key),
                news_opt_outs::account_id.eq(self.account),
                news_opt_outs::book_id.eq(book),
                news_opt_outs::created_at.eq(now),
            ))
            .execute(conn)
            .map(drop)
    }

    /// Mails about this book again; without one, what was said about all of them is taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn go_on(&self, conn: &mut Conn, book: Option<BookId>) -> QueryResult<()> {
        let account = self.account.unwrap_or(AccountId(0));
        let theirs = news_opt_outs::email_key.eq(&self.email_key).or(news_opt_outs::account_id.eq(account));
        match book {
            Some(book) => {
                let about = news_opt_outs::table.filter(theirs).filter(news_opt_outs::book_id.eq(book));
                diesel::delete(about).execute(conn)
            }
            None => {
                let about = news_opt_outs::table.filter(theirs).filter(news_opt_outs::book_id.is_null());
                diesel::delete(about).execute(conn)
            }
        }
        .map(drop)
    }
}
