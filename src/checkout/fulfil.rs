//! From what the gateway says to what the buyer has: the only writer of an order's payment state.
//!
//! [`sync`] asks the gateway, writes its answer into the books, and brings the order to where all that is in the books
//! puts it ([`crate::orders::standing`]). It may be called twice, at once and in any order, by the webhook's worker, the
//! return page and the reconciler: the outcome is the same, with one receipt.

use diesel::prelude::*;

use super::attempt::Attempt;
use super::cart::{self, Owner};
use super::fingerprint::Fingerprint;
use super::{Till, receipt};
use crate::catalog::BookId;
use crate::db::schema::{line_items, orders};
use crate::db::{Conn, Timestamp};
use crate::orders::books::{self, Books, Taken};
use crate::orders::payment::PaymentId;
use crate::orders::refund::{self, Purpose};
use crate::orders::standing::{self, Case, Due, Found, ItemStanding, Standing};
use crate::orders::{
    Finding, FindingKind, InvalidTransition, LineItem, Order, OrderId, OrderStatus, billing, letters, papers,
};
use crate::payments::{CheckoutFacts, GatewayError, PaymentStatus};

/// What a synchronisation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// The order is where it was.
    Unchanged(OrderStatus),
    /// The order has moved.
    Moved(OrderStatus),
    /// The gateway's checkout is none of this shop's.
    Unknown,
    /// The gateway said something that is not understood; nothing moved, and an admin is told.
    Unclear,
}

/// Why a synchronisation failed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The shop's own data.
    #[error("the order could not be written: {0}")]
    Database(#[from] diesel::result::Error),
    /// A move that the rules forbid: a fault of ours.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
}

/// How often the gateway is asked again when its answer goes back behind what is known.
const ASKED: usize = 4;

/// What [`follow_books`] sees to by itself: what is no longer so is closed.
const KINDS: [FindingKind; 8] = [
    FindingKind::Mismatch,
    FindingKind::PaidTwice,
    FindingKind::RefundFailed,
    FindingKind::RefundUnassigned,
    FindingKind::Inquiry,
    FindingKind::Disputed,
    FindingKind::DisputeLost,
    FindingKind::Unclear,
];

/// Asks the gateway what became of a checkout, and brings its order to where it belongs.
///
/// # Errors
/// When the gateway does not answer or the database fails; then nothing has changed.
pub async fn sync(till: &Till, checkout_id: &str) -> Result<Synced, SyncError> {
    let mut believed = None;
    for _ in 0..ASKED {
        let facts = match till.gateway.fetch_checkout(checkout_id).await {
            Ok(facts) => facts,
            Err(GatewayError::Unclear(what)) => return unclear(till, checkout_id, &what).await,
            Err(error) => return Err(error.into()),
        };
        let (writing, known) = (till.clone(), believed.take());
        let settled = till.db.write(move |conn| settle(conn, &writing, &facts, known.as_ref())).await?;
        match settled {
            Settled::Done(synced) => return Ok(synced),
            Settled::Doubtful(books) => believed = Some(books),
        }
    }
    let changing = "its answers change while it is asked".to_owned();
    Err(GatewayError::Unreachable(changing).into())
}

/// What the gateway said is in no language that this version knows: somebody has to look.
async fn unclear(till: &Till, checkout_id: &str, what: &str) -> Result<Synced, SyncError> {
    let (id, what, writing) = (checkout_id.to_owned(), what.to_owned(), till.clone());
    till.db
        .write(move |conn| {
            let now = writing.clock.now();
            let attempt = Attempt::find(conn, writing.gateway.name(), &id)?;
            if let Some(attempt) = &attempt {
                attempt.follow(conn, attempt.status, now)?;
            }
            let order = attempt.map(|attempt| attempt.order_id);
            Finding::raise(conn, FindingKind::Unclear, &id, order, &what, now)?;
            Ok(Synced::Unclear)
        })
        .await
}

/// What became of an answer.
enum Settled {
    Done(Synced),
    /// It goes back behind what was known: the gateway is asked again.
    Doubtful(Books),
}

/// What `facts` mean for their order, in the caller's transaction.
fn settle(
    conn: &mut Conn,
    till: &Till,
    facts: &CheckoutFacts,
    believed: Option<&Books>,
) -> Result<Settled, SyncError> {
    let now = till.clock.now();
    let attempt = match Attempt::find(conn, till.gateway.name(), &facts.id)? {
        Some(attempt) => Some(attempt),
        None => adopt(conn, till, facts, now)?,
    };
    let Some(attempt) = attempt else {
        tracing::warn!(checkout = %facts.id, "the gateway spoke of a checkout that is not in our books");
        return Ok(Settled::Done(Synced::Unknown));
    };
    let Some(order) = lock_with_cart(conn, attempt.order_id)? else {
        return Ok(Settled::Done(Synced::Unknown));
    };
    let has_money = matches!(facts.payment_status, PaymentStatus::Paid | PaymentStatus::Processing);
    let mismatch = if has_money { mismatch(&order, facts, till) } else { String::new() };
    match books::write_down(conn, &order, attempt.id, facts, &mismatch, believed, now)? {
        Taken::Doubtful(books) => return Ok(Settled::Doubtful(books)),
        Taken::Written => attempt.follow(conn, facts.status.into(), now)?,
    }
    if facts.payment_status == PaymentStatus::Paid {
        billing::record(conn, &till.rules, &order, facts, now)?;
    }
    let was = order.status;
    let is = follow_books(conn, till, order, now)?;
    Ok(Settled::Done(if is == was { Synced::Unchanged(is) } else { Synced::Moved(is) }))
}

/// Money for an order of ours through a checkout that is not in our books: who paid gets the books, so it is written
/// down. Whether it fits is asked like of any other.
fn adopt(
    conn: &mut Conn,
    till: &Till,
    facts: &CheckoutFacts,
    now: Timestamp,
) -> QueryResult<Option<Attempt>> {
    if !matches!(facts.payment_status, PaymentStatus::Paid | PaymentStatus::Processing) {
        return Ok(None);
    }
    let gateway = till.gateway.name();
    let order = Order::find_by_public_id(conn, &facts.reference)?.filter(|order| order.gateway == gateway);
    let Some(order) = order else { return Ok(None) };
    lock_with_cart(conn, order.id)?;
    if let Some(known) = Attempt::find(conn, gateway, &facts.id)? {
        return Ok(Some(known));
    }
    tracing::warn!(order = %order.number, checkout = %facts.id, "a checkout that our books did not have was taken in");
    Attempt::adopt(conn, order.id, gateway, facts, now).map(Some)
}

/// An order, locked after the cart it came from: every transaction that wants both takes them in this order, so that
/// none waits for another in a circle.
///
/// # Errors
/// When the database fails.
pub(crate) fn lock_with_cart(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Order>> {
    let Some(found) = Order::find(conn, order)? else { return Ok(None) };
    if let Some(cart) = Fingerprint::cart_of(&found.cart_fingerprint) {
        cart::lock_row(conn, cart)?;
    }
    Order::lock(conn, order)
}

/// What of the gateway's facts does not fit the order, in words for an admin; empty when all fits.
fn mismatch(order: &Order, facts: &CheckoutFacts, till: &Till) -> String {
    let mut wrong = Vec::new();
    let asked = order.total_minor + facts.added_tax_minor;
    if facts.amount_minor != asked || facts.added_tax_minor < 0 {
        wrong.push(format!("amount {} instead of {asked}", facts.amount_minor));
    }
    if facts.currency != order.currency {
        wrong.push(format!("currency {} instead of {}", facts.currency, order.currency));
    }
    if facts.reference != order.public_id {
        wrong.push("the reference of another order".to_owned());
    }
    if facts.livemode != order.livemode || facts.livemode != till.gateway.livemode() {
        wrong.push(format!("livemode {} instead of {}", facts.livemode, order.livemode));
    }
    if wrong.is_empty() { String::new() } else { format!("checkout {}: {}", facts.id, wrong.join(", ")) }
}

/// Brings an order to where its books put it: its items, its status, the letters, and what an admin has to look at.
/// Wants it locked; returns where it is then. Doing it twice changes nothing the second time.
///
/// # Errors
/// When the database fails, or the books would undo what money made.
pub(crate) fn follow_books(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    now: Timestamp,
) -> Result<OrderStatus, SyncError> {
    let mut case = books::case(conn, &order)?;
    let mut standing = standing::of(&case);
    if !standing.to_send_back.is_empty() {
        send_back(conn, &case, &standing.to_send_back, now)?;
        case = books::case(conn, &order)?;
        standing = standing::of(&case);
    }
    close_items(conn, &order, &standing.items, now)?;
    if standing.rests_on.is_some() && order.paid_at.is_none() {
        diesel::update(orders::table.find(order.id)).set(orders::paid_at.eq(now)).execute(conn)?;
    }
    let order = moved(conn, order, &standing, now)?;
    // What was just written is not in the order that was read before.
    let order = Order { paid_at: order.paid_at.or(standing.rests_on.map(|_| now)), ..order };
    papers::follow(conn, &till.rules, &order, now)?;
    if standing.letters.contains(&Due::Receipt) && order.receipt_sent_at.is_none() {
        receipt::send(conn, till, &order, now)?;
        diesel::update(orders::table.find(order.id)).set(orders::receipt_sent_at.eq(now)).execute(conn)?;
    }
    letters::send(conn, till, &order, &standing.letters, now)?;
    tell_admins(conn, order.id, &standing.findings, now)?;
    Ok(order.status)
}

/// Notes that these payments are to be sent back; a task asks the gateway for it.
fn send_back(conn: &mut Conn, case: &Case, second: &[PaymentId], now: Timestamp) -> QueryResult<()> {
    for charge in case.payments.iter().filter(|charge| second.contains(&charge.id) && charge.left() > 0) {
        refund::insert(
            conn,
            charge.id,
            Purpose::SecondPayment,
            charge.left(),
            "the order was paid twice",
            now,
        )?;
    }
    Ok(())
}

/// Opens and closes what was bought.
fn close_items(conn: &mut Conn, order: &Order, items: &[ItemStanding], now: Timestamp) -> QueryResult<()> {
    for known in LineItem::of_order(conn, order.id)? {
        let Some(item) = items.iter().find(|item| item.id == known.id) else { continue };
        let refunded_at = item.is_closed.then(|| known.refunded_at.unwrap_or(now));
        if refunded_at != known.refunded_at || item.refunded_minor != known.refunded_minor {
            diesel::update(line_items::table.find(known.id))
                .set((
                    line_items::refunded_at.eq(refunded_at),
                    line_items::refunded_minor.eq(item.refunded_minor),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Makes the move, if it is one, with what belongs to it.
fn moved(conn: &mut Conn, order: Order, standing: &Standing, now: Timestamp) -> Result<Order, SyncError> {
    if standing.status == order.status {
        return Ok(order);
    }
    let was_unpaid = order.paid_at.is_none() && order.status != OrderStatus::Processing;
    let to = order.status.follow(standing.status)?;
    let order = order.move_to(conn, to, now)?;
    if to == OrderStatus::NeedsReview {
        for found in standing.findings.iter().filter(|found| found.kind == FindingKind::Mismatch) {
            if !order.note.contains(&found.detail) {
                order.add_note(conn, &found.detail)?;
            }
        }
    }
    if was_unpaid && (to == OrderStatus::Processing || OrderStatus::ENTITLING.contains(&to)) {
        empty_cart(conn, &order, now)?;
    }
    Ok(Order::find(conn, order.id)?.ok_or(diesel::result::Error::NotFound)?)
}

/// What an admin has to look at, and no longer has to.
fn tell_admins(conn: &mut Conn, order: OrderId, found: &[Found], now: Timestamp) -> QueryResult<()> {
    for Found { kind, subject, detail } in found {
        Finding::raise(conn, *kind, subject, Some(order), detail, now)?;
    }
    for open in Finding::open(conn, Some(order))? {
        let is_still = found.iter().any(|found| found.kind == open.kind && found.subject == open.subject);
        if KINDS.contains(&open.kind) && !is_still {
            Finding::resolve(conn, open.kind, &open.subject, None, "It is no longer so.", now)?;
        }
    }
    Ok(())
}

/// Settles an order that costs nothing, in the transaction that placed it.
///
/// # Errors
/// When it costs something after all, or the database fails.
pub(super) fn without_money(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    now: Timestamp,
) -> Result<Order, super::start::StartError> {
    let to = order.status.pay()?;
    if order.total_minor != 0 {
        return Err(super::start::StartError::NotPayable);
    }
    Ok(complete(conn, till, order, to, now)?)
}

/// The books are the buyer's: the move, the receipt, and the cart without them, all or nothing.
fn complete(
    conn: &mut Conn,
    till: &Till,
    order: Order,
    to: OrderStatus,
    now: Timestamp,
) -> QueryResult<Order> {
    let order = order.move_to(conn, to, now)?;
    receipt::send(conn, till, &order, now)?;
    diesel::update(orders::table.find(order.id))
        .set((orders::paid_at.eq(now), orders::receipt_sent_at.eq(now)))
        .execute(conn)?;
    empty_cart(conn, &order, now)?;
    Order::find(conn, order.id)?.ok_or(diesel::result::Error::NotFound)
}

/// Takes what was bought out of the carts it may lie in.
fn empty_cart(conn: &mut Conn, order: &Order, now: Timestamp) -> QueryResult<()> {
    let bought: Vec<BookId> =
        LineItem::of_order(conn, order.id)?.into_iter().map(|item| item.book_id).collect();
    if let Some(cart) = Fingerprint::cart_of(&order.cart_fingerprint) {
        cart::take_out_bought(conn, cart, &bought, now)?;
    }
    if order.account_id.is_some()
        && let Some(cart) = Owner::new(order.account_id, None).cart(conn)?
    {
        cart::take_out_bought(conn, cart, &bought, now)?;
    }
    Ok(())
}
