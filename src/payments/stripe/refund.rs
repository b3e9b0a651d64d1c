//! Giving money back.

use std::collections::HashMap;

use stripe_core::refund::CreateRefund;

use super::super::{GatewayError, RefundFacts, RefundRequest};
use super::checkout::{SHOP, refunds_of};
use super::client::{Answer, Client};
use super::{amount, facts};
use crate::db::Timestamp;

/// The key under which a refund at Stripe carries the id of ours.
pub(super) const REFUND: &str = "refund";

/// Gives money back, once: a refund that carries our id already is the one.
pub(super) async fn refund(
    client: &Client,
    shop: &str,
    request: &RefundRequest,
    now: Timestamp,
) -> Result<RefundFacts, GatewayError> {
    // Stripe forgets a key after a day or so; what carries our id, it never does.
    if let Some(done) = find(client, request).await? {
        return Ok(done);
    }
    let metadata = [(REFUND, request.reference.as_str()), (SHOP, shop)];
    let metadata: HashMap<String, String> =
        metadata.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let asked = CreateRefund::new()
        .payment_intent(request.payment_id.as_str())
        .amount(amount::to_stripe(request.amount.minor, request.amount.currency)?)
        .metadata(metadata);
    let mut answer = client.post(&asked, &request.idempotency_key).await;
    if matches!(answer, Err(Answer::Failed(_))) {
        // Stripe failed inside, and says so again for a day under this key. Perhaps it was done.
        if let Some(done) = find(client, request).await? {
            return Ok(done);
        }
        // One new key an hour: never two at once, and none that is burnt for a day.
        let hour = now.and_utc().timestamp().div_euclid(3600);
        answer = client.post(&asked, &format!("{}/{hour}", request.idempotency_key)).await;
    }
    match answer {
        Ok(refund) => facts::of_refund(&refund, &request.payment_id),
        // Perhaps there is nothing left because it was done already.
        Err(Answer::Refused(said)) => find(client, request).await?.ok_or(GatewayError::Refused(said)),
        Err(other) => Err(other.into_error()),
    }
}

/// The refund that was made for this request, if it was.
async fn find(client: &Client, request: &RefundRequest) -> Result<Option<RefundFacts>, GatewayError> {
    let all = refunds_of(client, &request.payment_id).await?;
    Ok(all.into_iter().find(|refund| refund.reference.as_deref() == Some(request.reference.as_str())))
}
