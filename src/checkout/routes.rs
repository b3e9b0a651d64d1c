//! The cart and the checkout, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::cart::{self, Added, CartError, Owner};
use super::cart_lines::{Content, ContentError};
use super::forms::CartForm;
use super::guards::KeptOwner;
use super::pages::CartPage;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::permission::Viewer;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, Html, Layout};

/// The cart and the checkout.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("checkout", |rocket| async {
        rocket.mount("/", routes![show_cart, add_to_cart, remove_from_cart])
    })
}

/// Shows the cart.
#[get("/cart")]
async fn show_cart(
    layout: Layout,
    owner: Owner,
    viewer: Viewer,
    settings: &State<Settings>,
    db: &State<Db>,
) -> web::Result<Html<CartPage>> {
    let currency = settings.currency;
    let content = db
        .read(move |conn| {
            let cart = owner.cart(conn)?;
            Content::load(conn, cart, &viewer, currency)
        })
        .await?;
    Ok(Html::ok(CartPage::new(layout, &content)))
}

/// Puts a book in the cart, and says so on the cart's page.
#[post("/cart", data = "<form>")]
async fn add_to_cart(
    form: Form<CartForm<'_>>,
    owner: KeptOwner,
    viewer: Viewer,
    settings: &State<Settings>,
    db: &State<Db>,
    clock: &State<Clock>,
) -> web::Result<FlashRedirect> {
    let (book, currency, now) = (form.book.to_owned(), settings.currency, clock.now());
    let added = db.write(move |conn| cart::add(conn, &owner.0, &viewer, &book, currency, now)).await;
    let (book, added) = match added {
        Err(error @ (CartError::NotForSale | CartError::Full)) => {
            return Ok(Flash::error(error.to_string()).to("/cart"));
        }
        other => other?,
    };
    let title = &book.title;
    Ok(match added {
        Added::Added => Flash::success(format!("“{title}” is in your cart.")).to("/cart"),
        Added::AlreadyThere => Flash::info(format!("“{title}” was in your cart already.")).to("/cart"),
        Added::Owned => {
            Flash::info(format!("You own “{title}” already: here it is.")).to(format!("/books/{}", book.slug))
        }
        Added::Free => Flash::info(format!("“{title}” is free: download it from this page."))
            .to(format!("/books/{}", book.slug)),
    })
}

/// Takes a book out of the cart.
#[post("/cart/remove", data = "<form>")]
async fn remove_from_cart(
    form: Form<CartForm<'_>>,
    owner: Owner,
    db: &State<Db>,
    clock: &State<Clock>,
) -> web::Result<FlashRedirect> {
    let (book, now) = (form.book.to_owned(), clock.now());
    db.write(move |conn| cart::remove(conn, &owner, &book, now)).await?;
    Ok(Flash::info("The book is out of your cart.").to("/cart"))
}

impl From<CartError> for web::Error {
    fn from(error: CartError) -> Self {
        match error {
            CartError::Database(cause) => cause.into(),
            refused => Self::unprocessable(refused.to_string()),
        }
    }
}

impl From<ContentError> for web::Error {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::Database(cause) => cause.into(),
            ContentError::Sum(cause) => Self::internal(cause),
        }
    }
}
