//! The wish to become a publisher, as it is reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::{WORDS, WishForm};
use super::pages::WishPage;
use crate::accounts::guards::SignedIn;
use crate::accounts::{Account, Role};
use crate::checkout::Till;
use crate::config::Settings;
use crate::jobs::Jobs;
use crate::mail;
use crate::publishing::{PublisherRequest, RequestStatus, letters};
use crate::web::flash::FlashRedirect;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout, show};

/// The wish.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("the wish to sell", |rocket| async {
        rocket.mount("/account/publisher", routes![page, ask, withdraw])
    })
}

type Answer = FormAnswer<WishPage>;

async fn load(account: &Account, layout: Layout, till: &Till, settings: &Settings) -> web::Result<WishPage> {
    let id = account.id;
    let newest = till.db.read(move |conn| PublisherRequest::newest(conn, id)).await?;
    let open = newest.as_ref().filter(|request| request.status == RequestStatus::Open);
    let declined = newest.as_ref().filter(|request| request.status == RequestStatus::Declined);
    Ok(WishPage {
        layout,
        publishes: account.role != Role::Customer,
        may_ask: settings.publishing.requests,
        review: settings.publishing.review,
        asked: open.map_or_else(String::new, |request| show::date(request.created_at)),
        words: open.map_or_else(String::new, |request| request.words.clone()),
        declined: declined.and_then(|request| request.answered_at).map_or_else(String::new, show::date),
        answer: declined.map_or_else(String::new, |request| request.answer.clone()),
        errors: Errors::none(),
    })
}

/// Where the wish is, or the form for one.
#[get("/")]
async fn page(
    account: SignedIn,
    layout: Layout,
    till: &State<Till>,
    settings: &State<Settings>,
) -> web::Result<Html<WishPage>> {
    Ok(Html::ok(load(&account.0, layout, till, settings).await?))
}

/// Asks.
#[post("/", data = "<form>")]
async fn ask(
    account: SignedIn,
    form: Form<WishForm<'_>>,
    layout: Layout,
    till: &State<Till>,
    settings: &State<Settings>,
    jobs: &State<Jobs>,
) -> web::Result<Answer> {
    let account = account.0;
    let back = "/account/publisher";
    if account.role != Role::Customer {
        return Ok(Answer::Told(Flash::info("You can sell your books here already.").to(back)));
    }
    if !settings.publishing.requests {
        return Ok(Answer::Told(Flash::error("This shop takes no new publishers at the moment.").to(back)));
    }
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    let problem = match words.chars().count() {
        0..10 => "Please say in a few words who you are and which books you would like to sell.".to_owned(),
        count if count > WORDS => format!("Please shorten this to {WORDS} characters."),
        _ => String::new(),
    };
    if !problem.is_empty() {
        let page = load(&account, layout, till, settings).await?;
        let page = WishPage { words: form.words.to_owned(), errors: Errors::at("words", problem), ..page };
        return Ok(Answer::Page(Html::unprocessable(page)));
    }
    let (now, sender) = (till.clock.now(), till.sender());
    let is_new = till
        .db
        .write(move |conn| {
            let is_new = PublisherRequest::ask(conn, account.id, &words, now)?;
            if let (true, Some(request)) = (is_new, PublisherRequest::newest(conn, account.id)?) {
                let heading = format!("{} would like to sell here", account.display_name());
                let key = format!("publisher-asked/{}", request.public_id);
                letters::admins_wanted(conn, &sender, &heading, &words, ("/admin/publishers", &key), now)?;
            }
            diesel::QueryResult::Ok(is_new)
        })
        .await?;
    jobs.wake(mail::TASK);
    let news = if is_new {
        Flash::success("We have it. You get a mail when somebody of the shop has read it.")
    } else {
        Flash::info("Your wish is with us already.")
    };
    Ok(Answer::Told(news.to(back)))
}

/// Takes the wish back.
#[post("/withdraw")]
async fn withdraw(account: SignedIn, till: &State<Till>) -> web::Result<FlashRedirect> {
    let (id, now) = (account.0.id, till.clock.now());
    let done = till.db.write(move |conn| match PublisherRequest::newest(conn, id)? {
        Some(request) => request.turn(conn, RequestStatus::Withdrawn, "", Some(id), now),
        None => diesel::QueryResult::Ok(false),
    });
    let news = if done.await? {
        Flash::success("Your wish is taken back.")
    } else {
        Flash::info("There is no open wish: it may be answered already.")
    };
    Ok(news.to("/account/publisher"))
}
