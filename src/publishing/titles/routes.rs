//! Titles, as they are reached; and the front door of the publisher's desk.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{get, post, routes};

use super::bulk::{self, BulkError};
use super::forms::{self, BulkForm, ListForm, Then, TitleForm};
use super::list::{self, Choices};
use super::pages::{SeveralPage, TitleFormPage, TitlesPage};
use super::text::{PersonText, Saved, TitleText};
use crate::accounts::Role;
use crate::admin::act::{Act, ActKind, Doing};
use crate::catalog::{BookStatus, Category, ContributorRole, PublishError, markdown};
use crate::publishing::dossier::Dossier;
use crate::publishing::guards::Desk;
use crate::publishing::pages::TitlePage;
use crate::publishing::{ReleaseError, Review, ReviewStatus, editions, found, publication, sales};
use crate::web::error::OrNotFound as _;
use crate::web::pagination::Pagination;
use crate::web::{self, Flash, FormAnswer, Html, Layout};

/// How many titles a page of the list shows.
const PER_PAGE: u32 = 50;

/// The publisher's desk.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("publishing", |rocket| async {
        rocket
            .mount("/publish", routes![titles, blank, create, several, title, edit, change])
            .mount("/publish", editions::routes::routes())
            .mount("/publish", found::routes::routes())
            .mount("/publish", publication::routes::routes())
            .mount("/publish", sales::routes::routes())
    })
}

/// What a form answers.
type Answer = FormAnswer<TitleFormPage>;

/// The titles of this desk.
#[get("/?<list..>")]
async fn titles(desk: Desk, list: ListForm<'_>, layout: Layout) -> web::Result<Html<TitlesPage>> {
    let (who, filter, sort, page) = (desk.who, list.filter(desk.who), list.sort(), list.page());
    let asked = filter.clone();
    let (counts, pager, rows, choices) = desk
        .till
        .db
        .read(move |conn| {
            let counts = list::counts(conn, who, &asked)?;
            let fits = counts.iter().filter(|(known, _)| asked.status.is_none_or(|status| status == *known));
            let total = u64::try_from(fits.map(|(_, count)| count).sum::<i64>()).unwrap_or_default();
            let pager = Pagination::new(page, PER_PAGE, total);
            let rows = list::page(conn, who, &asked, sort, pager.offset(), i64::from(PER_PAGE))?;
            diesel::QueryResult::Ok((counts, pager, rows, Choices::load(conn, who)?))
        })
        .await?;
    let query = forms::query(&filter, sort);
    // The frame's own search field is for the shop.
    let layout = Layout { search: String::new(), ..layout };
    Ok(Html::ok(TitlesPage::new(layout, who, filter, sort, &counts, &rows, choices, pager, &query)))
}

/// What several titles' form answers.
type Several = FormAnswer<SeveralPage>;

/// Does one thing to several titles at once; for admins.
#[post("/several", data = "<form>")]
async fn several(desk: Desk, form: Form<BulkForm<'_>>, layout: Layout) -> web::Result<Several> {
    if desk.account.role != Role::Admin {
        return Err(web::Error::forbidden());
    }
    let (text, back, least) = (form.text(), form.back(), desk.till.least());
    let act = match desk.till.db.read(move |conn| text.check(conn, least)).await? {
        Ok(act) => act,
        Err(sentence) => return Ok(Several::Told(Flash::error(sentence).to(back))),
    };
    if form.title.is_empty() {
        return Ok(Several::Told(Flash::error("Please tick the titles first.").to(back)));
    }
    let (who, now) = (desk.who, desk.now());
    let (mut done, mut refused) = (0_usize, Vec::new());
    // One after the other: what can't be done to one title holds up no other.
    for id in form.title.iter().take(usize::try_from(PER_PAGE).unwrap_or_default()) {
        let id = (*id).to_owned();
        let (admin, act) = (desk.account.clone(), act.clone());
        let Some(book) = desk.till.db.read(move |conn| who.title(conn, &id)).await? else { continue };
        let title = book.clone();
        let applied = desk.till.db.write(move |conn| {
            let detail = act.apply(conn, &title, now)?;
            let subject = format!("“{}”", title.title);
            let doing = Doing { kind: ActKind::Title, order: None, subject, detail };
            let id = Act::begin(conn, &admin, &doing, now)?;
            Act::end(conn, id, "Done")?;
            Ok::<(), BulkError>(())
        });
        match applied.await {
            Ok(()) => done += 1,
            Err(BulkError::Release(ReleaseError::Publish(PublishError::Database(error)))) => {
                return Err(error.into());
            }
            Err(error) => refused.push((book.public_id, book.title, bulk::refusal(&error))),
        }
    }
    let said = match done {
        0 => "Nothing was changed.".to_owned(),
        1 => format!("One title is {}.", act.done()),
        number => format!("{number} titles are {}.", act.done()),
    };
    if refused.is_empty() {
        return Ok(Several::Told(Flash::success(said).to(back)));
    }
    Ok(Several::Page(Html::ok(SeveralPage { layout, said, refused, back })))
}

/// The form for a new title.
#[get("/titles/new")]
async fn blank(desk: Desk, layout: Layout) -> web::Result<Html<TitleFormPage>> {
    let categories = desk.till.db.read(Category::all).await?;
    Ok(Html::ok(TitleFormPage::new(layout, None, TitleFormPage::blank(), &categories, &desk)))
}

/// Makes a title.
#[post("/titles", data = "<form>")]
async fn create(desk: Desk, form: Form<TitleForm<'_>>, layout: Layout) -> web::Result<Answer> {
    let text = form.text();
    let categories = desk.till.db.read(Category::all).await?;
    if let Some(page) = redrawn(form.then(), &text) {
        return Ok(Answer::Page(Html::ok(page(layout, None, &categories, &desk))));
    }
    let (typed, publisher, least, now) = (text.clone(), desk.who.id, desk.till.least(), desk.now());
    let made = desk
        .till
        .db
        .write(move |conn| {
            Ok::<_, diesel::result::Error>(match text.check(conn, publisher, least)? {
                Ok(new) => Ok(new.create(conn, now)?),
                Err(errors) => Err(errors),
            })
        })
        .await?;
    Ok(match made {
        Ok(book) => {
            let news = format!("“{}” is made. Add its files next.", book.title);
            Answer::Told(Flash::success(short(news)).to(format!("/publish/titles/{}", book.public_id)))
        }
        Err(errors) => {
            let page = TitleFormPage::new(layout, None, typed, &categories, &desk);
            Answer::Page(Html::unprocessable(TitleFormPage { errors, ..page }))
        }
    })
}

/// A title: where it is, what is missing, its editions and files.
#[get("/titles/<id>")]
async fn title(desk: Desk, id: String, layout: Layout) -> web::Result<Html<TitlePage>> {
    let who = desk.who;
    let now = desk.now();
    let dossier = desk.till.db.read(move |conn| Dossier::load(conn, who, &id, now)).await?.or_not_found()?;
    Ok(Html::ok(TitlePage::new(layout, &dossier, &desk)))
}

/// The form of a title.
#[get("/titles/<id>/edit")]
async fn edit(desk: Desk, id: String, layout: Layout) -> web::Result<Html<TitleFormPage>> {
    let who = desk.who;
    let (book, text, categories) = desk
        .till
        .db
        .read(move |conn| {
            let Some(book) = who.title(conn, &id)? else { return Ok(None) };
            let text = TitleText::of(conn, &book)?;
            diesel::QueryResult::Ok(Some((book, text, Category::all(conn)?)))
        })
        .await?
        .or_not_found()?;
    let named = Some((book.public_id.as_str(), book.title.as_str()));
    Ok(Html::ok(TitleFormPage::new(layout, named, text, &categories, &desk)))
}

/// What came of a form that was sent.
enum Outcome {
    Saved,
    InReview,
    Wrong(web::Errors),
    Meanwhile(Box<TitleText>),
}

/// Changes a title.
#[post("/titles/<id>/edit", data = "<form>")]
async fn change(desk: Desk, id: String, form: Form<TitleForm<'_>>, layout: Layout) -> web::Result<Answer> {
    let (who, asked) = (desk.who, id.clone());
    let (book, review, categories) = desk
        .till
        .db
        .read(move |conn| {
            let Some(book) = who.title(conn, &asked)? else { return Ok(None) };
            let review = Review::newest(conn, book.id)?;
            diesel::QueryResult::Ok(Some((book, review, Category::all(conn)?)))
        })
        .await?
        .or_not_found()?;
    let text = form.text();
    let title = book.title.clone();
    let named = Some((id.as_str(), title.as_str()));
    if let Some(page) = redrawn(form.then(), &text) {
        return Ok(Answer::Page(Html::ok(page(layout, named, &categories, &desk))));
    }
    // What an admin looks at does not change under their eyes.
    let is_frozen = !who.is_admin
        && matches!(book.status, BookStatus::Draft | BookStatus::InReview)
        && review.is_some_and(|review| matches!(review.status, ReviewStatus::Open | ReviewStatus::Approved));
    let (typed, least, now) = (text.clone(), desk.till.least(), desk.now());
    let outcome = desk
        .till
        .db
        .write(move |conn| {
            if is_frozen {
                return Ok(Outcome::InReview);
            }
            let new = match text.check(conn, book.publisher_id, least)? {
                Ok(new) => new,
                Err(errors) => return Ok(Outcome::Wrong(errors)),
            };
            diesel::QueryResult::Ok(match new.save(conn, &book, text.revision, now)? {
                Saved::Done => Outcome::Saved,
                Saved::Meanwhile(now) => Outcome::Meanwhile(now),
            })
        })
        .await?;
    let page = |text| TitleFormPage::new(layout, named, text, &categories, &desk);
    Ok(match outcome {
        Outcome::Saved => {
            Answer::Told(Flash::success("The title is saved.").to(format!("/publish/titles/{id}")))
        }
        Outcome::InReview => {
            let errors = web::Errors::at(
                "form",
                "This title is in review. Take it back from the review to change it.",
            );
            Answer::Page(Html::with_status(TitleFormPage { errors, ..page(typed) }, Status::Conflict))
        }
        Outcome::Wrong(errors) => Answer::Page(Html::unprocessable(TitleFormPage { errors, ..page(typed) })),
        Outcome::Meanwhile(theirs) => {
            let meanwhile = typed.differences(&theirs);
            // Saving once more is then a choice, made with open eyes.
            let text = TitleText { revision: theirs.revision, ..typed };
            let page = TitleFormPage { meanwhile, is_stale: true, ..page(text) };
            Answer::Page(Html::with_status(page, Status::Conflict))
        }
    })
}

/// The form again, with what was typed, for a button that saves nothing.
#[allow(clippy::type_complexity, reason = "the page of a new title and of an old one differ in one argument")]
fn redrawn<'d>(
    then: Then,
    text: &TitleText,
) -> Option<impl FnOnce(Layout, Option<(&str, &str)>, &[Category], &'d Desk) -> TitleFormPage> {
    let mut text = text.clone();
    let preview = match then {
        Then::Save => return None,
        Then::Preview => Some(markdown::to_html(&text.description)),
        Then::AddPerson => {
            let role = ContributorRole::Author.as_str().to_owned();
            text.people.push(PersonText { name: String::new(), role });
            None
        }
        Then::RemovePerson(number) => {
            if number < text.people.len() {
                text.people.remove(number);
            }
            None
        }
    };
    Some(move |layout: Layout, book: Option<(&str, &str)>, categories: &[Category], desk: &'d Desk| {
        TitleFormPage { preview, ..TitleFormPage::new(layout, book, text, categories, desk) }
    })
}

/// A message is a cookie: it holds a few sentences.
fn short(news: String) -> String {
    if news.chars().count() <= 380 { news } else { news.chars().take(380).chain(['…']).collect() }
}
