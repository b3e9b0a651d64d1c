//! Bundles in a cart.

use diesel::prelude::*;

use super::cart::{self, CartError, CartId, MOST_BOOKS, Owner};
use crate::catalog::BookId;
use crate::db::schema::{bundle_books, bundles, cart_bundles};
use crate::db::{Conn, Timestamp, insert_once};
use crate::money::Money;
use crate::permission::{Viewer, open_books};
use crate::pricing::{Bundle, BundleId};

/// What became of a wish to put a bundle in the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is in the cart now; so many of its books lay there singly and are bought once.
    Added {
        /// How many of its books were in the cart.
        singly: usize,
    },
    /// It was there before.
    AlreadyThere,
    /// The buyer has all of its books.
    Owned,
    /// Another bundle in the cart, of this title, holds one of its books.
    Overlaps(String),
}

/// Puts a bundle in the cart.
///
/// # Errors
/// When it is not for sale in this shop's currency, the cart is full, or the database fails.
pub fn add(
    conn: &mut Conn,
    owner: &Owner,
    viewer: &Viewer,
    bundle_public_id: &str,
    least: Money,
    now: Timestamp,
) -> Result<(Bundle, Added), CartError> {
    let bundle = Bundle::find_by_public_id(conn, bundle_public_id)?.ok_or(CartError::BundleNotForSale)?;
    let books = Bundle::books_of(conn, &[bundle.id])?.remove(&bundle.id).unwrap_or_default();
    let price = bundle.price_with(&books, least.currency).map_err(|_| CartError::BundleNotForSale)?;
    if price.is_none() {
        return Err(CartError::BundleNotForSale);
    }
    let owned = open_books(conn, viewer)?;
    if books.iter().all(|book| owned.contains(&book.id)) {
        return Ok((bundle, Added::Owned));
    }
    let cart = owner.cart_or_new(conn, now)?.ok_or(CartError::BundleNotForSale)?;
    let ids: Vec<BookId> = books.iter().map(|book| book.id).collect();
    if let Some(other) = overlapping(conn, cart, bundle.id, &ids)? {
        return Ok((bundle, Added::Overlaps(other)));
    }
    let is_there: bool =
        diesel::select(diesel::dsl::exists(cart_bundles::table.find((cart, bundle.id)))).get_result(conn)?;
    if is_there {
        return Ok((bundle, Added::AlreadyThere));
    }
    if cart::count(conn, owner)? >= MOST_BOOKS {
        return Err(CartError::Full);
    }
    put(conn, cart, bundle.id, now)?;
    let mut singly = 0;
    for book in &ids {
        singly += usize::from(cart::contains(conn, owner, *book)?);
    }
    Ok((bundle, Added::Added { singly }))
}

/// Whether the cart holds this bundle.
///
/// # Errors
/// When the database fails.
pub fn contains(conn: &mut Conn, owner: &Owner, bundle: BundleId) -> QueryResult<bool> {
    let Some(cart) = owner.cart(conn)? else { return Ok(false) };
    diesel::select(diesel::dsl::exists(cart_bundles::table.find((cart, bundle)))).get_result(conn)
}

/// Takes a bundle out of the cart; one that is not in it is no error.
///
/// # Errors
/// When the database fails.
pub fn remove(conn: &mut Conn, owner: &Owner, bundle_public_id: &str) -> QueryResult<()> {
    let Some(cart) = owner.cart(conn)? else { return Ok(()) };
    let Some(bundle) = Bundle::find_by_public_id(conn, bundle_public_id)? else { return Ok(()) };
    diesel::delete(cart_bundles::table.find((cart, bundle.id))).execute(conn).map(drop)
}

/// Takes out the bundles all of whose books were bought.
///
/// # Errors
/// When the database fails.
pub(super) fn take_out_bought(conn: &mut Conn, cart: CartId, bought: &[BookId]) -> QueryResult<()> {
    let there: Vec<BundleId> = cart_bundles::table
        .filter(cart_bundles::cart_id.eq(cart))
        .select(cart_bundles::bundle_id)
        .load(conn)?;
    for bundle in there {
        let missing: i64 = bundle_books::table
            .filter(bundle_books::bundle_id.eq(bundle))
            .filter(bundle_books::book_id.ne_all(bought.to_vec()))
            .count()
            .get_result(conn)?;
        if missing == 0 {
            diesel::delete(cart_bundles::table.find((cart, bundle))).execute(conn)?;
        }
    }
    Ok(())
}

/// Copies the bundles of one cart into another.
///
/// # Errors
/// When the database fails.
pub(super) fn adopt(conn: &mut Conn, from: CartId, to: CartId) -> QueryResult<()> {
    let rows: Vec<(BundleId, Timestamp)> = cart_bundles::table
        .filter(cart_bundles::cart_id.eq(from))
        .select((cart_bundles::bundle_id, cart_bundles::added_at))
        .load(conn)?;
    for (bundle, added_at) in rows {
        put(conn, to, bundle, added_at)?;
    }
    Ok(())
}

fn put(conn: &mut Conn, cart: CartId, bundle: BundleId, now: Timestamp) -> QueryResult<()> {
    insert_once!(
        conn,
        cart_bundles::table,
        (cart_bundles::cart_id.eq(cart), cart_bundles::bundle_id.eq(bundle), cart_bundles::added_at.eq(now),)
    )
    .map(drop)
}

/// The title of another bundle in the cart that holds one of these books.
fn overlapping(
    conn: &mut Conn,
    cart: CartId,
    bundle: BundleId,
    books: &[BookId],
) -> QueryResult<Option<String>> {
    cart_bundles::table
        .inner_join(bundles::table)
        .inner_join(bundle_books::table.on(bundle_books::bundle_id.eq(cart_bundles::bundle_id)))
        .filter(cart_bundles::cart_id.eq(cart).and(cart_bundles::bundle_id.ne(bundle)))
        .filter(bundle_books::book_id.eq_any(books.to_vec()))
        .select(bundles::title)
        .first(conn)
        .optional()
}
