//! The account's own page.

use diesel::QueryResult;
use rocket::form::Form;
use rocket::{Route, get, post, routes};

use super::{ask_for_address, change_password};
use crate::accounts::email_token::{EmailToken, Purpose};
use crate::accounts::forms::{ChangeEmailForm, ChangePasswordForm, NameForm, name};
use crate::accounts::guards::{Desk, SignedIn};
use crate::accounts::pages::AccountPage;
use crate::accounts::{Account, AccountError, EmailAddress, Session, new_password, sign_in};
use crate::web::flash::FlashRedirect;
use crate::web::{Errors, Flash, Html, Layout, Refused, Result};

/// What is below `/account`.
pub fn routes() -> Vec<Route> {
    routes![show, rename, change_address, save_password]
}

const WRONG_PASSWORD: &str = "This isn’t your password.";

async fn page(desk: &Desk<'_>, account: &Account, layout: Layout) -> Result<AccountPage> {
    let (id, session, now) = (account.id, desk.session(), desk.now());
    let read = desk.db.read(move |conn| {
        let this_one = match &session {
            Some(token) => Session::find(conn, token, now)?.map(|(session, _)| session.id),
            None => None,
        };
        let pending = EmailToken::pending(conn, id, Purpose::Change, now)?;
        QueryResult::Ok((pending, Session::all_of(conn, id, now)?, this_one))
    });
    let (pending, sessions, this_one) = read.await?;
    Ok(AccountPage::new(layout, account, pending, &sessions, this_one))
}

#[get("/")]
async fn show(account: SignedIn, desk: Desk<'_>, layout: Layout) -> Result<Html<AccountPage>> {
    Ok(Html::ok(page(&desk, &account.0, layout).await?))
}

#[post("/name", data = "<form>")]
async fn rename(
    account: SignedIn,
    form: Form<NameForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<FlashRedirect, Refused<AccountPage>> {
    let account = account.0;
    match name(form.name) {
        Ok(name) => {
            let now = desk.now();
            desk.db.write(move |conn| account.rename(conn, &name, now)).await?;
            Ok(Flash::success("Your name is saved.").to("/account"))
        }
        Err(sentence) => {
            let errors = Errors::at("name", sentence);
            let page = page(&desk, &account, layout).await?;
            let page = AccountPage { name: form.name.to_owned(), errors: errors.clone(), ..page };
            Err(Refused::form(page, errors))
        }
    }
}

/// Asks for another address, which counts once its link is opened.
#[post("/email", data = "<form>")]
async fn change_address(
    account: SignedIn,
    form: Form<ChangeEmailForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<FlashRedirect, Refused<AccountPage>> {
    let account = account.0;
    let mut errors = Errors::none();
    let email =
        form.email.parse::<EmailAddress>().map_err(|error| errors.add("email", error.to_string())).ok();
    if email.as_ref().is_some_and(|email| email.as_str() == account.email) {
        errors.add("email", "This is your address already.");
    }
    desk.limits.try_password(&account.email, desk.from())?;
    let is_right =
        sign_in::is_password_of(desk.db, desk.passwords, Some(&account), form.email_password, desk.now());
    if !is_right.await? {
        errors.add("email_password", WRONG_PASSWORD);
    }
    let (Some(email), true) = (email, errors.is_empty()) else {
        let page = page(&desk, &account, layout).await?;
        let page = AccountPage { email: form.email.to_owned(), errors: errors.clone(), ..page };
        return Err(Refused::form(page, errors));
    };
    desk.limits.mail(email.as_str(), desk.from())?;
    let (sender, now) = (desk.sender(), desk.now());
    desk.db.write(move |conn| ask_for_address(conn, &account, &email, &sender, now)).await?;
    desk.mail_waits();
    Ok(Flash::info("Look into the mail of the new address: the link there makes the change.").to("/account"))
}

/// Saves another password; every other browser is signed out.
#[post("/password", data = "<form>")]
async fn save_password(
    account: SignedIn,
    form: Form<ChangePasswordForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<FlashRedirect, Refused<AccountPage>> {
    let account = account.0;
    let mut errors = Errors::none();
    if let Err(error) = new_password::check(form.password, &account.email, &account.name) {
        errors.add("password", error.to_string());
    }
    desk.limits.try_password(&account.email, desk.from())?;
    let is_right =
        sign_in::is_password_of(desk.db, desk.passwords, Some(&account), form.current_password, desk.now());
    if !is_right.await? {
        errors.add("current_password", WRONG_PASSWORD);
    }
    if !errors.is_empty() {
        let page = AccountPage { errors: errors.clone(), ..page(&desk, &account, layout).await? };
        return Err(Refused::form(page, errors));
    }
    let hash = desk.passwords.hash(form.password).await.map_err(AccountError::from)?;
    let (entry, sender, now) = (desk.entry(), desk.sender(), desk.now());
    let changed = desk.db.write(move |conn| change_password(conn, &account, &hash, &entry, &sender, now));
    desk.let_in(&changed.await?);
    desk.mail_waits();
    Ok(Flash::success("Your new password is saved. Every other browser is signed out.").to("/account"))
}
