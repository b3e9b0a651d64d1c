//! Another address for an order: a guest had mistyped it, and somebody else, or nobody, got the link.
//!
//! Every link to the order that was handed out opens nothing from then on, mails to the old address that still wait are
//! given up, and the receipt goes to the new one with a link of its own. When the new address is an account's that has
//! proved it, the order is in that account.

use diesel::prelude::*;

use super::{Till, receipt};
use crate::accounts::{Account, AccountId, EmailAddress};
use crate::db::schema::{mails, order_tokens, orders};
use crate::db::{Conn, Timestamp};
use crate::orders::{Order, OrderId};

/// Why an order keeps its address. The sentence is shown to the admin.
#[derive(Debug, thiserror::Error)]
pub enum ReaddressError {
    /// It is gone.
    #[error("This order is not there any more.")]
    Gone,
    /// Nobody has paid it.
    #[error("Only an order that was paid gets another address; one that wasn’t can be placed again.")]
    Unpaid,
    /// It has it.
    #[error("The order has this address already.")]
    Same,
    /// It is in an account, and nobody said that it shall leave it.
    #[error("The order is in an account. Tick that it leaves it, or leave the order alone.")]
    InAccount,
    /// The account of the new address is kept out.
    #[error("The account of this address is blocked: let it in again first.")]
    Blocked,
    /// The database failed.
    #[error("The address couldn’t be changed.")]
    Database(#[from] diesel::result::Error),
}

/// Gives the order another address; `take_out` lets it leave the account that it is in. The order as it is then.
///
/// # Errors
/// Why not; then nothing has changed.
pub fn readdress(
    conn: &mut Conn,
    till: &Till,
    order: OrderId,
    email: &EmailAddress,
    take_out: bool,
    now: Timestamp,
) -> Result<Order, ReaddressError> {
    let order = Order::lock(conn, order)?.ok_or(ReaddressError::Gone)?;
    if order.paid_at.is_none() {
        return Err(ReaddressError::Unpaid);
    }
    if order.email_key == email.key() {
        return Err(ReaddressError::Same);
    }
    if order.account_id.is_some() && !take_out {
        return Err(ReaddressError::InAccount);
    }
    let account = Account::find_by_email(conn, email.as_str())?;
    if account.as_ref().is_some_and(|account| account.blocked_at.is_some()) {
        return Err(ReaddressError::Blocked);
    }
    let keeper: Option<AccountId> =
        account.filter(|account| account.email_confirmed_at.is_some()).map(|account| account.id);
    revoke_links(conn, order.id, now)?;
    give_up_mails(conn, &order, now)?;
    diesel::update(orders::table.find(order.id))
        .set((
            orders::email.eq(email.as_str()),
            orders::email_key.eq(email.key()),
            orders::account_id.eq(keeper),
            orders::updated_at.eq(now),
        ))
        .execute(conn)?;
    let order = Order::find(conn, order.id)?.ok_or(ReaddressError::Gone)?;
    receipt::send_to_new_address(conn, till, &order, now)?;
    Ok(order)
}

fn revoke_links(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<()> {
    let living =
        order_tokens::table.filter(order_tokens::order_id.eq(order).and(order_tokens::revoked_at.is_null()));
    diesel::update(living).set(order_tokens::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// What waits for the old address about this order does not go out. A mail's key names its order.
fn give_up_mails(conn: &mut Conn, order: &Order, now: Timestamp) -> QueryResult<()> {
    let waiting = mails::table
        .filter(mails::unique_key.like(format!("%/{}%", order.public_id)))
        .filter(mails::recipient.eq(order.email.trim()))
        .filter(mails::sent_at.is_null().and(mails::failed_at.is_null()));
    diesel::update(waiting)
        .set((mails::failed_at.eq(now), mails::last_error.eq("the order has another address now")))
        .execute(conn)?;
    Ok(())
}
