//! Closing what was begun and not paid: by the buyer's wish, by a changed cart, or by the clock.
//!
//! The gateway is asked first, always: money that came counts, whatever our own clock says.

use std::time::Duration;

use diesel::QueryResult;

use super::Till;
use super::attempt::{Attempt, AttemptStatus};
use super::fulfil::{self, SyncError};
use crate::orders::{InvalidTransition, Order, OrderId, OrderStatus};
use crate::payments::GatewayError;

/// How long the gateway may take to close what is open, all together: somebody waits for the page.
const CLOSING_TIME: Duration = Duration::from_secs(8);

/// How long it may take to say what became of what is open, all together, before a buyer gets a page without it.
const ASKING_TIME: Duration = Duration::from_secs(4);

/// Why an order is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The buyer gave up.
    Cancelled,
    /// Nobody paid in time.
    Expired,
}

/// Closes an order that nobody has paid, at the gateway first; returns where it is then, which is `Paid` if money was
/// faster.
///
/// # Errors
/// When the gateway does not answer, the order may no longer be closed, or the database fails; then it stays as it was.
pub async fn close(till: &Till, order: OrderId, because: Because) -> Result<OrderStatus, CloseError> {
    let gateway = till.gateway.name();
    let (open, was) = till
        .db
        .read(move |conn| {
            let found = Order::find(conn, order)?;
            QueryResult::Ok((Attempt::open_of(conn, order, gateway)?, found.map(|order| order.status)))
        })
        .await?;
    let closed = async {
        let mut gone = Vec::new();
        for id in &open {
            match till.gateway.expire_checkout(id).await {
                Ok(_) => {
                    fulfil::sync(till, id).await?;
                }
                // Made under a key of another account or mode: nobody here can close it, or hear of it. Should the key
                // come back, the audit finds what was paid.
                Err(GatewayError::Unknown(what)) => {
                    tracing::warn!(order = order.0, checkout = %id, %what, "the gateway no longer knows a checkout");
                    gone.push(id.clone());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok::<Vec<String>, CloseError>(gone)
    };
    let in_time = tokio::time::timeout(CLOSING_TIME, closed).await;
    let gone = in_time.unwrap_or_else(|_| Err(no_answer().into()))?;
    let now = till.clock.now();
    till.db
        .write(move |conn| {
            let Some(order) = Order::lock(conn, order)? else { return Err(CloseError::Gone) };
            for id in gone {
                if let Some(attempt) = Attempt::find(conn, gateway, &id)? {
                    attempt.follow(conn, AttemptStatus::Expired, now)?;
                }
            }
            if !matches!(order.status, OrderStatus::Pending | OrderStatus::Failed | OrderStatus::Expired) {
                return Ok(order.status);
            }
            let to = match because {
                // It had lapsed before the buyer gave it up.
                Because::Cancelled if was == Some(OrderStatus::Expired) => order.status,
                Because::Cancelled => order.status.cancel()?,
                Because::Expired => order.status.expire()?,
            };
            if to != order.status {
                order.move_to(conn, to, now)?;
            }
            Ok(to)
        })
        .await
}

/// Closes one attempt at the gateway and takes over what it says; a failure is left to the reconciler.
pub async fn at_gateway(till: &Till, checkout_id: &str) {
    let closed = async {
        till.gateway.expire_checkout(checkout_id).await?;
        fulfil::sync(till, checkout_id).await?;
        Ok::<(), CloseError>(())
    };
    let in_time = tokio::time::timeout(CLOSING_TIME, closed).await;
    if let Err(error) = in_time.unwrap_or_else(|_| Err(no_answer().into())) {
        tracing::warn!(%error, "a checkout could not be closed at the gateway; it is asked for again later");
    }
}

/// Takes over what the gateway says of an order's open attempts; a failure is left to the reconciler. Answers whether
/// all could be asked for.
pub async fn follow_all(till: &Till, order: OrderId) -> bool {
    let gateway = till.gateway.name();
    let open = match till.db.read(move |conn| Attempt::open_of(conn, order, gateway)).await {
        Ok(open) => open,
        Err(error) => {
            tracing::warn!(%error, "the attempts of an order could not be read");
            return false;
        }
    };
    let asked = async {
        let mut all = true;
        for id in open {
            if let Err(error) = fulfil::sync(till, &id).await {
                tracing::warn!(%error, "what became of a checkout could not be found out; it is asked for again");
                all = false;
            }
        }
        all
    };
    tokio::time::timeout(ASKING_TIME, asked).await.unwrap_or(false)
}

fn no_answer() -> GatewayError {
    GatewayError::Unreachable("no answer in time".to_owned())
}

/// Why an order could not be closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// There is no such order.
    #[error("This order is not there any more.")]
    Gone,
    /// It can't be closed where it is.
    #[error("This order can't be closed any more.")]
    Transition(#[from] InvalidTransition),
    /// The gateway was asked and did not answer.
    #[error("The payment provider doesn't answer just now. Please try again in a moment.")]
    Gateway(#[from] GatewayError),
    /// What the gateway said could not be taken over.
    #[error("The payment provider doesn't answer just now. Please try again in a moment.")]
    Sync(#[from] SyncError),
    /// The order could not be read or written.
    #[error("The order can't be changed just now.")]
    Database(#[from] diesel::result::Error),
}
