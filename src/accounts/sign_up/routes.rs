//! Making an account and proving its address.

use rocket::form::Form;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};

use super::{Proof, SignUp, prove, send_again, sign_up};
use crate::accounts::email_token::{EmailToken, Purpose};
use crate::accounts::forms::{EmailForm, PasswordForm, SignUpForm, name};
use crate::accounts::guards::{Desk, MaybeAccount};
use crate::accounts::pages::{ConfirmPage, ConfirmRequestPage, NoticePage, SignUpPage};
use crate::accounts::{Account, AccountError, EmailAddress, new_password, sign_in};
use crate::ids::Token;
use crate::web::flash::FlashRedirect;
use crate::web::{Errors, Flash, Html, Layout, Refused, Result};

/// Sign-up and confirmation.
pub fn routes() -> Vec<Route> {
    routes![form, join, sent, ask_again, again, confirm_form, confirm]
}

#[get("/sign-up")]
fn form(account: MaybeAccount, layout: Layout) -> Either<Html<SignUpPage>, Redirect> {
    if account.0.is_some() {
        return Either::Right(Redirect::to("/account"));
    }
    let (name, email, problem) = (String::new(), String::new(), String::new());
    Either::Left(Html::ok(SignUpPage { layout, name, email, errors: Errors::none(), problem }))
}

/// Makes an account, or so it seems: a known address gets the same answer, for the same work.
#[post("/sign-up", data = "<form>")]
async fn join(
    form: Form<SignUpForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Redirect, Refused<SignUpPage>> {
    let (email, name) = match check(&form) {
        Ok(fine) => fine,
        Err(errors) => {
            let page = SignUpPage {
                layout,
                name: form.name.to_owned(),
                email: form.email.to_owned(),
                errors: errors.clone(),
                problem: String::new(),
            };
            return Err(Refused::form(page, errors));
        }
    };
    desk.limits.sign_up(email.as_str(), desk.from())?;
    let password_hash = desk.passwords.hash(form.password).await.map_err(AccountError::from)?;
    let (new, sender, now) = (SignUp { email, name, password_hash }, desk.sender(), desk.now());
    desk.db.write(move |conn| sign_up(conn, &new, &sender, now)).await?;
    desk.mail_waits();
    Ok(Redirect::to("/sign-up/sent"))
}

fn check(form: &SignUpForm<'_>) -> Result<(EmailAddress, String), Errors> {
    let mut errors = Errors::none();
    let email = form.email.parse::<EmailAddress>().map_err(|error| errors.add("email", error.to_string()));
    let name = name(form.name).map_err(|sentence| errors.add("name", sentence));
    if let Err(error) = new_password::check(form.password, form.email, form.name) {
        errors.add("password", error.to_string());
    }
    match (email, name) {
        (Ok(email), Ok(name)) if errors.is_empty() => Ok((email, name)),
        _ => Err(errors),
    }
}

#[get("/sign-up/sent")]
fn sent(layout: Layout) -> Html<NoticePage> {
    Html::ok(NoticePage::confirmation_sent(layout))
}

#[get("/confirm")]
fn ask_again(layout: Layout) -> Html<ConfirmRequestPage> {
    let (email, problem) = (String::new(), String::new());
    Html::ok(ConfirmRequestPage { layout, email, errors: Errors::none(), problem })
}

/// Sends the link again, if that address waits for one.
#[post("/confirm", data = "<form>")]
async fn again(
    form: Form<EmailForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Redirect, Refused<ConfirmRequestPage>> {
    let email = match form.email.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            let errors = Errors::at("email", error.to_string());
            let (email, problem) = (form.email.to_owned(), String::new());
            let page = ConfirmRequestPage { layout, email, errors: errors.clone(), problem };
            return Err(Refused::form(page, errors));
        }
    };
    desk.limits.mail(email.as_str(), desk.from())?;
    let (sender, now) = (desk.sender(), desk.now());
    desk.db.write(move |conn| send_again(conn, email.as_str(), &sender, now)).await?;
    desk.mail_waits();
    Ok(Redirect::to("/sign-up/sent"))
}

/// The link and its account, if the link still works.
async fn find(desk: &Desk<'_>, token: &str) -> Result<Option<(EmailToken, Account)>> {
    let (Some(token), now) = (Token::parse(token), desk.now()) else { return Ok(None) };
    let found = desk.db.read(move |conn| {
        let Some(token) = EmailToken::find(conn, &token.hash(), now)? else { return Ok(None) };
        let account = Account::find(conn, token.account_id)?;
        diesel::QueryResult::Ok(account.map(|account| (token, account)))
    });
    let found = found.await?;
    Ok(found.filter(|(token, account)| token.purpose != Purpose::Reset && account.blocked_at.is_none()))
}

fn gone(layout: Layout) -> Html<NoticePage> {
    Html::with_status(NoticePage::confirmation_gone(layout), Status::Gone)
}

fn page(layout: Layout, token: &str, found: &EmailToken, errors: Errors) -> ConfirmPage {
    let (title, text, button) = match found.purpose {
        Purpose::Change => (
            "Use this address",
            "Type your password, and your account uses this address from now on.",
            "Use this address",
        ),
        Purpose::Confirm | Purpose::Reset => (
            "Confirm your address",
            "Type the password that you chose. It shows that this account is yours: anyone could have signed up \
             with your address.",
            "Confirm and sign in",
        ),
    };
    let (action, email) = (format!("/confirm/{token}"), found.email.clone());
    ConfirmPage { layout, action, email, title, text, button, errors }
}

/// Shows what the link is for. Opening it changes nothing: programs that look through mail open links, too.
#[get("/confirm/<token>")]
async fn confirm_form(
    token: &str,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<Html<ConfirmPage>, Html<NoticePage>>> {
    Ok(match find(&desk, token).await? {
        Some((found, _)) => Either::Left(Html::ok(page(layout, token, &found, Errors::none()))),
        None => Either::Right(gone(layout)),
    })
}

/// Proves the address with the link and the account's password, and signs in.
#[post("/confirm/<token>", data = "<form>")]
async fn confirm(
    token: &str,
    form: Form<PasswordForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<FlashRedirect, Html<NoticePage>>, Refused<ConfirmPage>> {
    let Some((found, account)) = find(&desk, token).await? else {
        return Ok(Either::Right(gone(layout)));
    };
    desk.limits.try_password(&account.email, desk.from())?;
    let now = desk.now();
    if !sign_in::is_password_of(desk.db, desk.passwords, Some(&account), form.password, now).await? {
        let errors = Errors::at(
            "password",
            "This isn’t the password of the account. If you don’t know it, choose a new one under “Sign in”.",
        );
        return Err(Refused::form(page(layout, token, &found, errors.clone()), errors));
    }
    let (sender, is_change) = (desk.sender(), found.purpose == Purpose::Change);
    let proof = desk.db.write(move |conn| prove(conn, &found, account, &sender, now)).await;
    let proof = proof.or_else(|error| if error.is_taken() { Ok(Proof::Gone) } else { Err(error) })?;
    let Proof::Proved(account, joined) = proof else { return Ok(Either::Right(gone(layout))) };
    desk.sign_in(*account).await?;
    desk.mail_waits();
    let news =
        if is_change { "Your account uses the new address." } else { "Your address is confirmed. Welcome!" };
    let text = match joined {
        0 => news.to_owned(),
        1 => format!("{news} The order that you placed as a guest is in your library."),
        more => format!("{news} The {more} orders that you placed as a guest are in your library."),
    };
    Ok(Either::Left(Flash::success(text).to("/library")))
}
