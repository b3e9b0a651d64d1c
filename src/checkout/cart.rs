//! What someone means to buy: kept in the database, for an account or for a browser.

use diesel::prelude::*;

use super::{cart_bundle, cart_code};
use crate::accounts::AccountId;
use crate::catalog::{Book, BookId, BookStatus};
use crate::db::schema::{books, cart_amounts, cart_bundles, cart_codes, cart_items, carts};
use crate::db::{Conn, Timestamp, insert_once, row_id};
use crate::ids::TokenHash;
use crate::money::Money;
use crate::permission::{Holding, Viewer};
use crate::pricing::PriceRule;
use crate::pricing::pay_what_you_want::NamedPriceError;

/// How many books a cart takes; more is no reader's cart.
pub const MOST_BOOKS: i64 = 100;

row_id!(
    /// The row of a cart.
    CartId
);

/// Whose cart: the account's if someone is signed in, else the browser's.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// The signed-in account.
    pub account: Option<AccountId>,
    /// The hash of the browser's cart cookie.
    pub token: Option<TokenHash>,
}

/// What became of a wish to put a book in the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is in the cart now.
    Added,
    /// It was there before.
    AlreadyThere,
    /// The buyer has it already.
    Owned,
    /// It costs nothing, so there is nothing to buy.
    Free,
}

/// How a book is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'r> {
    /// Whether it is for someone else: then it can be a book that the buyer has.
    pub is_gift: bool,
    /// What the reader typed for a book whose price they name.
    pub amount: Option<&'r str>,
}

/// Why a book can't be put in the cart. The sentences are for the visitor.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// No such book, or none that is for sale.
    #[error("This book is not for sale at the moment.")]
    NotForSale,
    /// No such bundle, or none that is for sale.
    #[error("This bundle is not for sale at the moment.")]
    BundleNotForSale,
    /// The cart has as many books as it takes.
    #[error("The cart holds {MOST_BOOKS} books, and that is as many as it takes. Please check out first.")]
    Full,
    /// The price that the reader named is not taken.
    #[error(transparent)]
    Named(#[from] NamedPriceError),
    /// The cart could not be read or written.
    #[error("The cart can't be opened just now.")]
    Database(#[from] diesel::result::Error),
}

impl Owner {
    /// The owner that a request shows.
    #[must_use]
    pub const fn new(account: Option<AccountId>, token: Option<TokenHash>) -> Self {
        Self { account, token }
    }

    /// The cart, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cart(&self, conn: &mut Conn) -> QueryResult<Option<CartId>> {
        let all = carts::table.select(carts::id);
        match (self.account, &self.token) {
            (Some(account), _) => all.filter(carts::account_id.eq(account)).first(conn).optional(),
            (None, Some(token)) => all.filter(carts::token_hash.eq(token.as_str())).first(conn).optional(),
            (None, None) => Ok(None),
        }
    }

    /// The cart, made if need be; nothing for someone of whom nothing is known.
    pub(super) fn cart_or_new(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<Option<CartId>> {
        if let Some(cart) = self.cart(conn)? {
            return Ok(Some(cart));
        }
        let token = if self.account.is_some() { None } else { self.token.as_ref().map(TokenHash::as_str) };
        if self.account.is_none() && token.is_none() {
            return Ok(None);
        }
        insert_once!(
            conn,
            carts::table,
            (
                carts::account_id.eq(self.account),
                carts::token_hash.eq(token),
                carts::created_at.eq(now),
                carts::updated_at.eq(now),
            )
        )?;
        self.cart(conn)
    }
}

/// How many things the cart holds: books, and bundles as one each.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, owner: &Owner) -> QueryResult<i64> {
    let Some(cart) = owner.cart(conn)? else { return Ok(0) };
    let books: i64 = cart_items::table.filter(cart_items::cart_id.eq(cart)).count().get_result(conn)?;
    let bundles: i64 = cart_bundles::table.filter(cart_bundles::cart_id.eq(cart)).count().get_result(conn)?;
    Ok(books + bundles)
}

/// Whether the cart holds this book: its page then leads to the cart.
///
/// # Errors
/// When the database fails.
pub fn contains(conn: &mut Conn, owner: &Owner, book: BookId) -> QueryResult<bool> {
    let Some(cart) = owner.cart(conn)? else { return Ok(false) };
    diesel::select(diesel::dsl::exists(cart_items::table.find((cart, book)))).get_result(conn)
}

/// The cart, locked until the transaction ends, so that two checkouts of one cart come one after the other.
///
/// SQLite has one writer at a time already.
///
/// # Errors
/// When the database fails.
pub fn lock(conn: &mut Conn, owner: &Owner) -> QueryResult<Option<CartId>> {
    let Some(cart) = owner.cart(conn)? else { return Ok(None) };
    match conn {
        Conn::Sqlite(_) => Ok(Some(cart)),
        Conn::Postgres(conn) => carts::table.find(cart).select(carts::id).for_update().first(conn).optional(),
    }
}

/// Puts a book in the cart, if it can be bought at all. One that the buyer has can be bought for someone else.
/// Without an
/// amount the suggestion counts for a book whose price readers name. `least` is the
/// least that the gateway charges, in the shop's currency.
///
/// # Errors
/// When the book is not for sale in this shop's currency, the amount is not taken, the cart is full, or the database
/// fails.
pub fn add(
    conn: &mut Conn,
    owner: &Owner,
    viewer: &Viewer,
    book_public_id: &str,
    wish: Wish<'_>,
    least: Money,
    now: Timestamp,
) -> Result<(Book, Added), CartError> {
    let book = for_sale(conn, book_public_id, least)?;
    let holdings = if wish.is_gift { Vec::new() } else { Holding::of(conn, viewer, Some(book.id))? };
    if holdings.iter().any(|holding| holding.open().is_ok()) {
        return Ok((book, Added::Owned));
    }
    if book.price_minor == 0 {
        return Ok((book, Added::Free));
    }
    let named = match (PriceRule::of(conn, &book)?, wish.amount) {
        (Some(rule), Some(typed)) => Some(rule.named(typed, least)?),
        _ => None,
    };
    let cart = owner.cart_or_new(conn, now)?.ok_or(CartError::NotForSale)?;
    if count(conn, owner)? >= MOST_BOOKS && !contains(conn, owner, book.id)? {
        return Err(CartError::Full);
    }
    let is_new = put(conn, cart, book.id, now)?;
    if let Some(price) = named {
        write_amount(conn, cart, book.id, price.minor)?;
    }
    Ok((book, if is_new { Added::Added } else { Added::AlreadyThere }))
}

/// Changes what the reader means to pay for a book in the cart whose price they name; one that is not in it is no
/// error, nor is one with a fixed price.
///
/// # Errors
/// When the amount is not taken, or the database fails.
pub fn name_price(
    conn: &mut Conn,
    owner: &Owner,
    book_public_id: &str,
    typed: &str,
    least: Money,
) -> Result<(), CartError> {
    let book = for_sale(conn, book_public_id, least)?;
    let Some(rule) = PriceRule::of(conn, &book)? else { return Ok(()) };
    let price = rule.named(typed, least)?;
    let Some(cart) = owner.cart(conn)? else { return Ok(()) };
    if contains(conn, owner, book.id)? {
        write_amount(conn, cart, book.id, price.minor)?;
    }
    Ok(())
}

fn for_sale(conn: &mut Conn, book_public_id: &str, least: Money) -> Result<Book, CartError> {
    let book: Option<Book> = books::table
        .filter(books::public_id.eq(book_public_id).and(books::status.eq(BookStatus::Published)))
        .select(Book::as_select())
        .first(conn)
        .optional()?;
    book.filter(|book| book.price().is_some_and(|price| price.currency == least.currency))
        .ok_or(CartError::NotForSale)
}

fn write_amount(conn: &mut Conn, cart: CartId, book: BookId, minor: i64) -> QueryResult<()> {
    diesel::delete(cart_amounts::table.find((cart, book))).execute(conn)?;
    insert_once!(
        conn,
        cart_amounts::table,
        (
            cart_amounts::cart_id.eq(cart),
            cart_amounts::book_id.eq(book),
            cart_amounts::amount_minor.eq(minor)
        )
    )
    .map(drop)
}

fn put(conn: &mut Conn, cart: CartId, book: BookId, now: Timestamp) -> QueryResult<bool> {
    let is_new = insert_once!(
        conn,
        cart_items::table,
        (cart_items::cart_id.eq(cart), cart_items::book_id.eq(book), cart_items::added_at.eq(now))
    )?;
    diesel::update(carts::table.find(cart)).set(carts::updated_at.eq(now)).execute(conn)?;
    Ok(is_new)
}

/// Takes a book out of the cart, whatever became of the book; one that is not in it is no error.
///
/// # Errors
/// When the database fails.
pub fn remove(conn: &mut Conn, owner: &Owner, book_public_id: &str, now: Timestamp) -> QueryResult<()> {
    let Some(cart) = owner.cart(conn)? else { return Ok(()) };
    let book: Option<BookId> =
        books::table.filter(books::public_id.eq(book_public_id)).select(books::id).first(conn).optional()?;
    if let Some(book) = book {
        take_out(conn, cart, &[book], now)?;
    }
    Ok(())
}

/// Takes out of a cart what was bought; the code goes with the last of it.
///
/// # Errors
/// When the database fails.
pub fn take_out_bought(conn: &mut Conn, cart: CartId, bought: &[BookId], now: Timestamp) -> QueryResult<()> {
    take_out(conn, cart, bought, now)?;
    cart_bundle::take_out_bought(conn, cart, bought)?;
    let books = cart_items::table.filter(cart_items::cart_id.eq(cart)).count().get_result::<i64>(conn)?;
    let bundles =
        cart_bundles::table.filter(cart_bundles::cart_id.eq(cart)).count().get_result::<i64>(conn)?;
    if books + bundles == 0 { cart_code::forget(conn, cart) } else { Ok(()) }
}

/// Takes books out of a cart.
///
/// # Errors
/// When the database fails.
pub fn take_out(conn: &mut Conn, cart: CartId, bought: &[BookId], now: Timestamp) -> QueryResult<()> {
    let items = cart_items::table
        .filter(cart_items::cart_id.eq(cart).and(cart_items::book_id.eq_any(bought.to_vec())));
    diesel::delete(items).execute(conn)?;
    let amounts = cart_amounts::table
        .filter(cart_amounts::cart_id.eq(cart).and(cart_amounts::book_id.eq_any(bought.to_vec())));
    diesel::delete(amounts).execute(conn)?;
    diesel::update(carts::table.find(cart)).set(carts::updated_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Moves what a visitor collected into the account's cart, at sign-in; the visitor's cart is gone then. What both have
/// named a price for keeps the visitor's, which is the newer one; so does the code.
///
/// # Errors
/// When the database fails.
pub fn adopt(conn: &mut Conn, token: &TokenHash, account: AccountId, now: Timestamp) -> QueryResult<()> {
    let Some(from) = Owner::new(None, Some(token.clone())).cart(conn)? else { return Ok(()) };
    let Some(to) = Owner::new(Some(account), None).cart_or_new(conn, now)? else { return Ok(()) };
    let items: Vec<(BookId, Timestamp)> = cart_items::table
        .filter(cart_items::cart_id.eq(from))
        .order((cart_items::added_at, cart_items::book_id))
        .select((cart_items::book_id, cart_items::added_at))
        .load(conn)?;
    for (book, added_at) in items {
        put(conn, to, book, added_at)?;
    }
    let amounts: Vec<(BookId, i64)> = cart_amounts::table
        .filter(cart_amounts::cart_id.eq(from))
        .select((cart_amounts::book_id, cart_amounts::amount_minor))
        .load(conn)?;
    for (book, minor) in amounts {
        write_amount(conn, to, book, minor)?;
    }
    cart_bundle::adopt(conn, from, to)?;
    let code = cart_codes::table.find(from).select(cart_codes::code_id).first(conn).optional()?;
    if let Some(code) = code {
        cart_code::keep(conn, to, code, now)?;
    }
    diesel::update(carts::table.find(to)).set(carts::updated_at.eq(now)).execute(conn)?;
    diesel::delete(carts::table.find(from)).execute(conn)?;
    Ok(())
}

/// Locks a cart that may be gone already; see [`lock`].
///
/// # Errors
/// When the database fails.
pub fn lock_row(conn: &mut Conn, cart: CartId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(conn) => carts::table
            .find(cart)
            .select(carts::id)
            .for_update()
            .first::<CartId>(conn)
            .optional()
            .map(|_| ()),
    }
}
