//! The routes about the team. Every act is kept with who did it.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::{InviteForm, RoleForm};
use super::letters;
use super::pages::TeamPage;
use crate::accounts::invite::Invitation;
use crate::accounts::team::{self, TeamError};
use crate::accounts::{Account, AccountError, EmailAddress, Role};
use crate::admin::act::{ActKind, Change, Doing};
use crate::admin::customers::dossier;
use crate::admin::guards::Desk;
use crate::admin::words;
use crate::jobs::Jobs;
use crate::mail;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, Html, Layout};

/// How many members a page has.
const PER_PAGE: u32 = 50;

/// How many waiting invitations are shown.
const INVITATIONS: i64 = 50;

/// The longest words of an invitation, in characters.
const LONGEST: usize = 500;

/// The page of the team.
const PLACE: &str = "/admin/team";

/// The team.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: team", |rocket| async {
        rocket.mount("/admin/team", routes![all, invite, change_role, withdraw])
    })
}

async fn load(desk: &Desk, layout: Layout, page: Option<u32>) -> web::Result<TeamPage> {
    let now = desk.now();
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(team::count(conn)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let members = team::page(conn, pager.offset(), i64::from(PER_PAGE))?;
        let invitations = Invitation::open(conn, INVITATIONS, now)?;
        Ok::<_, diesel::result::Error>((members, pager, invitations))
    });
    let (members, pager, invitations) = read.await?;
    Ok(TeamPage::new(layout, &members, pager, &invitations, &desk.admin))
}

/// Who runs the shop, who sells in it, and who is invited.
#[get("/?<page>")]
async fn all(desk: Desk, layout: Layout, page: Option<u32>) -> web::Result<Html<TeamPage>> {
    Ok(Html::ok(load(&desk, layout, page).await?))
}

/// Invites someone by mail.
#[post("/invite", data = "<form>")]
async fn invite(
    desk: Desk,
    layout: Layout,
    form: Form<InviteForm<'_>>,
    jobs: &State<Jobs>,
) -> web::Result<Result<FlashRedirect, Html<TeamPage>>> {
    let asked = form.email.to_owned();
    let known = desk.till.db.read(move |conn| Account::find_by_email(conn, &asked)).await?;
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    let mut errors = Errors::none();
    let email = form.email.parse::<EmailAddress>().map_err(|error| errors.add("email", error.to_string()));
    let role = form.role.parse::<Role>().ok().filter(|role| *role != Role::Customer);
    if role.is_none() {
        errors.add("role", "Please choose what they may do.");
    }
    if words.chars().count() > LONGEST {
        errors.add("words", "Please say it in 500 characters.");
    }
    match &known {
        Some(account) if account.blocked_at.is_some() => {
            errors.add("email", "This account is blocked: let it in again first.");
        }
        Some(account) if account.role != Role::Customer && account.email_confirmed_at.is_some() => {
            errors.add("email", "This account is in the team already; change its role below.");
        }
        _ => {}
    }
    let (Ok(email), Some(role), true) = (email, role, errors.is_empty()) else {
        let page = load(&desk, layout, None).await?;
        let (email, role, words) = (form.email.to_owned(), form.role.to_owned(), form.words.to_owned());
        return Ok(Err(Html::unprocessable(TeamPage { email, role, words, errors, ..page })));
    };
    let to = email.as_str().to_owned();
    let detail = format!("Invited as {}", words::role_with_article(role));
    let doing = Doing { kind: ActKind::Role, order: None, subject: to.clone(), detail };
    let before = known.as_ref().map_or("No account", |account| words::role(account.role));
    let change = Change::new(before, format!("Invited: {}", words::role(role)));
    let (by, sender, now) = (desk.admin.clone(), desk.till.sender(), desk.now());
    let work = desk.till.db.write(move |conn| letters::invite(conn, &email, role, &words, &by, &sender, now));
    let done = desk
        .noting_change::<(), AccountError>(doing, change, |_| "It waits in the outbox".to_owned(), work)
        .await;
    jobs.wake(mail::TASK);
    done?;
    Ok(Ok(Flash::success(format!("An invitation goes to {to}.")).to(PLACE)))
}

/// Gives a member another role.
#[post("/<id>/role", data = "<form>")]
async fn change_role(
    desk: Desk,
    id: &str,
    form: Form<RoleForm<'_>>,
    jobs: &State<Jobs>,
) -> web::Result<FlashRedirect> {
    let id = id.to_owned();
    let account = desk.till.db.read(move |conn| dossier::find(conn, &id)).await?.or_not_found()?;
    let Ok(role) = form.role.parse::<Role>() else {
        return Ok(Flash::error("Please choose what the account may do.").to(PLACE));
    };
    let (before, after) = (words::role(account.role), words::role(role));
    let doing = Doing {
        kind: ActKind::Role,
        order: None,
        subject: account.email.clone(),
        detail: format!("Made {} of it; its sessions end", words::role_with_article(role)),
    };
    let (by, sender, now, who) = (desk.admin.id, desk.till.sender(), desk.now(), account.id);
    let work = desk.till.db.write(move |conn| {
        let before = team::change_role(conn, by, who, role, now)?;
        letters::role_changed(conn, &before, role, &sender, now)?;
        Ok::<_, TeamError>(())
    });
    let change = Change::new(before, after);
    let done = desk.noting_change(doing, change, |()| "Done; told by mail".to_owned(), work).await;
    jobs.wake(mail::TASK);
    Ok(match done {
        Ok(()) => Flash::success(format!(
            "{} is {} now, was signed out everywhere, and is told by mail.",
            account.display_name(),
            words::role_with_article(role)
        )),
        Err(TeamError::Database(cause)) => return Err(cause.into()),
        Err(refusal) => Flash::error(refusal.to_string()),
    }
    .to(PLACE))
}

/// Takes an invitation back.
#[post("/invitations/<id>/withdraw")]
async fn withdraw(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let (id, now) = (id.to_owned(), desk.now());
    let found = desk.till.db.read(move |conn| Invitation::find_open(conn, &id, now)).await?;
    let invitation = found.or_not_found()?;
    let doing = Doing {
        kind: ActKind::Role,
        order: None,
        subject: invitation.email.clone(),
        detail: "Took the invitation back".to_owned(),
    };
    let change = Change::new(format!("Invited: {}", words::role(invitation.role)), "Not invited");
    let work = desk.till.db.write(move |conn| invitation.withdraw(conn, now));
    let said = |done: &bool| if *done { "Done" } else { "It was accepted meanwhile" }.to_owned();
    let done = desk.noting_change::<bool, diesel::result::Error>(doing, change, said, work).await?;
    Ok(match done {
        true => Flash::success("The invitation is taken back: its link opens nothing."),
        false => Flash::info("The invitation was accepted meanwhile."),
    }
    .to(PLACE))
}
