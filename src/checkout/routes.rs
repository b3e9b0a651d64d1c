//! The cart and the checkout, as they are reached.

use std::net::IpAddr;
use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::CookieJar;
use rocket::response::{Redirect, Responder};
use rocket::{State, get, post, routes};

use super::Till;
use super::cart::{self, Added, CartError, Owner, Wish};
use super::cart_lines::{Content, ContentError};
use super::forms::{CartForm, CheckoutForm};
use super::gift::{GiftBox, is_only_for_others};
use super::guards::KeptOwner;
use super::pages::{CartPage, CheckoutPage};
use super::start::{self, Buyer, Next, StartError};
use super::wishes::Wishes;
use crate::accounts::guards::MaybeAccount;
use crate::accounts::{Account, EmailAddress, Limits};
use crate::clock::Clock;
use crate::db::Db;
use crate::gifts::{self, GiftText, GiftWish};
use crate::orders::guards::remember;
use crate::permission::Viewer;
use crate::web::flash::FlashRedirect;
use crate::web::languages::Languages;
use crate::web::{self, Errors, Flash, Html, Layout};

/// The cart and the checkout.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("checkout", |rocket| async {
        rocket.mount("/", routes![show_cart, add_to_cart, remove_from_cart, summary, place])
    })
}

/// Shows the cart.
#[get("/cart")]
async fn show_cart(
    layout: Layout,
    owner: Owner,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Html<CartPage>> {
    let content = load(till, owner.clone(), viewer.clone(), None, false).await?;
    if is_only_for_others(&content) {
        let for_others = load(till, owner, viewer, None, true).await?;
        return Ok(Html::ok(CartPage::for_others(layout, &content, &for_others)));
    }
    Ok(Html::ok(CartPage::new(layout, &content)))
}

/// Puts a book in the cart, and says so on the cart's page.
#[post("/cart", data = "<form>")]
async fn add_to_cart(
    form: Form<CartForm<'_>>,
    owner: KeptOwner,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let (book, is_gift) = (form.book.to_owned(), form.gift);
    let (least, now) = (till.least(), till.clock.now());
    let added = till
        .db
        .write(move |conn| {
            let wish = Wish { is_gift, amount: None };
            cart::add(conn, &owner.0, &viewer, &book, wish, least, now)
        })
        .await;
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

/// What the checkout answers.
#[derive(Responder)]
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
enum Answer {
    Go(Redirect),
    Told(FlashRedirect),
    Page(Html<CheckoutPage>),
}

/// What is to be bought, and the fields that a buyer fills in.
#[get("/checkout")]
async fn summary(
    layout: Layout,
    account: MaybeAccount,
    owner: Owner,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Answer> {
    let email = account.0.as_ref().map(|account| account.email.clone());
    let (content, is_needed) = wanted(till, owner, viewer, email.as_deref(), false).await?;
    if !content.can_check_out() {
        return Ok(Answer::Go(Redirect::to("/cart")));
    }
    Ok(Answer::Page(Html::ok(fresh_page(layout, account.0, &content, is_needed, till))))
}

/// Who buys, and what they want beside the books.
///
/// # Errors
/// A sentence for each field that can't be used.
fn check(
    form: &CheckoutForm<'_>,
    account: Option<Account>,
    locale: String,
    till: &Till,
) -> Result<(Buyer, Wishes), Errors> {
    let mut errors = Errors::none();
    let (name, email) = match &account {
        Some(account) => (account.name.clone(), account.email.clone()),
        None => (String::new(), form.email.trim().to_owned()),
    };
    if account.is_none()
        && let Err(wrong) = form.email.parse::<EmailAddress>()
    {
        errors.add("email", wrong.to_string());
    }
    let text = form.gift.text();
    let gift: Option<GiftWish> = if text.wanted {
        let who = gifts::wishes::Buyer { name: &name, email: &email };
        match text.check(who, till.clock.now().date()) {
            Ok(gift) => Some(gift),
            Err(wrong) => {
                wrong.iter().for_each(|(field, sentence)| errors.add(field, sentence));
                None
            }
        }
    } else {
        None
    };
    let answers = till.asks.check(form.agreed, form.country, &mut errors);
    errors.or(|| {
        (Buyer { account: account.map(|account| account.id), email, locale }, Wishes { gift, answers })
    })
}

/// Places the order and sends the buyer to where it is paid.
#[post("/checkout", data = "<form>")]
#[allow(clippy::too_many_arguments, reason = "each is a thing that the browser brought")]
async fn place(
    form: Form<CheckoutForm<'_>>,
    layout: Layout,
    languages: Languages,
    account: MaybeAccount,
    owner: Owner,
    viewer: Viewer,
    cookies: &CookieJar<'_>,
    from: Option<IpAddr>,
    limits: &State<Arc<Limits>>,
    till: &State<Till>,
) -> web::Result<Answer> {
    let account = account.0;
    let email = match &account {
        Some(account) => account.email.clone(),
        None => form.email.trim().to_owned(),
    };
    let (buyer, wishes) = match check(&form, account, languages.0, till) {
        Ok(fine) => fine,
        Err(errors) => return again(&form, layout, owner, viewer, &email, till, errors, "").await,
    };
    let seen = (!form.seen.is_empty()).then(|| form.seen.to_owned());
    let is_gift = wishes.gift.is_some();
    if let Some(gift) = &wishes.gift {
        let content = load(till, owner.clone(), viewer.clone(), Some(&email), true).await?;
        if content.total.is_zero() && !content.is_empty() {
            // Nobody pays for this mail, so nobody shall send many.
            limits.mail(&gift.recipient_email, from)?;
        }
    }
    let started = start::start(till, owner.clone(), viewer.clone(), buyer, wishes, seen).await;
    let started = match started {
        Err(StartError::Empty) => return Ok(Answer::Go(Redirect::to("/cart"))),
        Err(error @ StartError::Problem) => {
            let content = load(till, owner.clone(), viewer.clone(), Some(&email), false).await?;
            if !is_gift && is_only_for_others(&content) {
                let sentence = "You own some of it already: tick this to buy it for someone else, or take it out of \
                                the cart.";
                let errors = Errors::at("gift.wanted", sentence);
                return again(&form, layout, owner, viewer, &email, till, errors, "").await;
            }
            return Ok(Answer::Told(Flash::error(error.to_string()).to("/cart")));
        }
        Err(
            error @ (StartError::Changed
            | StartError::Blocked
            | StartError::Code(_)
            | StartError::TooSmall(_)
            | StartError::TooLarge(_)),
        ) => {
            let errors = Errors::none();
            return again(&form, layout, owner, viewer, &email, till, errors, &error.to_string()).await;
        }
        other => other?,
    };
    if let Some(token) = &started.token {
        remember(cookies, &till.base_url, token);
    }
    let page = format!("/orders/{}", started.order);
    Ok(match started.next {
        Next::Pay(url) => Answer::Go(Redirect::to(till.base_url.path_of(&url))),
        Next::Order => Answer::Go(Redirect::to(page)),
        Next::Unanswered(_) => Answer::Told(unanswered().to(page)),
    })
}

/// The checkout's page once more, with what was typed and what is wrong.
#[allow(clippy::too_many_arguments, reason = "each is a thing that the browser brought")]
async fn again(
    form: &CheckoutForm<'_>,
    layout: Layout,
    owner: Owner,
    viewer: Viewer,
    email: &str,
    till: &Till,
    errors: Errors,
    problem: &str,
) -> web::Result<Answer> {
    let text = form.gift.text();
    let (content, is_needed) = wanted(till, owner, viewer, Some(email), text.wanted).await?;
    let gift = GiftBox::new(text, is_needed, till.clock.now().date());
    let asks = till.asks.filled(form.agreed, form.country);
    let page = CheckoutPage::new(layout, &content, form.email, gift, asks);
    Ok(Answer::Page(Html::unprocessable(page.with(errors, problem))))
}

/// What is to be bought, seen as a gift if it is one or can only be one; and whether it can only be one.
pub(super) async fn wanted(
    till: &Till,
    owner: Owner,
    viewer: Viewer,
    email: Option<&str>,
    is_gift: bool,
) -> web::Result<(Content, bool)> {
    let content = load(till, owner.clone(), viewer.clone(), email, false).await?;
    let is_needed = is_only_for_others(&content);
    if is_needed || is_gift {
        return Ok((load(till, owner, viewer, email, true).await?, is_needed));
    }
    Ok((content, is_needed))
}

/// The checkout's page before anything was typed.
pub(super) fn fresh_page(
    layout: Layout,
    account: Option<Account>,
    content: &Content,
    is_needed: bool,
    till: &Till,
) -> CheckoutPage {
    let from = account.map(|account| account.name).unwrap_or_default();
    let text = GiftText { wanted: is_needed, from, ..GiftText::default() };
    let gift = GiftBox::new(text, is_needed, till.clock.now().date());
    CheckoutPage::new(layout, content, "", gift, till.asks.fresh())
}

/// The kind word when the gateway made no checkout.
fn unanswered() -> Flash {
    Flash::error("The payment provider doesn’t answer just now. Nothing was charged; you can try again here.")
}

/// What the cart holds for someone, whose address is `email` once they have typed it; `for_others` as a gift.
pub(super) async fn load(
    till: &Till,
    owner: Owner,
    viewer: Viewer,
    email: Option<&str>,
    for_others: bool,
) -> web::Result<Content> {
    let asker = till.asker(&viewer, email).buying_for_others(for_others);
    let content = till.db.read(move |conn| {
        let cart = owner.cart(conn)?;
        Content::load(conn, cart, &asker)
    });
    Ok(content.await?)
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
            ContentError::Sum(_) => Self::unprocessable(
                "The prices in your cart come to more than one order can hold. Please buy the books in two orders.",
            ),
        }
    }
}

impl From<StartError> for web::Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Database(cause) => cause.into(),
            StartError::Content(cause) => cause.into(),
            refused => Self::conflict(refused.to_string()),
        }
    }
}
