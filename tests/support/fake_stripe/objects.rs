//! Stripe's objects as JSON, whole enough for its official clients.

use serde_json::{Value, json};

pub fn session(id: &str, now: i64, expires_at: i64, livemode: bool) -> Value {
    json!({
        "id": id, "object": "checkout.session", "created": now, "expires_at": expires_at, "livemode": livemode,
        "mode": "payment", "status": "open", "payment_status": "unpaid", "payment_intent": null,
        "payment_method_types": ["card"], "custom_fields": [], "custom_text": {}, "shipping_options": [],
        "customer": null, "customer_details": null, "ui_mode": "hosted_page", "allow_promotion_codes": null,
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
    })
}

#[allow(clippy::too_many_arguments, reason = "each is a field")]
pub fn intent(id: &str, session: &Value, status: &str, charge: Option<&str>, now: i64) -> Value {
    let amount = &session["amount_total"];
    json!({
        "id": id, "object": "payment_intent", "amount": amount, "amount_capturable": 0,
        "amount_received": if status == "succeeded" { amount.clone() } else { json!(0) },
        "capture_method": "automatic_async", "confirmation_method": "automatic", "created": now,
        "currency": session["currency"], "livemode": session["livemode"],
        "metadata": session["fake_intent_metadata"], "payment_method_types": ["card"], "status": status,
        "latest_charge": charge,
    })
}

pub fn charge(id: &str, intent: &Value, now: i64) -> Value {
    json!({
        "id": id, "object": "charge", "amount": intent["amount"], "amount_captured": intent["amount"],
        "amount_refunded": 0, "billing_details": {}, "captured": true, "created": now,
        "currency": intent["currency"], "disputed": false, "livemode": intent["livemode"],
        "metadata": intent["metadata"], "paid": true, "payment_intent": intent["id"], "refunded": false,
        "status": "succeeded",
    })
}

pub fn refund(id: &str, charge: &Value, amount: i64, status: &str, now: i64) -> Value {
    json!({
        "id": id, "object": "refund", "amount": amount, "charge": charge["id"], "created": now,
        "currency": charge["currency"], "payment_intent": charge["payment_intent"], "metadata": {},
        "reason": null, "status": status,
    })
}

pub fn dispute(id: &str, charge: &Value, status: &str, now: i64) -> Value {
    json!({
        "id": id, "object": "dispute", "amount": charge["amount"], "balance_transactions": [],
        "charge": charge["id"], "created": now, "currency": charge["currency"],
        "enhanced_eligibility_types": [], "evidence": { "enhanced_evidence": {} },
        "evidence_details": {
            "due_by": now + 604_800, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
            "submission_count": 0,
        },
        "is_charge_refundable": false, "livemode": charge["livemode"], "metadata": {},
        "payment_intent": charge["payment_intent"], "reason": "fraudulent", "status": status,
    })
}

pub fn event(id: &str, kind: &str, object: &Value, livemode: bool, now: i64) -> Value {
    json!({
        "id": id, "object": "event", "type": kind, "created": now, "livemode": livemode,
        "pending_webhooks": 1, "api_version": "2026-09-30.endive", "data": { "object": object },
        "request": { "id": null, "idempotency_key": null },
    })
}

pub fn endpoint(
    id: &str,
    url: &str,
    api_version: Option<&str>,
    events: &[&str],
    status: &str,
    livemode: bool,
    now: i64,
) -> Value {
    json!({
        "id": id, "object": "webhook_endpoint", "api_version": api_version, "application": null, "created": now,
        "description": null, "enabled_events": events, "livemode": livemode, "metadata": {}, "status": status,
        "url": url,
    })
}
