//! Reading what the web server in front says of the files that it sent.
//!
//! The shop hands a ticket to the web server with each file, in a header that never reaches the client; the server
//! writes it into a log of its own, one JSON object a line, when the answer has ended. Nothing in a line that counts
//! comes from the client. A line counts once, because its ticket does; how far a log was read is kept with its first
//! line, so that it is known again after it was moved ("rotated") and after a restart.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::Deserialize;

use super::delivered::{Ended, Noted};
use crate::db::schema::delivery_logs;
use crate::db::{Conn, Db, Timestamp};

/// The name of the task that reads the log.
pub const TASK: &str = "delivery log";

/// How many lines go into one transaction.
const BATCH: usize = 500;
/// The longest line that is read, in bytes; the server writes far shorter ones.
const LONGEST: u64 = 8192;
/// How long the row of an answer may be on its way: a line of a younger one waits.
const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(60);
/// How long it is remembered how far a log was read.
const REMEMBERED: TimeDelta = TimeDelta::days(60);

/// What a reading came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Ends of answers that were new.
    pub noted: usize,
    /// Ends that the ledger had already.
    pub before: usize,
    /// Lines about answers that the ledger doesn't have.
    pub unknown: usize,
    /// Lines that could not be read.
    pub unreadable: usize,
}

/// Why a log was not read. The sentence is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// It can't be opened or read.
    #[error("the log {} can't be read: {cause}", path.display())]
    Read {
        /// The log.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The database failed.
    #[error("what the log says could not be kept: {0}")]
    Database(#[from] diesel::result::Error),
}

/// A line as the printed configurations write it.
#[derive(Debug, Deserialize)]
struct Line {
    ticket: String,
    status: u16,
    /// Bytes of the body that were sent.
    sent: u64,
    /// `Content-Length` of the answer.
    #[serde(default)]
    length: String,
    /// `Content-Range` of the answer.
    #[serde(default)]
    range: String,
    /// nginx: `OK` when the answer came to its end.
    done: Option<String>,
    /// Apache: `X` when the connection broke.
    closed: Option<String>,
    /// Apache: bytes that went to the network, headers included.
    wire: Option<u64>,
}

impl Line {
    /// What it says of its answer, if that sent bytes of a file.
    fn ended(&self, at: Timestamp) -> Option<Ended> {
        if !matches!(self.status, 200 | 206) {
            return None;
        }
        let is_broken =
            self.done.as_deref().is_some_and(|done| done != "OK") || self.closed.as_deref() == Some("X");
        let sent = match self.wire {
            Some(wire) if is_broken => self.sent.min(wire),
            _ => self.sent,
        };
        let length = self.length.parse().unwrap_or(self.sent);
        Some(Ended {
            ticket: self.ticket.clone(),
            at,
            part: super::responder::part_of(self.status, &self.range, length),
            // A connection that broke has missed something, even if the system took the last byte.
            promised: if is_broken { length.max(sent.saturating_add(1)) } else { sent },
            sent,
        })
    }
}

/// Reads what is new in the log at `path`, and in the ones that it was moved to since.
///
/// Blocks on the disk and the database.
///
/// # Errors
/// When a log or the database can't be read; what was read before stays read.
pub fn run(db: &Db, path: &Path, window: TimeDelta, now: Timestamp) -> Result<Report, IngestError> {
    let mut report = Report::default();
    for log in logs(path).map_err(|cause| IngestError::Read { path: path.to_owned(), cause })? {
        read(db, &log, window, now, &mut report)?;
    }
    db.write_blocking(move |conn| {
        diesel::delete(delivery_logs::table.filter(delivery_logs::read_at.lt(now - REMEMBERED))).execute(conn)
    })?;
    Ok(report)
}

/// The log and those that it was moved to, the oldest first: files of its name with more behind it, uncompressed.
fn logs(path: &Path) -> io::Result<Vec<PathBuf>> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(other) = entry.file_name().into_string() else { continue };
        let is_moved =
            other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']));
        let is_packed = [".gz", ".xz", ".zst", ".bz2"].iter().any(|end| other.ends_with(end));
        if is_moved && !is_packed && entry.file_type()?.is_file() {
            found.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn read(
    db: &Db,
    path: &Path,
    window: TimeDelta,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), IngestError> {
    use std::os::unix::fs::MetadataExt as _;
    let failed = |cause: io::Error| IngestError::Read { path: path.to_owned(), cause };
    let file = File::open(path).map_err(failed)?;
    let inode = i64::try_from(file.metadata().map_err(failed)?.ino()).unwrap_or(i64::MAX);
    let mut file = BufReader::new(file);
    let Some(first) = whole_line(&mut file).map_err(failed)? else { return Ok(()) };
    let first = first.text;
    let known = first.clone();
    let position: Option<i64> = db.read_blocking(move |conn| {
        delivery_logs::table
            .filter(delivery_logs::first_line.eq(known))
            .select(delivery_logs::position)
            .first(conn)
            .optional()
    })?;
    let mut position = position.and_then(|position| u64::try_from(position).ok()).unwrap_or(0);
    // A log that was cut and begun anew with the same line is read anew; its tickets say what counted.
    if file.get_ref().metadata().map_err(failed)?.len() < position {
        position = 0;
    }
    file.seek(SeekFrom::Start(position)).map_err(failed)?;
    loop {
        let (mut lines, mut end) = (Vec::new(), position);
        while lines.len() < BATCH {
            let Some(line) = whole_line(&mut file).map_err(failed)? else { break };
            end += line.length;
            lines.push((line.text, end));
        }
        if lines.is_empty() {
            return Ok(());
        }
        let first = first.clone();
        let (read, batch, is_held) = db.write_blocking(move |conn| {
            let (read, batch, is_held) = note(conn, &lines, position, window, now)?;
            keep_position(conn, &first, (inode, read), now)?;
            QueryResult::Ok((read, batch, is_held))
        })?;
        report.noted += batch.noted;
        report.before += batch.before;
        report.unknown += batch.unknown;
        report.unreadable += batch.unreadable;
        if is_held {
            return Ok(());
        }
        position = read;
    }
}

/// Notes the lines, each with where it ends; stops before one whose answer may still be on its way to the ledger.
fn note(
    conn: &mut Conn,
    lines: &[(String, u64)],
    from: u64,
    window: TimeDelta,
    now: Timestamp,
) -> QueryResult<(u64, Report, bool)> {
    let (mut read, mut report) = (from, Report::default());
    for (text, end) in lines {
        match serde_json::from_str::<Line>(text) {
            Err(_) => report.unreadable += 1,
            Ok(line) => {
                let said = line.ended(now).map(|ended| ended.note(conn, window)).transpose()?;
                match said {
                    None => {}
                    Some(Noted::Now) => report.noted += 1,
                    Some(Noted::Before) => report.before += 1,
                    Some(Noted::Unknown) => {
                        let is_young =
                            crate::ids::time_of(&line.ticket).is_some_and(|at| now - at < ON_ITS_WAY);
                        if is_young {
                            return Ok((read, report, true));
                        }
                        report.unknown += 1;
                    }
                }
            }
        }
        read = *end;
    }
    Ok((read, report, false))
}

fn keep_position(
    conn: &mut Conn,
    first: &str,
    (inode, position): (i64, u64),
    now: Timestamp,
) -> QueryResult<()> {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    let known = delivery_logs::table.filter(delivery_logs::first_line.eq(first));
    let set = (
        delivery_logs::inode.eq(inode),
        delivery_logs::position.eq(position),
        delivery_logs::read_at.eq(now),
    );
    if diesel::update(known).set(set).execute(conn)? == 0 {
        diesel::insert_into(delivery_logs::table)
            .values((delivery_logs::first_line.eq(first), set.0, set.1, set.2))
            .execute(conn)?;
    }
    Ok(())
}

/// A line with its end.
struct WholeLine {
    text: String,
    /// With the end, in bytes.
    length: u64,
}

/// The next line, if all of it is there. One that is too long is cut, and then can't be read.
fn whole_line(file: &mut impl BufRead) -> io::Result<Option<WholeLine>> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_until(b'\n', &mut bytes)?;
    let is_whole = bytes.last() == Some(&b'\n') || bytes.len() as u64 == LONGEST;
    let length = bytes.len() as u64;
    let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
    Ok(is_whole.then_some(WholeLine { text, length }))
}
