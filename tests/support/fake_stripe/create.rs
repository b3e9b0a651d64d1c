//! `POST /v1/checkout/sessions`, as strict as Stripe where a shop can get it wrong.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::FakeStripe;
use super::api::{error, invalid};
use super::http::{Request, Response};
use super::objects;

/// The parameters that are known; `#` stands for a number, `*` for a name.
const KNOWN: [&str; 20] = [
    "mode",
    "client_reference_id",
    "customer_email",
    "success_url",
    "cancel_url",
    "expires_at",
    "locale",
    "adaptive_pricing[enabled]",
    "automatic_tax[enabled]",
    "billing_address_collection",
    "tax_id_collection[enabled]",
    "metadata[*]",
    "payment_intent_data[metadata][*]",
    "line_items[#][quantity]",
    "line_items[#][price_data][currency]",
    "line_items[#][price_data][unit_amount]",
    "line_items[#][price_data][tax_behavior]",
    "line_items[#][price_data][product_data][name]",
    "line_items[#][price_data][product_data][tax_code]",
    "expand[#]",
];

fn is_known(name: &str) -> bool {
    let parts =
        |text: &str| text.split('[').map(|part| part.trim_end_matches(']').to_owned()).collect::<Vec<_>>();
    let given = parts(name);
    KNOWN.iter().any(|known| {
        let known = parts(known);
        known.len() == given.len()
            && known.iter().zip(&given).all(|(known, given)| match known.as_str() {
                "#" => given.parse::<u32>().is_ok(),
                "*" => !given.is_empty() && given.len() <= 40,
                known => known == given,
            })
    })
}

/// The least that Stripe takes; for what is not in its list, what half a dollar is worth.
fn minimum(currency: &str) -> Option<i64> {
    Some(match currency {
        "gbp" => 30,
        "czk" => 1500,
        "dkk" => 250,
        "huf" => 17_500,
        "mxn" => 1000,
        "nok" | "sek" => 300,
        "pln" => 200,
        "krw" => 690,
        "kwd" => 160,
        "eur" | "usd" | "jpy" | "chf" | "aud" | "cad" | "nzd" | "brl" | "inr" => 50,
        _ => return None,
    })
}

struct Line {
    name: String,
    amount: i64,
    quantity: i64,
    tax: Option<String>,
}

fn lines(params: &BTreeMap<String, String>) -> Result<(Vec<Line>, String), Response> {
    let mut lines = Vec::new();
    let mut currency = String::new();
    for number in 0.. {
        let param = |rest: &str| params.get(&format!("line_items[{number}]{rest}"));
        let Some(of) = param("[price_data][currency]") else { break };
        if !currency.is_empty() && currency != *of {
            return Err(invalid("line_items", "All prices must have the same currency."));
        }
        currency.clone_from(of);
        let name = param("[price_data][product_data][name]").cloned().unwrap_or_default();
        if name.is_empty() || name.chars().count() > 250 {
            return Err(invalid("line_items[0][price_data][product_data][name]", "Invalid name"));
        }
        let whole = |value: Option<&String>| {
            value.and_then(|value| value.parse::<i64>().ok()).filter(|value| *value >= 0)
        };
        let amount = whole(param("[price_data][unit_amount]"));
        let amount =
            amount.ok_or_else(|| invalid("line_items[0][price_data][unit_amount]", "Invalid integer"))?;
        if of == "kwd" && amount % 10 != 0 {
            return Err(invalid("line_items", "Amounts of three-decimal currencies must end in 0"));
        }
        let quantity =
            whole(param("[quantity]")).ok_or_else(|| invalid("line_items", "Quantity is required"))?;
        lines.push(Line { name, amount, quantity, tax: param("[price_data][tax_behavior]").cloned() });
    }
    if lines.is_empty() || lines.len() > 100 {
        return Err(invalid("line_items", "The line_items parameter is required in payment mode."));
    }
    Ok((lines, currency))
}

pub fn session(fake: &FakeStripe, request: &Request) -> Response {
    match checked(fake, request) {
        Ok(session) => {
            fake.state().sessions.push(session.clone());
            Response::json(200, &session)
        }
        Err(refused) => refused,
    }
}

fn checked(fake: &FakeStripe, request: &Request) -> Result<Value, Response> {
    let params = &request.params;
    if let Some(unknown) = params.keys().find(|name| !is_known(name)) {
        let message = format!("Received unknown parameter: {unknown}");
        return Err(error(400, "invalid_request_error", "parameter_unknown", unknown, &message));
    }
    let text = |name: &str| params.get(name).cloned().unwrap_or_default();
    if text("mode") != "payment" {
        return Err(invalid("mode", "You must provide a mode"));
    }
    for name in ["success_url", "cancel_url"] {
        let url = text(name);
        if !(url.starts_with("http://") || url.starts_with("https://"))
            && (name == "success_url" || !url.is_empty())
        {
            return Err(invalid(name, "Not a valid URL"));
        }
    }
    let email = text("customer_email");
    if !email.is_empty() && !email.contains('@') {
        return Err(error(
            400,
            "invalid_request_error",
            "email_invalid",
            "customer_email",
            &format!("Invalid email address: {email}"),
        ));
    }
    if text("client_reference_id").len() > 200 {
        return Err(invalid("client_reference_id", "Too long"));
    }
    let now = fake.now();
    let expires_at = match params.get("expires_at") {
        None => now + 86_400,
        Some(time) => time.parse().map_err(|_| invalid("expires_at", "Invalid timestamp"))?,
    };
    if !(now + 1800..=now + 86_400).contains(&expires_at) {
        return Err(invalid(
            "expires_at",
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
        ));
    }
    let (lines, currency) = lines(params)?;
    let least = minimum(&currency).ok_or_else(|| invalid("currency", "Invalid currency"))?;
    let total: i64 = lines.iter().map(|line| line.amount * line.quantity).sum();
    if total > 0 && total < least {
        let message = "The Checkout Session's total amount due must add up to at least the minimum.";
        return Err(error(400, "invalid_request_error", "amount_too_small", "", message));
    }
    if total > 99_999_999 {
        return Err(error(400, "invalid_request_error", "amount_too_large", "", "Too much"));
    }
    let with_tax = text("automatic_tax[enabled]") == "true";
    let behaviour = lines[0].tax.clone().unwrap_or_default();
    if with_tax && behaviour.is_empty() {
        return Err(invalid("line_items", "tax_behavior is required with automatic tax"));
    }
    let mut state = fake.state();
    let id = state.id("cs");
    let fake_lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            let (amount, id) = (line.amount * line.quantity, state.id("li"));
            json!({
                "id": id, "object": "item", "amount_discount": 0, "amount_subtotal": amount, "amount_tax": 0,
                "amount_total": amount, "currency": currency, "description": line.name, "quantity": line.quantity,
            })
        })
        .collect();
    let named = |prefix: &str| -> BTreeMap<String, String> {
        let inner = |name: &str| name.strip_prefix(prefix)?.strip_suffix(']').map(str::to_owned);
        params.iter().filter_map(|(name, value)| Some((inner(name)?, value.clone()))).collect()
    };
    let mut session = objects::session(&id, now, expires_at, state.livemode);
    let more = json!({
        "url": format!("{}/c/pay/{id}", fake.base()),
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "client_reference_id": params.get("client_reference_id"),
        "customer_email": params.get("customer_email"),
        "success_url": text("success_url"),
        "cancel_url": params.get("cancel_url"),
        "locale": params.get("locale"),
        "metadata": named("metadata["),
        "fake_intent_metadata": named("payment_intent_data[metadata]["),
        "fake_lines": fake_lines,
        "fake_tax": if with_tax { behaviour } else { String::new() },
        "automatic_tax": { "enabled": with_tax, "status": if with_tax { json!("requires_location_inputs") } else { Value::Null } },
    });
    for (name, value) in more.as_object().unwrap() {
        session[name] = value.clone();
    }
    Ok(session)
}
