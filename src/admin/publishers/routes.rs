//! The publishers of the back office, as they are reached.

use diesel::prelude::*;
use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Responder;
use rocket::{State, get, post, routes};

use super::forms::{EndForm, WishAnswerForm};
use super::pages::{PublisherPage, PublishersPage, SellerRow, WishRow};
use crate::accounts::{Account, Role};
use crate::admin::act::{ActKind, Doing};
use crate::admin::guards::Desk;
use crate::catalog::PublishError;
use crate::db::Conn;
use crate::db::schema::accounts;
use crate::jobs::Jobs;
use crate::mail;
use crate::publishing::letters::{self, RoleNews};
use crate::publishing::request::{self, PublisherRequest, RequestStatus};
use crate::publishing::{ReleaseError, request::end};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, Html, Layout};

/// How many publishers a page has.
const PER_PAGE: u32 = 50;

/// How many open wishes are shown; when they are answered the next ones come.
const WISHES: i64 = 20;

/// The most that an answer may hold, in characters.
const WORDS: usize = 2000;

/// The publishers.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("publishers", |rocket| async {
        rocket.mount("/admin/publishers", routes![all, answer, one, end_one])
    })
}

#[derive(Responder)]
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
enum Answer {
    Told(FlashRedirect),
    Page(Html<PublishersPage>),
    End(Html<PublisherPage>),
}

async fn load(desk: &Desk, page: Option<u32>, layout: Layout) -> web::Result<PublishersPage> {
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(request::count_publishers(conn)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let sellers = request::publishers(conn, pager.offset(), i64::from(PER_PAGE))?;
        let wishes = PublisherRequest::open(conn, WISHES)?;
        Ok::<_, diesel::result::Error>((pager, sellers, wishes, PublisherRequest::count_open(conn)?))
    });
    let (pager, sellers, wishes, open) = read.await?;
    Ok(PublishersPage {
        layout,
        wishes: wishes.iter().map(WishRow::from).collect(),
        open,
        sellers: sellers.iter().map(SellerRow::from).collect(),
        pager,
        answering: String::new(),
        words: String::new(),
        errors: Errors::none(),
    })
}

/// Who would like to sell, and who does.
#[get("/?<page>")]
async fn all(desk: Desk, page: Option<u32>, layout: Layout) -> web::Result<Html<PublishersPage>> {
    Ok(Html::ok(load(&desk, page, layout).await?))
}

/// Answers a wish.
#[post("/<id>/answer", data = "<form>")]
async fn answer(
    desk: Desk,
    id: String,
    form: Form<WishAnswerForm<'_>>,
    layout: Layout,
    jobs: &State<Jobs>,
) -> web::Result<Answer> {
    let asked = id.clone();
    let (wish, account) = desk
        .till
        .db
        .read(move |conn| {
            let Some(wish) = PublisherRequest::find(conn, &asked)? else { return Ok(None) };
            let account = Account::find(conn, wish.account_id)?;
            QueryResult::Ok(account.map(|account| (wish, account)))
        })
        .await?
        .or_not_found()?;
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    let is_yes = form.verdict == "approve";
    let problem = if !is_yes && form.verdict != "decline" {
        "Please choose what to answer.".to_owned()
    } else if !is_yes && words.is_empty() {
        "Please say why: they read it.".to_owned()
    } else if words.chars().count() > WORDS {
        format!("Please shorten this to {WORDS} characters.")
    } else {
        String::new()
    };
    if !problem.is_empty() {
        let page = load(&desk, None, layout).await?;
        let errors = Errors::at("words", problem);
        let page = PublishersPage { answering: id, words: form.words.to_owned(), errors, ..page };
        return Ok(Answer::Page(Html::unprocessable(page)));
    }
    let doing = Doing {
        kind: ActKind::Role,
        order: None,
        subject: account.email.clone(),
        detail: match (is_yes, words.is_empty()) {
            (true, true) => "Publisher: approved".to_owned(),
            (true, false) => format!("Publisher: approved: {words}"),
            (false, _) => format!("Publisher: declined: {words}"),
        },
    };
    let name = account.display_name().to_owned();
    let (sender, now, by) = (desk.till.sender(), desk.now(), desk.admin.id);
    let work = desk.till.db.write(move |conn| {
        let to = if is_yes { RequestStatus::Approved } else { RequestStatus::Declined };
        if !wish.turn(conn, to, &words, Some(by), now)? {
            return Err(ReleaseError::Answered);
        }
        // The role as it is now: an admin who asked for fun stays one.
        let is_customer = Account::find(conn, account.id)?.is_some_and(|now| now.role == Role::Customer);
        if is_yes && is_customer {
            account.set_role(conn, Role::Publisher, now)?;
        }
        let news = if is_yes { RoleNews::Approved } else { RoleNews::Declined };
        let key = format!("publisher-answered/{}", wish.public_id);
        letters::role_changed(conn, &sender, &account, news, &words, &key, now)?;
        Ok::<_, ReleaseError>(())
    });
    let done = desk.noting(doing, |()| "Done".to_owned(), work).await;
    jobs.wake(mail::TASK);
    let news = match done {
        Ok(()) if is_yes => Flash::success(format!("{name} is a publisher now, and is told so by mail.")),
        Ok(()) => Flash::success(format!("{name} is told by mail.")),
        Err(ReleaseError::Publish(PublishError::Database(error))) => return Err(error.into()),
        Err(refusal) => Flash::error(refusal.to_string()),
    };
    Ok(Answer::Told(news.to("/admin/publishers")))
}

fn publisher(conn: &mut Conn, id: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .filter(accounts::public_id.eq(id).and(accounts::role.eq(Role::Publisher)))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

fn page_of(account: &Account, layout: Layout) -> PublisherPage {
    PublisherPage {
        layout,
        id: account.public_id.clone(),
        name: account.display_name().to_owned(),
        email: account.email.clone(),
        words: String::new(),
        titles: String::new(),
        errors: Errors::none(),
    }
}

/// One publisher: the way to take the role back.
#[get("/<id>")]
async fn one(desk: Desk, id: String, layout: Layout) -> web::Result<Html<PublisherPage>> {
    let account = desk.till.db.read(move |conn| publisher(conn, &id)).await?.or_not_found()?;
    Ok(Html::ok(page_of(&account, layout)))
}

/// Takes the role back.
#[post("/<id>/end", data = "<form>")]
async fn end_one(
    desk: Desk,
    id: String,
    form: Form<EndForm<'_>>,
    layout: Layout,
    jobs: &State<Jobs>,
) -> web::Result<Answer> {
    let account = desk.till.db.read(move |conn| publisher(conn, &id)).await?.or_not_found()?;
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    let mut errors = Errors::none();
    if !["keep", "archive"].contains(&form.titles) {
        errors.add("titles", "Please choose what becomes of the titles.");
    }
    if words.chars().count() > WORDS {
        errors.add("words", format!("Please shorten this to {WORDS} characters."));
    }
    if !errors.is_empty() {
        let page = page_of(&account, layout);
        let (words, titles) = (form.words.to_owned(), form.titles.to_owned());
        return Ok(Answer::End(Html::unprocessable(PublisherPage { words, titles, errors, ..page })));
    }
    let archive = form.titles == "archive";
    let doing = Doing {
        kind: ActKind::Role,
        order: None,
        subject: account.email.clone(),
        detail: format!(
            "No publisher any more; titles {}{}{words}",
            if archive { "taken off the shelves" } else { "stay for sale" },
            if words.is_empty() { "" } else { ": " }
        ),
    };
    let name = account.display_name().to_owned();
    let (sender, now, by) = (desk.till.sender(), desk.now(), desk.admin.id);
    let work = desk.till.db.write(move |conn| {
        let archived = end(conn, &account, archive, by, now)?;
        let news = if archive { RoleNews::EndedArchived } else { RoleNews::EndedKept };
        let key = format!("publisher-ended/{}/{}", account.public_id, now.format("%Y%m%d%H%M%S"));
        letters::role_changed(conn, &sender, &account, news, &words, &key, now)?;
        Ok::<_, ReleaseError>(archived)
    });
    let said = |archived: &usize| format!("Done; {archived} titles taken off the shelves");
    let done = desk.noting(doing, said, work).await;
    jobs.wake(mail::TASK);
    let news = match done {
        Ok(_) => Flash::success(format!("{name} is no publisher any more, and is told so by mail.")),
        Err(ReleaseError::Publish(PublishError::Database(error))) => return Err(error.into()),
        Err(refusal) => Flash::error(refusal.to_string()),
    };
    Ok(Answer::Told(news.to("/admin/publishers")))
}
