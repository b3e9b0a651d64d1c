//! What may come in: asked before any byte travels.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{NewUpload, Upload, UploadError, UploadStatus};
use crate::accounts::AccountId;
use crate::catalog::{Book, BookFile, PublishError};
use crate::config;
use crate::db::schema::uploads;
use crate::db::{Conn, Timestamp};
use crate::file_name;
use crate::publishing::release::draft_edition;

/// How many unfinished uploads an account may have.
pub const UNFINISHED: i64 = 100;

/// How much of the disk stays free, in bytes: the database must still be able to write.
const SPARE: u64 = 64 << 20;

/// A file that somebody wants to bring.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Its cleaned name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// Whether it is a sample.
    pub is_sample: bool,
}

impl Wish {
    /// A file that was called `name` where it comes from.
    #[must_use]
    pub fn new(name: &str, length: u64, is_sample: bool) -> Self {
        Self { name: file_name::of_upload(name), length, is_sample }
    }

    /// Whether a file of this name and length is taken at all, and whether the disk has room for it.
    ///
    /// # Errors
    /// [`UploadError::Empty`], [`UploadError::Format`], [`UploadError::TooLarge`] or [`UploadError::DiskFull`].
    pub fn check(&self, rules: &config::Uploads, room: u64) -> Result<(), UploadError> {
        let name = || self.name.clone();
        let ending = extension(&self.name);
        if !rules.formats.contains(&ending) {
            return Err(UploadError::Format { name: name(), taken: spoken(&rules.formats) });
        }
        if self.length == 0 {
            return Err(UploadError::Empty(name()));
        }
        let limit = rules.max_bytes();
        if self.length > limit {
            return Err(UploadError::TooLarge { name: name(), limit });
        }
        if room < self.length.saturating_add(SPARE) {
            return Err(UploadError::DiskFull);
        }
        Ok(())
    }
}

/// The extension of a file's name in lower case; empty without one.
#[must_use]
pub fn extension(name: &str) -> String {
    file_name::split(name).1.trim_start_matches('.').to_lowercase()
}

/// `EPUB, PDF and CBZ`.
#[must_use]
pub fn spoken(formats: &[String]) -> String {
    let mut names: Vec<String> = formats.iter().map(|format| format.to_uppercase()).collect();
    match (names.pop(), names.is_empty()) {
        (Some(last), false) => format!("{} and {last}", names.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}

/// Begins an upload to a title, if its files may change and there is room for it. `new` is as it will be kept.
///
/// # Errors
/// Why it can't begin, in a sentence; nothing is written then.
pub fn begin(
    conn: &mut Conn,
    book: &Book,
    new: &NewUpload,
    rules: &config::Uploads,
    now: Timestamp,
) -> Result<Upload, UploadError> {
    may_change(conn, book)?;
    let awaited = uploads::table.filter(uploads::status.eq(UploadStatus::Receiving));
    let unfinished: i64 =
        awaited.filter(uploads::account_id.eq(new.account)).select(count_star()).first(conn)?;
    if unfinished >= UNFINISHED {
        return Err(UploadError::TooMany(unfinished));
    }
    let length = u64::try_from(new.byte_length).unwrap_or(u64::MAX);
    if let Some(limit) = rules.account_bytes() {
        // The quota is the publisher's, whoever of the shop brings the file.
        let left = limit.saturating_sub(held(conn, Some(book.publisher_id))?);
        if length > left {
            return Err(UploadError::AccountFull { name: new.file_name.clone(), limit, left });
        }
    }
    if let Some(limit) = rules.shop_bytes()
        && length > limit.saturating_sub(held(conn, None)?)
    {
        return Err(UploadError::ShopFull(new.file_name.clone()));
    }
    Ok(Upload::create(conn, new, now)?)
}

/// Whether the files of a title's edition in preparation may change.
///
/// # Errors
/// [`PublishError::InReview`], or the database's.
pub fn may_change(conn: &mut Conn, book: &Book) -> Result<(), PublishError> {
    match draft_edition(conn, book.id)? {
        Some(draft) if BookFile::are_frozen(conn, draft.id)? => Err(PublishError::InReview),
        _ => Ok(()),
    }
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// How many bytes the titles of a publisher, or all, hold: files of the same bytes once, and what is on its way.
fn held(conn: &mut Conn, publisher: Option<AccountId>) -> QueryResult<u64> {
    use crate::db::schema::books;
    let whose =
        if publisher.is_some() { "JOIN books b ON b.id = f.book_id WHERE b.publisher_id = $1" } else { "" };
    let query = diesel::sql_query(format!(
        "SELECT CAST(COALESCE(SUM(byte_length), 0) AS BIGINT) AS bytes FROM \
         (SELECT DISTINCT f.storage_key, f.byte_length FROM book_files f {whose}) AS held"
    ));
    let kept: Held = match publisher {
        Some(publisher) => query.bind::<BigInt, _>(publisher).get_result(conn)?,
        None => query.get_result(conn)?,
    };
    let coming = uploads::table
        .inner_join(books::table)
        .filter(uploads::status.eq(UploadStatus::Receiving))
        .select(uploads::byte_length);
    // At most a hundred of an account.
    let coming: Vec<i64> = match publisher {
        Some(publisher) => coming.filter(books::publisher_id.eq(publisher)).load(conn)?,
        None => coming.load(conn)?,
    };
    let coming = coming.into_iter().fold(0, i64::saturating_add);
    Ok(u64::try_from(kept.bytes.saturating_add(coming)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_said_as_people_say_it() {
        for (formats, said) in [
            (&["epub"][..], "EPUB"),
            (&["epub", "pdf"], "EPUB and PDF"),
            (&["epub", "pdf", "mp3"], "EPUB, PDF and MP3"),
        ] {
            let formats: Vec<String> = formats.iter().map(|format| (*format).to_owned()).collect();
            assert_eq!(spoken(&formats), said);
        }
    }

    #[test]
    fn a_file_is_refused_by_its_name_and_length_alone() {
        let rules = config::Uploads { max_mib: 1, ..config::Uploads::default() };
        let asked = |name: &str, length: u64, room: u64| Wish::new(name, length, false).check(&rules, room);
        assert!(asked("a.PDF", 1 << 20, 1 << 30).is_ok());
        assert!(matches!(asked("a.pdf", 0, 1 << 30), Err(UploadError::Empty(_))));
        assert!(matches!(asked("a.pdf", (1 << 20) + 1, 1 << 30), Err(UploadError::TooLarge { .. })));
        assert!(matches!(asked("a.pdf", 1000, 1000), Err(UploadError::DiskFull)));
        for name in ["a.exe", "a", "", ".pdf", "a.pdf.exe", "\u{202e}fdp.exe", "pdf"] {
            assert!(matches!(asked(name, 1, 1 << 30), Err(UploadError::Format { .. })), "{name:?}");
        }
    }
}
