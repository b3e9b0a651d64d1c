//! Whether money is taken, and heard of.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Check, unreadable};
use crate::checkout::mark::{self, What};
use crate::checkout::{Till, audit};
use crate::config::{GatewayKind, Payments, Settings};
use crate::db::schema::{orders, payment_events};
use crate::db::{Conn, Timestamp};
use crate::orders::Finding;
use crate::payments::{Endpoint, GatewayHealth};
use crate::web::show;

/// How far the clock may be off before somebody should look; signatures are good for five minutes.
const CLOCK_OFF: TimeDelta = TimeDelta::seconds(60);

/// How long an event may wait to be acted on.
const EVENT_WAITS: TimeDelta = TimeDelta::hours(1);

/// After how long without an audit something is wrong.
const AUDIT_AGE: TimeDelta = TimeDelta::hours(36);

pub(super) async fn checks(till: &Till, settings: &Settings) -> Vec<Check> {
    let payments = &settings.payments;
    let mut checks = vec![gateway(payments)];
    if payments.gateway == GatewayKind::Stripe {
        checks.push(secrets(payments));
        match till.gateway.health().await {
            Some(Ok(health)) => {
                checks.push(Check::good("Reach", "Stripe answers, and takes the key."));
                checks.push(clock(health.clock_ahead));
                checks.extend(endpoint(&till.base_url.join("/webhooks/stripe"), &health, till.gateway.livemode()));
            }
            Some(Err(error)) => checks.push(Check::bad(
                "Reach",
                format!("Stripe could not be asked: {error}."),
                "Look at the key, what it may do (a restricted key needs to read webhook endpoints), and the network.",
            )),
            None => {}
        }
    }
    let (gateway, now, livemode) = (till.gateway.name(), till.clock.now(), till.gateway.livemode());
    match till.db.read(move |conn| Books::read(conn, gateway, now)).await {
        Ok(books) => checks.extend(books.checks(now, livemode)),
        Err(error) => checks.push(unreadable("Books", &error)),
    }
    checks
}

/// Who takes the money, in which mode, by which kind of key.
fn gateway(payments: &Payments) -> Check {
    if payments.gateway == GatewayKind::Sandbox {
        return Check::bad(
            "Gateway",
            "The sandbox takes no money: books are given away.",
            "Set bookplate.payments.gateway = \"stripe\" for a real shop.",
        );
    }
    let key = payments.stripe_secret_key.reveal();
    match key.split('_').take(2).collect::<Vec<_>>().as_slice() {
        ["rk", "live"] => Check::good("Gateway", "Stripe, with a restricted live key."),
        ["sk", "live"] => Check::warning(
            "Gateway",
            "Stripe, with a live key that may do everything.",
            "A restricted key (rk_live_…) may do what the shop needs and no more.",
        ),
        ["sk" | "rk", "test"] => Check::warning(
            "Gateway",
            "Stripe in test mode: no real money is taken.",
            "Use a live key for a real shop.",
        ),
        _ => {
            Check::bad("Gateway", "The key is not one of Stripe’s secret keys.", "It begins with sk_ or rk_.")
        }
    }
}

fn secrets(payments: &Payments) -> Check {
    match payments.stripe_webhook_secrets.0.iter().filter(|secret| !secret.is_empty()).count() {
        0 => Check::bad(
            "Webhook secret",
            "There is none: no event of Stripe can be believed.",
            "Set bookplate.payments.stripe_webhook_secrets from the endpoint’s page at Stripe.",
        ),
        1 => Check::good("Webhook secret", "There is one."),
        count => Check::good("Webhook secret", format!("There are {count}: one is being exchanged.")),
    }
}

/// Whether this machine's clock agrees with the gateway's: one that does not refuses every event, or every replay.
fn clock(ahead: Option<TimeDelta>) -> Check {
    let Some(ahead) = ahead else {
        return Check::warning(
            "Clock",
            "Stripe’s time could not be asked for.",
            "See that the machine keeps its time by NTP.",
        );
    };
    if ahead.abs() <= CLOCK_OFF {
        return Check::good("Clock", "It agrees with Stripe’s.");
    }
    let way = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    Check::bad(
        "Clock",
        format!(
            "This machine’s clock is {} seconds {way} Stripe’s. From five minutes on every event is refused.",
            ahead.abs().num_seconds()
        ),
        "Let the machine keep its time by NTP.",
    )
}

/// Whether Stripe rings here, about what, and in which language.
fn endpoint(url: &str, health: &GatewayHealth, livemode: bool) -> Vec<Check> {
    let is_ours =
        |endpoint: &&Endpoint| endpoint.livemode == livemode && endpoint.url.trim_end_matches('/') == url;
    let mut ours: Vec<&Endpoint> = health.endpoints.iter().filter(is_ours).collect();
    // One that is switched on goes first.
    ours.sort_by_key(|endpoint| !endpoint.enabled);
    let Some(endpoint) = ours.first() else {
        return vec![Check::bad(
            "Webhook endpoint",
            format!("Stripe has no endpoint {url}: payments are found by asking only, minutes later."),
            format!(
                "Make one at Stripe with API version {} for the events: {}.",
                health.version,
                health.events.join(", ")
            ),
        )];
    };
    if !endpoint.enabled {
        return vec![Check::bad(
            "Webhook endpoint",
            format!("The endpoint {url} is switched off at Stripe."),
            "Switch it on again at Stripe; what was missed is fetched by itself.",
        )];
    }
    let mut checks = vec![Check::good("Webhook endpoint", format!("Stripe rings at {url}."))];
    checks.push(if endpoint.api_version == health.version {
        Check::good("Endpoint’s version", format!("It speaks {}, as this program does.", health.version))
    } else {
        let version = if endpoint.api_version.is_empty() { "the account’s version" } else { &endpoint.api_version };
        Check::warning(
            "Endpoint’s version",
            format!("It speaks {version}; this program speaks {}. Events count all the same: they are only a bell.", health.version),
            "A version can’t be changed: make another endpoint with this one, then remove the old.",
        )
    });
    let hears_all = endpoint.events.iter().any(|event| event == "*");
    let is_missing = |event: &&&str| !endpoint.events.iter().any(|known| known == **event);
    let missing: Vec<&str> = health.events.iter().filter(is_missing).copied().collect();
    checks.push(if hears_all || missing.is_empty() {
        Check::good("Endpoint’s events", "It is told of everything that the shop acts on.")
    } else {
        Check::bad(
            "Endpoint’s events",
            format!("It is not told of {}.", missing.join(", ")),
            "Add these events to the endpoint at Stripe.",
        )
    });
    checks
}

/// What the shop's own books say.
struct Books {
    last_event: Option<Timestamp>,
    waiting_events: i64,
    has_paid_orders: bool,
    stuck: usize,
    findings: i64,
    last_audit: Option<Timestamp>,
}

impl Books {
    fn read(conn: &mut Conn, gateway: &str, now: Timestamp) -> QueryResult<Self> {
        let last_event = payment_events::table
            .filter(payment_events::gateway.eq(gateway))
            .order(payment_events::id.desc())
            .select(payment_events::received_at)
            .first(conn)
            .optional()?;
        let waiting = payment_events::table
            .filter(payment_events::gateway.eq(gateway).and(payment_events::processed_at.is_null()))
            .filter(payment_events::received_at.le(now - EVENT_WAITS));
        let paid = orders::table.filter(orders::gateway.eq(gateway).and(orders::paid_at.is_not_null()));
        Ok(Self {
            last_event,
            waiting_events: waiting.count().get_result(conn)?,
            has_paid_orders: diesel::select(diesel::dsl::exists(paid)).get_result(conn)?,
            stuck: audit::stuck(conn, gateway, now)?.len(),
            findings: Finding::count_open(conn)?,
            last_audit: mark::until(conn, gateway, What::Audit)?,
        })
    }

    fn checks(&self, now: Timestamp, livemode: bool) -> Vec<Check> {
        let mut checks = vec![match self.last_event {
            Some(at) => Check::good("Last event", format!("It came on {}.", show::moment(at))),
            None if self.has_paid_orders && livemode => Check::bad(
                "Last event",
                "Orders were paid, and the gateway has never rung.",
                "Look at the webhook endpoint at the gateway.",
            ),
            None => Check::good("Last event", "None came yet."),
        }];
        checks.push(match self.waiting_events {
            0 => Check::good("Events", "All were acted on."),
            count => Check::warning(
                "Events",
                format!("{count} have waited for more than an hour; they are tried again and again."),
                "The log says why.",
            ),
        });
        checks.push(match self.stuck {
            0 => Check::good("Stuck", "No order and no refund waits longer than it should."),
            count => Check::bad(
                "Stuck",
                format!("{count} orders or refunds wait longer than they should."),
                "Run `bookplate reconcile`, and look at the findings.",
            ),
        });
        checks.push(match self.findings {
            0 => Check::good("Findings", "None is open."),
            count => Check::warning(
                "Findings",
                format!("{count} are open."),
                "The back office lists them, each with what can be done.",
            ),
        });
        checks.push(match self.last_audit {
            Some(at) if now - at <= AUDIT_AGE => {
                Check::good("Audit", format!("The books were compared on {}.", show::moment(at)))
            }
            Some(at) => Check::warning(
                "Audit",
                format!("The books were last compared on {}.", show::moment(at)),
                "It is done each night while the shop runs; `bookplate reconcile` does it now.",
            ),
            None => Check::warning(
                "Audit",
                "The books were never compared with the gateway’s.",
                "It is done each night while the shop runs; `bookplate reconcile` does it now.",
            ),
        });
        checks
    }
}
