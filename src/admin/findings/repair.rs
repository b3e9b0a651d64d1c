//! What can be done about a finding.

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::admin::act::ActKind;
use crate::checkout::audit::{self, AuditError};
use crate::checkout::close::{self, Because, CloseError};
use crate::checkout::fulfil::SyncError;
use crate::checkout::{Till, ask, receipt};
use crate::db::schema::refunds;
use crate::db::text_enum;
use crate::money::Money;
use crate::orders::refund::{self, Items, RefundError};
use crate::orders::review::{self, ReviewError};
use crate::orders::{Finding, FindingKind, LineItem, LineItemId, Order, OrderId};
use crate::payments::{GatewayError, RefundRequest};

text_enum! {
    /// What can be done about a finding.
    pub enum Repair {
        /// Ask the gateway, take over what it says, and compare once more.
        Ask = "ask",
        /// Take a payment that does not fit as it is.
        Accept = "accept",
        /// Send the order's money back.
        GiveBack = "give_back",
        /// Send money back that is for no order.
        SendBack = "send_back",
        /// Say for which books a refund was.
        Assign = "assign",
        /// Send the receipt.
        Receipt = "receipt",
        /// Close an unpaid order.
        Close = "close",
        /// Close the finding by word.
        Dismiss = "dismiss",
    }
}

impl Repair {
    /// What can be done about a finding; closing it by word is always possible and comes last.
    #[must_use]
    pub fn of(finding: &Finding) -> Vec<Self> {
        let has_order = finding.order_id.is_some();
        let mut all = match finding.kind {
            FindingKind::Mismatch => vec![Self::Accept, Self::GiveBack, Self::Ask],
            FindingKind::RefundUnassigned => vec![Self::Assign, Self::Ask],
            FindingKind::PaymentUnknown if !has_order => vec![Self::Ask, Self::SendBack],
            FindingKind::ReceiptMissing => vec![Self::Receipt],
            FindingKind::Stuck => vec![Self::Ask, Self::Close],
            FindingKind::Withdrawal if has_order => vec![Self::GiveBack],
            FindingKind::Withdrawal => Vec::new(),
            _ => vec![Self::Ask],
        };
        all.push(Self::Dismiss);
        all
    }

    /// What its button says.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ask => "Ask the gateway again",
            Self::Accept => "Accept the payment as it is",
            Self::GiveBack => "Send the money back",
            Self::SendBack => "Send it back at the gateway",
            Self::Assign => "Close the chosen books",
            Self::Receipt => "Send the receipt",
            Self::Close => "Close the order",
            Self::Dismiss => "Dismiss",
        }
    }

    /// What pressing it does.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Ask => "Takes over what the gateway says now, and compares once more.",
            Self::Accept => "The order counts as paid, and the buyer gets the books.",
            Self::GiveBack => "All of it goes back to the buyer, and the order is refunded.",
            Self::SendBack => "What is left of this payment goes back the way it came.",
            Self::Assign => "The refund counts for these books, and they close at the next click.",
            Self::Receipt => "A new mail with the receipt and a link to the order.",
            Self::Close => "Asks the gateway first: money that was faster wins.",
            Self::Dismiss => "It is closed, and opens again only if something else is found.",
        }
    }

    /// Whether it wants to know why.
    #[must_use]
    pub const fn wants_reason(self) -> bool {
        matches!(self, Self::Accept | Self::GiveBack | Self::SendBack | Self::Dismiss)
    }

    /// How the log calls it.
    #[must_use]
    pub const fn act(self) -> ActKind {
        match self {
            Self::Ask => ActKind::Sync,
            Self::Accept => ActKind::Accept,
            Self::GiveBack | Self::SendBack => ActKind::Refund,
            Self::Assign => ActKind::Assign,
            Self::Receipt => ActKind::Receipt,
            Self::Close => ActKind::Cancel,
            Self::Dismiss => ActKind::Dismiss,
        }
    }
}

/// Why a repair did not work. The sentences are for the back office.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// There is no order to do it to.
    #[error("This finding is in no order.")]
    NoOrder,
    /// Nobody would know later why.
    #[error("Please say why: it is kept with the finding.")]
    NoReason,
    /// Nothing is left at the gateway.
    #[error("Nothing of this payment is left to send back.")]
    NothingLeft,
    /// The refund that it is about is not in our books.
    #[error("This refund is not in our books yet. Ask the gateway first.")]
    NoRefund,
    /// No book was chosen.
    #[error("Please choose at least one book.")]
    NoBook,
    /// The refund.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// The decision.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The closing.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// What the gateway said.
    #[error("It could not be found out just now: {0}.")]
    Sync(#[from] SyncError),
    /// The comparison.
    #[error("It could not be compared just now: {0}.")]
    Audit(#[from] AuditError),
    /// The gateway.
    #[error("It could not be done just now: {0}.")]
    Gateway(#[from] GatewayError),
    /// The shop's own data.
    #[error("It can't be written down just now.")]
    Database(#[from] diesel::result::Error),
}

/// What a repair is done with.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Which.
    pub repair: Repair,
    /// Who wants it.
    pub by: AccountId,
    /// Why.
    pub reason: String,
    /// The places of books in the order.
    pub places: Vec<usize>,
}

/// Carries a repair out, and says in a sentence what came of it.
///
/// # Errors
/// When it is not possible, the gateway does not answer, or the database fails.
pub async fn carry_out(till: &Till, finding: &Finding, wish: Wish) -> Result<String, RepairError> {
    let order = || finding.order_id.ok_or(RepairError::NoOrder);
    let reason = wish.reason.as_str();
    if wish.repair.wants_reason() && reason.is_empty() {
        return Err(RepairError::NoReason);
    }
    let done = match wish.repair {
        Repair::Ask => return compare_again(till, finding).await,
        Repair::Accept => {
            review::accept(till, order()?, wish.by, reason).await?;
            "The payment counts as it is."
        }
        Repair::GiveBack if finding.kind == FindingKind::Withdrawal => {
            refund::refund(till, order()?, Items::All, reason).await?;
            settle(till, finding, &wish).await?;
            return Ok("The money goes back.".to_owned());
        }
        Repair::GiveBack => {
            review::refund_all(till, order()?, wish.by, reason).await?;
            "The money goes back."
        }
        Repair::SendBack => {
            send_back(till, finding).await?;
            settle(till, finding, &wish).await?;
            return Ok("The money goes back.".to_owned());
        }
        Repair::Assign => {
            assign(till, finding, order()?, &wish).await?;
            "The refund counts for these books."
        }
        Repair::Receipt => {
            send_receipt(till, order()?).await?;
            settle(till, finding, &Wish { reason: "The receipt was sent.".to_owned(), ..wish }).await?;
            return Ok("The receipt is on its way.".to_owned());
        }
        Repair::Close => {
            close::close(till, order()?, Because::Expired).await?;
            "The order is closed."
        }
        Repair::Dismiss => {
            settle(till, finding, &wish).await?;
            return Ok("The finding is closed.".to_owned());
        }
    };
    if let Some(order) = finding.order_id {
        audit::order(till, order).await?;
    }
    Ok(done.to_owned())
}

/// Asks, and looks whether the finding is still so.
async fn compare_again(till: &Till, finding: &Finding) -> Result<String, RepairError> {
    match finding.order_id {
        Some(order) => {
            ask::about(till, order).await?;
            audit::order(till, order).await?;
        }
        None => audit::checkout(till, &finding.subject).await?,
    }
    let id = finding.public_id.clone();
    let after = till.db.read(move |conn| Finding::find_by_public_id(conn, &id)).await?;
    Ok(if after.is_none_or(|after| after.resolved_at.is_some()) {
        "That put it right.".to_owned()
    } else {
        "The gateway was asked, and it is still so.".to_owned()
    })
}

/// Sends back what is left of a payment that is for no order.
async fn send_back(till: &Till, finding: &Finding) -> Result<(), RepairError> {
    let facts = till.gateway.fetch_checkout(&finding.subject).await?;
    let left = facts.left_minor();
    let (Some(payment_id), Ok(currency)) = (facts.payment_id, facts.currency.parse()) else {
        return Err(RepairError::NothingLeft);
    };
    if left <= 0 {
        return Err(RepairError::NothingLeft);
    }
    let request = RefundRequest {
        payment_id,
        amount: Money::new(left, currency),
        reference: finding.public_id.clone(),
        idempotency_key: format!("rf/{}", finding.public_id),
    };
    till.gateway.refund(request).await?;
    Ok(())
}

async fn assign(till: &Till, finding: &Finding, order: OrderId, wish: &Wish) -> Result<(), RepairError> {
    let (subject, places) = (finding.subject.clone(), wish.places.clone());
    let read = till.db.read(move |conn| {
        let refund: Option<String> = refunds::table
            .filter(refunds::order_id.eq(order))
            .filter(refunds::gateway_id.eq(&subject).or(refunds::public_id.eq(&subject)))
            .select(refunds::public_id)
            .first(conn)
            .optional()?;
        let items = LineItem::of_order(conn, order)?;
        let chosen: Vec<LineItemId> = items
            .iter()
            .enumerate()
            .filter(|(index, _)| places.contains(&(index + 1)))
            .map(|(_, item)| item.id)
            .collect();
        Ok::<_, diesel::result::Error>((refund, chosen))
    });
    let (refund, chosen) = read.await?;
    if chosen.is_empty() {
        return Err(RepairError::NoBook);
    }
    refund::assign(till, &refund.ok_or(RepairError::NoRefund)?, chosen, wish.by).await?;
    Ok(())
}

async fn send_receipt(till: &Till, order: OrderId) -> Result<(), RepairError> {
    let (writing, now) = (till.clone(), till.clock.now());
    till.db
        .write(move |conn| {
            let order = Order::lock(conn, order)?.ok_or(RepairError::NoOrder)?;
            receipt::send_again(conn, &writing, &order, now)?;
            Ok(())
        })
        .await
}

/// Closes the finding, in the admin's name.
async fn settle(till: &Till, finding: &Finding, wish: &Wish) -> Result<(), RepairError> {
    let (finding, by, reason, now) = (finding.clone(), wish.by, wish.reason.clone(), till.clock.now());
    till.db
        .write(move |conn| Finding::resolve(conn, finding.kind, &finding.subject, Some(by), &reason, now))
        .await?;
    Ok(())
}
