//! The cart as its owner sees it: each book with its price of this moment, and what stands in the way of buying it.
//!
//! What is shown, what is ordered and what the gateway is asked for all come from [`Content::sales`].

use std::collections::HashMap;

use diesel::prelude::*;

use super::cart::CartId;
use super::cart_sums;
use super::fingerprint::Fingerprint;
use crate::accounts::email_key;
use crate::catalog::{Book, BookId, BookStatus, Brief};
use crate::db::schema::{books, bundles, cart_amounts, cart_bundles, cart_codes, cart_items};
use crate::db::{Conn, Timestamp};
use crate::money::{Currency, Money, SumError};
use crate::permission::{Holding, Viewer};
use crate::pricing::bundle::BundlePrice;
use crate::pricing::reduction::Reduction;
use crate::pricing::{Bundle, BundleId, Code, CodeId, CodeProblem, Customer, HoldError, PriceRule};

/// Why something in the cart can't be bought. The sentences are for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not for sale, or not in this shop's currency.
    #[error("This book is no longer available.")]
    Unavailable,
    /// The buyer has it.
    #[error("You own this book already.")]
    Owned,
    /// What the reader named is no longer enough.
    #[error("{0} Please change your price.")]
    Named(String),
    /// The bundle, or one of its books, is not for sale.
    #[error("This bundle is no longer available.")]
    BundleUnavailable,
    /// The buyer has all of its books.
    #[error("You own all books of this bundle already.")]
    BundleOwned,
    /// Another bundle in the cart holds one of its books.
    #[error("“{book}” is in the bundle “{other}”, too. Please take one of them out.")]
    BundleOverlaps {
        /// A book that both hold.
        book: String,
        /// The other bundle.
        other: String,
    },
}

/// One book in the cart.
#[derive(Debug, Clone)]
pub struct Line {
    /// The book in few words.
    pub book: Brief,
    /// What it costs now, or what the reader means to pay; nothing when it is not for sale.
    pub price: Option<Money>,
    /// What the reader may pay, if they name the price.
    pub named: Option<PriceRule>,
    /// The title of a bundle in the cart that holds it, too: it is bought once, with the bundle.
    pub with_bundle: Option<String>,
    /// What stands in the way.
    pub problem: Option<Problem>,
}

/// One bundle in the cart.
#[derive(Debug, Clone)]
pub struct BundleLine {
    /// The bundle.
    pub bundle: Bundle,
    /// What it costs now; nothing when it is not for sale.
    pub price: Option<BundlePrice>,
    /// Its books in few words, in its order.
    pub books: Vec<Brief>,
    /// How many of them the buyer has already.
    pub owned: usize,
    /// What stands in the way.
    pub problem: Option<Problem>,
}

/// One book that is bought: what becomes a line item of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Which book.
    pub book: BookId,
    /// The id that shows.
    pub public_id: String,
    /// Its title now.
    pub title: String,
    /// Its list price, in minor units of the shop's currency.
    pub price_minor: i64,
    /// What is taken off it, and why.
    pub reduction: Reduction,
}

/// The code of the cart.
#[derive(Debug, Clone)]
pub struct CartCode {
    /// The code.
    pub code: Code,
    /// What it takes off in all.
    pub off: Money,
    /// Why it takes nothing off.
    pub problem: Option<CodeProblem>,
}

/// The cart's content at one moment.
#[derive(Debug, Clone)]
pub struct Content {
    /// The books, in the order they were put in.
    pub lines: Vec<Line>,
    /// The bundles, in the order they were put in.
    pub bundles: Vec<BundleLine>,
    /// The code that was entered.
    pub code: Option<CartCode>,
    /// What is bought, book by book.
    pub sales: Vec<Sale>,
    /// The sum of the list prices.
    pub subtotal: Money,
    /// The sum of what is taken off them.
    pub discount: Money,
    /// What is to be paid.
    pub total: Money,
    /// The least that can be charged.
    pub least: Money,
}

/// For whom and when a cart is looked at.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who looks, and what they hold.
    pub viewer: Viewer,
    /// Whether they buy for someone else: what they hold is no reason against that.
    pub for_others: bool,
    /// The address that the order will have, once it is known.
    pub email: Option<String>,
    /// The shop's currency.
    pub currency: Currency,
    /// The least that the gateway charges.
    pub least: Money,
    /// The moment.
    pub now: Timestamp,
}

impl Asker {
    /// The same, buying for someone else or not.
    #[must_use]
    pub fn buying_for_others(self, for_others: bool) -> Self {
        Self { for_others, ..self }
    }

    /// The books that stand in the way of buying them again.
    fn owned(&self, conn: &mut Conn) -> QueryResult<Vec<BookId>> {
        if self.for_others {
            return Ok(Vec::new());
        }
        let holdings = Holding::of(conn, &self.viewer, None)?;
        Ok(holdings.iter().filter(|held| held.open().is_ok()).map(|held| held.book_id).collect())
    }
}

/// Why the cart's content can't be told.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The sum does not fit.
    #[error(transparent)]
    Sum(#[from] SumError),
    /// It could not be read.
    #[error("The cart can't be opened just now.")]
    Database(#[from] diesel::result::Error),
}

impl Content {
    /// A cart with nothing in it.
    #[must_use]
    pub const fn empty(least: Money) -> Self {
        let zero = Money::zero(least.currency);
        Self {
            lines: Vec::new(),
            bundles: Vec::new(),
            code: None,
            sales: Vec::new(),
            subtotal: zero,
            discount: zero,
            total: zero,
            least,
        }
    }

    /// What the cart holds, with prices from the catalogue; a fixed number of queries, whatever it holds.
    ///
    /// # Errors
    /// When the database fails, or the prices add up to more than fits.
    pub fn load(conn: &mut Conn, cart: Option<CartId>, asker: &Asker) -> Result<Self, ContentError> {
        let Some(cart) = cart else { return Ok(Self::empty(asker.least)) };
        let owned = asker.owned(conn)?;
        let mut content = Self::empty(asker.least);
        content.bundles = load_bundles(conn, cart, asker, &owned)?;
        content.lines = load_lines(conn, cart, asker, &owned)?;
        content.note_books_in_bundles();
        content.sales = content.sell();
        if let Some(code) = load_code(conn, cart)? {
            let code = content.apply(conn, cart, asker, code)?;
            content.code = Some(code);
        }
        let sums = cart_sums::add_up(&content.sales, asker.currency)?;
        (content.subtotal, content.discount, content.total) = (sums.subtotal, sums.discount, sums.total);
        Ok(content)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.bundles.is_empty()
    }

    /// Whether there is something to buy, nothing that can't be bought, and a sum that can be charged.
    #[must_use]
    pub fn can_check_out(&self) -> bool {
        !self.sales.is_empty() && !self.has_problem() && !self.is_too_small()
    }

    /// Whether something in it can't be bought.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.lines.iter().any(|line| line.problem.is_some())
            || self.bundles.iter().any(|bundle| bundle.problem.is_some())
    }

    /// Whether there is something to pay, but less than can be charged.
    #[must_use]
    pub const fn is_too_small(&self) -> bool {
        self.total.minor > 0 && self.total.minor < self.least.minor
    }

    /// The code that takes something off, if one does.
    #[must_use]
    pub fn good_code(&self) -> Option<&CartCode> {
        self.code.as_ref().filter(|code| code.problem.is_none())
    }

    /// Marks the books that come with a bundle of this cart, and bundles that share a book with one before them.
    fn note_books_in_bundles(&mut self) {
        let mut taken: HashMap<BookId, String> = HashMap::new();
        for line in self.bundles.iter_mut().filter(|line| line.problem.is_none()) {
            let shared = line.books.iter().find_map(|book| Some((book, taken.get(&book.id)?)));
            if let Some((book, other)) = shared {
                let (book, other) = (book.title.clone(), other.clone());
                line.problem = Some(Problem::BundleOverlaps { book, other });
                continue;
            }
            taken.extend(line.books.iter().map(|book| (book.id, line.bundle.title.clone())));
        }
        for line in &mut self.lines {
            line.with_bundle = taken.get(&line.book.id).cloned();
            if line.with_bundle.is_some() {
                line.problem = None;
            }
        }
    }

    /// What is bought, before any code.
    fn sell(&self) -> Vec<Sale> {
        let mut sales = Vec::new();
        for line in self.bundles.iter().filter(|line| line.problem.is_none()) {
            let Some(price) = &line.price else { continue };
            for (book, price_minor, off) in &price.shares {
                let Some(brief) = line.books.iter().find(|brief| brief.id == *book) else { continue };
                let bundle = line.bundle.title.clone();
                let reduction = Reduction { bundle, bundle_minor: *off, ..Reduction::default() };
                sales.push(Sale::new(brief, *price_minor, reduction));
            }
        }
        for line in &self.lines {
            if let (Some(price), None, None) = (line.price, &line.problem, &line.with_bundle) {
                sales.push(Sale::new(&line.book, price.minor, Reduction::default()));
            }
        }
        sales
    }

    fn apply(
        &mut self,
        conn: &mut Conn,
        cart: CartId,
        asker: &Asker,
        code: Code,
    ) -> Result<CartCode, ContentError> {
        let applied = match code_problem(conn, cart, asker, &code)? {
            Some(problem) => Err(problem),
            None => {
                let books = code.books(conn)?;
                code.reduce(&cart_sums::code_lines(&self.sales), &books, asker.currency, asker.least)
            }
        };
        let mut off = Money::zero(asker.currency);
        let problem = match applied {
            Ok(parts) => {
                for (sale, part) in self.sales.iter_mut().zip(parts) {
                    off = off.checked_add(Money::new(part, asker.currency))?;
                    (sale.reduction.code, sale.reduction.code_minor) = (code.code.clone(), part);
                }
                None
            }
            Err(problem) => Some(problem),
        };
        Ok(CartCode { code, off, problem })
    }
}

impl Sale {
    fn new(book: &Brief, price_minor: i64, reduction: Reduction) -> Self {
        Self {
            book: book.id,
            public_id: book.public_id.clone(),
            title: book.title.clone(),
            price_minor,
            reduction,
        }
    }

    /// What is paid for it, in minor units.
    #[must_use]
    pub const fn net_minor(&self) -> i64 {
        self.price_minor - self.reduction.total_minor()
    }
}

/// Why the code is not good for this customer now, apart from what is in the cart.
fn code_problem(
    conn: &mut Conn,
    cart: CartId,
    asker: &Asker,
    code: &Code,
) -> Result<Option<CodeProblem>, ContentError> {
    if let Err(problem) = code.check_time(asker.now) {
        return Ok(Some(problem));
    }
    let customer = Customer {
        account: asker.viewer.account.map(|account| account.id),
        email_key: asker.email.as_deref().map(email_key),
        cart: Some(Fingerprint::prefix(cart)),
    };
    match crate::pricing::code_use::look(conn, code, &customer) {
        Ok(()) => Ok(None),
        Err(HoldError::Problem(problem)) => Ok(Some(problem)),
        Err(HoldError::Database(error)) => Err(error.into()),
    }
}

fn load_code(conn: &mut Conn, cart: CartId) -> QueryResult<Option<Code>> {
    let id: Option<CodeId> =
        cart_codes::table.find(cart).select(cart_codes::code_id).first(conn).optional()?;
    match id {
        Some(id) => Code::find(conn, id),
        None => Ok(None),
    }
}

fn load_lines(
    conn: &mut Conn,
    cart: CartId,
    asker: &Asker,
    owned: &[BookId],
) -> Result<Vec<Line>, ContentError> {
    let rows: Vec<Book> = cart_items::table
        .inner_join(books::table)
        .filter(cart_items::cart_id.eq(cart))
        .order((cart_items::added_at, cart_items::book_id))
        .select(Book::as_select())
        .load(conn)?;
    let ids: Vec<BookId> = rows.iter().map(|book| book.id).collect();
    let mut briefs = Brief::of(conn, &ids)?;
    let minimums = PriceRule::minimums(conn, &ids)?;
    let amounts: HashMap<BookId, i64> = cart_amounts::table
        .filter(cart_amounts::cart_id.eq(cart))
        .select((cart_amounts::book_id, cart_amounts::amount_minor))
        .load(conn)?
        .into_iter()
        .collect();
    let line = |row: Book| {
        let book = briefs.remove(&row.id)?;
        let listed = row
            .price()
            .filter(|price| price.currency == asker.currency && row.status == BookStatus::Published);
        let named = listed.and_then(|_| PriceRule::new(&row, *minimums.get(&row.id)?));
        let price = match (listed, named, amounts.get(&row.id)) {
            (Some(_), Some(rule), Some(minor)) => Some(Money::new(*minor, rule.currency())),
            (listed, _, _) => listed,
        };
        let problem = match (price, named) {
            (None, _) => Some(Problem::Unavailable),
            (Some(_), _) if owned.contains(&row.id) => Some(Problem::Owned),
            (Some(price), Some(rule)) => {
                rule.check(price, asker.least).err().map(|error| Problem::Named(error.to_string()))
            }
            (Some(_), None) => None,
        };
        Some(Line { book, price, named, with_bundle: None, problem })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

fn load_bundles(
    conn: &mut Conn,
    cart: CartId,
    asker: &Asker,
    owned: &[BookId],
) -> Result<Vec<BundleLine>, ContentError> {
    let rows: Vec<Bundle> = cart_bundles::table
        .inner_join(bundles::table)
        .filter(cart_bundles::cart_id.eq(cart))
        .order((cart_bundles::added_at, cart_bundles::bundle_id))
        .select(Bundle::as_select())
        .load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<BundleId> = rows.iter().map(|bundle| bundle.id).collect();
    let mut books = Bundle::books_of(conn, &ids)?;
    let all: Vec<BookId> = books.values().flatten().map(|book| book.id).collect();
    let briefs = Brief::of(conn, &all)?;
    let mut lines = Vec::new();
    for bundle in rows {
        let books = books.remove(&bundle.id).unwrap_or_default();
        let price = bundle.price_with(&books, asker.currency)?;
        let has = books.iter().filter(|book| owned.contains(&book.id)).count();
        let problem = match &price {
            None => Some(Problem::BundleUnavailable),
            Some(_) if has == books.len() => Some(Problem::BundleOwned),
            Some(_) => None,
        };
        let books = books.iter().filter_map(|book| briefs.get(&book.id).cloned()).collect();
        lines.push(BundleLine { bundle, price, books, owned: has, problem });
    }
    Ok(lines)
}
