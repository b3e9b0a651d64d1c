//! Signing in and out, and the front door of everything about accounts.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::Header;
use rocket::response::Redirect;
use rocket::{Either, get, post, routes};

use super::forms::{SignInForm, own_path};
use super::guards::{Desk, MaybeAccount, SignedIn};
use super::pages::SignInPage;
use super::password::PasswordError;
use super::rate_limit::TooOften;
use super::{AccountError, Passwords, Session, invite, reset, settings, sign_in, sign_up};
use crate::web::cache_policy::CachePolicy;
use crate::web::{Error, Errors, Flash, Html, Layout, Refused, Result, flash::FlashRedirect};

/// Everything about accounts.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("accounts", |rocket| async {
        rocket
            .manage(Passwords::new())
            .mount("/", routes![form, enter, leave, leave_everywhere])
            .mount("/", sign_up::routes::routes())
            .mount("/", reset::routes::routes())
            .mount("/", invite::routes::routes())
            .mount("/account", settings::routes::routes())
            .attach(guard_links())
    })
}

/// Pages whose address holds a secret are kept nowhere, and tell no one their address.
///
/// The policy is `strict-origin` and not `no-referrer`: with the latter a browser sends `Origin: null` with the page's
/// own form (Fetch §3.2), which could then not be told from another site's.
fn guard_links() -> AdHoc {
    AdHoc::on_response("links with secrets", |request, response| {
        Box::pin(async move {
            let path = request.uri().path();
            if ["/confirm/", "/reset-password/", "/invite/"].iter().any(|links| path.starts_with(links)) {
                response.set_header(Header::new("Referrer-Policy", "strict-origin"));
                response.set_header(CachePolicy::Never.header());
            }
        })
    })
}

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::TooOften(too_often) => too_often.into(),
            AccountError::Password(PasswordError::Busy) => {
                Self::unavailable(PasswordError::Busy).with_message(PasswordError::Busy.to_string())
            }
            AccountError::Database(error) => error.into(),
            error => Self::internal(error),
        }
    }
}

impl From<TooOften> for Error {
    fn from(error: TooOften) -> Self {
        Self::too_many(error.seconds, error.to_string())
    }
}

/// Shows the form; someone who is signed in already goes on.
#[get("/sign-in?<next>")]
async fn form(
    next: Option<&str>,
    account: MaybeAccount,
    layout: Layout,
) -> Either<Html<SignInPage>, Redirect> {
    let next = own_path(next.unwrap_or_default());
    if account.0.is_some() {
        return Either::Right(Redirect::to(next));
    }
    let (email, errors, problem) = (String::new(), Errors::none(), String::new());
    Either::Left(Html::ok(SignInPage { layout, email, next, errors, problem }))
}

/// Signs in with address and password, in a new session.
#[post("/sign-in", data = "<form>")]
async fn enter(
    form: Form<SignInForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Redirect, Refused<SignInPage>> {
    let next = own_path(form.next);
    let mut errors = Errors::none();
    if form.email.trim().is_empty() {
        errors.add("email", "Please type your e-mail address.");
    }
    if form.password.is_empty() {
        errors.add("password", "Please type your password.");
    }
    let mut problem = String::new();
    if errors.is_empty() {
        desk.limits.try_password(form.email, desk.from())?;
        let account = sign_in::check(desk.db, desk.passwords, form.email, form.password, desk.now()).await?;
        if let Some(account) = account {
            desk.sign_in(account).await?;
            return Ok(Redirect::to(next));
        }
        // The same whatever was wrong.
        problem = "This address and password don’t open an account. Please check both. If you have just signed up, \
                   open the link in our mail first."
            .to_owned();
        errors.add("form", problem.clone());
    }
    let page = SignInPage { layout, email: form.email.to_owned(), next, errors: errors.clone(), problem };
    Err(Refused::form(page, errors))
}

/// Signs this browser out.
#[post("/sign-out")]
async fn leave(desk: Desk<'_>) -> Result<FlashRedirect> {
    if let Some(session) = desk.session() {
        desk.db.write(move |conn| Session::end(conn, &session)).await?;
    }
    desk.let_out();
    Ok(Flash::success("You are signed out.").to("/"))
}

/// Signs out every browser of the account, this one included.
#[post("/sign-out/everywhere")]
async fn leave_everywhere(account: SignedIn, desk: Desk<'_>) -> Result<FlashRedirect> {
    desk.db.write(move |conn| Session::end_all(conn, account.0.id)).await?;
    desk.let_out();
    Ok(Flash::success("You are signed out everywhere.").to("/sign-in"))
}
