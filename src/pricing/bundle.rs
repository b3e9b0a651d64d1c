//! Some books for one price.

use std::collections::HashMap;

use diesel::prelude::*;

use super::spread::spread;
use crate::catalog::slug::{is_slug, slug};
use crate::catalog::{Book, BookId, BookStatus};
use crate::db::schema::{books, bundle_books, bundles};
use crate::db::{Conn, Timestamp, row_id};
use crate::ids;
use crate::money::{Currency, Money, SumError};

/// How many books a bundle holds at most.
pub const MOST_BOOKS: usize = 50;

row_id!(
    /// The row of a bundle.
    BundleId
);

/// A bundle as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = bundles)]
pub struct Bundle {
    /// The row.
    pub id: BundleId,
    /// The id that shows.
    pub public_id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What its page says of it, in Markdown.
    pub description: String,
    /// The price in minor units of `currency`.
    pub price_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Since when it is for sale, if it is.
    pub published_at: Option<Timestamp>,
}

/// A bundle to be made, or what one is to become.
#[derive(Debug, Clone)]
pub struct NewBundle {
    /// The title; not empty.
    pub title: String,
    /// What its page says of it, in Markdown.
    pub description: String,
    /// The price.
    pub price: Money,
    /// Its books, in the order in which the page shows them.
    pub books: Vec<BookId>,
}

/// Why a bundle is not saved or not for sale. The sentences are for the admin.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// One book is no bundle.
    #[error("A bundle holds at least two books.")]
    TooFew,
    /// More than anyone reads through.
    #[error("A bundle holds at most {MOST_BOOKS} books.")]
    TooMany,
    /// It would be cheaper to buy the books one by one.
    #[error(
        "The bundle costs {price}, and its books cost {singly} singly. A bundle can’t be dearer than its parts."
    )]
    Dearer {
        /// What the bundle would cost.
        price: Money,
        /// What its books cost.
        singly: Money,
    },
    /// It can't be charged.
    #[error("The smallest amount that can be charged is {0}.")]
    Uncharged(Money),
    /// A book that is not for sale in this shop's currency.
    #[error("“{0}” is not for sale at the moment, so it can’t be in a bundle that is.")]
    NotForSale(String),
    /// It is gone.
    #[error("There is no such bundle any more.")]
    Gone,
    /// The prices do not fit.
    #[error(transparent)]
    Sum(#[from] SumError),
    /// The database failed.
    #[error("The bundle can't be saved just now.")]
    Database(#[from] diesel::result::Error),
}

/// What a bundle costs now, and each of its books in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePrice {
    /// What the whole costs.
    pub price: Money,
    /// What its books cost singly.
    pub singly: Money,
    /// Each book with its list price and its share of the reduction, in minor units.
    pub shares: Vec<(BookId, i64, i64)>,
}

impl BundlePrice {
    /// The price of a bundle for `asked` whose books cost this singly. A bundle whose books have become cheaper than
    /// itself costs what they do.
    ///
    /// # Errors
    /// When the prices do not add up.
    pub fn new(asked: Money, parts: &[(BookId, Money)]) -> Result<Self, SumError> {
        let mut singly = Money::zero(asked.currency);
        for (_, price) in parts {
            singly = singly.checked_add(*price)?;
        }
        let off = singly.checked_sub(asked)?.minor.max(0);
        let weights: Vec<i64> = parts.iter().map(|(_, price)| price.minor).collect();
        let shares = spread(off, &weights, asked.currency.step());
        let taken: i64 = shares.iter().sum();
        let shares = parts.iter().zip(shares).map(|((book, price), off)| (*book, price.minor, off));
        Ok(Self {
            price: singly.checked_sub(Money::new(taken, asked.currency))?,
            singly,
            shares: shares.collect(),
        })
    }

    /// What is saved, in minor units.
    #[must_use]
    pub const fn saved(&self) -> Money {
        Money::new(self.singly.minor - self.price.minor, self.price.currency)
    }
}

impl Bundle {
    /// The price that was set, or nothing when its currency is one that the shop does not know.
    #[must_use]
    pub fn asked(&self) -> Option<Money> {
        Some(Money::new(self.price_minor, self.currency.parse().ok()?))
    }

    /// The published bundle of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Option<Self>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        bundles::table.filter(bundles::slug.eq(slug)).select(Self::as_select()).first(conn).optional()
    }

    /// The bundle with this public id, for sale or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        bundles::table
            .filter(bundles::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The bundles that are for sale, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn published(conn: &mut Conn) -> QueryResult<Vec<Self>> {
        bundles::table
            .filter(bundles::published_at.is_not_null())
            .order((bundles::published_at.desc(), bundles::id.desc()))
            .select(Self::as_select())
            .limit(100)
            .load(conn)
    }

    /// How many bundles there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(conn: &mut Conn) -> QueryResult<i64> {
        bundles::table.count().get_result(conn)
    }

    /// A page of the bundles, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Self>> {
        bundles::table
            .order(bundles::id.desc())
            .offset(offset)
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// The published bundles that hold a book, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn with_book(conn: &mut Conn, book: BookId) -> QueryResult<Vec<Self>> {
        bundle_books::table
            .inner_join(bundles::table)
            .filter(bundle_books::book_id.eq(book).and(bundles::published_at.is_not_null()))
            .order(bundles::id.desc())
            .select(Self::as_select())
            .limit(10)
            .load(conn)
    }

    /// The books of each of these bundles, in their order, whatever their status.
    ///
    /// # Errors
    /// When the database fails.
    pub fn books_of(conn: &mut Conn, ids: &[BundleId]) -> QueryResult<HashMap<BundleId, Vec<Book>>> {
        let rows: Vec<(BundleId, Book)> = bundle_books::table
            .inner_join(books::table)
            .filter(bundle_books::bundle_id.eq_any(ids.to_vec()))
            .order((bundle_books::bundle_id, bundle_books::position, bundle_books::book_id))
            .select((bundle_books::bundle_id, Book::as_select()))
            .load(conn)?;
        let mut by_bundle: HashMap<BundleId, Vec<Book>> = HashMap::new();
        for (bundle, book) in rows {
            by_bundle.entry(bundle).or_default().push(book);
        }
        Ok(by_bundle)
    }

    /// What the bundle costs now with these books, or nothing while it can't be bought: it or one of its books is not
    /// for sale in the shop's currency.
    ///
    /// # Errors
    /// When the prices do not add up.
    pub fn price_with(&self, books: &[Book], currency: Currency) -> Result<Option<BundlePrice>, SumError> {
        let asked = self.asked().filter(|asked| asked.currency == currency && self.published_at.is_some());
        let (Some(asked), Some(parts)) = (asked, parts(books, currency)) else { return Ok(None) };
        if parts.is_empty() {
            return Ok(None);
        }
        BundlePrice::new(asked, &parts).map(Some)
    }

    /// Makes a bundle that is not for sale yet. `least` is the least that the gateway charges.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn create(
        conn: &mut Conn,
        new: &NewBundle,
        least: Money,
        now: Timestamp,
    ) -> Result<Self, BundleError> {
        check(conn, new, least)?;
        let slug = crate::catalog::slug::first_free(&slug(&new.title), |slug| {
            let taken = bundles::table.filter(bundles::slug.eq(slug));
            diesel::select(diesel::dsl::exists(taken)).get_result(conn)
        })?;
        let public_id = ids::public_id();
        diesel::insert_into(bundles::table)
            .values((
                bundles::public_id.eq(public_id.as_str()),
                bundles::slug.eq(slug),
                bundles::title.eq(new.title.trim()),
                bundles::description.eq(&new.description),
                bundles::price_minor.eq(new.price.minor),
                bundles::currency.eq(new.price.currency.code()),
                bundles::created_at.eq(now),
                bundles::updated_at.eq(now),
            ))
            .execute(conn)?;
        let bundle = Self::find_by_public_id(conn, &public_id)?.ok_or(BundleError::Gone)?;
        write_books(conn, bundle.id, &new.books)?;
        Ok(bundle)
    }

    /// Changes a bundle; its address stays.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn change(
        &self,
        conn: &mut Conn,
        new: &NewBundle,
        least: Money,
        now: Timestamp,
    ) -> Result<(), BundleError> {
        check(conn, new, least)?;
        diesel::update(bundles::table.find(self.id))
            .set((
                bundles::title.eq(new.title.trim()),
                bundles::description.eq(&new.description),
                bundles::price_minor.eq(new.price.minor),
                bundles::currency.eq(new.price.currency.code()),
                bundles::updated_at.eq(now),
            ))
            .execute(conn)?;
        write_books(conn, self.id, &new.books)
    }

    /// Puts the bundle on sale.
    ///
    /// # Errors
    /// When one of its books is not for sale, or the bundle is dearer than they are by now.
    pub fn publish(&self, conn: &mut Conn, least: Money, now: Timestamp) -> Result<(), BundleError> {
        let books = Self::books_of(conn, &[self.id])?.remove(&self.id).unwrap_or_default();
        let price = self.asked().ok_or(BundleError::Gone)?;
        let new = NewBundle {
            title: self.title.clone(),
            description: self.description.clone(),
            price,
            books: books.iter().map(|book| book.id).collect(),
        };
        check(conn, &new, least)?;
        diesel::update(bundles::table.find(self.id).filter(bundles::published_at.is_null()))
            .set((bundles::published_at.eq(now), bundles::updated_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }

    /// Takes the bundle off the shelves; who bought it keeps its books.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unpublish(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        diesel::update(bundles::table.find(self.id))
            .set((bundles::published_at.eq(None::<Timestamp>), bundles::updated_at.eq(now)))
            .execute(conn)
            .map(drop)
    }
}

/// What each book costs singly; nothing when one of them is not for sale in this currency. A book whose price readers
/// name counts with its suggestion, which is its price.
fn parts(books: &[Book], currency: Currency) -> Option<Vec<(BookId, Money)>> {
    books
        .iter()
        .map(|book| {
            let price = book.price().filter(|price| price.currency == currency)?;
            (book.status == BookStatus::Published).then_some((book.id, price))
        })
        .collect()
}

fn check(conn: &mut Conn, new: &NewBundle, least: Money) -> Result<(), BundleError> {
    if new.books.len() < 2 {
        return Err(BundleError::TooFew);
    }
    if new.books.len() > MOST_BOOKS {
        return Err(BundleError::TooMany);
    }
    if new.price.minor < least.minor {
        return Err(BundleError::Uncharged(least));
    }
    let rows: Vec<Book> =
        books::table.filter(books::id.eq_any(new.books.clone())).select(Book::as_select()).load(conn)?;
    for book in &rows {
        if parts(std::slice::from_ref(book), new.price.currency).is_none() {
            return Err(BundleError::NotForSale(book.title.clone()));
        }
    }
    if rows.len() != new.books.len() {
        return Err(BundleError::Gone);
    }
    let mut singly = Money::zero(new.price.currency);
    for book in &rows {
        singly = singly.checked_add(Money::new(book.price_minor, new.price.currency))?;
    }
    if new.price.minor > singly.minor {
        return Err(BundleError::Dearer { price: new.price, singly });
    }
    Ok(())
}

fn write_books(conn: &mut Conn, bundle: BundleId, ids: &[BookId]) -> Result<(), BundleError> {
    diesel::delete(bundle_books::table.filter(bundle_books::bundle_id.eq(bundle))).execute(conn)?;
    for (position, book) in (0_i64..).zip(ids) {
        diesel::insert_into(bundle_books::table)
            .values((
                bundle_books::bundle_id.eq(bundle),
                bundle_books::book_id.eq(*book),
                bundle_books::position.eq(position),
            ))
            .execute(conn)?;
    }
    Ok(())
}
