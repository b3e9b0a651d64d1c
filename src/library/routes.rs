//! The library, for accounts and for guests with the key to an order.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::pages::ShelfPage;
use super::shelf::Shelf;
use crate::db::Db;
use crate::permission::Viewer;
use crate::web::{self, Html, Layout};

/// The library.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("library", |rocket| async { rocket.mount("/library", routes![shelf]) })
}

/// All that the viewer owns.
#[get("/")]
async fn shelf(layout: Layout, viewer: Viewer, db: &State<Db>) -> web::Result<Html<ShelfPage>> {
    if viewer.account.is_none() && viewer.tokens.is_empty() {
        return Err(web::Error::unauthorized().with_message(
            "Your library opens when you sign in. If you bought as a guest, the link in your receipt’s mail opens it.",
        ));
    }
    let shelf = db.read(move |conn| Shelf::of(conn, &viewer)).await?;
    Ok(Html::ok(ShelfPage::new(layout, &shelf)))
}
