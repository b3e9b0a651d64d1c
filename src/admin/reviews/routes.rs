//! The reviews of the back office, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::AnswerForm;
use super::list::{self, Entry};
use super::pages::{ReviewPage, ReviewRow, ReviewsPage};
use crate::admin::act::{ActKind, Change, Doing};
use crate::admin::guards::Desk;
use crate::catalog::{BookFile, PublishError};
use crate::jobs::Jobs;
use crate::mail;
use crate::publishing::{Plan, ReleaseError, letters, missing, release, tasks};
use crate::web::error::OrNotFound as _;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout, show};

/// How many reviews a page has.
const PER_PAGE: u32 = 50;

/// The most that an answer may hold, in characters.
const WORDS: usize = 2000;

/// The reviews.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("reviews", |rocket| async { rocket.mount("/admin/reviews", routes![all, one, answer]) })
}

type Answer = FormAnswer<ReviewPage>;

/// The reviews that wait for an answer, or those that have one.
#[get("/?<answered>&<page>")]
async fn all(
    desk: Desk,
    answered: Option<bool>,
    page: Option<u32>,
    layout: Layout,
) -> web::Result<Html<ReviewsPage>> {
    let answered = answered.unwrap_or(false);
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(list::count(conn, answered)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let found = list::page(conn, answered, pager.offset(), i64::from(PER_PAGE))?;
        Ok::<_, diesel::result::Error>((pager, found))
    });
    let (pager, found) = read.await?;
    let address = if answered { "/admin/reviews?answered=true&page=" } else { "/admin/reviews?page=" };
    let reviews = found.iter().map(ReviewRow::from).collect();
    Ok(Html::ok(ReviewsPage { layout, answered, reviews, pager, address }))
}

async fn load(desk: &Desk, id: String, layout: Layout) -> web::Result<(Entry, ReviewPage)> {
    let (entry, files, points, planned) = desk
        .till
        .db
        .read(move |conn| {
            let Some(entry) = list::find(conn, &id)? else { return Ok(None) };
            let files = match &entry.edition {
                Some(edition) => BookFile::of_edition(conn, edition.id)?,
                None => Vec::new(),
            };
            let draft = entry.edition.as_ref().filter(|edition| edition.published_at.is_none());
            let points = missing::of(conn, &entry.book, draft)?;
            let planned = Plan::of(conn, entry.book.id)?.map(|plan| plan.publish_at);
            diesel::QueryResult::Ok(Some((entry, files, points, planned)))
        })
        .await?
        .or_not_found()?;
    let page = ReviewPage::new(layout, &entry, &files, &points, planned);
    Ok((entry, page))
}

/// One review, with what is to be looked at.
#[get("/<id>")]
async fn one(desk: Desk, id: String, layout: Layout) -> web::Result<Html<ReviewPage>> {
    Ok(Html::ok(load(&desk, id, layout).await?.1))
}

/// Says yes, or gives it back with words.
#[post("/<id>", data = "<form>")]
async fn answer(
    desk: Desk,
    id: String,
    form: Form<AnswerForm<'_>>,
    layout: Layout,
    jobs: &State<Jobs>,
) -> web::Result<Answer> {
    let (entry, page) = load(&desk, id, layout).await?;
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    let mut errors = Errors::none();
    let is_yes = form.verdict == "approve";
    if !is_yes && form.verdict != "return" {
        errors.add("form", "Please choose what to answer.");
    } else if !is_yes && words.is_empty() {
        errors.add("words", "Please say what is to be changed: the publisher reads it.");
    }
    if words.chars().count() > WORDS {
        errors.add("words", format!("Please shorten this to {WORDS} characters."));
    }
    let typed = form.words.to_owned();
    if !errors.is_empty() {
        return Ok(Answer::Page(Html::unprocessable(ReviewPage { words: typed, errors, ..page })));
    }
    let doing = Doing {
        kind: ActKind::Review,
        order: None,
        subject: format!("“{}”, {}", entry.book.title, page.review.what),
        detail: match (is_yes, words.is_empty()) {
            (true, true) => "Approved".to_owned(),
            (true, false) => format!("Approved: {words}"),
            (false, _) => format!("Given back: {words}"),
        },
    };
    let change = Change::new("Waits for an answer", if is_yes { "Approved" } else { "Given back" });
    let (sender, now, by) = (desk.till.sender(), desk.now(), desk.admin.id);
    let (review, book) = (entry.review.clone(), entry.book.clone());
    let work = desk.till.db.write(move |conn| {
        let planned = match is_yes {
            true => release::approve(conn, &review, &words, by, now)?,
            false => {
                release::give_back(conn, &review, &words, by, now)?;
                None
            }
        };
        letters::review_answered(conn, &sender, &book, &review, (is_yes, planned), &words, now)?;
        Ok::<_, ReleaseError>(planned)
    });
    let said = |planned: &Option<crate::db::Timestamp>| match (is_yes, planned) {
        (true, None) => "It is out".to_owned(),
        (true, Some(at)) => format!("It comes out on {}", show::moment(*at)),
        (false, _) => "Its publisher was told".to_owned(),
    };
    let done = desk.noting_change(doing, change, said, work).await;
    jobs.wake(tasks::TASK);
    jobs.wake(mail::TASK);
    Ok(match done {
        Ok(planned) => {
            let news = format!("{}. {}.", if is_yes { "Approved" } else { "Given back" }, said(&planned));
            Answer::Told(Flash::success(news).to("/admin/reviews"))
        }
        Err(ReleaseError::Publish(PublishError::Database(error))) => return Err(error.into()),
        Err(refusal) => {
            let errors = Errors::at("form", refusal.to_string());
            Answer::Page(Html::unprocessable(ReviewPage { words: typed, errors, ..page }))
        }
    })
}
