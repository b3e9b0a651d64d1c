//! Asking for a new password and choosing it.

use rocket::form::Form;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};

use super::{choose, send_link};
use crate::accounts::email_token::{EmailToken, Purpose};
use crate::accounts::forms::{EmailForm, PasswordForm};
use crate::accounts::guards::Desk;
use crate::accounts::pages::{NoticePage, ResetPage, ResetRequestPage};
use crate::accounts::{Account, AccountError, EmailAddress, new_password};
use crate::ids::Token;
use crate::web::flash::FlashRedirect;
use crate::web::{Errors, Flash, Html, Layout, Refused, Result};

/// A new password.
pub fn routes() -> Vec<Route> {
    routes![form, ask, sent, choose_form, save]
}

#[get("/reset-password")]
fn form(layout: Layout) -> Html<ResetRequestPage> {
    let (email, problem) = (String::new(), String::new());
    Html::ok(ResetRequestPage { layout, email, errors: Errors::none(), problem })
}

/// Sends the link, if that address has an account.
#[post("/reset-password", data = "<form>")]
async fn ask(
    form: Form<EmailForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Redirect, Refused<ResetRequestPage>> {
    let email = match form.email.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            let errors = Errors::at("email", error.to_string());
            let (email, problem) = (form.email.to_owned(), String::new());
            let page = ResetRequestPage { layout, email, errors: errors.clone(), problem };
            return Err(Refused::form(page, errors));
        }
    };
    desk.limits.mail(email.as_str(), desk.from())?;
    let (sender, now) = (desk.sender(), desk.now());
    desk.db.write(move |conn| send_link(conn, email.as_str(), &sender, now)).await?;
    desk.mail_waits();
    Ok(Redirect::to("/reset-password/sent"))
}

#[get("/reset-password/sent")]
fn sent(layout: Layout) -> Html<NoticePage> {
    Html::ok(NoticePage::reset_sent(layout))
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
    Ok(found.filter(|(token, account)| token.purpose == Purpose::Reset && account.blocked_at.is_none()))
}

fn gone(layout: Layout) -> Html<NoticePage> {
    Html::with_status(NoticePage::reset_gone(layout), Status::Gone)
}

fn page(layout: Layout, token: &str, account: &Account, errors: Errors) -> ResetPage {
    let (token, email) = (token.to_owned(), account.email.clone());
    ResetPage { layout, token, email, errors, problem: String::new() }
}

#[get("/reset-password/<token>", rank = 2)]
async fn choose_form(
    token: &str,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<Html<ResetPage>, Html<NoticePage>>> {
    Ok(match find(&desk, token).await? {
        Some((_, account)) => Either::Left(Html::ok(page(layout, token, &account, Errors::none()))),
        None => Either::Right(gone(layout)),
    })
}

/// Saves the new password and ends every session of the account.
#[post("/reset-password/<token>", data = "<form>")]
async fn save(
    token: &str,
    form: Form<PasswordForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<FlashRedirect, Html<NoticePage>>, Refused<ResetPage>> {
    let Some((found, account)) = find(&desk, token).await? else {
        return Ok(Either::Right(gone(layout)));
    };
    if let Err(error) = new_password::check(form.password, &account.email, &account.name) {
        let errors = Errors::at("password", error.to_string());
        return Err(Refused::form(page(layout, token, &account, errors.clone()), errors));
    }
    let hash = desk.passwords.hash(form.password).await.map_err(AccountError::from)?;
    let (sender, now) = (desk.sender(), desk.now());
    let saved = desk.db.write(move |conn| choose(conn, &found, account, &hash, &sender, now)).await?;
    if !saved {
        return Ok(Either::Right(gone(layout)));
    }
    desk.let_out();
    desk.mail_waits();
    let news = "Your new password is saved, and you are signed out everywhere. Please sign in with it.";
    Ok(Either::Left(Flash::success(news).to("/sign-in")))
}
