//! From the cart to the gateway's page.
//!
//! Everything that money depends on is computed here from the catalogue, inside one transaction; the gateway is asked
//! after it, under a key that makes asking twice harmless. A second click and a second tab find the same order and the
//! same attempt; a changed cart closes the attempt before.

use std::time::Duration;

use diesel::prelude::*;

use super::attempt::{Attempt, AttemptStatus};
use super::cart::{self, Owner};
use super::cart_lines::{Asker, Content, ContentError};
use super::fingerprint::Fingerprint;
use super::wishes::Wishes;
use super::{Till, close, fulfil};
use crate::accounts::{AccountId, email_key};
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::gifts::Gift;
use crate::ids::Token;
use crate::money::Money;
use crate::orders::place::{NewLine, NewOrder};
use crate::orders::waiver::Waiver;
use crate::orders::{InvalidTransition, LineItem, Order, OrderStatus, billing};
use crate::payments::{CheckoutLine, GatewayError};
use crate::permission::Viewer;
use crate::pricing::{CodeProblem, HoldError, code_use};

/// How long the gateway may take to make a checkout.
const GATEWAY_TIME: Duration = Duration::from_secs(5);

/// How long it may take to close what was begun for another content of the cart; what is left is the reconciler's.
const CLOSING_TIME: Duration = Duration::from_secs(8);

/// How long it may take to close what was given up while it was made.
const GIVEN_UP_TIME: Duration = Duration::from_secs(3);

/// For how long a second click on a button finds the order that the first one made and settled.
const DOUBLE_CLICK: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// Who buys.
#[derive(Debug, Clone)]
pub struct Buyer {
    /// The signed-in account.
    pub account: Option<AccountId>,
    /// Where the receipt goes.
    pub email: String,
    /// The languages that they read, as their browser says it; empty when it does not.
    pub locale: String,
}

/// An order on its way.
#[derive(Debug)]
pub struct Started {
    /// The order's public id.
    pub order: String,
    /// For a guest: the secret that opens the order in this browser.
    pub token: Option<Token>,
    /// Where to go now.
    pub next: Next,
}

/// Where a buyer goes now.
#[derive(Debug)]
pub enum Next {
    /// To the gateway's page, at this address.
    Pay(String),
    /// To the order's page: there is nothing to pay, or nothing any more.
    Order,
    /// To the order's page as well, to try again: the gateway did not make a checkout.
    Unanswered(GatewayError),
}

/// Why no order came of it. The sentences are for the buyer.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nothing is in the cart.
    #[error("There is nothing in your cart.")]
    Empty,
    /// Something in the cart can't be bought.
    #[error("Something in your cart can't be bought any more. Please remove it first.")]
    Problem,
    /// It is not what the buyer saw.
    #[error("A price or a book in your cart has changed meanwhile. Please look at it again.")]
    Changed,
    /// The code is not good for this buyer, or no longer.
    #[error("{0} Please look at the total again.")]
    Code(CodeProblem),
    /// There is something to pay, but less than can be charged.
    #[error("The smallest amount that can be charged is {0}. Please add another book.")]
    TooSmall(Money),
    /// There is more to pay than can be charged at once.
    #[error("The largest amount that can be charged at once is {0}. Please buy the books in two orders.")]
    TooLarge(Money),
    /// The order can't be paid, or not any more.
    #[error("This order can't be paid any more.")]
    NotPayable,
    /// The move is impossible.
    #[error("This order can't be paid any more.")]
    Transition(#[from] InvalidTransition),
    /// The cart's content.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The order could not be written.
    #[error("The order can't be placed just now.")]
    Database(#[from] diesel::result::Error),
}

impl From<HoldError> for StartError {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Problem(problem) => Self::Code(problem),
            HoldError::Database(error) => Self::Database(error),
        }
    }
}

/// What the transaction leaves to be done after it.
struct Prepared {
    order: Order,
    token: Option<Token>,
    attempt: Option<Attempt>,
    /// The gateway's ids of attempts for what the cart held before.
    outdated: Vec<String>,
}

/// Places the order for what is in the cart, or finds the one that was placed for it, and says where to go.
///
/// `seen` is the fingerprint of what the checkout page showed, if it came along.
///
/// # Errors
/// When there is nothing to buy, something can't be bought, or the database fails.
pub async fn start(
    till: &Till,
    owner: Owner,
    viewer: Viewer,
    buyer: Buyer,
    wishes: Wishes,
    seen: Option<String>,
) -> Result<Started, StartError> {
    let (writing, locale) = (till.clone(), buyer.locale.clone());
    let prepared = till
        .db
        .write(move |conn| prepare(conn, &writing, &owner, &viewer, &buyer, &wishes, seen.as_deref()))
        .await?;
    let closing = async {
        for outdated in &prepared.outdated {
            close::at_gateway(till, outdated).await;
        }
    };
    let opening = async {
        match &prepared.attempt {
            None => Ok(Next::Order),
            Some(attempt) => hosted(till, &prepared.order, attempt, &locale).await,
        }
    };
    // At once, so that a slow gateway is waited for once.
    let (_, next) = tokio::join!(tokio::time::timeout(CLOSING_TIME, closing), opening);
    let next = next?;
    Ok(Started { order: prepared.order.public_id, token: prepared.token, next })
}

/// Sends the buyer of a placed order back to where it can be paid.
///
/// # Errors
/// When the order is not to be paid any more, or the database fails.
pub async fn resume(till: &Till, order: &Order, locale: &str) -> Result<Next, StartError> {
    // The gateway may know better than we do: nobody shall pay twice.
    close::follow_all(till, order.id).await;
    let (id, writing) = (order.id, till.clone());
    let (order, attempt) = till
        .db
        .write(move |conn| {
            let now = writing.clock.now();
            // An order that was placed for another gateway is not paid at this one.
            let order = Order::lock(conn, id)?
                .filter(|order| order.is_payable(now) && order.gateway == writing.gateway.name());
            let Some(order) = order else { return Ok(None) };
            code_use::hold_again(conn, &order, now)?;
            let attempt = attempt_for(conn, &writing, &order, now)?;
            Ok::<_, StartError>(Some((order, attempt)))
        })
        .await?
        .ok_or(StartError::NotPayable)?;
    hosted(till, &order, &attempt, locale).await
}

fn prepare(
    conn: &mut Conn,
    till: &Till,
    owner: &Owner,
    viewer: &Viewer,
    buyer: &Buyer,
    wishes: &Wishes,
    seen: Option<&str>,
) -> Result<Prepared, StartError> {
    let now = till.clock.now();
    let cart = cart::lock(conn, owner)?.ok_or(StartError::Empty)?;
    // What the buyer has is no reason against a gift.
    let asker = till.asker(viewer, Some(&buyer.email)).buying_for_others(wishes.gift.is_some());
    let content = Content::load(conn, Some(cart), &asker)?;
    if content.is_empty() {
        let order = just_settled(conn, &Fingerprint::prefix(cart), now)?.ok_or(StartError::Empty)?;
        let token = token_for(conn, &order, now)?;
        return Ok(Prepared { order, token, attempt: None, outdated: Vec::new() });
    }
    if content.has_problem() {
        return Err(StartError::Problem);
    }
    if let Some(seen) = seen.filter(|seen| *seen != Fingerprint::of_content(&content)) {
        return Err(changed(conn, cart, &asker, &content, seen)?);
    }
    if seen.is_none()
        && let Some(problem) = content.code.as_ref().and_then(|code| code.problem.clone())
    {
        // Nobody knows whether the buyer saw that the code takes nothing off.
        return Err(StartError::Code(problem));
    }
    if content.is_too_small() {
        return Err(StartError::TooSmall(content.least));
    }
    let most = Money::new(till.gateway.maximum(), content.total.currency);
    if content.total.minor > most.minor {
        return Err(StartError::TooLarge(most));
    }
    let who = format!("{:?} {}", buyer.account.map(|account| account.0), email_key(&buyer.email));
    let who = format!("{who}\n{}", wishes.fingerprint());
    let fingerprint = Fingerprint::of(cart, &who, &content);
    lock_codes(conn, &Fingerprint::prefix(cart), &content)?;
    let outdated = give_up_others(conn, till.gateway.name(), &Fingerprint::prefix(cart), &fingerprint, now)?;
    let expires_at = now + till.patience;
    let order = match same_order(conn, till, &fingerprint, now)? {
        Some(order) => {
            code_use::hold_again(conn, &order, now)?;
            order
        }
        None => {
            let new = new_order(till, buyer, &content, &fingerprint, expires_at);
            let order = place(conn, &new, &content, now)?;
            if let Some(gift) = &wishes.gift {
                Gift::place(conn, order.id, gift, now)?;
            }
            order
        }
    };
    if let Some(country) = &wishes.answers.country {
        billing::choose_country(conn, &till.rules, order.id, country, now)?;
    }
    if let Some(words) = &wishes.answers.waiver {
        Waiver::agree(conn, order.id, words, now)?;
    }
    let token = token_for(conn, &order, now)?;
    if order.total_minor == 0 {
        let order = fulfil::without_money(conn, till, order, now)?;
        return Ok(Prepared { order, token, attempt: None, outdated });
    }
    let attempt = attempt_for(conn, till, &order, now)?;
    Ok(Prepared { order, token, attempt: Some(attempt), outdated })
}

/// The attempt to send the buyer to. The order waits as long as its page can be paid.
fn attempt_for(conn: &mut Conn, till: &Till, order: &Order, now: Timestamp) -> QueryResult<Attempt> {
    let until = now + till.patience;
    let attempt = Attempt::current_or_new(conn, order.id, till.gateway.name(), now, until)?;
    diesel::update(orders::table.find(order.id))
        .set(orders::expires_at.eq(attempt.expires_at))
        .execute(conn)?;
    Ok(attempt)
}

/// Places the order, with its slot of the code if one takes something off.
fn place(conn: &mut Conn, new: &NewOrder, content: &Content, now: Timestamp) -> Result<Order, StartError> {
    let order = Order::place(conn, new, now)?;
    if let Some(code) = content.good_code() {
        code_use::hold(conn, &order, &code.code, code.off.minor, now)?;
    }
    Ok(order)
}

/// What to say when the cart is not what the buyer saw: if a code took something off until the buyer's address was
/// known, that is the reason.
fn changed(
    conn: &mut Conn,
    cart: cart::CartId,
    asker: &Asker,
    content: &Content,
    seen: &str,
) -> Result<StartError, StartError> {
    let problem = content.code.as_ref().and_then(|code| code.problem.clone());
    let Some(problem) = problem else { return Ok(StartError::Changed) };
    let anonymous = Content::load(conn, Some(cart), &Asker { email: None, ..asker.clone() })?;
    let was_good = Fingerprint::of_content(&anonymous) == seen || matches!(problem, CodeProblem::UsedUp(_));
    Ok(if was_good { StartError::Code(problem) } else { StartError::Changed })
}

/// Locks the codes that this cart's orders hold, and the one that it is to hold.
fn lock_codes(conn: &mut Conn, prefix: &str, content: &Content) -> QueryResult<()> {
    let mut codes = code_use::held_from(conn, prefix)?;
    codes.extend(content.good_code().map(|code| code.code.id));
    code_use::lock(conn, codes)
}

fn new_order(
    till: &Till,
    buyer: &Buyer,
    content: &Content,
    fingerprint: &Fingerprint,
    expires_at: Timestamp,
) -> NewOrder {
    let lines = content.sales.iter().map(|sale| NewLine {
        book: sale.book,
        title: sale.title.clone(),
        price_minor: sale.price_minor,
        reduction: sale.reduction.clone(),
    });
    let costs_nothing = content.total.is_zero();
    NewOrder {
        account: buyer.account,
        email: buyer.email.clone(),
        lines: lines.collect(),
        subtotal: content.subtotal,
        total: content.total,
        gateway: if costs_nothing { "none".to_owned() } else { till.gateway.name().to_owned() },
        livemode: till.gateway.livemode(),
        cart_fingerprint: fingerprint.as_str().to_owned(),
        expires_at,
    }
}

/// The unpaid order that was placed for the very same purchase.
fn same_order(
    conn: &mut Conn,
    till: &Till,
    fingerprint: &Fingerprint,
    now: Timestamp,
) -> QueryResult<Option<Order>> {
    let order: Option<Order> = orders::table
        .filter(orders::gateway.eq_any([till.gateway.name(), "none"]))
        .filter(orders::cart_fingerprint.eq(fingerprint.as_str()))
        .filter(orders::status.eq_any([OrderStatus::Pending, OrderStatus::Failed]))
        .order(orders::id.desc())
        .select(Order::as_select())
        .first(conn)
        .optional()?;
    Ok(order.filter(|order| order.is_payable(now)))
}

/// The order that a click a moment ago made of everything that was in the cart.
fn just_settled(conn: &mut Conn, prefix: &str, now: Timestamp) -> QueryResult<Option<Order>> {
    orders::table
        .filter(orders::cart_fingerprint.like(format!("{prefix}%")))
        .filter(orders::status.eq_any([OrderStatus::Paid, OrderStatus::Processing]))
        .filter(orders::created_at.gt(now - DOUBLE_CLICK))
        .order(orders::id.desc())
        .select(Order::as_select())
        .first(conn)
        .optional()
}

/// Gives up what was begun for another content of this cart; returns what is to be closed at the gateway for it.
fn give_up_others(
    conn: &mut Conn,
    gateway: &str,
    prefix: &str,
    fingerprint: &Fingerprint,
    now: Timestamp,
) -> Result<Vec<String>, StartError> {
    let others: Vec<Order> = orders::table
        .filter(orders::cart_fingerprint.like(format!("{prefix}%")))
        .filter(orders::cart_fingerprint.ne(fingerprint.as_str()))
        // One that failed may have been tried again.
        .filter(orders::status.eq_any([OrderStatus::Pending, OrderStatus::Failed]))
        .select(Order::as_select())
        .load(conn)?;
    code_use::release_others(conn, prefix, fingerprint.as_str(), now)?;
    let mut outdated = Vec::new();
    for order in others {
        let open = Attempt::open_of(conn, order.id, gateway)?;
        if open.is_empty() && order.status == OrderStatus::Pending {
            // No page of the gateway was ever handed out for it.
            order.move_to(conn, order.status.cancel()?, now)?;
        }
        outdated.extend(open);
    }
    Ok(outdated)
}

/// A guest's browser gets a key to the order; an account needs none.
fn token_for(conn: &mut Conn, order: &Order, now: Timestamp) -> QueryResult<Option<Token>> {
    if order.account_id.is_some() {
        return Ok(None);
    }
    Order::new_token(conn, order.id, now).map(Some)
}

/// The gateway's page for an attempt, made if need be.
async fn hosted(till: &Till, order: &Order, attempt: &Attempt, locale: &str) -> Result<Next, StartError> {
    if let (AttemptStatus::Open, Some(url)) = (attempt.status, &attempt.url) {
        return Ok(Next::Pay(url.clone()));
    }
    let id = order.id;
    let items = till.db.read(move |conn| LineItem::of_order(conn, id)).await?;
    let lines = items
        .into_iter()
        .map(|item| CheckoutLine { amount_minor: item.price_minor - item.discount_minor, title: item.title });
    let until = attempt.expires_at.or(order.expires_at).unwrap_or_else(|| till.clock.now());
    let request =
        attempt.request(till, order, lines.collect(), locale, until).ok_or(StartError::NotPayable)?;
    let asked = tokio::time::timeout(GATEWAY_TIME, till.gateway.create_checkout(request)).await;
    let asked = asked.unwrap_or_else(|_| Err(GatewayError::Unreachable("no answer in time".to_owned())));
    let (attempt, now) = (attempt.clone(), till.clock.now());
    match asked {
        Ok(hosted) => {
            let (checkout, url) = (hosted.id.clone(), hosted.url.clone());
            let is_wanted = till
                .db
                .write(move |conn| {
                    attempt.opened(conn, &hosted, now)?;
                    QueryResult::Ok(Order::find(conn, id)?.is_some_and(|order| order.is_payable(now)))
                })
                .await?;
            if is_wanted {
                return Ok(Next::Pay(url));
            }
            // Given up in another tab while the gateway was asked. What does not close now closes by its time.
            let closing = Box::pin(close::at_gateway(till, &checkout));
            let _ = tokio::time::timeout(GIVEN_UP_TIME, closing).await;
            Ok(Next::Order)
        }
        Err(error) => {
            tracing::error!(order = %order.number, %error, "the gateway made no checkout; the order stays pending");
            if !matches!(error, GatewayError::Unreachable(_)) {
                till.db.write(move |conn| attempt.given_up(conn, now)).await?;
            }
            Ok(Next::Unanswered(error))
        }
    }
}
