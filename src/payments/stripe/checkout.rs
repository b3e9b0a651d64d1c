//! Checkout Sessions: made, asked for, closed.

use std::collections::HashMap;

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing, CreateCheckoutSessionAutomaticTax,
    CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionLineItemsPriceDataTaxBehavior, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionTaxIdCollection, ExpireCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_core::dispute::ListDispute;
use stripe_core::refund::ListRefund;
use stripe_shared::{CheckoutSession, CheckoutSessionBillingAddressCollection, CheckoutSessionMode};

use super::super::{
    CheckoutFacts, CheckoutLine, CheckoutRequest, DisputeFacts, GatewayError, HostedCheckout, RefundFacts,
    TaxMode,
};
use super::client::{Answer, Client, all_pages};
use super::{amount, facts, locale};

/// What the shop sells, in Stripe's list of product tax codes: digital books, downloaded, for good.
const EBOOK: &str = "txcd_10302000";

/// How many characters of a title Stripe takes.
const TITLE: usize = 250;

/// The key under which Stripe's objects carry this shop's id.
pub(super) const SHOP: &str = "shop";

/// The key under which they carry the order's.
pub(super) const ORDER: &str = "order";

pub(super) async fn create(
    client: &Client,
    shop: &str,
    request: &CheckoutRequest,
) -> Result<HostedCheckout, GatewayError> {
    let session = client.post(&asked(shop, request)?, &request.idempotency_key).await;
    let session = session.map_err(|answer| match answer {
        // The same key would bring the same failure for a day. Should there be a session after all, its address went to
        // nobody, so nobody can pay it.
        Answer::Failed(said) => GatewayError::Failing(said),
        other => other.into_error(),
    })?;
    let url = session
        .url
        .ok_or_else(|| GatewayError::Unclear(format!("the session {} has no address", session.id)))?;
    let expires_at = facts::time(session.expires_at)?;
    Ok(HostedCheckout { id: session.id.to_string(), url, expires_at })
}

fn asked(shop: &str, request: &CheckoutRequest) -> Result<CreateCheckoutSession, GatewayError> {
    let lines: Result<Vec<_>, _> = request.lines.iter().map(|line| line_item(line, request)).collect();
    let metadata = metadata(shop, &request.reference);
    let mut intent = CreateCheckoutSessionPaymentIntentData::new();
    intent.metadata = Some(metadata.clone());
    let mut as_priced = CreateCheckoutSessionAdaptivePricing::new();
    as_priced.enabled = Some(false);
    // Stripe puts the session's id in; the braces must stay as they are.
    let mark = if request.success_url.contains('?') { '&' } else { '?' };
    let session = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items(lines?)
        .adaptive_pricing(as_priced)
        .client_reference_id(request.reference.as_str())
        .metadata(metadata)
        .payment_intent_data(intent)
        .customer_email(request.email.as_str())
        .locale(locale::of(&request.locale))
        .expires_at(request.expires_at.and_utc().timestamp())
        .success_url(format!("{}{mark}session={{CHECKOUT_SESSION_ID}}", request.success_url))
        .cancel_url(request.cancel_url.as_str());
    Ok(match request.tax {
        TaxMode::None => session,
        TaxMode::Inclusive | TaxMode::Exclusive => session
            .automatic_tax(CreateCheckoutSessionAutomaticTax::new(true))
            .billing_address_collection(CheckoutSessionBillingAddressCollection::Required)
            .tax_id_collection(CreateCheckoutSessionTaxIdCollection::new(true)),
    })
}

fn metadata(shop: &str, order: &str) -> HashMap<String, String> {
    [(SHOP, shop), (ORDER, order)].map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn line_item(
    line: &CheckoutLine,
    request: &CheckoutRequest,
) -> Result<CreateCheckoutSessionLineItems, GatewayError> {
    let mut product = ProductData::new(line.title.chars().take(TITLE).collect::<String>());
    let currency = request.total.currency;
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(amount::currency(currency));
    price.unit_amount = Some(amount::to_stripe(line.amount_minor, currency)?);
    price.tax_behavior = match request.tax {
        TaxMode::None => None,
        TaxMode::Inclusive => Some(CreateCheckoutSessionLineItemsPriceDataTaxBehavior::Inclusive),
        TaxMode::Exclusive => Some(CreateCheckoutSessionLineItemsPriceDataTaxBehavior::Exclusive),
    };
    if request.tax != TaxMode::None {
        product.tax_code = Some(EBOOK.to_owned());
    }
    price.product_data = Some(product);
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(1);
    Ok(item)
}

/// What Stripe says of a session, with what went back of its money.
pub(super) async fn fetch(client: &Client, shop: &str, id: &str) -> Result<CheckoutFacts, GatewayError> {
    let session = retrieve(client, shop, id).await?;
    let (refunds, disputes) = match facts::payment_of(&session) {
        Some(payment) => tokio::try_join!(refunds_of(client, &payment), disputes_of(client, &payment))?,
        None => (Vec::new(), Vec::new()),
    };
    facts::of_session(&session, refunds, disputes)
}

/// A session of this shop; another shop's is as good as none.
pub(super) async fn retrieve(client: &Client, shop: &str, id: &str) -> Result<CheckoutSession, GatewayError> {
    if !id.starts_with("cs_") {
        return Err(GatewayError::Unknown(format!("session {id}")));
    }
    let asked = RetrieveCheckoutSession::new(id).expand(["payment_intent".to_owned()]);
    let session = client.get(&asked).await?;
    if facts::is_of(session.metadata.as_ref(), shop) {
        Ok(session)
    } else {
        Err(GatewayError::Unknown(format!("session {id}: it is not this shop's")))
    }
}

pub(super) async fn refunds_of(client: &Client, payment: &str) -> Result<Vec<RefundFacts>, GatewayError> {
    let all = all_pages!(client, get, ListRefund::new().payment_intent(payment));
    all.iter().map(|refund| facts::of_refund(refund, payment)).collect()
}

async fn disputes_of(client: &Client, payment: &str) -> Result<Vec<DisputeFacts>, GatewayError> {
    let all = all_pages!(client, get, ListDispute::new().payment_intent(payment));
    all.iter().map(|dispute| facts::of_dispute(dispute, payment)).collect()
}

/// Closes a session; one that is over stays as it is.
pub(super) async fn expire(client: &Client, shop: &str, id: &str) -> Result<CheckoutFacts, GatewayError> {
    // Before anything is done to it: is it ours?
    let session = retrieve(client, shop, id).await?;
    if session.status == Some(stripe_shared::CheckoutSessionStatus::Open) {
        match client.get(&ExpireCheckoutSession::new(id)).await {
            // It was paid, or expired, a moment ago: what it is now is asked for below.
            Ok(_) | Err(GatewayError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    fetch(client, shop, id).await
}
