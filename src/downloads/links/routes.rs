//! Making, listing and ending links. Using one is in `downloads/routes.rs`, with the other ways to a file.

use rocket::form::Form;
use rocket::http::Header;
use rocket::response::Responder;
use rocket::{Route, State, get, post, routes};

use super::forms::LinkForm;
use super::pages::{LinkRow, LinksPage};
use super::{DownloadLink, LinkError};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::permission::Viewer;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, Html, Layout};

pub(in crate::downloads) fn routes() -> Vec<Route> {
    routes![list, make, end]
}

/// A page with a secret on it: no other site learns that there is one.
#[derive(Responder)]
pub(super) struct Secret {
    page: Html<LinksPage>,
    referrer: Header<'static>,
    cache: Header<'static>,
}

impl Secret {
    fn new(page: Html<LinksPage>) -> Self {
        Self {
            page,
            referrer: Header::new("Referrer-Policy", "no-referrer"),
            cache: Header::new("Cache-Control", "no-store"),
        }
    }
}

/// The viewer's open links.
#[get("/links")]
async fn list(layout: Layout, viewer: Viewer, db: &State<Db>) -> web::Result<Html<LinksPage>> {
    known(&viewer)?;
    Ok(Html::ok(page(layout, viewer, db).await?))
}

/// Makes a link, and shows it this once.
#[post("/links", data = "<form>")]
async fn make(
    form: Form<LinkForm<'_>>,
    layout: Layout,
    viewer: Viewer,
    db: &State<Db>,
    clock: &State<Clock>,
    settings: &State<Settings>,
) -> web::Result<Secret> {
    known(&viewer)?;
    let (asking, file, now) = (viewer.clone(), form.file.to_owned(), clock.now());
    let made = db.write(move |conn| DownloadLink::make(conn, &asking, &file, now)).await;
    let page = page(layout, viewer, db).await?;
    Ok(Secret::new(match made {
        Ok((file_name, token)) => {
            let name = rocket::http::RawStr::new(&file_name).percent_encode().to_string();
            let path = format!("/get/{}/{name}", token.secret());
            Html::ok(LinksPage { fresh: settings.base_url.join(&path), fresh_file: file_name, ..page })
        }
        Err(LinkError::Database(cause)) => return Err(cause.into()),
        Err(LinkError::NotYours) => return Err(web::Error::not_found()),
        Err(problem) => Html::unprocessable(LinksPage { problem: problem.to_string(), ..page }),
    }))
}

/// Ends a link.
#[post("/links/<id>/end")]
async fn end(id: &str, viewer: Viewer, db: &State<Db>, clock: &State<Clock>) -> web::Result<FlashRedirect> {
    known(&viewer)?;
    let (id, now) = (id.to_owned(), clock.now());
    let ended = db.write(move |conn| DownloadLink::revoke(conn, &viewer, &id, now)).await?;
    if !ended {
        return Err(web::Error::not_found());
    }
    Ok(Flash::success("The link is ended: it opens nothing any more.").to("/links"))
}

/// Links are for people who have something.
fn known(viewer: &Viewer) -> web::Result<()> {
    if viewer.account.is_none() && viewer.tokens.is_empty() {
        return Err(web::Error::unauthorized());
    }
    Ok(())
}

async fn page(layout: Layout, viewer: Viewer, db: &Db) -> web::Result<LinksPage> {
    let listed = db.read(move |conn| DownloadLink::all_of(conn, &viewer)).await?;
    Ok(LinksPage {
        layout,
        fresh: String::new(),
        fresh_file: String::new(),
        problem: String::new(),
        links: listed.iter().map(LinkRow::from).collect(),
    })
}
