//! Stripe's bell.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rocket::http::Method;
use serde_json::{Value, json};
use stripe_webhook::Webhook;

use super::super::{Answer, TestShop};
use super::{FakeStripe, WEBHOOK_SECRET, objects};

/// Something that happened.
#[derive(Debug, Clone)]
pub struct FakeEvent {
    pub id: String,
    pub kind: String,
    /// The whole event, as it travels.
    pub object: Value,
    /// Whether the shop answered with 2xx.
    pub delivered: bool,
}

impl FakeEvent {
    pub fn body(&self) -> String {
        self.object.to_string()
    }
}

impl FakeStripe {
    /// Notes that something happened, with the object as it is now.
    pub(super) fn happened(&self, kind: &str, of: &str, id: &str) -> FakeEvent {
        let now = self.now();
        let mut state = self.state();
        let all = match of {
            "checkout.session" => &state.sessions,
            "charge" => &state.charges,
            "refund" => &state.refunds,
            "dispute" => &state.disputes,
            _ => &state.intents,
        };
        let object = all
            .iter()
            .find(|object| object["id"] == id)
            .cloned()
            .unwrap_or_else(|| json!({ "id": id, "object": of }));
        let livemode = object["livemode"].as_bool().unwrap_or(state.livemode);
        let event_id = state.id("evt");
        let object = objects::event(&event_id, kind, &object, livemode, now);
        let event = FakeEvent { id: event_id, kind: kind.to_owned(), object, delivered: false };
        state.events.push(event.clone());
        state.pending.push_back(event.clone());
        let webhook = state.webhook.clone();
        drop(state);
        if let Some(webhook) = webhook {
            let fake = self.clone();
            std::thread::spawn(move || fake.ring_by_wire(&webhook));
        }
        event
    }

    /// One more event about an object that there is: `of` is its kind (`checkout.session`, `charge`, `refund`, …).
    pub fn event(&self, kind: &str, of: &str, id: &str) -> FakeEvent {
        self.happened(kind, of, id)
    }

    /// The events that wait to be delivered, the oldest first; the test delivers them as it likes.
    pub fn take_events(&self) -> Vec<FakeEvent> {
        self.state().pending.drain(..).collect()
    }

    /// Forgets to deliver what waits; Stripe's list of undelivered events has it.
    pub fn lose_events(&self) {
        self.state().pending.clear();
    }

    /// The signature's header for a body, now.
    pub fn signature(&self, body: &str) -> String {
        self.signature_with(body, WEBHOOK_SECRET, self.now())
    }

    /// The signature's header for a body, by any secret and time.
    pub fn signature_with(&self, body: &str, secret: &str, time: i64) -> String {
        Webhook::generate_test_header(body, secret, Some(time))
    }

    /// Rings with this body and signature.
    pub async fn ring_with(&self, shop: &TestShop, body: &str, signature: &str) -> Answer {
        let headers = [("Stripe-Signature", signature), ("Content-Type", "application/json")];
        let browser = shop.browser();
        browser.send(Method::Post, "/webhooks/stripe", &headers, Some(body.to_owned())).await
    }

    /// Rings with an event, signed now.
    pub async fn ring(&self, shop: &TestShop, event: &FakeEvent) -> Answer {
        let body = event.body();
        let answer = self.ring_with(shop, &body, &self.signature(&body)).await;
        if answer.status == 200 {
            self.note_delivered(&event.id);
        }
        answer
    }

    fn note_delivered(&self, id: &str) {
        if let Some(event) = self.state().events.iter_mut().find(|event| event.id == id) {
            event.delivered = true;
        }
    }

    /// Rings with everything that waits, in order, and lets the shop work it off.
    pub async fn deliver(&self, shop: &TestShop) {
        for event in self.take_events() {
            self.ring(shop, &event).await.assert_status(200);
        }
        shop.task(bookplate::checkout::payment_event::TASK).await;
    }

    /// Rings at a real server with everything that waits. What fails waits on.
    fn ring_by_wire(&self, webhook: &str) {
        for event in self.take_events() {
            let body = event.body();
            if post(webhook, &body, &self.signature(&body)).is_some_and(|status| status == 200) {
                self.note_delivered(&event.id);
            } else {
                self.state().pending.push_back(event);
            }
        }
    }
}

fn post(webhook: &str, body: &str, signature: &str) -> Option<u16> {
    let (host, path) = webhook.strip_prefix("http://")?.split_once('/')?;
    let mut stream = TcpStream::connect(host).ok()?;
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nStripe-Signature: {signature}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}
