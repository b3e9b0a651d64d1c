//! All that a viewer owns, and what is closed to them with the reason.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::catalog::{BookId, Brief, EditionFiles, EditionId};
use crate::db::schema::{access_overrides, gifts, line_items, orders};
use crate::db::{Conn, Timestamp};
use crate::gifts::Gift;
use crate::orders::{OrderId, OrderStatus};
use crate::permission::{Denial, Holding, Viewer};

/// One book on the shelf.
#[derive(Debug, Clone)]
pub struct Owned {
    /// The book in few words.
    pub book: Brief,
    /// The published editions with their files, the newest first; empty while the book is closed.
    pub editions: Vec<EditionFiles>,
    /// Since when.
    pub since: Timestamp,
    /// The public id of the order it came with; nothing for a gift or a press copy.
    pub order: Option<String>,
    /// The public id of the gift it came as, if it did.
    pub gift: Option<String>,
    /// The edition that was the newest at the sale, by its row; nothing for a gift or a press copy without a sale.
    pub edition: Option<EditionId>,
    /// Whether an edition came out after the sale.
    pub is_newer: bool,
    /// Why it can't be downloaded, and since when if that is known.
    pub closed: Option<(Denial, Option<Timestamp>)>,
}

/// A viewer's books.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The open ones first, each group with the newest purchase first.
    pub books: Vec<Owned>,
    /// For a guest: the address of the newest order.
    pub guest_email: Option<String>,
}

/// What is known of a book before its texts are loaded.
struct Entry {
    since: Timestamp,
    order: Option<OrderId>,
    by_gift: bool,
    edition: Option<i64>,
    closed: Option<Denial>,
}

impl Shelf {
    /// The shelf of a viewer; the number of queries does not grow with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, viewer: &Viewer) -> QueryResult<Self> {
        let holdings = Holding::of(conn, viewer, None)?;
        let given = given(conn, viewer)?;
        let entries = entries(&holdings, &given);
        let ids: Vec<BookId> = entries.iter().map(|(id, _)| *id).collect();
        let order_ids: HashSet<OrderId> = entries.iter().filter_map(|(_, entry)| entry.order).collect();
        let order_ids: Vec<OrderId> = order_ids.into_iter().collect();
        let public: HashMap<OrderId, (String, String)> = orders::table
            .filter(orders::id.eq_any(order_ids.clone()))
            .select((orders::id, (orders::public_id, orders::email)))
            .load(conn)?
            .into_iter()
            .collect();
        let gifts = gifts(conn, &order_ids)?;
        let refunded = refunded(conn, order_ids)?;
        let mut briefs = Brief::of(conn, &ids)?;
        let mut editions = EditionFiles::of_books(conn, &ids)?;
        let guest_email = match viewer.account {
            Some(_) => None,
            None => {
                holdings.first().and_then(|held| {
                    if held.by_gift {
                        // The order's address is the giver's.
                        return gifts.get(&held.order_id).map(|gift| gift.recipient_email.clone());
                    }
                    public.get(&held.order_id).map(|(_, email)| email.clone())
                })
            }
        };
        let mut books = Vec::new();
        for (id, entry) in entries {
            let Some(book) = briefs.remove(&id) else { continue };
            let published = editions.remove(&id).unwrap_or_default();
            let newest = published.first().map(|newest| newest.edition.id.0);
            let when = entry.order.and_then(|order| refunded.get(&(order, id)).copied());
            let gift = entry.order.filter(|_| entry.by_gift).and_then(|order| gifts.get(&order));
            books.push(Owned {
                book,
                gift: gift.map(|gift| gift.public_id.clone()),
                edition: entry.edition.map(EditionId),
                is_newer: entry.closed.is_none() && entry.edition.is_some() && newest > entry.edition,
                editions: if entry.closed.is_none() { published } else { Vec::new() },
                since: gift.and_then(|gift| gift.sent_at).unwrap_or(entry.since),
                order: entry
                    .order
                    .filter(|_| !entry.by_gift)
                    .and_then(|order| public.get(&order))
                    .map(|(public_id, _)| public_id.clone()),
                closed: entry.closed.map(|reason| (reason, when)),
            });
        }
        books.sort_by_key(|owned| owned.closed.is_some());
        Ok(Self { books, guest_email })
    }
}

/// Each book once: by a purchase that opens it if there is one, by an admin's word, or else by what closed it.
fn entries(holdings: &[Holding], given: &HashMap<BookId, Timestamp>) -> Vec<(BookId, Entry)> {
    let mut order: Vec<BookId> = Vec::new();
    let mut entries: HashMap<BookId, Entry> = HashMap::new();
    for held in holdings {
        let closed = match held.open() {
            Ok(()) => None,
            Err(_) if given.contains_key(&held.book_id) => None,
            // An attempt that came to nothing, or that nobody has paid yet, is no book.
            // What was bought for someone else is on their shelf.
            Err(Denial::NotBought | Denial::GivenAway) => continue,
            Err(_) if held.order_status == OrderStatus::Pending => continue,
            Err(reason) => Some(reason),
        };
        let entry = Entry {
            since: held.ordered_at,
            order: Some(held.order_id),
            by_gift: held.by_gift,
            edition: held.edition_id.map(|edition| edition.0),
            closed,
        };
        match entries.get(&held.book_id) {
            None => order.push(held.book_id),
            Some(known) if known.closed.is_some() && entry.closed.is_none() => {}
            Some(_) => continue,
        }
        entries.insert(held.book_id, entry);
    }
    let mut gifts: Vec<(&BookId, &Timestamp)> =
        given.iter().filter(|(book, _)| !entries.contains_key(book)).collect();
    gifts.sort_by_key(|(_, since)| std::cmp::Reverse(**since));
    let mut shelf: Vec<(BookId, Entry)> =
        order.into_iter().filter_map(|book| entries.remove(&book).map(|entry| (book, entry))).collect();
    shelf.extend(gifts.into_iter().map(|(book, since)| {
        (*book, Entry { since: *since, order: None, by_gift: false, edition: None, closed: None })
    }));
    shelf
}

/// The books that an admin gave to this account, with the day.
fn given(conn: &mut Conn, viewer: &Viewer) -> QueryResult<HashMap<BookId, Timestamp>> {
    let Some(account) = viewer.account else { return Ok(HashMap::new()) };
    let rows: Vec<(BookId, Timestamp)> = access_overrides::table
        .filter(access_overrides::account_id.eq(account.id).and(access_overrides::allowed.eq(true)))
        .select((access_overrides::book_id, access_overrides::created_at))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Those of these orders that are gifts.
fn gifts(conn: &mut Conn, orders: &[OrderId]) -> QueryResult<HashMap<OrderId, Gift>> {
    let rows: Vec<Gift> =
        gifts::table.filter(gifts::order_id.eq_any(orders.to_vec())).select(Gift::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|gift| (gift.order_id, gift)).collect())
}

/// When items of these orders were refunded.
fn refunded(conn: &mut Conn, orders: Vec<OrderId>) -> QueryResult<HashMap<(OrderId, BookId), Timestamp>> {
    let rows: Vec<(OrderId, BookId, Option<Timestamp>)> = line_items::table
        .filter(line_items::order_id.eq_any(orders).and(line_items::refunded_at.is_not_null()))
        .select((line_items::order_id, line_items::book_id, line_items::refunded_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(order, book, at)| at.map(|at| ((order, book), at))).collect())
}
