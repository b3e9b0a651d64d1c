//! What the shop's first page shows.

use std::collections::HashMap;

use diesel::QueryResult;

use super::list::{self, Filter, Sort};
use super::{BookId, Card, Category};
use crate::db::Conn;
use crate::money::Currency;
use crate::permission::{Viewer, open_books};
use crate::pricing::Bundle;
use crate::pricing::offers::BundleOffer;

/// How many of the newest books are shown.
const NEWEST: i64 = 6;
/// How many books of one category, and how many free ones, are shown.
const EACH: i64 = 6;
/// How many bundles are shown.
const BUNDLES: usize = 3;

/// What the shop's first page shows.
#[derive(Debug, Clone)]
pub struct Home {
    /// What came out last.
    pub newest: Vec<Card>,
    /// Free books, newest first.
    pub free: Vec<Card>,
    /// Each category that has a book, in the shop's order, with its newest.
    pub shelves: Vec<(Category, Vec<Card>)>,
    /// The newest bundles.
    pub bundles: Vec<BundleOffer>,
    /// How many books the shop has.
    pub book_count: i64,
}

impl Home {
    /// The first page as this viewer sees it in a shop with this currency, in a fixed number of queries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, viewer: &Viewer, shop: Currency) -> QueryResult<Self> {
        let all = Filter::default();
        let free = Filter { free: true, ..Filter::default() };
        let book_count = all.count(conn)?;
        let newest = all.page(conn, Sort::Newest, NEWEST, 0)?;
        let free = free.page(conn, Sort::Newest, EACH, 0)?;
        let mut by_category: HashMap<_, Vec<BookId>> = HashMap::new();
        for (category, book) in list::newest_by_category(conn, EACH)? {
            by_category.entry(category).or_default().push(book);
        }

        let mut ids: Vec<BookId> =
            newest.iter().chain(&free).chain(by_category.values().flatten()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let owned = open_books(conn, viewer)?;
        let cards: HashMap<BookId, Card> =
            Card::of(conn, &ids, &owned)?.into_iter().map(|card| (card.book.id, card)).collect();
        let cards_of = |ids: &[BookId]| ids.iter().filter_map(|id| cards.get(id).cloned()).collect();

        let categories = Category::all(conn)?.into_iter();
        let shelves = categories.filter_map(|category| {
            let cards = cards_of(by_category.get(&category.id)?);
            Some((category, cards))
        });
        let mut bundles = Bundle::published(conn)?;
        bundles.truncate(BUNDLES);
        Ok(Self {
            shelves: shelves.collect(),
            newest: cards_of(&newest),
            free: cards_of(&free),
            bundles: BundleOffer::of(conn, bundles, shop)?,
            book_count,
        })
    }
}
