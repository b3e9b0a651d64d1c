//! Keys for programs, as they are made and revoked.

use rocket::{Route, State, post, routes};

use super::pages::KeyPage;
use super::{AT_MOST, UploadKey};
use crate::config::Settings;
use crate::publishing::guards::Desk;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, FormAnswer, Html, Layout};

/// What is below `/publish/uploads` about keys.
pub fn routes() -> Vec<Route> {
    routes![create, revoke]
}

/// What comes of a wish for a key.
type Answer = FormAnswer<KeyPage>;

/// Makes a key and shows it, once.
#[post("/<title>/keys")]
async fn create(
    desk: Desk,
    title: String,
    settings: &State<Settings>,
    layout: Layout,
) -> web::Result<Answer> {
    let (who, now, id) = (desk.who, desk.now(), title.clone());
    let made = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &id)? else { return Ok(None) };
        let token = UploadKey::create(conn, book.id, who.id, now)?;
        diesel::QueryResult::Ok(Some((book, token)))
    });
    let (book, token) = made.await?.or_not_found()?;
    Ok(match token {
        Some(token) => Answer::Page(Html::ok(KeyPage {
            endpoint: settings.base_url.join(&format!("/publish/uploads/{title}")),
            key: token.secret().to_owned(),
            id: title,
            title: book.title,
            layout,
        })),
        None => {
            let news = format!("A title has at most {AT_MOST} keys. Revoke one that is not used any more.");
            Answer::Told(Flash::error(news).to(format!("/publish/titles/{title}#programs")))
        }
    })
}

/// Revokes a key.
#[post("/<title>/keys/<key>/revoke")]
async fn revoke(desk: Desk, title: String, key: String) -> web::Result<FlashRedirect> {
    let (who, id) = (desk.who, title.clone());
    let revoked = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &id)? else { return Ok(None) };
        diesel::QueryResult::Ok(UploadKey::revoke(conn, book.id, &key)?.then_some(()))
    });
    revoked.await?.or_not_found()?;
    Ok(Flash::success("The key is revoked.").to(format!("/publish/titles/{title}#programs")))
}
