//! The app: the parts it is put together from, in one list.

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::figment::{self, Figment};
use rocket::shield::Shield;
use rocket::{Build, Rocket};

use crate::accounts::{self, Limits};
use crate::admin;
use crate::catalog;
use crate::checkout::{self, Till};
use crate::clock::Clock;
use crate::config::{Backend, Settings};
use crate::db::Db;
use crate::delivery::Delivery;
use crate::doctor;
use crate::downloads;
use crate::gifts;
use crate::jobs::Jobs;
use crate::library;
use crate::mail::{self, Mailer};
use crate::orders;
use crate::payments::sandbox;
use crate::pricing;
use crate::publishing;
use crate::shop::{self, Identity};
use crate::storage::Store;
use crate::uploads::{self, Intake};
use crate::web::access_log::AccessLog;
use crate::web::csrf::SameOriginOnly;
use crate::web::security_headers::SecurityHeaders;
use crate::web::{assets, catchers, csrf, health};
use crate::withdrawals;

/// What the app needs from outside.
pub struct Parts {
    /// Rocket's own configuration: address, port, limits.
    pub figment: Figment,
    /// The checked settings.
    pub settings: Settings,
    /// The open, migrated database.
    pub db: Db,
    /// The store of the books' bytes.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
}

/// Puts the shop together.
#[must_use]
pub fn build(parts: Parts) -> Rocket<Build> {
    let Parts { figment, settings, db, store, clock } = parts;
    let delivery = Delivery::new(&settings.delivery, store.clone());
    let limits = Arc::new(Limits::new(&settings.accounts, &clock));
    let till = Till::new(&settings, &db, &clock);
    let identity = till.identity.clone();
    let jobs = checkout::tasks::add(jobs(&settings, &db, &clock, &limits, &identity), &till)
        .with(doctor::task(till.clone(), settings.clone()))
        .with(shop::identity::task(db.clone(), identity.clone()));
    let jobs = jobs.with(gifts::deliver::task(&till)).with(publishing::tasks::task(&till));
    let intake = Intake::new(&db, &store, &clock, &settings.uploads);
    let jobs = jobs.with(uploads::sweep::task(&intake)).with(uploads::sweep::strays_task(&intake));
    let pay_page = till.gateway.page_origin().map(str::to_owned);
    let https = settings.base_url.is_https();
    let figment = with_room_for_descriptions(with_trusted_ip_header(figment, settings.delivery.backend));
    rocket::custom(figment)
        // Rocket's own set of headers would go before ours.
        .attach(Shield::new())
        .attach(AccessLog)
        .attach(SameOriginOnly)
        .attach(SecurityHeaders::new(https, pay_page.as_deref()))
        .manage(settings)
        .manage(db)
        .manage(store)
        .manage(delivery)
        .manage(clock)
        .manage(jobs)
        .manage(limits)
        .manage(till)
        .manage(identity)
        .register("/", catchers::all())
        .mount("/", assets::routes())
        .mount("/", csrf::routes())
        .mount("/", health::routes())
        .attach(accounts::routes::stage())
        .attach(catalog::routes::stage())
        .attach(checkout::routes::stage())
        .attach(checkout::terms::routes::stage())
        .attach(checkout::webhook::routes::stage())
        .attach(sandbox::routes::stage())
        .attach(pricing::routes::stage())
        .attach(publishing::titles::routes::stage())
        .attach(publishing::news::routes::stage())
        .attach(publishing::wish::routes::stage())
        .attach(uploads::tus::routes::stage(intake))
        .attach(orders::routes::stage())
        .attach(gifts::routes::stage())
        .attach(library::routes::stage())
        .attach(downloads::stage())
        .attach(withdrawals::routes::stage())
        .attach(shop::routes::stage())
        .attach(admin::routes::stage())
        .attach(admin::orders::routes::stage())
        .attach(admin::doctor::routes::stage())
        .attach(admin::findings::routes::stage())
        .attach(admin::prices::routes::stage())
        .attach(admin::bundles::routes::stage())
        .attach(admin::codes::routes::stage())
        .attach(admin::reviews::routes::stage())
        .attach(admin::publishers::routes::stage())
        .attach(admin::log::routes::stage())
        .attach(admin::export::routes::stage())
        .attach(admin::groups::routes::stage())
        .attach(admin::shop::routes::stage())
        .attach(admin::import::routes::stage())
        .attach(downloads::internal_location_is_free())
}

/// Whether `ip_header` was set, in `Rocket.toml`, the environment or by the front, and to what: false is none at all.
pub(crate) fn ip_header_of_operator(figment: &Figment) -> Option<figment::value::Value> {
    let is_default =
        figment.find_metadata("ip_header").is_none_or(|metadata| metadata.name.starts_with("rocket::Config"));
    if is_default { None } else { figment.find_value("ip_header").ok() }
}

/// Whom to ask for the client's address: the proxy that the settings put in front, and nobody without one, since any
/// client can send such a header. What the operator set in `Rocket.toml` or the environment stays.
fn with_trusted_ip_header(figment: Figment, backend: Backend) -> Figment {
    match backend {
        _ if ip_header_of_operator(&figment).is_some() => figment,
        Backend::Builtin => figment.merge(("ip_header", false)),
        Backend::Nginx | Backend::Apache | Backend::Caddy => figment.merge(("ip_header", "X-Real-IP")),
        // It can't be told to write another, and it writes this one anew, with one address in it.
        Backend::Lighttpd => figment.merge(("ip_header", "X-Forwarded-For")),
    }
}

/// A book's description, of 20,000 signs with four bytes each, fits into one part of a form that is sent in parts. What
/// the operator set in `Rocket.toml` or the environment stays.
fn with_room_for_descriptions(figment: Figment) -> Figment {
    let is_default = figment
        .find_metadata("limits.string")
        .is_none_or(|metadata| metadata.name.starts_with("rocket::Config"));
    let figment = if is_default { figment.merge(("limits.string", "96 KiB")) } else { figment };
    // A table of ten thousand titles is a file of a form.
    let mut figment = figment;
    for (limit, size) in [("limits.file", "16 MiB"), ("limits.data-form", "17 MiB")] {
        let is_default =
            figment.find_metadata(limit).is_none_or(|metadata| metadata.name.starts_with("rocket::Config"));
        if is_default {
            figment = figment.merge((limit, size));
        }
    }
    figment
}

/// What goes on beside the requests, while [`web::background`](crate::web::background) is attached.
fn jobs(settings: &Settings, db: &Db, clock: &Clock, limits: &Arc<Limits>, identity: &Identity) -> Jobs {
    let mailer = Mailer::new(&settings.mail).with(identity.clone());
    Jobs::new().with(mail::task(db.clone(), clock.clone(), mailer)).with(accounts::sweep::task(
        db.clone(),
        clock.clone(),
        limits.clone(),
    ))
}

/// Runs `then` once the shop answers requests.
#[must_use]
pub fn on_open(then: impl FnOnce() + Send + 'static) -> AdHoc {
    let then = std::sync::Mutex::new(Some(then));
    AdHoc::on_liftoff("on open", move |_| {
        let then = then.lock().ok().and_then(|mut then| then.take());
        Box::pin(async move {
            if let Some(then) = then {
                then();
            }
        })
    })
}
