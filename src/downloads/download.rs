//! The ledger's rows: who was given which file, or refused it, and why.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::columns;
use super::delivered::{Answered, Ended, Outcome};
use crate::accounts::AccountId;
use crate::catalog::{BookFile, BookFileId, BookId};
use crate::config::Backend;
use crate::db::schema::downloads;
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::delivery::Conditions;
use crate::orders::OrderId;
use crate::permission::{Denial, Reason, ViewGrant, Viewer};

row_id!(
    /// The row of a download.
    DownloadId
);

text_enum! {
    /// How a file was asked for.
    pub enum Method {
        /// For its bytes.
        Get = "GET",
        /// For its headers only: nothing was downloaded, and no count may include it.
        Head = "HEAD",
    }
}

/// The longest `Range` that is kept, in bytes.
const MAX_RANGE: usize = 200;

/// One answer of the gate, as it was recorded. Rows are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = downloads)]
pub struct Download {
    /// The row.
    pub id: DownloadId,
    /// When it was answered.
    pub at: Timestamp,
    /// Which file.
    pub file_id: BookFileId,
    /// Of which book.
    pub book_id: BookId,
    /// The account that asked, if it was signed in.
    pub account_id: Option<AccountId>,
    /// The order that gave the right, if it was one.
    pub order_id: Option<OrderId>,
    /// Whether it was handed out.
    pub allowed: bool,
    /// The fact that decided: [`Reason`] or [`Denial`], in the gate's spelling.
    pub reason: String,
    /// Who sent the bytes: the delivery's backend.
    pub backend: String,
    /// How it was asked for.
    pub method: Method,
    /// The `Range` that was asked for. One book may take many of these: count by file, viewer and day, not by row.
    pub range: Option<String>,
    /// The status that the shop answered. A web server that took over may have answered another, such as 206.
    pub status: i32,
    /// The name of the answer between the shop and whoever sent the bytes; none where nobody will tell how it ended, or
    /// where that was told before the row was written.
    pub ticket: Option<String>,
    /// The device that asked, as a hash that is kept for a day; only where devices are limited.
    pub device: Option<String>,
    /// How many bytes of a body were sent, once that is known.
    pub sent_bytes: Option<i64>,
    /// How it ended, once that is known.
    pub outcome: Option<Outcome>,
}

impl Download {
    /// The newest rows, at most `limit`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Self>> {
        downloads::table.order(downloads::id.desc()).limit(limit).select(Self::as_select()).load(conn)
    }
}

/// A row on its way into the ledger.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = downloads, treat_none_as_default_value = false)]
pub struct Entry {
    pub(super) at: Timestamp,
    pub(super) file_id: BookFileId,
    pub(super) book_id: BookId,
    pub(super) account_id: Option<AccountId>,
    pub(super) order_id: Option<OrderId>,
    pub(super) allowed: bool,
    pub(super) reason: &'static str,
    pub(super) backend: &'static str,
    pub(super) method: Method,
    pub(super) range: Option<String>,
    pub(super) status: i32,
    pub(super) ticket: Option<String>,
    pub(super) device: Option<String>,
    pub(super) sent_bytes: Option<i64>,
    pub(super) outcome: Option<Outcome>,
    /// The length of the file, in bytes.
    #[diesel(skip_insertion)]
    length: i64,
}

impl Entry {
    /// The file was handed out, or would have been if the store had given it.
    #[must_use]
    pub fn allowed(grant: &ViewGrant, asked: &Asked<'_>, status: u16) -> Self {
        let order = match grant.reason() {
            Reason::Bought(order) | Reason::Given(order) => Some(order),
            _ => None,
        };
        Self {
            order_id: order,
            allowed: true,
            ticket: asked.ticket.map(str::to_owned),
            device: asked.ticket.and(asked.device).map(str::to_owned),
            ..Self::new(grant.file(), grant.reason().as_str(), asked, status)
        }
    }

    /// The file was refused.
    #[must_use]
    pub fn denied(file: &BookFile, reason: Denial, asked: &Asked<'_>, status: u16) -> Self {
        Self::new(file, reason.as_str(), asked, status)
    }

    /// The file could be had, but for a limit.
    #[must_use]
    pub fn limited(grant: &ViewGrant, asked: &Asked<'_>, status: u16) -> Self {
        Self {
            allowed: false,
            reason: "limit",
            ticket: None,
            device: None,
            ..Self::allowed(grant, asked, status)
        }
    }

    fn new(file: &BookFile, reason: &'static str, asked: &Asked<'_>, status: u16) -> Self {
        let method = if asked.conditions.head { Method::Head } else { Method::Get };
        Self {
            at: asked.at,
            file_id: file.id,
            book_id: file.book_id,
            account_id: asked.viewer.account.map(|account| account.id),
            order_id: None,
            allowed: false,
            reason,
            backend: asked.backend.as_str(),
            method,
            range: asked.conditions.range.as_deref().map(shortened),
            status: i32::from(status),
            ticket: None,
            device: None,
            sent_bytes: None,
            outcome: None,
            length: file.byte_length,
        }
    }

    /// The name under which its end will be told, if it will be.
    #[must_use]
    pub fn ticket(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    /// The same row with this status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: i32::from(status), ..self }
    }

    /// Notes how the answer ended, if that is known before the row is added. It needs no ticket any more.
    pub fn end(&mut self, ended: &Ended) {
        self.ticket = None;
        self.sent_bytes = Some(ended.sent_bytes());
        self.outcome = Some(ended.outcome(self.length));
    }

    /// Adds rows: on PostgreSQL all by one statement, since each would wait for the server's answer; on SQLite one by
    /// one, since the statement for one is prepared already.
    ///
    /// # Errors
    /// When the database fails, or a file is gone. Then the transaction around it is lost.
    pub fn insert(rows: &[Self], conn: &mut Conn) -> QueryResult<()> {
        match conn {
            Conn::Sqlite(conn) => rows.iter().try_for_each(|row| {
                diesel::insert_into(downloads::table).values(row).execute(conn).map(drop)
            }),
            Conn::Postgres(conn) => columns::insert(rows, conn),
        }
    }

    /// Counts the end of the answer into its download, as [`Ended::note`] would.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn, ended: &Ended, window: TimeDelta) -> QueryResult<()> {
        let answered = Answered {
            file: self.file_id,
            order: self.order_id,
            account: self.account_id,
            backend: self.backend.to_owned(),
            device: self.device.clone(),
            length: self.length,
        };
        ended.count(conn, &answered, window)
    }
}

/// What a row says of the request.
#[derive(Debug)]
pub struct Asked<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub viewer: &'a Viewer,
    /// Under which conditions.
    pub conditions: &'a Conditions,
    /// Who sends the bytes.
    pub backend: Backend,
    /// The name of the answer, if its end will be told.
    pub ticket: Option<&'a str>,
    /// By which device, where that matters.
    pub device: Option<&'a str>,
}

/// The start of a header that a client may make as long as it likes.
fn shortened(range: &str) -> String {
    let mut end = range.len().min(MAX_RANGE);
    while !range.is_char_boundary(end) {
        end -= 1;
    }
    range.get(..end).unwrap_or_default().to_owned()
}
