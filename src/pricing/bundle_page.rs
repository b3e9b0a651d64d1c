//! All that a bundle's page shows.

use diesel::prelude::*;

use super::offers::BundleOffer;
use super::{Bundle, BundleId};
use crate::catalog::{BookId, Card};
use crate::db::Conn;
use crate::money::Currency;
use crate::permission::{Viewer, open_books};

/// All that a bundle's page shows.
#[derive(Debug, Clone)]
pub struct BundleDetails {
    /// The bundle.
    pub bundle: Bundle,
    /// What it costs; nothing while it can't be bought.
    pub offer: Option<BundleOffer>,
    /// Its books.
    pub cards: Vec<Card>,
    /// Whether the viewer's cart holds it.
    pub in_cart: bool,
}

impl BundleDetails {
    /// The bundle of an address, if it is out. `in_cart` answers whether the viewer's cart holds it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(
        conn: &mut Conn,
        slug: &str,
        viewer: &Viewer,
        currency: Currency,
        in_cart: impl FnOnce(&mut Conn, BundleId) -> QueryResult<bool>,
    ) -> QueryResult<Option<Self>> {
        let bundle = Bundle::find_by_slug(conn, slug)?.filter(|bundle| bundle.published_at.is_some());
        let Some(bundle) = bundle else { return Ok(None) };
        let offer = BundleOffer::of(conn, vec![bundle.clone()], currency)?.pop();
        let ids: Vec<BookId> = match &offer {
            Some(offer) => offer.books.iter().map(|book| book.id).collect(),
            None => Vec::new(),
        };
        let owned = open_books(conn, viewer)?;
        Ok(Some(Self {
            cards: Card::of(conn, &ids, &owned)?,
            in_cart: in_cart(conn, bundle.id)?,
            bundle,
            offer,
        }))
    }

    /// How many of its books the viewer has.
    #[must_use]
    pub fn owned(&self) -> usize {
        self.cards.iter().filter(|card| card.owned).count()
    }
}
