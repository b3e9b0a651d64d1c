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
use crate::config::{self, Backend, Settings};
use crate::db::Db;
use crate::delivery::Delivery;
use crate::doctor::{self, Doctor};
use crate::downloads::{self, Lanes, Ledger};
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
    let doctor = Doctor::new(till.clone(), settings.clone(), store.clone(), config::listens_at(&figment));
    let jobs = checkout::tasks::add(jobs(&settings, &db, &clock, &limits, &identity), &till)
        .with(doctor::task(doctor.clone()))
        .with(shop::identity::task(db.clone(), identity.clone()));
    let jobs = jobs.with(gifts::deliver::task(&till)).with(publishing::tasks::task(&till));
    let window = settings.delivery.limits.window();
    let ledger = Ledger::start(db.clone(), window);
    let lanes = Lanes::new(&settings.delivery.limits);
    let jobs = jobs.with(downloads::task(db.clone(), ledger.clone(), clock.clone(), &settings));
    let intake = Intake::new(&db, &store, &clock, &settings.uploads);
    let jobs = jobs.with(uploads::sweep::task(&intake)).with(uploads::sweep::strays_task(&intake));
    let pay_page = till.gateway.page_origin().map(str::to_owned);
    let security = SecurityHeaders::new(settings.base_url.is_https(), pay_page.as_deref());
    let figment = with_room_for_descriptions(with_trusted_ip_header(figment, settings.delivery.backend));
    rocket::custom(figment)
        // Rocket's own set of headers would go before ours.
        .attach(Shield::new())
        .attach(AccessLog)
        .attach(SameOriginOnly)
        .attach(security.clone())
        .manage(security)
        .manage(settings)
        .manage(db)
        .manage(store)
        .manage(delivery)
        .manage(ledger)
        .manage(lanes)
        .manage(doctor)
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
        .attach(admin::orders::address::routes::stage())
        .attach(admin::customers::routes::stage())
        .attach(admin::access::routes::stage())
        .attach(admin::team::routes::stage())
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

/// The request header in which the client's address is looked for: the one that the operator set in `Rocket.toml` or the
/// environment, else the one of the proxy that the settings put in front; none without one, since any client can send
/// such a header.
pub(crate) fn trusted_ip_header(figment: &Figment, backend: Backend) -> Option<String> {
    if let Some(set) = ip_header_of_operator(figment) {
        return set.into_string();
    }
    match backend {
        Backend::Builtin | Backend::Redirect => None,
        Backend::Nginx | Backend::Apache | Backend::Caddy => Some("X-Real-IP".to_owned()),
        // It can't be told to write another, and it writes this one anew, with one address in it.
        Backend::Lighttpd => Some("X-Forwarded-For".to_owned()),
    }
}

fn with_trusted_ip_header(figment: Figment, backend: Backend) -> Figment {
    match trusted_ip_header(&figment, backend) {
        Some(name) => figment.merge(("ip_header", name)),
        None => figment.merge(("ip_header", false)),
    }
}

/// A book's description, of 20,000 signs with four bytes each, fits into one part of a form that is sent in parts, and
/// so does a picture for its cover. What the operator set in `Rocket.toml` or the environment stays.
fn with_room_for_descriptions(figment: Figment) -> Figment {
    // A table of ten thousand titles is a file of a form, too.
    let room = [("limits.string", "96 KiB"), ("limits.file", "16 MiB"), ("limits.data-form", "17 MiB")];
    room.into_iter().fold(figment, |figment, (key, size)| {
        let is_default =
            figment.find_metadata(key).is_none_or(|metadata| metadata.name.starts_with("rocket::Config"));
        if is_default { figment.merge((key, size)) } else { figment }
    })
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
