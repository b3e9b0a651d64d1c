//! What the files of a title say of it: kept beside them, filled in where nothing is said yet, and offered where
//! something else is.

pub mod forms;
pub mod routes;

use std::path::Path;

use diesel::prelude::*;

use super::missing::NO_LANGUAGE;
use super::titles::text::{PersonText, Saved, TitleText};
use crate::catalog::{Book, BookFile, BookId, Cover, CoverImage, FileReport};
use crate::covers::{self, paint};
use crate::db::schema::covers as cover_rows;
use crate::db::{Conn, Db, Timestamp};
use crate::inspection::{Format, Inspection, Limits, Metadata, Work, pdf};
use crate::money::{Currency, Money};
use crate::storage::Store;

/// Something that a file says of its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The subtitle.
    Subtitle,
    /// Who made it.
    People,
    /// The language.
    Language,
    /// What it is about.
    Description,
}

impl Field {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Title, Self::Subtitle, Self::People, Self::Language, Self::Description];

    /// The spelling in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::People => "people",
            Self::Language => "language",
            Self::Description => "description",
        }
    }

    /// What it is called on the page.
    #[must_use]
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Subtitle => "Subtitle",
            Self::People => "People",
            Self::Language => "Language",
            Self::Description => "Description",
        }
    }

    /// What the file says; empty for nothing.
    fn of(self, metadata: &Metadata) -> String {
        match self {
            Self::Title => metadata.title.clone(),
            Self::Subtitle => metadata.subtitle.clone(),
            Self::People => named(&people(metadata)),
            Self::Language => metadata.language.clone(),
            Self::Description => metadata.description.clone(),
        }
    }

    /// What is said now.
    fn now(self, text: &TitleText) -> String {
        match self {
            Self::Title => text.title.clone(),
            Self::Subtitle => text.subtitle.clone(),
            Self::People => named(&text.people),
            Self::Language => text.language.clone(),
            Self::Description => text.description.clone(),
        }
    }

    fn put(self, metadata: &Metadata, text: &mut TitleText) {
        match self {
            Self::Title => text.title.clone_from(&metadata.title),
            Self::Subtitle => text.subtitle.clone_from(&metadata.subtitle),
            Self::People => text.people = people(metadata),
            Self::Language => text.language.clone_from(&metadata.language),
            Self::Description => text.description.clone_from(&metadata.description),
        }
    }
}

fn people(metadata: &Metadata) -> Vec<PersonText> {
    let role = |work: Work| match work {
        Work::Author => "author",
        Work::Editor => "editor",
        Work::Translator => "translator",
        Work::Illustrator => "illustrator",
    };
    let person =
        |(name, work): &(String, Work)| PersonText { name: name.clone(), role: role(*work).to_owned() };
    metadata.people.iter().map(person).collect()
}

fn named(people: &[PersonText]) -> String {
    let named = people.iter().filter(|person| !person.name.trim().is_empty());
    named.map(|person| format!("{} ({})", person.name.trim(), person.role)).collect::<Vec<_>>().join(", ")
}

/// A field that a file says otherwise than the title.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Which.
    pub field: Field,
    /// What is said now.
    pub now: String,
    /// What the file says.
    pub found: String,
}

/// What a file says otherwise than its title.
#[must_use]
pub fn differences(metadata: &Metadata, text: &TitleText) -> Vec<Difference> {
    let differs = |field: Field| {
        let (now, found) = (field.now(text), field.of(metadata));
        (!found.is_empty() && now.trim() != found.trim()).then_some(Difference { field, now, found })
    };
    Field::ALL.into_iter().filter_map(differs).collect()
}

/// Keeps what was found in a file that has just come, and fills in what nobody has said of its title yet. What somebody
/// has typed stays.
///
/// # Errors
/// When the database fails.
pub fn keep(
    conn: &mut Conn,
    book: &Book,
    file: &BookFile,
    found: &Inspection,
    now: Timestamp,
) -> QueryResult<()> {
    FileReport::keep(conn, file.id, found)?;
    let text = TitleText::of(conn, book)?;
    let is_empty = |field: &Field| match field {
        Field::Language => book.language.is_empty() || book.language == NO_LANGUAGE,
        field => field.now(&text).trim().is_empty(),
    };
    let fields: Vec<Field> = Field::ALL.into_iter().filter(is_empty).collect();
    put(conn, book, &found.metadata, &fields, now).map(drop)
}

/// Says of a title what a file says, in these fields. Returns which of them have changed; none when the title can't be
/// saved so.
///
/// # Errors
/// When the database fails.
pub fn put(
    conn: &mut Conn,
    book: &Book,
    metadata: &Metadata,
    fields: &[Field],
    now: Timestamp,
) -> QueryResult<Vec<Field>> {
    let mut text = TitleText::of(conn, book)?;
    let changed: Vec<Field> = differences(metadata, &text)
        .into_iter()
        .map(|difference| difference.field)
        .filter(|field| fields.contains(field))
        .collect();
    if changed.is_empty() {
        return Ok(changed);
    }
    for field in &changed {
        field.put(metadata, &mut text);
    }
    let currency = book.currency.parse::<Currency>().unwrap_or(Currency::EUR);
    Ok(match text.check(conn, book.publisher_id, Money::zero(currency))? {
        Ok(new) => match new.save(conn, book, text.revision, now)? {
            Saved::Done => changed,
            Saved::Meanwhile(_) => Vec::new(),
        },
        Err(_) => Vec::new(),
    })
}

/// The first page of the file at `path`, where a cover of its title has to be painted of it: to be asked for while the
/// path is good. Blocks.
#[must_use]
pub fn first_page(db: &Db, book: BookId, path: &Path, found: &Inspection) -> Option<Vec<u8>> {
    let is_needed = found.cover.is_none()
        && found.format == Format::Pdf
        && db.read_blocking(move |conn| has_cover(conn, book)).is_ok_and(|has_one| !has_one);
    if is_needed { pdf::first_page(path, &Limits::default()) } else { None }
}

/// Makes the pictures of a cover out of a file, where it has one: the one that it carries, or its first `page`. What is no
/// picture gives none. Blocks, for some seconds.
fn cover_of(store: &Store, found: &Inspection, page: Option<Vec<u8>>) -> Option<Vec<CoverImage>> {
    let picture = match &found.cover {
        Some(picture) => picture.clone(),
        None => paint::first_page(&crate::config::program()?, page?)?,
    };
    match covers::make(store, &picture) {
        Ok(images) => Some(images),
        Err(error) => {
            tracing::info!(%error, "no cover could be made of a file");
            None
        }
    }
}

fn has_cover(conn: &mut Conn, book: BookId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(cover_rows::table.filter(cover_rows::book_id.eq(book))))
        .get_result(conn)
}

/// Gives a title that has no cover the one of a file that has just come, whose [`first_page`] is `page`. Blocks; what goes
/// wrong is told to the log, and the file stays.
pub fn cover(db: &Db, store: &Store, book: &Book, found: &Inspection, page: Option<Vec<u8>>, now: Timestamp) {
    let id = book.id;
    if db.read_blocking(move |conn| has_cover(conn, id)).unwrap_or(true) {
        return;
    }
    let Some(images) = cover_of(store, found, page) else { return };
    let set = db.write_blocking(move |conn| {
        if has_cover(conn, id)? { Ok(()) } else { Cover::set(conn, id, &images, now).map(drop) }
    });
    if let Err(error) = set {
        tracing::error!(%error, "a cover could not be saved");
    }
}
