//! All that a book's page shows, in a fixed number of queries.

use std::collections::HashSet;

use diesel::prelude::*;

use super::list::{Filter, Sort};
use super::offer::{Offer, Standing};
use super::{
    Book, BookFile, BookId, BookStatus, Card, Category, Contributor, ContributorRole, Credit, Edition, Series,
};
use crate::accounts::{Account, Role};
use crate::db::schema::{books, covers, editions};
use crate::db::{Conn, Timestamp};
use crate::money::Currency;
use crate::permission::{Holding, Viewer, open_books, override_of};
use crate::pricing::offers::BundleOffer;
use crate::pricing::{Bundle, PriceRule};

/// How many other books a page shows of the series, and of the author.
const MORE: usize = 6;

/// All that a book's page shows.
#[derive(Debug, Clone)]
pub struct BookDetails {
    /// The book.
    pub book: Book,
    /// What the page offers to this viewer.
    pub offer: Offer,
    /// Whether someone who has it can buy it for someone else.
    pub can_give: bool,
    /// Who made it.
    pub credits: Vec<Credit>,
    /// Its shelves.
    pub categories: Vec<Category>,
    /// Its series.
    pub series: Option<SeriesPlace>,
    /// The newest edition that the viewer may see.
    pub edition: Option<Edition>,
    /// The files of that edition.
    pub files: Vec<BookFile>,
    /// The cover's public id.
    pub cover: Option<String>,
    /// Who sells it; may be empty.
    pub publisher: String,
    /// What readers may pay, if they name the price.
    pub rule: Option<PriceRule>,
    /// The bundles that hold it.
    pub bundles: Vec<BundleOffer>,
    /// Other books of its first author.
    pub more_by: Option<(Contributor, Vec<Card>)>,
}

/// A book's series, and who stands beside it there.
#[derive(Debug, Clone)]
pub struct SeriesPlace {
    /// The series.
    pub series: Series,
    /// The published book before this one.
    pub before: Option<Neighbour>,
    /// The published book after this one.
    pub after: Option<Neighbour>,
    /// Other books of the series.
    pub more: Vec<Card>,
}

/// A book beside another in a series.
#[derive(Debug, Clone, Queryable)]
pub struct Neighbour {
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
}

impl BookDetails {
    /// The book of an address, as this viewer may see it; nothing when there is none, or none that they may know of.
    ///
    /// `in_cart` answers whether the viewer's cart holds the book, `shop` is the shop's currency.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(
        conn: &mut Conn,
        slug: &str,
        viewer: &Viewer,
        shop: Currency,
        in_cart: impl FnOnce(&mut Conn, BookId) -> QueryResult<bool>,
    ) -> QueryResult<Option<Self>> {
        let Some(book) = Book::find_by_slug(conn, slug)? else { return Ok(None) };
        let edition = edition(conn, &book)?;
        let in_cart = in_cart(conn, book.id)?;
        Self::of(conn, book, edition, viewer, shop, in_cart)
    }

    /// The book's page as a customer will see it once all that is in preparation is out; nothing when there is no such
    /// book, or none that `account` may look at before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn preview(
        conn: &mut Conn,
        slug: &str,
        account: &Account,
        shop: Currency,
        now: Timestamp,
    ) -> QueryResult<Option<Self>> {
        let Some(mut book) = Book::find_by_slug(conn, slug)? else { return Ok(None) };
        if account.role != Role::Admin && account.id != book.publisher_id {
            return Ok(None);
        }
        book.status = BookStatus::Published;
        book.published_at = book.published_at.or(Some(now));
        let newest = newest_of_all(conn, book.id)?;
        Self::of(conn, book, newest, &Viewer::nobody(), shop, false)
    }

    fn of(
        conn: &mut Conn,
        book: Book,
        edition: Option<Edition>,
        viewer: &Viewer,
        shop: Currency,
        in_cart: bool,
    ) -> QueryResult<Option<Self>> {
        let files = match &edition {
            Some(edition) => BookFile::of_edition(conn, edition.id)?,
            None => Vec::new(),
        };
        let holdings = Holding::of(conn, viewer, Some(book.id))?;
        let standing = Standing {
            bought: holdings.iter().any(|holding| holding.open().is_ok()),
            by_admin: override_of(conn, viewer, book.id)?,
            in_cart,
            has_files: files.iter().any(|file| !file.is_sample),
        };
        let Some(offer) = Offer::of(&book, viewer, &standing, shop) else { return Ok(None) };
        let is_sold = book.status == BookStatus::Published
            && book.price().is_some_and(|price| price.currency == shop && !price.is_zero());
        let can_give = offer.is_theirs() && is_sold && standing.has_files && !standing.in_cart;
        let owned = open_books(conn, viewer)?;
        let credits = Credit::of_books(conn, &[book.id])?;
        Ok(Some(Self {
            series: series(conn, &book, &owned)?,
            more_by: more_by(conn, &book, &credits, &owned)?,
            rule: PriceRule::of(conn, &book)?,
            bundles: bundles(conn, book.id, shop)?,
            categories: Category::of_book(conn, book.id)?,
            cover: cover(conn, book.id)?,
            publisher: Account::find(conn, book.publisher_id)?
                .map_or_else(String::new, |account| account.name),
            book,
            offer,
            can_give,
            credits,
            edition,
            files,
        }))
    }
}

/// The newest published edition; of a book that is not out, the newest of all.
fn edition(conn: &mut Conn, book: &Book) -> QueryResult<Option<Edition>> {
    let published = Edition::newest(conn, book.id)?;
    if published.is_some() || !matches!(book.status, BookStatus::Draft | BookStatus::InReview) {
        return Ok(published);
    }
    newest_of_all(conn, book.id)
}

fn newest_of_all(conn: &mut Conn, book: BookId) -> QueryResult<Option<Edition>> {
    editions::table
        .filter(editions::book_id.eq(book))
        .order(editions::number.desc())
        .select(Edition::as_select())
        .first(conn)
        .optional()
}

fn bundles(conn: &mut Conn, book: BookId, shop: Currency) -> QueryResult<Vec<BundleOffer>> {
    let bundles = Bundle::with_book(conn, book)?;
    BundleOffer::of(conn, bundles, shop)
}

fn cover(conn: &mut Conn, book: BookId) -> QueryResult<Option<String>> {
    covers::table.filter(covers::book_id.eq(book)).select(covers::public_id).first(conn).optional()
}

fn series(conn: &mut Conn, book: &Book, owned: &HashSet<BookId>) -> QueryResult<Option<SeriesPlace>> {
    let Some(id) = book.series_id else { return Ok(None) };
    let Some(series) = Series::find(conn, id)? else { return Ok(None) };
    let beside = || {
        books::table
            .filter(books::series_id.eq(id).and(books::status.eq(BookStatus::Published)))
            .filter(books::id.ne(book.id))
            .select((books::slug, books::title))
    };
    let (before, after) = match book.series_position {
        Some(place) => (
            beside()
                .filter(books::series_position.lt(place))
                .order((books::series_position.desc(), books::id.desc()))
                .first(conn)
                .optional()?,
            beside()
                .filter(books::series_position.gt(place))
                .order((books::series_position.asc(), books::id.asc()))
                .first(conn)
                .optional()?,
        ),
        None => (None, None),
    };
    let filter = Filter { series: Some(id), ..Filter::default() };
    let more = others(conn, &filter, Sort::Series, book.id, &[], owned)?;
    Ok(Some(SeriesPlace { series, before, after, more }))
}

/// Other books of the first author (or of whoever is named first) that are not of the same series.
fn more_by(
    conn: &mut Conn,
    book: &Book,
    credits: &[Credit],
    owned: &HashSet<BookId>,
) -> QueryResult<Option<(Contributor, Vec<Card>)>> {
    let author = credits.iter().find(|credit| credit.role == ContributorRole::Author).or(credits.first());
    let Some(author) = author else { return Ok(None) };
    let Some(author) = Contributor::find_by_slug(conn, &author.slug)? else { return Ok(None) };
    let of_series: Vec<BookId> = match book.series_id {
        Some(series) => Filter { series: Some(series), contributor: Some(author.id), ..Filter::default() }
            .page(conn, Sort::Series, 100, 0)?,
        None => Vec::new(),
    };
    let filter = Filter { contributor: Some(author.id), ..Filter::default() };
    let cards = others(conn, &filter, Sort::Newest, book.id, &of_series, owned)?;
    Ok((!cards.is_empty()).then_some((author, cards)))
}

fn others(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    this: BookId,
    without: &[BookId],
    owned: &HashSet<BookId>,
) -> QueryResult<Vec<Card>> {
    let room = MORE + 1 + without.len();
    let ids: Vec<BookId> = filter
        .page(conn, sort, i64::try_from(room).unwrap_or(i64::MAX), 0)?
        .into_iter()
        .filter(|id| *id != this && !without.contains(id))
        .take(MORE)
        .collect();
    Card::of(conn, &ids, owned)
}
