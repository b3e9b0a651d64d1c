//! What buyers, merchants and banks do.

use serde_json::{Value, json};

use super::api::{error, invalid};
use super::http::{Request, Response};
use super::{FakeStripe, State, objects};

fn find<'a>(all: &'a mut [Value], id: &str) -> &'a mut Value {
    all.iter_mut().find(|object| object["id"] == id).unwrap_or_else(|| panic!("Stripe has no {id}"))
}

impl State {
    fn complete(&mut self, session: &str, status: &str, now: i64) -> bool {
        let (percent, country) = self.tax.clone();
        let vat_ids: Vec<Value> =
            self.vat_id.iter().map(|number| json!({ "type": "eu_vat", "value": number })).collect();
        let session = find(&mut self.sessions, session);
        if session["status"] != "open" || session["expires_at"].as_i64() <= Some(now) {
            return false;
        }
        let subtotal = session["amount_subtotal"].as_i64().unwrap();
        let (tax, total) = match session["fake_tax"].as_str() {
            Some("exclusive") => {
                let tax = (subtotal * percent + 50) / 100;
                (tax, subtotal + tax)
            }
            Some("inclusive") => {
                (subtotal - (subtotal * 100 + (100 + percent) / 2) / (100 + percent), subtotal)
            }
            _ => (0, subtotal),
        };
        session["amount_total"] = json!(total);
        session["total_details"]["amount_tax"] = json!(tax);
        session["status"] = json!("complete");
        session["url"] = Value::Null;
        session["customer_details"] = json!({
            "email": session["customer_email"], "name": "Jane Austen",
            "address": { "line1": "1 Sea Lane", "postal_code": "12345", "city": "Lyme", "country": country },
            "tax_ids": vat_ids,
        });
        let session = session.clone();
        if total == 0 {
            find(&mut self.sessions, session["id"].as_str().unwrap())["payment_status"] =
                json!("no_payment_required");
            return true;
        }
        let id = self.id("pi");
        self.intents.push(objects::intent(&id, &session, status, None, now));
        find(&mut self.sessions, session["id"].as_str().unwrap())["payment_intent"] = json!(id);
        true
    }

    /// The money is there.
    fn succeed(&mut self, session: &str, now: i64) {
        let id = find(&mut self.sessions, session)["payment_intent"].as_str().map(str::to_owned);
        let Some(id) = id else { return };
        let charge = self.id("ch");
        let intent = find(&mut self.intents, &id);
        intent["status"] = json!("succeeded");
        intent["amount_received"] = intent["amount"].clone();
        intent["latest_charge"] = json!(charge);
        let charge = objects::charge(&charge, intent, now);
        self.charges.push(charge);
        find(&mut self.sessions, session)["payment_status"] = json!("paid");
    }

    fn charge_of(&self, payment: &str) -> Option<Value> {
        self.charges.iter().find(|charge| charge["payment_intent"] == payment).cloned()
    }

    /// What is under way or went back of a charge.
    fn refunded(&self, charge: &Value) -> i64 {
        let counts = |refund: &&Value| {
            refund["charge"] == charge["id"] && refund["status"] != "failed" && refund["status"] != "canceled"
        };
        self.refunds.iter().filter(counts).map(|refund| refund["amount"].as_i64().unwrap()).sum()
    }

    fn note_refunds(&mut self, charge: &Value) {
        let sum = self.refunded(charge);
        let charge = find(&mut self.charges, charge["id"].as_str().unwrap());
        charge["amount_refunded"] = json!(sum);
        charge["refunded"] = json!(charge["amount"] == sum);
    }
}

impl FakeStripe {
    /// The buyer pays; the id of the session, or its page. False when it can't be paid any more.
    pub fn pay(&self, session: &str) -> bool {
        let session = id_of(session);
        let now = self.now();
        let mut state = self.state();
        if !state.complete(&session, "processing", now) {
            return false;
        }
        state.succeed(&session, now);
        drop(state);
        self.happened("checkout.session.completed", "checkout.session", &session);
        true
    }

    /// The buyer's card is refused: the session stays open.
    pub fn decline(&self, session: &str) {
        let session = self.session(&id_of(session));
        assert_eq!(session["payment_status"], "unpaid");
    }

    /// The buyer pays by a method that settles later.
    pub fn pay_later(&self, session: &str) -> bool {
        let session = id_of(session);
        let now = self.now();
        let done = self.state().complete(&session, "processing", now);
        if done {
            self.happened("checkout.session.completed", "checkout.session", &session);
        }
        done
    }

    /// The later payment arrives.
    pub fn settle(&self, session: &str) {
        let session = id_of(session);
        let now = self.now();
        self.state().succeed(&session, now);
        self.happened("checkout.session.async_payment_succeeded", "checkout.session", &session);
    }

    /// The later payment does not arrive.
    pub fn fail_later(&self, session: &str) {
        let session = id_of(session);
        let payment = self.payment_of(&session);
        find(&mut self.state().intents, &payment)["status"] = json!("requires_payment_method");
        self.happened("checkout.session.async_payment_failed", "checkout.session", &session);
    }

    /// The session's time is over, or somebody ended it.
    pub fn expire(&self, session: &str) {
        let session = id_of(session);
        let mut state = self.state();
        let found = find(&mut state.sessions, &session);
        if found["status"] == "open" {
            found["status"] = json!("expired");
            found["url"] = Value::Null;
            drop(state);
            self.happened("checkout.session.expired", "checkout.session", &session);
        }
    }

    /// Lets sessions expire whose time is over.
    pub fn let_time_pass(&self) {
        let now = self.now();
        let over: Vec<String> = self
            .sessions()
            .iter()
            .filter(|session| session["status"] == "open" && session["expires_at"].as_i64() <= Some(now))
            .map(|session| session["id"].as_str().unwrap().to_owned())
            .collect();
        for session in over {
            self.expire(&session);
        }
    }

    /// The merchant gives money back at Stripe's own site: all that is left, or `amount` of it. The refund's id.
    pub fn refund(&self, payment: &str, amount: Option<i64>) -> String {
        let charge = self.state().charge_of(payment).expect("the payment has a charge");
        let left = charge["amount"].as_i64().unwrap() - self.state().refunded(&charge);
        self.make_refund(&charge, amount.unwrap_or(left), "succeeded", json!({}))
    }

    fn make_refund(&self, charge: &Value, amount: i64, status: &str, metadata: Value) -> String {
        let now = self.now();
        let mut state = self.state();
        let id = state.id("re");
        let mut refund = objects::refund(&id, charge, amount, status, now);
        refund["metadata"] = metadata;
        state.refunds.push(refund);
        state.note_refunds(charge);
        drop(state);
        self.happened("refund.created", "refund", &id);
        self.happened("charge.refunded", "charge", charge["id"].as_str().unwrap());
        id
    }

    /// A refund is in another state: `pending`, `succeeded`, `failed`, `canceled`, or one that nobody knows.
    pub fn refund_becomes(&self, refund: &str, status: &str) {
        let mut state = self.state();
        let found = find(&mut state.refunds, refund);
        found["status"] = json!(status);
        let charge = json!({ "id": found["charge"] });
        state.note_refunds(&charge);
        drop(state);
        let kind = if status == "failed" { "refund.failed" } else { "refund.updated" };
        self.happened(kind, "refund", refund);
    }

    /// The buyer's bank asks for the money back: `needs_response`, or `warning_needs_response` for an inquiry. The
    /// dispute's id.
    pub fn dispute(&self, payment: &str, status: &str) -> String {
        let now = self.now();
        let mut state = self.state();
        let charge = state.charge_of(payment).expect("the payment has a charge");
        let id = state.id("du");
        state.disputes.push(objects::dispute(&id, &charge, status, now));
        find(&mut state.charges, charge["id"].as_str().unwrap())["disputed"] = json!(true);
        drop(state);
        self.happened("charge.dispute.created", "dispute", &id);
        if !status.starts_with("warning") {
            self.happened("charge.dispute.funds_withdrawn", "dispute", &id);
        }
        id
    }

    /// A dispute goes on: `under_review`, `won`, `lost`, `warning_closed`, ….
    pub fn dispute_becomes(&self, dispute: &str, status: &str) {
        find(&mut self.state().disputes, dispute)["status"] = json!(status);
        let is_over = ["won", "lost", "prevented", "warning_closed"].contains(&status);
        self.happened(
            if is_over { "charge.dispute.closed" } else { "charge.dispute.updated" },
            "dispute",
            dispute,
        );
        if status == "won" {
            self.happened("charge.dispute.funds_reinstated", "dispute", dispute);
        }
    }
}

/// `POST /v1/refunds`
pub fn ask_for_refund(fake: &FakeStripe, request: &Request) -> Response {
    let known = ["payment_intent", "charge", "amount", "reason"];
    let unknown =
        request.params.keys().find(|name| !known.contains(&name.as_str()) && !name.starts_with("metadata["));
    if let Some(unknown) = unknown {
        return error(
            400,
            "invalid_request_error",
            "parameter_unknown",
            unknown,
            "Received unknown parameter",
        );
    }
    let payment = request.params.get("payment_intent").cloned().unwrap_or_default();
    let Some(charge) = fake.state().charge_of(&payment) else {
        return error(
            404,
            "invalid_request_error",
            "resource_missing",
            "payment_intent",
            "No such payment_intent",
        );
    };
    if charge["disputed"] == true {
        return error(
            400,
            "invalid_request_error",
            "charge_disputed",
            "",
            "The charge has been charged back.",
        );
    }
    let left = charge["amount"].as_i64().unwrap() - fake.state().refunded(&charge);
    let amount = match request.params.get("amount").map(|amount| amount.parse::<i64>()) {
        None => left,
        Some(Ok(amount)) if amount > 0 => amount,
        Some(_) => return invalid("amount", "Invalid positive integer"),
    };
    if left == 0 {
        return error(
            400,
            "invalid_request_error",
            "charge_already_refunded",
            "",
            "Charge has already been refunded.",
        );
    }
    if amount > left {
        return invalid("amount", "Refund amount is greater than unrefunded amount on charge");
    }
    let mut metadata = json!({});
    for (name, value) in &request.params {
        if let Some(name) = name.strip_prefix("metadata[").and_then(|name| name.strip_suffix(']')) {
            metadata[name] = json!(value);
        }
    }
    let id = fake.make_refund(&charge, amount, "succeeded", metadata);
    let refund = fake.refunds().into_iter().find(|refund| refund["id"] == id.as_str()).unwrap();
    Response::json(200, &refund)
}

/// The id of a session, from itself or from the address of its page.
pub fn id_of(session: &str) -> String {
    session.rsplit('/').next().unwrap_or(session).to_owned()
}
