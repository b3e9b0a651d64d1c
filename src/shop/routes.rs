//! The shop's face, as it is reached.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::pages::LegalPage;
use super::responder::Made;
use super::{Identity, LegalText};
use crate::catalog::markdown;
use crate::db::Db;
use crate::web::error::OrNotFound as _;
use crate::web::{self, Html, Layout, show};

/// The shop's style sheet, logo and legal texts.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("shop face", |rocket| async { rocket.mount("/", routes![look, logo, legal]) })
}

/// The shop's colours, as a style sheet: `/look/3.css`.
#[get("/look/<file>")]
async fn look(file: &str, identity: &State<Identity>, db: &State<Db>) -> web::Result<Made> {
    let asked: i64 = file.strip_suffix(".css").and_then(|number| number.parse().ok()).or_not_found()?;
    refresh(identity, db).await?;
    let face = identity.face();
    Ok(Made {
        bytes: face.look.sheet().into_bytes(),
        media_type: "text/css; charset=utf-8",
        is_current: asked == face.revision,
    })
}

/// The shop's logo: `/look/logo/3.png`.
#[get("/look/logo/<file>")]
async fn logo(file: &str, identity: &State<Identity>, db: &State<Db>) -> web::Result<Made> {
    let asked: i64 = file.strip_suffix(".png").and_then(|number| number.parse().ok()).or_not_found()?;
    refresh(identity, db).await?;
    let face = identity.face();
    let logo = face.logo.clone().or_not_found()?;
    Ok(Made { bytes: logo.png, media_type: "image/png", is_current: asked == face.revision })
}

/// A legal text.
#[get("/legal/<kind>")]
async fn legal(kind: &str, layout: Layout, db: &State<Db>) -> web::Result<Html<LegalPage>> {
    let text: LegalText = kind.parse().ok().or_not_found()?;
    let (body, changed) = db.read(move |conn| text.find(conn)).await?.or_not_found()?;
    Ok(Html::ok(LegalPage {
        layout,
        title: text.title(),
        body: markdown::to_html(&body),
        changed: show::date(changed),
    }))
}

async fn refresh(identity: &State<Identity>, db: &State<Db>) -> web::Result<()> {
    let identity = identity.inner().clone();
    Ok(db.read(move |conn| identity.refresh(conn)).await?)
}
