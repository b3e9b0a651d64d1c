//! The routes about accounts. Every act is kept with who did it.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::dossier::{self, Dossier};
use super::forms::BlockForm;
use super::list::{self, Filter};
use super::pages::{CustomerPage, CustomersPage};
use crate::accounts::team::{self, TeamError};
use crate::accounts::{Account, AccountError, Session, block, reset};
use crate::admin::act::{ActKind, Change, Doing};
use crate::admin::guards::Desk;
use crate::jobs::Jobs;
use crate::mail;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, Html, Layout};

/// How many accounts a page of the list has.
const PER_PAGE: u32 = 50;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Accounts.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: customers", |rocket| async {
        let routes = routes![all, one, sign_out, keep_out, let_in, send_reset_link];
        rocket.mount("/admin/customers", routes)
    })
}

/// The accounts that fit, newest first.
#[get("/?<q>&<standing>&<page>")]
async fn all(
    desk: Desk,
    layout: Layout,
    q: Option<&str>,
    standing: Option<&str>,
    page: Option<u32>,
) -> web::Result<Html<CustomersPage>> {
    let filter = Filter {
        search: q.unwrap_or_default().trim().to_owned(),
        standing: standing.and_then(|standing| standing.parse().ok()),
    };
    let asked = filter.clone();
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(asked.count(conn)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let found = asked.page(conn, pager.offset(), i64::from(PER_PAGE))?;
        let guests = if asked.search.is_empty() { 0 } else { list::guest_orders(conn, &asked.search)? };
        Ok::<_, diesel::result::Error>((found, guests, pager))
    });
    let (found, guests, pager) = read.await?;
    Ok(Html::ok(CustomersPage::new(layout, &filter, &found, guests, pager)))
}

async fn load(desk: &Desk, id: &str) -> web::Result<Dossier> {
    let (id, now) = (id.to_owned(), desk.now());
    desk.till.db.read(move |conn| Dossier::load(conn, &id, now)).await?.or_not_found()
}

async fn find(desk: &Desk, id: &str) -> web::Result<Account> {
    let id = id.to_owned();
    desk.till.db.read(move |conn| dossier::find(conn, &id)).await?.or_not_found()
}

fn page_of(account: &Account) -> String {
    format!("/admin/customers/{}", account.public_id)
}

fn doing(account: &Account, detail: impl Into<String>) -> Doing {
    Doing { kind: ActKind::Account, order: None, subject: account.email.clone(), detail: detail.into() }
}

/// All about one account.
#[get("/<id>")]
async fn one(desk: Desk, layout: Layout, id: &str) -> web::Result<Html<CustomerPage>> {
    let dossier = load(&desk, id).await?;
    Ok(Html::ok(CustomerPage::new(layout, &dossier, &desk.admin)))
}

/// Ends every session of the account.
#[post("/<id>/sign-out")]
async fn sign_out(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let account = find(&desk, id).await?;
    let ended = account.id;
    let work = desk.till.db.write(move |conn| Session::end_all(conn, ended));
    let said = |ended: &usize| format!("{ended} sessions ended");
    let ended =
        desk.noting::<_, diesel::result::Error>(doing(&account, "Signed out everywhere"), said, work).await?;
    Ok(Flash::success(match ended {
        0 => "Nobody was signed in to this account.".to_owned(),
        1 => "The one session of this account has ended.".to_owned(),
        ended => format!("The {ended} sessions of this account have ended."),
    })
    .to(page_of(&account)))
}

/// Keeps the account out.
#[post("/<id>/block", data = "<form>")]
async fn keep_out(
    desk: Desk,
    layout: Layout,
    id: &str,
    form: Form<BlockForm<'_>>,
) -> web::Result<Result<FlashRedirect, Html<CustomerPage>>> {
    let dossier = load(&desk, id).await?;
    let reason = form.reason.trim().to_owned();
    let problem = if reason.is_empty() {
        "Please say why: another admin may have to decide about it."
    } else if reason.chars().count() > LONGEST_REASON {
        "Please say it in 500 characters."
    } else {
        ""
    };
    if !problem.is_empty() {
        let page = CustomerPage::new(layout, &dossier, &desk.admin);
        let (reason, errors) = (form.reason.to_owned(), Errors::at("reason", problem));
        return Ok(Err(Html::unprocessable(CustomerPage { reason, errors, ..page })));
    }
    let account = dossier.account;
    let change = Change::new("May sign in", "Blocked");
    let doing = doing(&account, format!("Blocked: {reason}"));
    let (by, who, now) = (desk.admin.id, account.id, desk.now());
    let work = desk.till.db.write(move |conn| team::block(conn, by, who, &reason, now));
    let said = |ended: &usize| format!("{ended} sessions ended");
    Ok(Ok(match desk.noting_change(doing, change, said, work).await {
        Ok(_) => Flash::success("The account is blocked: it can’t be signed in to, and opens no book."),
        Err(TeamError::Database(cause)) => return Err(cause.into()),
        Err(TeamError::Same) => Flash::info("The account is blocked already."),
        Err(refusal) => Flash::error(refusal.to_string()),
    }
    .to(page_of(&account))))
}

/// Lets the account in again.
#[post("/<id>/unblock")]
async fn let_in(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let account = find(&desk, id).await?;
    if account.blocked_at.is_none() {
        return Ok(Flash::info("The account is not blocked.").to(page_of(&account)));
    }
    let change = Change::new(format!("Blocked: {}", account.blocked_reason), "May sign in");
    let (who, now) = (account.clone(), desk.now());
    let work = desk.till.db.write(move |conn| block::unblock(conn, &who, now));
    desk.noting_change::<_, diesel::result::Error>(
        doing(&account, "Let in again"),
        change,
        |()| "Done".to_owned(),
        work,
    )
    .await?;
    Ok(Flash::success("The account can be signed in to again, and has all its books.").to(page_of(&account)))
}

/// Mails the link with which to choose a new password.
#[post("/<id>/reset-link")]
async fn send_reset_link(desk: Desk, id: &str, jobs: &State<Jobs>) -> web::Result<FlashRedirect> {
    let account = find(&desk, id).await?;
    if account.blocked_at.is_some() {
        return Ok(Flash::error("A blocked account gets no link.").to(page_of(&account)));
    }
    let (sender, email, now) = (desk.till.sender(), account.email.clone(), desk.now());
    let work = desk.till.db.write(move |conn| reset::send_link(conn, &email, &sender, now));
    let doing = doing(&account, "Sent a link for a new password");
    let done = desk.noting::<(), AccountError>(doing, |()| "It waits in the outbox".to_owned(), work).await;
    jobs.wake(mail::TASK);
    done?;
    Ok(Flash::success(format!("A link for a new password goes to {}.", account.email)).to(page_of(&account)))
}
