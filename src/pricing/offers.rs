//! Bundles that can be bought now, with their books in few words.

use diesel::prelude::*;

use super::bundle::BundlePrice;
use super::{Bundle, BundleId};
use crate::catalog::{BookId, Brief};
use crate::db::Conn;
use crate::money::Currency;

/// A bundle that can be bought now.
#[derive(Debug, Clone)]
pub struct BundleOffer {
    /// The bundle.
    pub bundle: Bundle,
    /// What it costs.
    pub price: BundlePrice,
    /// Its books, in its order.
    pub books: Vec<Brief>,
}

impl BundleOffer {
    /// Those of these bundles that can be bought in the shop's currency, in their order, in a fixed number of queries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, bundles: Vec<Bundle>, currency: Currency) -> QueryResult<Vec<Self>> {
        if bundles.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<BundleId> = bundles.iter().map(|bundle| bundle.id).collect();
        let mut books = Bundle::books_of(conn, &ids)?;
        let all: Vec<BookId> = books.values().flatten().map(|book| book.id).collect();
        let briefs = Brief::of(conn, &all)?;
        let offer = |bundle: Bundle| {
            let books = books.remove(&bundle.id).unwrap_or_default();
            // Prices that do not add up are no offer.
            let price = bundle.price_with(&books, currency).ok().flatten()?;
            let books = books.iter().filter_map(|book| briefs.get(&book.id).cloned()).collect();
            Some(Self { bundle, price, books })
        };
        Ok(bundles.into_iter().filter_map(offer).collect())
    }
}
