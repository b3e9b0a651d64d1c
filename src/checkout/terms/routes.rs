//! Codes, bundles and named prices in the cart, as they are reached.

use std::net::IpAddr;
use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Responder;
use rocket::{State, post, routes};

use crate::accounts::Limits;
use crate::accounts::guards::MaybeAccount;
use crate::checkout::Till;
use crate::checkout::cart::{self, CartError, Owner};
use crate::checkout::cart_bundle::{self, Added};
use crate::checkout::cart_code::{self, EnterError};
use crate::checkout::forms::{AmountForm, BundleForm, CodeForm};
use crate::checkout::guards::KeptOwner;
use crate::checkout::pages::{CartPage, CheckoutPage};
use crate::checkout::routes::{fresh_page, load, wanted};
use crate::permission::Viewer;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, Html, Layout};

/// Codes, bundles and named prices in the cart.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("terms", |rocket| async {
        rocket.mount("/cart", routes![enter_code, remove_code, add_bundle, remove_bundle, name_price])
    })
}

/// What the forms of the cart answer.
#[derive(Responder)]
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
enum Answer {
    Told(FlashRedirect),
    Cart(Html<CartPage>),
    Checkout(Html<CheckoutPage>),
}

/// Enters a code, and says what it takes off or why it doesn't.
#[post("/code", data = "<form>")]
#[allow(clippy::too_many_arguments, reason = "each is a thing that the browser brought")]
async fn enter_code(
    form: Form<CodeForm<'_>>,
    layout: Layout,
    account: MaybeAccount,
    owner: KeptOwner,
    viewer: Viewer,
    from: Option<IpAddr>,
    limits: &State<Arc<Limits>>,
    till: &State<Till>,
) -> web::Result<Answer> {
    let email = account.0.as_ref().map(|account| account.email.clone());
    let asker = till.asker(&viewer, email.as_deref());
    let (typed, owner) = (form.code.to_owned(), owner.0);
    let entering = owner.clone();
    let entered = if typed.trim().is_empty() {
        Err("Please type the code.".to_owned())
    } else {
        limits.try_code(from)?;
        match till.db.write(move |conn| cart_code::enter(conn, &entering, &asker, &typed)).await {
            Ok(code) => Ok(code),
            Err(EnterError::Problem(problem)) => Err(problem.to_string()),
            Err(EnterError::Content(error)) => return Err(error.into()),
            Err(EnterError::Database(error)) => return Err(error.into()),
        }
    };
    let page = if form.is_from_checkout() { "/checkout" } else { "/cart" };
    let sentence = match entered {
        Ok(code) => {
            let news = format!("The code {} is in: {} off.", code.code, code.worth());
            return Ok(Answer::Told(Flash::success(news).to(page)));
        }
        Err(sentence) => sentence,
    };
    let (content, is_needed) = wanted(till, owner, viewer, email.as_deref(), false).await?;
    Ok(if form.is_from_checkout() && content.can_check_out() {
        let page = fresh_page(layout, account.0, &content, is_needed, till).with_code(form.code, sentence);
        Answer::Checkout(Html::unprocessable(page))
    } else {
        let page = CartPage::new(layout, &content).with_code(form.code, sentence);
        Answer::Cart(Html::unprocessable(page))
    })
}

/// Takes the code off the cart.
#[post("/code/remove", data = "<form>")]
async fn remove_code(
    form: Form<CodeForm<'_>>,
    owner: Owner,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    till.db.write(move |conn| cart_code::remove(conn, &owner)).await?;
    let page = if form.is_from_checkout() { "/checkout" } else { "/cart" };
    Ok(Flash::info("The code is out of your cart.").to(page))
}

/// Puts a bundle in the cart, and says so on the cart's page.
#[post("/bundle", data = "<form>")]
async fn add_bundle(
    form: Form<BundleForm<'_>>,
    owner: KeptOwner,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let (bundle, least, now) = (form.bundle.to_owned(), till.least(), till.clock.now());
    let added =
        till.db.write(move |conn| cart_bundle::add(conn, &owner.0, &viewer, &bundle, least, now)).await;
    let (bundle, added) = match added {
        Err(error @ (CartError::BundleNotForSale | CartError::Full)) => {
            return Ok(Flash::error(error.to_string()).to("/cart"));
        }
        other => other?,
    };
    let title = &bundle.title;
    Ok(match added {
        Added::Added { singly: 0 } => {
            Flash::success(format!("The bundle “{title}” is in your cart.")).to("/cart")
        }
        Added::Added { singly } => Flash::success(format!(
            "The bundle “{title}” is in your cart. {} was there singly, and is bought once.",
            if singly == 1 { "One of its books".to_owned() } else { format!("{singly} of its books") }
        ))
        .to("/cart"),
        Added::AlreadyThere => {
            Flash::info(format!("The bundle “{title}” was in your cart already.")).to("/cart")
        }
        Added::Owned => Flash::info(format!("You own all books of “{title}” already."))
            .to(format!("/bundles/{}", bundle.slug)),
        Added::Overlaps(other) => Flash::error(format!(
            "“{title}” and “{other}” in your cart share a book. Please take the other bundle out first."
        ))
        .to("/cart"),
    })
}

/// Takes a bundle out of the cart.
#[post("/bundle/remove", data = "<form>")]
async fn remove_bundle(
    form: Form<BundleForm<'_>>,
    owner: Owner,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let bundle = form.bundle.to_owned();
    till.db.write(move |conn| cart_bundle::remove(conn, &owner, &bundle)).await?;
    Ok(Flash::info("The bundle is out of your cart.").to("/cart"))
}

/// Changes what a reader means to pay for a book.
#[post("/amount", data = "<form>")]
async fn name_price(
    form: Form<AmountForm<'_>>,
    layout: Layout,
    owner: Owner,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Answer> {
    let (book, typed, least) = (form.book.to_owned(), form.amount.to_owned(), till.least());
    let naming = owner.clone();
    let named = till.db.write(move |conn| cart::name_price(conn, &naming, &book, &typed, least)).await;
    match named {
        Ok(()) => Ok(Answer::Told(Flash::success("Your price is noted.").to("/cart"))),
        Err(CartError::Named(wrong)) => {
            let content = load(till, owner, viewer, None, false).await?;
            let page = CartPage::new(layout, &content).with_amount(form.book, form.amount, wrong.to_string());
            Ok(Answer::Cart(Html::unprocessable(page)))
        }
        Err(error @ CartError::NotForSale) => Ok(Answer::Told(Flash::error(error.to_string()).to("/cart"))),
        Err(error) => Err(error.into()),
    }
}
