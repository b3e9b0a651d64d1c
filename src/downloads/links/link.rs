//! The rows of links.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::accounts::{AccountId, Role};
use crate::catalog::BookFileId;
use crate::db::schema::{accounts, book_files, books, download_links};
use crate::db::{Conn, MultiBackend, Timestamp, row_id};
use crate::ids::{Token, TokenHash};
use crate::permission::{Decision, Viewer, ViewerAccount, can_view};

row_id!(
    /// The row of a download link.
    DownloadLinkId
);

/// How many open links one buyer may have.
const MOST: i64 = 200;

/// How long a use goes unwritten at most.
const TOUCH: TimeDelta = TimeDelta::hours(1);

/// Why no link was made. The sentence is for the reader.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// They may not have the file, or there is none.
    #[error("This file isn’t one of yours.")]
    NotYours,
    /// They have too many.
    #[error("You have {} open links. Please end some that you no longer need.", MOST)]
    TooMany,
    /// It could not be read or written.
    #[error("The link can’t be made just now.")]
    Database(#[from] diesel::result::Error),
}

/// A link, open or ended.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = download_links)]
pub struct DownloadLink {
    /// The row.
    pub id: DownloadLinkId,
    /// Its name on the page that lists it; it opens nothing.
    pub public_id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
}

/// A link with what it opens.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The link.
    pub link: DownloadLink,
    /// The file's name.
    pub file_name: String,
    /// The title of its book.
    pub title: String,
}

/// Whose links: those of an account, or of these bearers.
fn of_viewer(viewer: &Viewer) -> download_links::BoxedQuery<'static, MultiBackend> {
    let bearers: Vec<String> = viewer.tokens.iter().map(|token| token.as_str().to_owned()).collect();
    let mine = download_links::table.into_boxed().filter(download_links::revoked_at.is_null());
    match viewer.account {
        Some(account) => mine.filter(
            download_links::account_id.eq(account.id).or(download_links::bearer_hash.eq_any(bearers)),
        ),
        None => mine.filter(download_links::bearer_hash.eq_any(bearers)),
    }
}

impl DownloadLink {
    /// Makes a link to the file of this public id, and gives its secret, which is kept nowhere.
    ///
    /// # Errors
    /// [`LinkError`], whose sentence is for the reader.
    pub fn make(
        conn: &mut Conn,
        viewer: &Viewer,
        file: &str,
        now: Timestamp,
    ) -> Result<(String, Token), LinkError> {
        let open: i64 = of_viewer(viewer).count().get_result(conn)?;
        if open >= MOST {
            return Err(LinkError::TooMany);
        }
        // The link gets the one right that opens the file, and none beside it.
        let by_account = viewer.account.map(|account| Viewer { account: Some(account), tokens: Vec::new() });
        let by_token =
            viewer.tokens.iter().map(|token| Viewer { account: None, tokens: vec![token.clone()] });
        for right in by_account.into_iter().chain(by_token) {
            let Decision::Allowed(grant) = can_view(conn, &right, file)? else { continue };
            let token = Token::new();
            diesel::insert_into(download_links::table)
                .values((
                    download_links::public_id.eq(crate::ids::public_id()),
                    download_links::token_hash.eq(token.hash().as_str()),
                    download_links::file_id.eq(grant.file().id),
                    download_links::account_id.eq(right.account.map(|account| account.id)),
                    download_links::bearer_hash.eq(right.tokens.first().map(TokenHash::as_str)),
                    download_links::created_at.eq(now),
                ))
                .execute(conn)?;
            return Ok((grant.file().file_name.clone(), token));
        }
        Err(LinkError::NotYours)
    }

    /// The open links of a viewer, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_of(conn: &mut Conn, viewer: &Viewer) -> QueryResult<Vec<Listed>> {
        let links: Vec<(Self, BookFileId)> = of_viewer(viewer)
            .order(download_links::id.desc())
            .limit(MOST)
            .select((Self::as_select(), download_links::file_id))
            .load(conn)?;
        let files: Vec<BookFileId> = links.iter().map(|(_, file)| *file).collect();
        let names: std::collections::HashMap<BookFileId, (String, String)> = book_files::table
            .inner_join(books::table)
            .filter(book_files::id.eq_any(files))
            .select((book_files::id, (book_files::file_name, books::title)))
            .load::<(BookFileId, (String, String))>(conn)?
            .into_iter()
            .collect();
        Ok(links
            .into_iter()
            .filter_map(|(link, file)| {
                let (file_name, title) = names.get(&file)?.clone();
                Some(Listed { link, file_name, title })
            })
            .collect())
    }

    /// Ends a link of this viewer; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke(conn: &mut Conn, viewer: &Viewer, public_id: &str, now: Timestamp) -> QueryResult<bool> {
        let found: Option<DownloadLinkId> = of_viewer(viewer)
            .filter(download_links::public_id.eq(public_id.to_owned()))
            .select(download_links::id)
            .first(conn)
            .optional()?;
        let Some(id) = found else { return Ok(false) };
        diesel::update(download_links::table.find(id))
            .set(download_links::revoked_at.eq(now))
            .execute(conn)
            .map(|count| count == 1)
    }

    /// Notes a use.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch(conn: &mut Conn, id: DownloadLinkId, now: Timestamp) -> QueryResult<()> {
        diesel::update(download_links::table.find(id))
            .set(download_links::last_used_at.eq(now))
            .execute(conn)
            .map(drop)
    }
}

/// What a link stands for: who its maker is now, the public id of its file, and the link, if its use is worth writing
/// down. A blocked account's links open nothing.
///
/// # Errors
/// When the database fails.
pub fn use_of(
    conn: &mut Conn,
    token: &TokenHash,
    now: Timestamp,
) -> QueryResult<Option<(Viewer, String, Option<DownloadLinkId>)>> {
    type Row = (
        DownloadLinkId,
        String,
        Option<(AccountId, Role, Option<Timestamp>)>,
        Option<String>,
        Option<Timestamp>,
    );
    let found: Option<Row> = download_links::table
        .inner_join(book_files::table)
        .left_join(accounts::table)
        .filter(download_links::token_hash.eq(token.as_str()).and(download_links::revoked_at.is_null()))
        .select((
            download_links::id,
            book_files::public_id,
            (accounts::id, accounts::role, accounts::blocked_at).nullable(),
            download_links::bearer_hash,
            download_links::last_used_at,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, file, account, bearer, last_used_at)| {
        let account = account.map(|(id, role, blocked_at)| ViewerAccount {
            id,
            role,
            is_blocked: blocked_at.is_some(),
        });
        let viewer = Viewer { account, tokens: bearer.map(TokenHash::kept).into_iter().collect() };
        let is_due = last_used_at.is_none_or(|last| now - last >= TOUCH);
        (viewer, file, is_due.then_some(id))
    }))
}
