//! The app: the parts it is put together from, in one list.

use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::shield::Shield;
use rocket::{Build, Rocket};

use crate::catalog;
use crate::checkout;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::Delivery;
use crate::downloads;
use crate::jobs::Jobs;
use crate::mail::{self, Mailer};
use crate::storage::Store;
use crate::web::access_log::AccessLog;
use crate::web::csrf::SameOriginOnly;
use crate::web::security_headers::SecurityHeaders;
use crate::web::{assets, catchers, csrf, health};

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
    let jobs = jobs(&settings, &db, &clock);
    let https = settings.base_url.is_https();
    rocket::custom(figment)
        // Rocket's own set of headers would go before ours.
        .attach(Shield::new())
        .attach(AccessLog)
        .attach(SameOriginOnly)
        .attach(SecurityHeaders { https })
        .manage(settings)
        .manage(db)
        .manage(store)
        .manage(delivery)
        .manage(clock)
        .manage(jobs)
        .register("/", catchers::all())
        .mount("/", assets::routes())
        .mount("/", csrf::routes())
        .mount("/", health::routes())
        .attach(catalog::routes::stage())
        .attach(checkout::routes::stage())
        .attach(downloads::stage())
}

/// What goes on beside the requests, while [`web::background`](crate::web::background) is attached.
fn jobs(settings: &Settings, db: &Db, clock: &Clock) -> Jobs {
    let mailer = Mailer::new(&settings.mail);
    Jobs::new().with(mail::task(db.clone(), clock.clone(), mailer))
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
