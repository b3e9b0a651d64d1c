//! The demo's books on their shelves: files in the store first, then each book in one transaction.

use std::thread;

use chrono::{NaiveTime, TimeDelta};
use diesel::result::Error as DieselError;

use super::SeedError;
use crate::accounts::AccountId;
use crate::catalog::slug::slug;
use crate::catalog::{
    Book, BookFile, BookId, Category, ContributorRole, Cover, CoverImage, Edition, NewBook, NewBookFile,
    PublishError,
};
use crate::covers;
use crate::db::{Conn, Db, Timestamp};
use crate::demo::books::{CATEGORIES, DemoBook, Role};
use crate::money::{Currency, Money};
use crate::storage::{Store, Stored};

/// A file of a book that the store holds already.
struct ReadyFile {
    is_sample: bool,
    name: String,
    media_type: &'static str,
    stored: Stored,
}

/// Everything of a book that the store holds already.
struct Ready {
    files: Vec<ReadyFile>,
    images: Vec<CoverImage>,
}

/// Puts the missing books on sale and returns how many there were.
pub(super) fn seed(
    db: &Db,
    store: &Store,
    books: &[DemoBook],
    publisher: AccountId,
) -> Result<usize, SeedError> {
    let mut missing = Vec::new();
    for book in books {
        let address = slug(&book.title);
        if db.read_blocking(move |conn| Book::find_by_slug(conn, &address))?.is_none() {
            missing.push(book);
        }
    }
    let ready = make_all(store, &missing)?;
    let mut pairs: Vec<(&DemoBook, Ready)> = missing.into_iter().zip(ready).collect();
    // As they came out, so that “newest first” means something.
    pairs.sort_by_key(|(book, _)| book.published);
    let added = pairs.len();
    for (book, ready) in pairs {
        let book = book.clone();
        db.write_blocking(move |conn| add(conn, &book, &ready, publisher))?;
    }
    Ok(added)
}

/// Makes the files of all `books`, several at once: it is the demo's only slow work.
fn make_all(store: &Store, books: &[&DemoBook]) -> Result<Vec<Ready>, SeedError> {
    let workers = thread::available_parallelism().map_or(2, usize::from).min(8);
    let share = books.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let running: Vec<_> = books
            .chunks(share)
            .map(|books| scope.spawn(move || books.iter().map(|book| make(store, book)).collect::<Vec<_>>()))
            .collect();
        let mut ready = Vec::with_capacity(books.len());
        for worker in running {
            let made =
                worker.join().map_err(|_| super::DemoError::Cover("its painter stopped.".to_owned()))?;
            for one in made {
                ready.push(one?);
            }
        }
        Ok(ready)
    })
}

fn make(store: &Store, book: &DemoBook) -> Result<Ready, SeedError> {
    const PDF: (&str, &str) = ("pdf", "application/pdf");
    const EPUB: (&str, &str) = ("epub", "application/epub+zip");
    let made = book.files()?;
    let kinds = [
        (false, PDF, made.pdf),
        (false, EPUB, made.epub),
        (true, PDF, made.sample_pdf),
        (true, EPUB, made.sample_epub),
    ];
    let mut files = Vec::new();
    for (is_sample, (extension, media_type), bytes) in kinds {
        let stored = store.put(bytes.as_slice(), extension)?;
        let kind = if is_sample { " (sample)" } else { "" };
        files.push(ReadyFile {
            is_sample,
            name: format!("{}{kind}.{extension}", book.title),
            media_type,
            stored,
        });
    }
    let mut images = Vec::new();
    for (width, bytes) in made.covers {
        let stored = store.put(bytes.as_slice(), "jpg")?;
        let width = i32::try_from(width).unwrap_or_default();
        images.push(CoverImage::jpeg(width, width * 3 / 2, &stored));
        let undrawn = |problem: String| SeedError::Demo(super::DemoError::Cover(problem));
        let picture = image::load_from_memory(&bytes).map_err(|error| undrawn(error.to_string()))?;
        let webp = covers::webp(store, &picture.into_rgb8()).map_err(|error| undrawn(error.to_string()))?;
        images.push(webp);
    }
    Ok(Ready { files, images })
}

/// Adds one book with all that belongs to it.
fn add(conn: &mut Conn, book: &DemoBook, ready: &Ready, publisher: AccountId) -> Result<(), PublishError> {
    let out = book.published.and_time(NaiveTime::default()) + TimeDelta::hours(9);
    let id = describe(conn, book, publisher, out)?;
    edition(conn, id, "", ready, out)?;
    Book::publish(conn, id, out)?;
    if let Some(notes) = &book.second_edition {
        edition(conn, id, notes, ready, out + TimeDelta::days(90))?;
    }
    Cover::set(conn, id, &ready.images, out)?;
    Ok(())
}

fn describe(
    conn: &mut Conn,
    book: &DemoBook,
    publisher: AccountId,
    out: Timestamp,
) -> Result<BookId, DieselError> {
    let mut shelves = Vec::new();
    for (position, category) in (1..).zip(CATEGORIES) {
        if category.slug == book.category {
            shelves.push(Category::find_or_create(conn, category.name, category.description, position)?.id);
        }
    }
    let role = |role| match role {
        Role::Author => ContributorRole::Author,
        Role::Editor => ContributorRole::Editor,
        Role::Translator => ContributorRole::Translator,
        Role::Illustrator => ContributorRole::Illustrator,
    };
    let new = NewBook {
        subtitle: book.subtitle.clone(),
        description: book.description.clone(),
        language: book.language.clone(),
        series: book.series.map(|(series, position)| (series.name.to_owned(), i32::try_from(position).ok())),
        contributors: book
            .contributors
            .iter()
            .map(|person| (person.name.clone(), role(person.role)))
            .collect(),
        categories: shelves,
        ..NewBook::new(book.title.clone(), Money::new(book.price, Currency::EUR), publisher)
    };
    Ok(Book::create(conn, &new, out)?.id)
}

fn edition(
    conn: &mut Conn,
    book: BookId,
    notes: &str,
    ready: &Ready,
    out: Timestamp,
) -> Result<(), PublishError> {
    let edition = Edition::begin(conn, book, notes, out)?.id;
    for file in &ready.files {
        let new = NewBookFile {
            edition,
            is_sample: file.is_sample,
            file_name: &file.name,
            media_type: file.media_type,
            stored: &file.stored,
        };
        BookFile::add(conn, &new, out)?;
    }
    Edition::publish(conn, edition, out)
}
