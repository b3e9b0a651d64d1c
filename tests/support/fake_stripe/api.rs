//! The endpoints of `https://api.stripe.com/v1`, as far as the shop asks.

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::{FakeStripe, KEY, State, create, hosted, money};

/// An error in Stripe's form.
pub fn error(status: u16, kind: &str, code: &str, param: &str, message: &str) -> Response {
    let mut error = json!({ "type": kind, "message": message });
    for (name, value) in [("code", code), ("param", param)] {
        if !value.is_empty() {
            error[name] = json!(value);
        }
    }
    Response::json(status, &json!({ "error": error }))
}

pub fn invalid(param: &str, message: &str) -> Response {
    error(400, "invalid_request_error", "parameter_invalid", param, message)
}

fn missing(what: &str) -> Response {
    error(404, "invalid_request_error", "resource_missing", "id", &format!("No such {what}"))
}

/// Answers a request and does what it asks for.
pub fn handle(fake: &FakeStripe, request: &Request) -> Response {
    if request.path.starts_with("/c/pay/") {
        return hosted::handle(fake, request);
    }
    let authorization = request.headers.get("authorization").cloned().unwrap_or_default();
    if authorization != format!("Bearer {KEY}") {
        return error(401, "invalid_request_error", "", "", "Invalid API Key provided");
    }
    let path: Vec<&str> = request.path.trim_start_matches("/v1/").split('/').collect();
    match (request.method.as_str(), path.as_slice()) {
        ("POST", ["checkout", "sessions"]) => create::session(fake, request),
        ("POST", ["checkout", "sessions", id, "expire"]) => expire(fake, id),
        ("POST", ["refunds"]) => money::ask_for_refund(fake, request),
        ("GET", ["checkout", "sessions"]) => {
            list(fake, request, "checkout.sessions", &["status", "payment_intent", "customer_details[email]"])
        }
        ("GET", ["checkout", "sessions", id]) => one(fake, request, "checkout.sessions", id),
        ("GET", ["checkout", "sessions", id, "line_items"]) => line_items(fake, id),
        ("GET", ["payment_intents", id]) => one(fake, request, "payment_intents", id),
        ("GET", ["charges", id]) => one(fake, request, "charges", id),
        ("GET", ["refunds"]) => list(fake, request, "refunds", &["payment_intent", "charge"]),
        ("GET", ["refunds", id]) => one(fake, request, "refunds", id),
        ("GET", ["disputes"]) => list(fake, request, "disputes", &["payment_intent", "charge"]),
        ("GET", ["disputes", id]) => one(fake, request, "disputes", id),
        ("GET", ["webhook_endpoints"]) => list(fake, request, "webhook_endpoints", &[]),
        ("GET", ["events"]) => events(fake, request),
        ("GET", ["events", id]) => one(fake, request, "events", id),
        _ => error(
            404,
            "invalid_request_error",
            "",
            "",
            &format!("Unrecognized request URL ({})", request.path),
        ),
    }
}

fn objects(state: &State, kind: &str) -> Vec<Value> {
    match kind {
        "checkout.sessions" => state.sessions.clone(),
        "payment_intents" => state.intents.clone(),
        "charges" => state.charges.clone(),
        "refunds" => state.refunds.clone(),
        "disputes" => state.disputes.clone(),
        "webhook_endpoints" => state.endpoints.clone(),
        _ => state.events.iter().map(|event| event.object.clone()).collect(),
    }
}

/// An object with what was asked for put in place of its id.
fn expanded(state: &State, mut object: Value, request: &Request, prefix: &str) -> Result<Value, Response> {
    for (name, field) in request.params.iter().filter(|(name, _)| name.starts_with("expand[")) {
        let Some(field) = field.strip_prefix(prefix) else {
            return Err(invalid(name, "This property cannot be expanded."));
        };
        let mut place = &mut object;
        for part in field.split('.') {
            let kind = match part {
                "payment_intent" => "payment_intents",
                "latest_charge" | "charge" => "charges",
                "line_items" => {
                    place["line_items"] = json!({ "object": "list", "data": place["fake_lines"], "has_more": false, "url": "/v1" });
                    continue;
                }
                _ => return Err(invalid(name, "This property cannot be expanded.")),
            };
            place = &mut place[part];
            if let Some(id) = place.as_str().map(str::to_owned) {
                *place = objects(state, kind)
                    .into_iter()
                    .find(|found| found["id"] == id.as_str())
                    .unwrap_or(Value::Null);
            }
        }
    }
    Ok(object)
}

fn one(fake: &FakeStripe, request: &Request, kind: &str, id: &str) -> Response {
    fake.let_time_pass();
    let unknown = request.params.keys().find(|name| !name.starts_with("expand["));
    if let Some(unknown) = unknown {
        return error(
            400,
            "invalid_request_error",
            "parameter_unknown",
            unknown,
            "Received unknown parameter",
        );
    }
    let state = fake.state();
    let Some(found) = objects(&state, kind).into_iter().find(|object| object["id"] == id) else {
        return missing(&format!("{kind}: {id}"));
    };
    match expanded(&state, found, request, "") {
        Ok(object) => Response::json(200, &object),
        Err(refused) => refused,
    }
}

fn list(fake: &FakeStripe, request: &Request, kind: &str, filters: &[&str]) -> Response {
    fake.let_time_pass();
    let state = fake.state();
    page(&state, request, kind, filters, objects(&state, kind))
}

/// A page of a list, the newest first.
fn page(state: &State, request: &Request, kind: &str, filters: &[&str], mut all: Vec<Value>) -> Response {
    let general = [
        "limit",
        "starting_after",
        "ending_before",
        "created[gte]",
        "created[gt]",
        "created[lte]",
        "created[lt]",
    ];
    for name in request.params.keys() {
        if !general.contains(&name.as_str())
            && !filters.contains(&name.as_str())
            && !name.starts_with("expand[")
        {
            return error(
                400,
                "invalid_request_error",
                "parameter_unknown",
                name,
                "Received unknown parameter",
            );
        }
    }
    let number = |name: &str| request.params.get(name).and_then(|value| value.parse::<i64>().ok());
    let limit = number("limit").unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return invalid("limit", "Limit must be between 1 and 100");
    }
    all.reverse();
    for filter in filters {
        if let Some(wanted) = request.params.get(*filter) {
            all.retain(|object| object[*filter] == wanted.as_str());
        }
    }
    let created = |object: &Value| object["created"].as_i64().unwrap_or_default();
    all.retain(|object| number("created[gte]").is_none_or(|time| created(object) >= time));
    all.retain(|object| number("created[gt]").is_none_or(|time| created(object) > time));
    all.retain(|object| number("created[lte]").is_none_or(|time| created(object) <= time));
    all.retain(|object| number("created[lt]").is_none_or(|time| created(object) < time));
    if let Some(after) = request.params.get("starting_after") {
        let Some(place) = all.iter().position(|object| object["id"] == after.as_str()) else {
            return missing(after);
        };
        all.drain(..=place);
    }
    if let Some(before) = request.params.get("ending_before") {
        let Some(place) = all.iter().position(|object| object["id"] == before.as_str()) else {
            return missing(before);
        };
        all.truncate(place);
        let skip = all.len().saturating_sub(usize::try_from(limit).unwrap());
        all.drain(..skip);
    }
    let has_more = all.len() > usize::try_from(limit).unwrap();
    all.truncate(usize::try_from(limit).unwrap());
    let data: Result<Vec<Value>, Response> =
        all.into_iter().map(|object| expanded(state, object, request, "data.")).collect();
    match data {
        Ok(data) => Response::json(
            200,
            &json!({ "object": "list", "data": data, "has_more": has_more, "url": format!("/v1/{}", kind.replace('.', "/")) }),
        ),
        Err(refused) => refused,
    }
}

fn events(fake: &FakeStripe, request: &Request) -> Response {
    let state = fake.state();
    let types: Vec<&String> = request
        .params
        .iter()
        .filter(|(name, _)| name.starts_with("types["))
        .map(|(_, value)| value)
        .collect();
    if types.len() > 20 {
        return invalid("types", "You may pass up to 20 types");
    }
    let wanted = request.params.get("delivery_success").map(|value| value == "true");
    let all = state.events.iter().filter(|event| {
        (types.is_empty() || types.iter().any(|kind| **kind == event.kind))
            && wanted.is_none_or(|wanted| event.delivered == wanted)
    });
    let all = all.map(|event| event.object.clone()).collect();
    let mut rest = request.clone();
    rest.params.retain(|name, _| name != "delivery_success" && !name.starts_with("types["));
    page(&state, &rest, "events", &["type"], all)
}

fn line_items(fake: &FakeStripe, id: &str) -> Response {
    let state = fake.state();
    match state.sessions.iter().find(|session| session["id"] == id) {
        Some(session) => Response::json(
            200,
            &json!({ "object": "list", "data": session["fake_lines"], "has_more": false, "url": "/v1/line_items" }),
        ),
        None => missing(id),
    }
}

fn expire(fake: &FakeStripe, id: &str) -> Response {
    fake.let_time_pass();
    let status = fake
        .state()
        .sessions
        .iter()
        .find(|session| session["id"] == id)
        .map(|session| session["status"].clone());
    match status {
        None => missing(id),
        Some(status) if status != "open" => {
            invalid("", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
        }
        Some(_) => {
            fake.expire(id);
            Response::json(200, &fake.session(id))
        }
    }
}
