//! All that a title's page shows, in a fixed number of queries.

use std::collections::HashMap;

use diesel::prelude::*;

use super::missing::{self, Point};
use super::release::{draft_edition, is_approved};
use super::titles::text::TitleText;
use super::{Plan, Review, Who};
use crate::accounts::Account;
use crate::catalog::{Book, BookFile, BookFileId, Category, Credit, Edition, FileReport, Series};
use crate::db::schema::{book_files, covers, edition_news, editions};
use crate::db::{Conn, Timestamp};
use crate::uploads::{Upload, UploadKey};

/// An edition with its files, samples last.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The edition.
    pub edition: Edition,
    /// Its files.
    pub files: Vec<BookFile>,
    /// How many buyers were told of it; nothing when they are not told.
    pub told: Option<i64>,
    /// What was found in its files.
    pub reports: HashMap<BookFileId, FileReport>,
}

/// All that a title's page shows.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The title.
    pub book: Book,
    /// Who sells it.
    pub publisher: String,
    /// Who made it.
    pub credits: Vec<Credit>,
    /// Its shelves.
    pub categories: Vec<Category>,
    /// Its series.
    pub series: Option<Series>,
    /// Its cover's public id.
    pub cover: Option<String>,
    /// The edition in preparation.
    pub draft: Option<Sheet>,
    /// Files on their way, and refused ones.
    pub uploads: Vec<Upload>,
    /// Keys with which programs bring files.
    pub keys: Vec<UploadKey>,
    /// The published editions, the newest first.
    pub published: Vec<Sheet>,
    /// Its fields, as its form has them.
    pub text: TitleText,
    /// What is missing.
    pub missing: Vec<Point>,
    /// When it comes out by itself.
    pub plan: Option<Plan>,
    /// The newest review.
    pub review: Option<Review>,
    /// Whether an admin has said yes to what is in preparation.
    pub is_approved: bool,
}

impl Dossier {
    /// The title of a public id; nothing when there is none, or when it is another publisher's.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, who: Who, public_id: &str, now: Timestamp) -> QueryResult<Option<Self>> {
        let Some(book) = who.title(conn, public_id)? else { return Ok(None) };
        let draft = draft_edition(conn, book.id)?;
        let missing = missing::of(conn, &book, draft.as_ref())?;
        let mut sheets = sheets(conn, &book)?;
        let of_draft = draft.and_then(|draft| {
            let at = sheets.iter().position(|sheet| sheet.edition.id == draft.id)?;
            Some(sheets.remove(at))
        });
        sheets.retain(|sheet| sheet.edition.published_at.is_some());
        Ok(Some(Self {
            publisher: Account::find(conn, book.publisher_id)?
                .map_or_else(String::new, |account| account.display_name().to_owned()),
            credits: Credit::of_books(conn, &[book.id])?,
            categories: Category::of_book(conn, book.id)?,
            series: match book.series_id {
                Some(series) => Series::find(conn, series)?,
                None => None,
            },
            cover: covers::table
                .filter(covers::book_id.eq(book.id))
                .select(covers::public_id)
                .first(conn)
                .optional()?,
            draft: of_draft,
            uploads: Upload::of_title(conn, book.id, now)?,
            keys: UploadKey::of_title(conn, book.id)?,
            published: sheets,
            text: TitleText::of(conn, &book)?,
            missing,
            plan: Plan::of(conn, book.id)?,
            review: Review::newest(conn, book.id)?,
            is_approved: is_approved(conn, &book)?,
            book,
        }))
    }
}

fn sheets(conn: &mut Conn, book: &Book) -> QueryResult<Vec<Sheet>> {
    let rows: Vec<Edition> = editions::table
        .filter(editions::book_id.eq(book.id))
        .order(editions::number.desc())
        .select(Edition::as_select())
        .load(conn)?;
    let files: Vec<BookFile> = book_files::table
        .filter(book_files::book_id.eq(book.id))
        .order((book_files::is_sample.asc(), book_files::format.asc()))
        .select(BookFile::as_select())
        .load(conn)?;
    let told: Vec<(i64, i64)> = edition_news::table
        .inner_join(editions::table)
        .filter(editions::book_id.eq(book.id))
        .select((edition_news::edition_id, edition_news::told))
        .load(conn)?;
    let ids: Vec<BookFileId> = files.iter().map(|file| file.id).collect();
    let reports = FileReport::of(conn, &ids)?;
    let sheet = |edition: Edition| Sheet {
        reports: files
            .iter()
            .filter(|file| file.edition_id == edition.id)
            .filter_map(|file| Some((file.id, reports.get(&file.id)?.clone())))
            .collect(),
        files: files.iter().filter(|file| file.edition_id == edition.id).cloned().collect(),
        told: told.iter().find(|(id, _)| *id == edition.id.0).map(|(_, told)| *told),
        edition,
    };
    Ok(rows.into_iter().map(sheet).collect())
}
