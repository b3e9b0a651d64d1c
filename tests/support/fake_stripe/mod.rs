//! A stand-in for Stripe, at the level of the wire: the shop talks to it by HTTP, with its real client.
//!
//! ```ignore
//! let (shop, stripe) = TestShop::with_stripe().await;      // Stripe is the gateway, and this is Stripe
//! let page = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;   // the session's id
//! stripe.pay(&page);                                        // or: decline, pay_later + settle / fail_later, expire
//! stripe.deliver(&shop).await;                              // rings with all that happened; the shop works it off
//! ```
//!
//! What a merchant does at Stripe's own site: [`FakeStripe::refund`], [`FakeStripe::refund_becomes`],
//! [`FakeStripe::dispute`], [`FakeStripe::dispute_becomes`]. What goes wrong: [`FakeStripe::fault`]. What is lost, doubled,
//! late or strange among events: [`FakeStripe::take_events`] gives them to the test, [`FakeStripe::ring`] delivers one,
//! with any signature; [`FakeStripe::lose_events`] forgets to. Its clock is the shop's. It is as strict as Stripe where
//! the shop could get it wrong: parameters, amounts, times, keys. `tests/judge` holds it against the official client.
#![allow(dead_code, reason = "each test binary uses its part")]

mod api;
mod create;
mod events;
mod hosted;
mod http;
mod money;
mod objects;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bookplate::clock::Clock;
use serde_json::Value;

pub use events::FakeEvent;

/// The key that the fake takes.
pub const KEY: &str = "sk_test_fakeKeyOfTheTests";

/// What it signs events with.
pub const WEBHOOK_SECRET: &str = "whsec_fakeSecretOfTheTests";

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It is answered with this status, and nothing is done. A 5xx is remembered under the request's key, as Stripe does.
    Status(u16),
    /// It is done, and answered with this status all the same (remembered as well).
    StatusAfter(u16),
    /// It is never answered, and nothing is done.
    Hang,
    /// It is done, and never answered.
    HangAfter,
    /// It is done, and the connection is cut.
    Cut,
    /// It is done, and answered with 200 and something that is no JSON.
    Garbage,
    /// It is done, and answered after this time; another request with the same key meanwhile gets 409.
    Slow(Duration),
}

/// A request that came, and what it was answered with.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub key: String,
    pub params: BTreeMap<String, String>,
    pub status: u16,
}

/// A remembered answer.
struct Saved {
    path: String,
    params: BTreeMap<String, String>,
    answer: Option<http::Response>,
}

#[derive(Default)]
struct State {
    sessions: Vec<Value>,
    intents: Vec<Value>,
    charges: Vec<Value>,
    refunds: Vec<Value>,
    disputes: Vec<Value>,
    events: Vec<FakeEvent>,
    pending: VecDeque<FakeEvent>,
    saved: BTreeMap<String, Saved>,
    faults: Vec<(String, Fault, usize)>,
    seen: Vec<Seen>,
    counter: u64,
    /// Percent, and where the buyer is.
    tax: (i64, String),
    vat_id: Option<String>,
    livemode: bool,
    /// Where to ring by itself, for real servers.
    webhook: Option<String>,
    /// How far its clock is ahead of the shop's, in seconds.
    clock_offset: i64,
    endpoints: Vec<Value>,
}

struct Inner {
    state: Mutex<State>,
    clock: Clock,
    address: SocketAddr,
}

/// A running stand-in for Stripe; it ends with its last handle's test.
#[derive(Clone)]
pub struct FakeStripe(Arc<Inner>);

impl FakeStripe {
    /// Starts it on a free port of this machine, with a thread and a runtime of its own.
    pub fn start(clock: Clock) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().unwrap();
        let state = Mutex::new(State { tax: (7, "DE".to_owned()), ..State::default() });
        let fake = Self(Arc::new(Inner { state, clock, address }));
        let weak = Arc::downgrade(&fake.0);
        std::thread::spawn(move || http::serve(listener, weak));
        fake
    }

    /// The address for `payments.stripe_api_base`.
    pub fn base(&self) -> String {
        format!("http://{}", self.0.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Now, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.0.clock.now().and_utc().timestamp() + self.state().clock_offset
    }

    /// Lets its clock go ahead of the shop's by so many seconds.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.state().clock_offset = seconds;
    }

    /// Registers a webhook endpoint, in place of those before; `status` is `enabled` or `disabled`.
    pub fn set_endpoint(&self, url: &str, api_version: Option<&str>, events: &[&str], status: &str) {
        let now = self.now();
        let mut state = self.state();
        let (id, livemode) = (state.id("we"), state.livemode);
        state.endpoints = vec![objects::endpoint(&id, url, api_version, events, status, livemode, now)];
    }

    /// Lets the next `times` requests whose "METHOD /path" begins with `start` go wrong.
    pub fn fault(&self, start: &str, fault: Fault, times: usize) {
        self.state().faults.push((start.to_owned(), fault, times));
    }

    /// Everything works again.
    pub fn mend(&self) {
        self.state().faults.clear();
    }

    /// Whether a request for a change is under way.
    pub fn is_at_work(&self) -> bool {
        self.state().saved.values().any(|saved| saved.answer.is_none())
    }

    /// The requests that came, the oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// How many requests came whose "METHOD /path" begins with `start`.
    pub fn count(&self, start: &str) -> usize {
        let is_so = |seen: &&Seen| format!("{} {}", seen.method, seen.path).starts_with(start);
        self.seen().iter().filter(is_so).count()
    }

    /// The parameters of the newest request whose "METHOD /path" begins with `start`.
    #[track_caller]
    pub fn asked(&self, start: &str) -> BTreeMap<String, String> {
        let seen = self.seen();
        let newest =
            seen.iter().rev().find(|seen| format!("{} {}", seen.method, seen.path).starts_with(start));
        newest.unwrap_or_else(|| panic!("nobody asked for {start}: {seen:?}")).params.clone()
    }

    /// The sessions, the oldest first.
    pub fn sessions(&self) -> Vec<Value> {
        self.state().sessions.clone()
    }

    /// A session by its id.
    #[track_caller]
    pub fn session(&self, id: &str) -> Value {
        let found = self.state().sessions.iter().find(|session| session["id"] == id).cloned();
        found.unwrap_or_else(|| panic!("no session {id}"))
    }

    /// The id of the one session that there is.
    #[track_caller]
    pub fn only_session(&self) -> String {
        let all = self.sessions();
        assert_eq!(all.len(), 1, "{all:#?}");
        all[0]["id"].as_str().unwrap().to_owned()
    }

    /// The payment of a session.
    #[track_caller]
    pub fn payment_of(&self, session: &str) -> String {
        self.session(session)["payment_intent"].as_str().expect("the session has a payment").to_owned()
    }

    /// The refunds, the oldest first.
    pub fn refunds(&self) -> Vec<Value> {
        self.state().refunds.clone()
    }

    /// What automatic tax comes to: percent, and the buyer's country.
    pub fn set_tax(&self, percent: i64, country: &str) {
        self.state().tax = (percent, country.to_owned());
    }

    /// The VAT number that buyers type on the page, as companies do.
    pub fn set_vat_id(&self, vat_id: &str) {
        self.state().vat_id = Some(vat_id.to_owned());
    }

    /// Puts what is made from now on into the other mode.
    pub fn set_livemode(&self, livemode: bool) {
        self.state().livemode = livemode;
    }

    /// Rings by itself at this address of a real server, after everything that happens.
    pub fn ring_at(&self, webhook: &str) {
        self.state().webhook = Some(webhook.to_owned());
    }

    /// Changes a session behind everybody's back, as a strange world would.
    pub fn tamper(&self, session: &str, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(state.sessions.iter_mut().find(|found| found["id"] == session).expect("the session"));
    }
}

impl State {
    /// A new id in Stripe's manner.
    fn id(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}_{}{:06}", if prefix == "cs" { "test_" } else { "fake" }, self.counter)
    }

    /// What goes wrong with this request, if something does.
    fn take_fault(&mut self, request: &str) -> Option<Fault> {
        let (_, fault, times) = self
            .faults
            .iter_mut()
            .find(|(start, _, times)| *times > 0 && request.starts_with(start.as_str()))?;
        *times -= 1;
        Some(fault.clone())
    }
}
