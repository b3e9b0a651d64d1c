//! The bundles, as they are reached.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::Bundle;
use super::offers::BundleOffer;
use super::pages::{BundleDetails, BundlePage, BundlesPage};
use crate::checkout::cart::Owner;
use crate::checkout::cart_bundle;
use crate::config::Settings;
use crate::db::Db;
use crate::permission::Viewer;
use crate::web::error::OrNotFound as _;
use crate::web::{self, Html, Layout};

/// The bundles.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("bundles", |rocket| async { rocket.mount("/bundles", routes![all, one]) })
}

/// All bundles that can be bought.
#[get("/")]
async fn all(layout: Layout, settings: &State<Settings>, db: &State<Db>) -> web::Result<Html<BundlesPage>> {
    let currency = settings.currency;
    let offers = db
        .read(move |conn| {
            let bundles = Bundle::published(conn)?;
            BundleOffer::of(conn, bundles, currency)
        })
        .await?;
    Ok(Html::ok(BundlesPage::new(layout, &offers)))
}

/// One bundle.
#[get("/<slug>")]
async fn one(
    slug: String,
    layout: Layout,
    owner: Owner,
    viewer: Viewer,
    settings: &State<Settings>,
    db: &State<Db>,
) -> web::Result<Html<BundlePage>> {
    let currency = settings.currency;
    let details = db
        .read(move |conn| {
            let in_cart = |conn: &mut _, bundle| cart_bundle::contains(conn, &owner, bundle);
            BundleDetails::load(conn, &slug, &viewer, currency, in_cart)
        })
        .await?
        .or_not_found()?;
    Ok(Html::ok(BundlePage::new(layout, details)))
}
