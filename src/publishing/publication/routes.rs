//! Putting titles out, as it is reached.

use diesel::QueryResult;
use rocket::form::Form;
use rocket::{Route, State, post, routes};

use super::forms::PublishForm;
use crate::admin::act::{Act, ActKind, Doing};
use crate::catalog::{Book, BookStatus, PublishError};
use crate::db::{Conn, Timestamp};
use crate::jobs::Jobs;
use crate::mail;
use crate::publishing::dossier::Dossier;
use crate::publishing::guards::Desk;
use crate::publishing::pages::TitlePage;
use crate::publishing::release::{self, Wish};
use crate::publishing::{Plan, ReleaseError, Review, letters, tasks};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout, show};

/// What is below `/publish/titles/<id>` about putting it out.
pub fn routes() -> Vec<Route> {
    routes![publish, cancel_plan, take_back, archive, bring_back]
}

/// What the form answers.
type Answer = FormAnswer<TitlePage>;

fn page(id: &str) -> String {
    format!("/publish/titles/{id}")
}

/// Keeps that an admin did it to another one's title.
fn note(conn: &mut Conn, desk: &Noting, book: &Book, what: &str) -> QueryResult<()> {
    if !desk.is_admin || book.publisher_id == desk.account.id {
        return Ok(());
    }
    let doing = Doing {
        kind: ActKind::Title,
        order: None,
        subject: format!("“{}”", book.title),
        detail: what.to_owned(),
    };
    let act = Act::begin(conn, &desk.account, &doing, desk.now)?;
    Act::end(conn, act, "Done")
}

/// Who does it, and when, for the log.
struct Noting {
    account: crate::accounts::Account,
    is_admin: bool,
    now: Timestamp,
}

impl From<&Desk> for Noting {
    fn from(desk: &Desk) -> Self {
        Self { account: desk.account.clone(), is_admin: desk.who.is_admin, now: desk.now() }
    }
}

/// What was done.
enum Done {
    Published,
    Planned(Timestamp),
    Asked,
}

/// Puts it out, plans it, or asks an admin first.
fn put_out(
    conn: &mut Conn,
    desk: &Noting,
    needs_review: bool,
    book: &Book,
    wish: &Wish,
) -> Result<Done, ReleaseError> {
    let now = desk.now;
    if Review::open_of(conn, &[book.id])?.contains(&book.id) {
        return Err(ReleaseError::InReview);
    }
    if needs_review && !release::is_approved(conn, book)? {
        release::ask(conn, book, wish, now)?;
        return Ok(Done::Asked);
    }
    match wish.publish_at {
        Some(at) => {
            release::schedule(conn, book, wish, now)?;
            note(conn, desk, book, &format!("Comes out on {}", show::moment(at)))?;
            Ok(Done::Planned(at))
        }
        None => {
            release::release(conn, book.id, wish.tell_buyers, now)?;
            note(conn, desk, book, "Published")?;
            Ok(Done::Published)
        }
    }
}

/// Puts the title or its next edition out, now or later, or sends it to review.
#[post("/titles/<id>/publish", data = "<form>")]
async fn publish(
    desk: Desk,
    id: String,
    form: Form<PublishForm<'_>>,
    layout: Layout,
    jobs: &State<Jobs>,
) -> web::Result<Answer> {
    let (who, title, text) = (desk.who, id.clone(), form.text());
    let wish = match form.wish(who.id, desk.now()) {
        Ok(wish) => wish,
        Err(errors) => return again(&desk, id, layout, text, errors).await,
    };
    let (noting, needs_review, sender) = (Noting::from(&desk), desk.needs_review(), desk.till.sender());
    let done = desk
        .till
        .db
        .write(move |conn| {
            let Some(book) = who.title(conn, &title)? else { return Ok(None) };
            let done = put_out(conn, &noting, needs_review, &book, &wish)?;
            if let (Done::Asked, Some(review)) = (&done, Review::newest(conn, book.id)?) {
                let heading = format!("“{}” waits for review", book.title);
                let path = format!("/admin/reviews/{}", review.public_id);
                let key = format!("review-asked/{}", review.public_id);
                letters::admins_wanted(conn, &sender, &heading, &wish.words, (&path, &key), noting.now)?;
            }
            Ok(Some(done))
        })
        .await;
    let done = match done {
        Ok(done) => done.or_not_found()?,
        Err(ReleaseError::Publish(PublishError::Database(error))) => return Err(error.into()),
        Err(refusal) => {
            let errors = Errors::at("form", refusal.to_string());
            return again(&desk, id, layout, text, errors).await;
        }
    };
    jobs.wake(tasks::TASK);
    jobs.wake(mail::TASK);
    let news = match done {
        Done::Published => "It is out: readers have it now.".to_owned(),
        Done::Planned(at) => format!("It comes out on {}.", show::moment(at)),
        Done::Asked => "It is sent to review. You get a mail when an admin has looked at it.".to_owned(),
    };
    Ok(Answer::Told(Flash::success(news).to(page(&id))))
}

/// The title's page with what was typed and what is wrong with it.
async fn again(
    desk: &Desk,
    id: String,
    layout: Layout,
    release: crate::publishing::pages::ReleaseText,
    errors: Errors,
) -> web::Result<Answer> {
    let who = desk.who;
    let now = desk.now();
    let dossier = desk.till.db.read(move |conn| Dossier::load(conn, who, &id, now)).await?.or_not_found()?;
    let page = TitlePage { release, errors, ..TitlePage::new(layout, &dossier, desk) };
    Ok(Answer::Page(Html::unprocessable(page)))
}

/// Does `work` with the title, and goes back to its page with `news` or with why it can't be done.
async fn act(
    desk: Desk,
    id: String,
    news: &'static str,
    work: impl FnOnce(&mut Conn, &Book, &Noting) -> Result<(), ReleaseError> + Send + 'static,
) -> web::Result<FlashRedirect> {
    let (who, title, noting) = (desk.who, id.clone(), Noting::from(&desk));
    let done = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        work(conn, &book, &noting)?;
        Ok(Some(()))
    });
    match done.await {
        Ok(done) => {
            done.or_not_found()?;
            Ok(Flash::success(news).to(page(&id)))
        }
        Err(ReleaseError::Publish(PublishError::Database(error))) => Err(error.into()),
        Err(refusal) => Ok(Flash::error(refusal.to_string()).to(page(&id))),
    }
}

/// Undoes a plan; what an admin has said yes to goes back to its publisher.
#[post("/titles/<id>/plan/cancel")]
async fn cancel_plan(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let news = "It does not come out by itself any more.";
    act(desk, id, news, |conn, book, desk| {
        if !Plan::cancel(conn, book.id)? {
            return Err(ReleaseError::NoPlan);
        }
        note(conn, desk, book, "Plan undone")?;
        if !desk.is_admin && release::is_approved(conn, book)? {
            release::take_back(conn, book, desk.account.id, desk.now)?;
        }
        Ok(())
    })
    .await
}

/// Takes it back from review.
#[post("/titles/<id>/take-back")]
async fn take_back(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let news = "It is yours again to change. Send it to review when it is ready.";
    act(desk, id, news, |conn, book, desk| {
        release::take_back(conn, book, desk.account.id, desk.now)?;
        note(conn, desk, book, "Taken back from review")?;
        Ok(())
    })
    .await
}

/// Takes a title off the shelves.
#[post("/titles/<id>/archive")]
async fn archive(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let news = "It is off the shelves. Whoever bought it keeps it.";
    act(desk, id, news, |conn, book, desk| {
        Book::archive(conn, book.id, desk.now)?;
        note(conn, desk, book, "Taken off the shelves")?;
        Ok(())
    })
    .await
}

/// Puts a title back on the shelves, or asks an admin to.
#[post("/titles/<id>/bring-back")]
async fn bring_back(desk: Desk, id: String, jobs: &State<Jobs>) -> web::Result<FlashRedirect> {
    let (needs_review, sender) = (desk.needs_review(), desk.till.sender());
    let news = if needs_review { "An admin is asked to bring it back." } else { "It is for sale again." };
    let answer = act(desk, id, news, move |conn, book, desk| {
        if book.status != BookStatus::Archived {
            return Err(PublishError::Transition { from: book.status, event: "brought back" }.into());
        }
        if Review::open_of(conn, &[book.id])?.contains(&book.id) {
            return Err(ReleaseError::InReview);
        }
        if needs_review {
            let review = release::ask_return(conn, book, desk.account.id, desk.now)?;
            let heading = format!("“{}” is to be for sale again", book.title);
            let path = format!("/admin/reviews/{}", review.public_id);
            let key = format!("review-asked/{}", review.public_id);
            letters::admins_wanted(conn, &sender, &heading, "", (&path, &key), desk.now)?;
            return Ok(());
        }
        Book::publish(conn, book.id, desk.now)?;
        note(conn, desk, book, "Back on the shelves")?;
        Ok(())
    })
    .await;
    jobs.wake(mail::TASK);
    answer
}
