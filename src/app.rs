//! The app: the parts it is put together from, in one list.

use rocket::figment::Figment;
use rocket::{Build, Rocket};

use crate::checkout;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
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
    /// Tells the time.
    pub clock: Clock,
}

/// Puts the shop together.
#[must_use]
pub fn build(parts: Parts) -> Rocket<Build> {
    let Parts { figment, settings, db, clock } = parts;
    let https = settings.base_url.is_https();
    rocket::custom(figment)
        .attach(AccessLog)
        .attach(SameOriginOnly)
        .attach(SecurityHeaders { https })
        .manage(settings)
        .manage(db)
        .manage(clock)
        .register("/", catchers::all())
        .mount("/", assets::routes())
        .mount("/", csrf::routes())
        .mount("/", health::routes())
        .attach(checkout::routes::stage())
}
