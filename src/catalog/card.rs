//! A book on a shelf.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{BookId, Brief};
use crate::db::Conn;
use crate::db::schema::books;
use crate::money::{Currency, Money};
use crate::pricing::PriceRule;

/// A book on a shelf: what a list shows of it.
#[derive(Debug, Clone)]
pub struct Card {
    /// The book in few words.
    pub book: Brief,
    /// The price, if its currency is one that we know.
    pub price: Option<Money>,
    /// The least that it costs, if readers name the price.
    pub named: Option<Money>,
    /// Whether the viewer has it.
    pub owned: bool,
}

impl Card {
    /// The cards of these books, in their order, in a fixed number of queries. A book that is gone has none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, ids: &[BookId], owned: &HashSet<BookId>) -> QueryResult<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let briefs = Brief::of(conn, ids)?;
        let rows: Vec<(BookId, i64, String)> = books::table
            .filter(books::id.eq_any(ids.to_vec()))
            .select((books::id, books::price_minor, books::currency))
            .load(conn)?;
        let prices: HashMap<BookId, Money> =
            rows.into_iter().filter_map(|(id, minor, code)| Some((id, price(minor, &code)?))).collect();
        let minimums = PriceRule::minimums(conn, ids)?;
        let named = |id: &BookId| {
            Some(Money::new(*minimums.get(id)?, prices.get(id).filter(|price| !price.is_zero())?.currency))
        };
        let card = |id: &BookId| {
            let book = briefs.get(id)?.clone();
            Some(Self { book, price: prices.get(id).copied(), named: named(id), owned: owned.contains(id) })
        };
        Ok(ids.iter().filter_map(card).collect())
    }
}

fn price(minor: i64, code: &str) -> Option<Money> {
    let currency: Currency = code.parse().ok()?;
    Some(Money::new(minor, currency))
}
