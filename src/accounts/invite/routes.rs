//! The link of an invitation: a name, a password, and the account is there.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Either, Route, get, post, routes};

use super::Invitation;
use crate::accounts::forms::{InviteForm, name};
use crate::accounts::guards::Desk;
use crate::accounts::pages::{InvitePage, NoticePage};
use crate::accounts::{Account, AccountError, new_password};
use crate::ids::Token;
use crate::web::flash::FlashRedirect;
use crate::web::{Errors, Flash, Html, Layout, Refused, Result};

/// Accepting an invitation.
pub fn routes() -> Vec<Route> {
    routes![form, accept]
}

/// The invitation of a link, if it still counts, with the name that the account has already.
async fn find(desk: &Desk<'_>, token: &str) -> Result<Option<(Invitation, String)>> {
    let (Some(token), now) = (Token::parse(token), desk.now()) else { return Ok(None) };
    let found = desk.db.read(move |conn| {
        let Some(invitation) = Invitation::of_token(conn, &token.hash(), now)? else { return Ok(None) };
        let account = Account::find_by_email(conn, &invitation.email)?;
        if account.as_ref().is_some_and(|account| account.blocked_at.is_some()) {
            return Ok(None);
        }
        diesel::QueryResult::Ok(Some((invitation, account.map(|account| account.name).unwrap_or_default())))
    });
    Ok(found.await?)
}

fn gone(layout: Layout) -> Html<NoticePage> {
    Html::with_status(NoticePage::invite_gone(layout), Status::Gone)
}

fn page(layout: Layout, token: &str, invitation: &Invitation, typed: &str, errors: Errors) -> InvitePage {
    InvitePage {
        layout,
        token: token.to_owned(),
        email: invitation.email.clone(),
        role: invitation.role.as_str(),
        typed: typed.to_owned(),
        errors,
        problem: String::new(),
    }
}

#[get("/invite/<token>")]
async fn form(
    token: &str,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<Html<InvitePage>, Html<NoticePage>>> {
    Ok(match find(&desk, token).await? {
        Some((invitation, typed)) => {
            Either::Left(Html::ok(page(layout, token, &invitation, &typed, Errors::none())))
        }
        None => Either::Right(gone(layout)),
    })
}

/// Makes the account, or proves it, with the chosen password.
#[post("/invite/<token>", data = "<form>")]
async fn accept(
    token: &str,
    form: Form<InviteForm<'_>>,
    desk: Desk<'_>,
    layout: Layout,
) -> Result<Either<FlashRedirect, Html<NoticePage>>, Refused<InvitePage>> {
    let Some((invitation, _)) = find(&desk, token).await? else {
        return Ok(Either::Right(gone(layout)));
    };
    let mut errors = Errors::none();
    if let Err(error) = new_password::check(form.password, &invitation.email, form.name) {
        errors.add("password", error.to_string());
    }
    let name = name(form.name).unwrap_or_else(|sentence| {
        errors.add("name", sentence);
        String::new()
    });
    if !errors.is_empty() {
        let page = page(layout, token, &invitation, form.name, errors.clone());
        return Err(Refused::form(page, errors));
    }
    let hash = desk.passwords.hash(form.password).await.map_err(AccountError::from)?;
    let now = desk.now();
    let accepted = desk.db.write(move |conn| invitation.accept(conn, &name, &hash, now)).await?;
    Ok(match accepted {
        Some(_) => {
            desk.let_out();
            Either::Left(
                Flash::success("Your account is ready. Please sign in with your password.").to("/sign-in"),
            )
        }
        None => Either::Right(gone(layout)),
    })
}
