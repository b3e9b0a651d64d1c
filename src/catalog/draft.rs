//! Making a book and changing what is said of it. Whatever the search looks at is indexed in the same transaction.

use diesel::prelude::*;

use super::contributor::{Contributor, ContributorRole};
use super::slug::{first_free, slug};
use super::words::sort_key;
use super::{Book, BookId, BookStatus, CategoryId, Series, search};
use crate::accounts::AccountId;
use crate::db::schema::{book_categories, book_contributors, books};
use crate::db::{Conn, Timestamp, insert_once};
use crate::money::Money;

/// A book that is to be made. It begins as a draft.
#[derive(Debug, Clone)]
pub struct NewBook {
    /// The title; not empty.
    pub title: String,
    /// The subtitle; may be empty.
    pub subtitle: String,
    /// What the book's page says of it, in Markdown.
    pub description: String,
    /// BCP 47 tag, such as `en` or `pt-BR`.
    pub language: String,
    /// The price; zero is a free book.
    pub price: Money,
    /// The account that sells it.
    pub publisher: AccountId,
    /// The name of its series, and its place there.
    pub series: Option<(String, Option<i32>)>,
    /// Names with what they did, in the order in which pages name them.
    pub contributors: Vec<(String, ContributorRole)>,
    /// The shelves it stands on.
    pub categories: Vec<CategoryId>,
}

impl NewBook {
    /// A book in English with a title and a price, by nobody and on no shelf.
    #[must_use]
    pub fn new(title: impl Into<String>, price: Money, publisher: AccountId) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            description: String::new(),
            language: "en".to_owned(),
            price,
            publisher,
            series: None,
            contributors: Vec::new(),
            categories: Vec::new(),
        }
    }
}

impl Book {
    /// Makes a draft. Its address comes from its title, with a number where another book has that one.
    ///
    /// # Errors
    /// When the title is empty, or the database fails.
    pub fn create(conn: &mut Conn, new: &NewBook, now: Timestamp) -> QueryResult<Self> {
        let title = new.title.trim();
        let slug = first_free(&slug(title), |slug| is_taken(conn, slug))?;
        let id: BookId = diesel::insert_into(books::table)
            .values((
                (
                    books::public_id.eq(crate::ids::public_id()),
                    books::slug.eq(slug),
                    books::title.eq(title),
                    books::sort_title.eq(sort_key(title)),
                    books::subtitle.eq(new.subtitle.trim()),
                    books::description.eq(&new.description),
                    books::language.eq(&new.language),
                ),
                (
                    books::status.eq(BookStatus::Draft),
                    books::price_minor.eq(new.price.minor),
                    books::currency.eq(new.price.currency.code()),
                    books::publisher_id.eq(new.publisher),
                    books::created_at.eq(now),
                    books::updated_at.eq(now),
                ),
            ))
            .returning(books::id)
            .get_result(conn)?;
        write_series(conn, id, new.series.as_ref())?;
        write_contributors(conn, id, &new.contributors)?;
        write_categories(conn, id, &new.categories)?;
        search::index(conn, id)?;
        books::table.find(id).select(Self::as_select()).first(conn)
    }

    /// Changes what is said of a book; its address, price and status stay.
    ///
    /// # Errors
    /// When the title is empty, or the database fails.
    pub fn describe(conn: &mut Conn, id: BookId, new: &NewBook, now: Timestamp) -> QueryResult<()> {
        let title = new.title.trim();
        diesel::update(books::table.find(id))
            .set((
                books::title.eq(title),
                books::sort_title.eq(sort_key(title)),
                books::subtitle.eq(new.subtitle.trim()),
                books::description.eq(&new.description),
                books::language.eq(&new.language),
                books::updated_at.eq(now),
                books::revision.eq(books::revision + 1),
            ))
            .execute(conn)?;
        write_series(conn, id, new.series.as_ref())?;
        write_contributors(conn, id, &new.contributors)?;
        write_categories(conn, id, &new.categories)?;
        search::index(conn, id)
    }

    /// Changes the price, for sales from now on.
    ///
    /// # Errors
    /// When the price is negative, or the database fails.
    pub fn reprice(conn: &mut Conn, id: BookId, price: Money, now: Timestamp) -> QueryResult<()> {
        diesel::update(books::table.find(id))
            .set((
                books::price_minor.eq(price.minor),
                books::currency.eq(price.currency.code()),
                books::updated_at.eq(now),
                books::revision.eq(books::revision + 1),
            ))
            .execute(conn)
            .map(drop)
    }
}

fn is_taken(conn: &mut Conn, slug: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(books::table.filter(books::slug.eq(slug)))).get_result(conn)
}

fn write_series(conn: &mut Conn, book: BookId, place: Option<&(String, Option<i32>)>) -> QueryResult<()> {
    let series = match place {
        Some((name, _)) => Some(Series::find_or_create(conn, name)?.id),
        None => None,
    };
    let position = place.and_then(|(_, position)| *position);
    diesel::update(books::table.find(book))
        .set((books::series_id.eq(series), books::series_position.eq(position)))
        .execute(conn)
        .map(drop)
}

fn write_contributors(
    conn: &mut Conn,
    book: BookId,
    people: &[(String, ContributorRole)],
) -> QueryResult<()> {
    diesel::delete(book_contributors::table.filter(book_contributors::book_id.eq(book))).execute(conn)?;
    for (position, (name, role)) in (0_i32..).zip(people) {
        let contributor = Contributor::find_or_create(conn, name)?;
        insert_once!(
            conn,
            book_contributors::table,
            (
                book_contributors::book_id.eq(book),
                book_contributors::contributor_id.eq(contributor.id),
                book_contributors::role.eq(*role),
                book_contributors::position.eq(position),
            )
        )?;
    }
    Ok(())
}

fn write_categories(conn: &mut Conn, book: BookId, shelves: &[CategoryId]) -> QueryResult<()> {
    diesel::delete(book_categories::table.filter(book_categories::book_id.eq(book))).execute(conn)?;
    for shelf in shelves {
        insert_once!(
            conn,
            book_categories::table,
            (book_categories::book_id.eq(book), book_categories::category_id.eq(*shelf))
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{BookFile, Category, Cover, CoverImage, Edition, NewBookFile, PublishError};
    use crate::db::schema::accounts;
    use crate::money::Currency;
    use crate::storage::{StorageKey, Stored};

    fn stored() -> Stored {
        Stored { key: StorageKey::for_content(&[7; 32], "pdf"), sha256: [7; 32], crc32: None, length: 5 }
    }

    /// Runs `work` on an empty, migrated database of its own.
    fn on_a_new_shop(work: impl FnOnce(&mut Conn, AccountId, Timestamp) + Send + 'static) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("shop.db").display());
        let db = crate::db::Db::open(&url.parse().unwrap()).unwrap();
        db.migrate().unwrap();
        let done: QueryResult<()> = db.write_blocking(|conn| {
            let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
            let publisher = diesel::insert_into(accounts::table)
                .values((
                    accounts::public_id.eq("p"),
                    accounts::email.eq("p@example.org"),
                    accounts::email_key.eq("p@example.org"),
                    accounts::name.eq(""),
                    accounts::password_hash.eq("-"),
                    accounts::role.eq("publisher"),
                    accounts::created_at.eq(now),
                    accounts::updated_at.eq(now),
                ))
                .returning(accounts::id)
                .get_result(conn)?;
            work(conn, publisher, now);
            Ok(())
        });
        done.unwrap();
    }

    #[test]
    fn a_book_goes_on_sale_once_it_has_an_edition_with_something_to_read() {
        on_a_new_shop(|conn, publisher, now| {
            let shelf = Category::find_or_create(conn, "Fiction", "", 1).unwrap();
            let new = NewBook {
                series: Some(("The Sea".to_owned(), Some(1))),
                contributors: vec![("Ann".to_owned(), ContributorRole::Author)],
                categories: vec![shelf.id, shelf.id],
                ..NewBook::new(" The Tide ", Money::new(499, Currency::EUR), publisher)
            };
            let book = Book::create(conn, &new, now).unwrap();
            assert_eq!(
                (book.slug.as_str(), book.title.as_str(), book.status),
                ("the-tide", "The Tide", BookStatus::Draft)
            );
            assert_eq!(Book::create(conn, &new, now).unwrap().slug, "the-tide-2");

            assert!(matches!(Book::publish(conn, book.id, now), Err(PublishError::NoEdition)));
            let edition = Edition::begin(conn, book.id, "", now).unwrap();
            assert!(matches!(Edition::publish(conn, edition.id, now), Err(PublishError::NoFiles)));
            let stored = stored();
            let file = NewBookFile {
                edition: edition.id,
                is_sample: false,
                file_name: "The Tide.PDF",
                media_type: "application/pdf",
                stored: &stored,
            };
            assert_eq!(BookFile::add(conn, &file, now).unwrap().format, "pdf");
            assert!(matches!(Book::publish(conn, book.id, now), Err(PublishError::NoEdition)));
            Edition::publish(conn, edition.id, now).unwrap();
            assert!(matches!(BookFile::add(conn, &file, now), Err(PublishError::EditionIsOut)));
            Book::publish(conn, book.id, now).unwrap();
            Book::publish(conn, book.id, now).unwrap();
            assert_eq!(Edition::begin(conn, book.id, "", now).unwrap().number, 2);

            Book::archive(conn, book.id, now).unwrap();
            assert_eq!(Book::find(conn, book.id).unwrap().unwrap().status, BookStatus::Archived);
            assert!(matches!(Book::submit(conn, book.id, now), Err(PublishError::Transition { .. })));
        });
    }

    #[test]
    fn a_new_cover_has_a_new_address() {
        on_a_new_shop(|conn, publisher, now| {
            let book =
                Book::create(conn, &NewBook::new("A", Money::zero(Currency::EUR), publisher), now).unwrap();
            let images = [CoverImage::jpeg(240, 360, &stored())];
            let first = Cover::set(conn, book.id, &images, now).unwrap();
            let second = Cover::set(conn, book.id, &images, now).unwrap();
            assert_ne!(first.public_id, second.public_id);
            assert!(CoverImage::find(conn, &first.public_id, 240, "image/jpeg").unwrap().is_none());
            assert!(CoverImage::find(conn, &second.public_id, 240, "image/jpeg").unwrap().is_some());
            assert!(CoverImage::find(conn, &second.public_id, 241, "image/jpeg").unwrap().is_none());
        });
    }
}
