//! Downloads as people count them: one buyer, one file, whatever the number of answers that it took.

use std::ops::Range;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::coverage::Coverage;
use super::download::DownloadId;
use crate::accounts::AccountId;
use crate::catalog::BookFileId;
use crate::db::schema::{book_files, deliveries, downloads};
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::orders::OrderId;

row_id!(
    /// The row of a delivery.
    DeliveryId
);

text_enum! {
    /// How an answer that handed a file out ended.
    pub enum Outcome {
        /// The whole file was sent.
        Complete = "complete",
        /// All of the part that was asked for was sent.
        Partial = "partial",
        /// It broke off before.
        Aborted = "aborted",
    }
}

/// How long an unfinished download may pause and still be the same one.
const PAUSE: TimeDelta = TimeDelta::days(30);

/// What came of one answer, as its sender knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which answer.
    pub ticket: String,
    /// When it ended.
    pub at: Timestamp,
    /// The part of the file that it promised, if it was one; several parts in one answer are none.
    pub part: Option<Range<u64>>,
    /// How many bytes it promised.
    pub promised: u64,
    /// How many were sent: handed to the system, which may still hold the last few of a connection that broke.
    pub sent: u64,
}

/// What became of the news of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is in the ledger now.
    Now,
    /// It was before.
    Before,
    /// The ledger has no such answer.
    Unknown,
}

/// What an answer was of, and whose.
#[derive(Debug, Queryable)]
pub(super) struct Answered {
    pub file: BookFileId,
    pub order: Option<OrderId>,
    pub account: Option<AccountId>,
    pub backend: String,
    pub device: Option<String>,
    /// The length of the file, in bytes.
    pub length: i64,
}

impl Ended {
    /// Notes the end in the ledger, once, and counts it into its download. `window` is how long requests after a
    /// complete download still belong to it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn note(&self, conn: &mut Conn, window: TimeDelta) -> QueryResult<Noted> {
        let known: Option<(DownloadId, Option<Outcome>, Answered)> = downloads::table
            .inner_join(book_files::table)
            .filter(downloads::ticket.eq(&self.ticket))
            .select((
                downloads::id,
                downloads::outcome,
                (
                    downloads::file_id,
                    downloads::order_id,
                    downloads::account_id,
                    downloads::backend,
                    downloads::device,
                    book_files::byte_length,
                ),
            ))
            .first(conn)
            .optional()?;
        let (id, answered) = match known {
            None => return Ok(Noted::Unknown),
            Some((_, Some(_), _)) => return Ok(Noted::Before),
            Some((id, None, answered)) => (id, answered),
        };
        let is_first = diesel::update(downloads::table.find(id).filter(downloads::outcome.is_null()))
            .set((
                downloads::outcome.eq(self.outcome(answered.length)),
                downloads::sent_bytes.eq(self.sent_bytes()),
            ))
            .execute(conn)?
            == 1;
        if !is_first {
            return Ok(Noted::Before);
        }
        self.count(conn, &answered, window)?;
        Ok(Noted::Now)
    }

    /// How an answer of a file of this `length` ended, as the ledger's row has it.
    pub(super) fn outcome(&self, length: i64) -> Outcome {
        match self.sent {
            sent if sent < self.promised => Outcome::Aborted,
            sent if signed(sent) < length => Outcome::Partial,
            _ => Outcome::Complete,
        }
    }

    /// How many bytes were sent, as the ledger's row has it.
    pub(super) fn sent_bytes(&self) -> i64 {
        signed(self.sent)
    }

    /// Which bytes of the file were sent. Of several parts in one answer only their sum is known.
    fn piece(&self, length: u64) -> Range<u64> {
        match &self.part {
            Some(part) => part.start..part.end.min(part.start.saturating_add(self.sent)),
            None if self.sent >= length => 0..length,
            None => 0..0,
        }
    }

    /// Counts it into its buyer's download. What needs no buyer is nobody's.
    pub(super) fn count(&self, conn: &mut Conn, answered: &Answered, window: TimeDelta) -> QueryResult<()> {
        if answered.order.is_none() && answered.account.is_none() {
            return Ok(());
        }
        let length = u64::try_from(answered.length).unwrap_or(u64::MAX);
        let known = Known::newest(conn, answered)?.filter(|known| match known.completed_at {
            Some(completed_at) => self.at - completed_at < window,
            None => self.at - known.last_at < PAUSE,
        });
        let mut covered: Coverage =
            known.as_ref().map(|known| known.covered.parse().unwrap_or_default()).unwrap_or_default();
        covered.add(self.piece(length));
        let is_complete = covered.is_whole(length) && (length > 0 || self.sent >= self.promised);
        match known {
            Some(known) => {
                let completed_at = known.completed_at.or_else(|| is_complete.then_some(self.at));
                // The device that brought it to its end has it.
                let device = if known.completed_at.is_none() { &answered.device } else { &known.device };
                diesel::update(deliveries::table.find(known.id))
                    .set((
                        deliveries::last_at.eq(self.at),
                        deliveries::answers.eq(deliveries::answers + 1),
                        deliveries::sent_bytes.eq(deliveries::sent_bytes + signed(self.sent)),
                        deliveries::covered.eq(covered.to_string()),
                        deliveries::backend.eq(&answered.backend),
                        deliveries::device.eq(device),
                        deliveries::completed_at.eq(completed_at),
                    ))
                    .execute(conn)?;
            }
            None => {
                diesel::insert_into(deliveries::table)
                    .values((
                        deliveries::file_id.eq(answered.file),
                        deliveries::order_id.eq(answered.order),
                        // An order's downloads are the order's, whoever was signed in.
                        deliveries::account_id.eq(answered.account.filter(|_| answered.order.is_none())),
                        deliveries::began_at.eq(self.at),
                        deliveries::last_at.eq(self.at),
                        deliveries::answers.eq(1),
                        deliveries::sent_bytes.eq(signed(self.sent)),
                        deliveries::covered.eq(covered.to_string()),
                        deliveries::backend.eq(&answered.backend),
                        deliveries::device.eq(&answered.device),
                        deliveries::completed_at.eq(is_complete.then_some(self.at)),
                    ))
                    .execute(conn)?;
            }
        }
        Ok(())
    }
}

/// What is known of a download that may go on.
#[derive(Queryable)]
struct Known {
    id: DeliveryId,
    last_at: Timestamp,
    covered: String,
    device: Option<String>,
    completed_at: Option<Timestamp>,
}

impl Known {
    /// The newest of this buyer and file, locked, so that two of the shop's programs don't count at once.
    fn newest(conn: &mut Conn, answered: &Answered) -> QueryResult<Option<Self>> {
        macro_rules! newest {
            () => {
                deliveries::table
                    .filter(deliveries::file_id.eq(answered.file))
                    .order(deliveries::id.desc())
                    .select((
                        deliveries::id,
                        deliveries::last_at,
                        deliveries::covered,
                        deliveries::device,
                        deliveries::completed_at,
                    ))
            };
        }
        match (conn, answered.order) {
            (Conn::Sqlite(conn), Some(order)) => {
                newest!().filter(deliveries::order_id.eq(order)).first(conn).optional()
            }
            (Conn::Sqlite(conn), None) => {
                newest!().filter(deliveries::account_id.eq(answered.account)).first(conn).optional()
            }
            (Conn::Postgres(conn), Some(order)) => {
                newest!().filter(deliveries::order_id.eq(order)).for_update().first(conn).optional()
            }
            (Conn::Postgres(conn), None) => newest!()
                .filter(deliveries::account_id.eq(answered.account))
                .for_update()
                .first(conn)
                .optional(),
        }
    }
}

/// One download of a buyer, for the pages about it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Delivered {
    /// The file's name.
    pub file_name: String,
    /// The file.
    pub file_id: BookFileId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last heard of.
    pub last_at: Timestamp,
    /// How many requests it took.
    pub answers: i64,
    /// How many bytes were sent in all.
    pub sent_bytes: i64,
    /// Who sent them last.
    pub backend: String,
    /// When the last byte of the file was there.
    pub completed_at: Option<Timestamp>,
    /// When an admin took it out of the count.
    pub forgiven_at: Option<Timestamp>,
}

impl Delivered {
    /// The downloads of an order, at most `limit`, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId, limit: i64) -> QueryResult<Vec<Self>> {
        deliveries::table
            .inner_join(book_files::table)
            .filter(deliveries::order_id.eq(order))
            .order(deliveries::id.desc())
            .limit(limit)
            .select((
                book_files::file_name,
                deliveries::file_id,
                deliveries::began_at,
                deliveries::last_at,
                deliveries::answers,
                deliveries::sent_bytes,
                deliveries::backend,
                deliveries::completed_at,
                deliveries::forgiven_at,
            ))
            .load(conn)
    }

    /// Takes the downloads of an order out of its count, and says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forgive(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<usize> {
        diesel::update(
            deliveries::table.filter(
                deliveries::order_id
                    .eq(order)
                    .and(deliveries::completed_at.is_not_null())
                    .and(deliveries::forgiven_at.is_null()),
            ),
        )
        .set(deliveries::forgiven_at.eq(now))
        .execute(conn)
    }

    /// Forgets which device had what, for all that ended before `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_devices(conn: &mut Conn, before: Timestamp) -> QueryResult<usize> {
        diesel::update(
            downloads::table.filter(downloads::device.is_not_null().and(downloads::at.lt(before))),
        )
        .set(downloads::device.eq(None::<String>))
        .execute(conn)?;
        diesel::update(
            deliveries::table.filter(deliveries::device.is_not_null().and(deliveries::last_at.lt(before))),
        )
        .set(deliveries::device.eq(None::<String>))
        .execute(conn)
    }
}

/// How many complete downloads of a file an order has had that count, the one that is still open for requests not
/// included, and whether there is such an open one.
pub(super) fn counted(
    conn: &mut Conn,
    order: OrderId,
    file: BookFileId,
    (now, window): (Timestamp, TimeDelta),
) -> QueryResult<(usize, bool)> {
    let rows: Vec<(Option<Timestamp>, Timestamp)> = deliveries::table
        .filter(deliveries::order_id.eq(order).and(deliveries::file_id.eq(file)))
        .filter(deliveries::forgiven_at.is_null())
        .order(deliveries::id.desc())
        .select((deliveries::completed_at, deliveries::last_at))
        .load(conn)?;
    let is_open = rows.first().is_some_and(|(completed, last)| match completed {
        Some(completed) => now - *completed < window,
        // Something that was begun is no second download, however it goes on.
        None => now - *last < PAUSE,
    });
    Ok((rows.iter().filter(|(completed, _)| completed.is_some()).count(), is_open))
}

/// The devices that have had a complete download of an order since `since`.
pub(super) fn devices(conn: &mut Conn, order: OrderId, since: Timestamp) -> QueryResult<Vec<String>> {
    deliveries::table
        .filter(deliveries::order_id.eq(order).and(deliveries::completed_at.gt(since)))
        .filter(deliveries::forgiven_at.is_null().and(deliveries::device.is_not_null()))
        .select(deliveries::device.assume_not_null())
        .distinct()
        .load(conn)
}

/// A number of bytes as columns keep it.
fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
