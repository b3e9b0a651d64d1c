//! The routes about access.

use diesel::prelude::*;
use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::copy::{self, Gift};
use super::forms::{LiftForm, WordForm};
use super::pages::{AccessPage, AnswerView, Offer, OverrideRow, WordPage};
use super::person;
use super::pick::{self, Pick};
use super::question::Answer;
use crate::accounts::{Account, AccountError, EmailAddress};
use crate::admin::act::{ActKind, Change, Doing};
use crate::admin::customers::dossier;
use crate::admin::guards::Desk;
use crate::admin::words;
use crate::catalog::Book;
use crate::db::schema::books;
use crate::jobs::Jobs;
use crate::mail;
use crate::permission::overrides;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, Html, Layout};

/// How many yeses and noes a page of the list has.
const PER_PAGE: u32 = 50;

/// The longest reason, and the longest words in a mail, in characters.
const LONGEST: usize = 500;

/// Access.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: access", |rocket| async {
        rocket.mount("/admin/access", routes![ask, word_form, word, lift])
    })
}

/// Asks the gate about a person and a book, and lists what admins said.
#[get("/?<person>&<book>&<q>&<page>")]
async fn ask(
    desk: Desk,
    layout: Layout,
    person: Option<&str>,
    book: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
) -> web::Result<Html<AccessPage>> {
    let trimmed = |typed: Option<&str>| typed.unwrap_or_default().trim().to_owned();
    let (person, book, search) = (trimmed(person), trimmed(book), trimmed(q));
    let (asked_person, asked_book, asked_search) = (person.clone(), book.clone(), search.clone());
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(overrides::count(conn, &asked_search)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let found = overrides::page(conn, &asked_search, pager.offset(), i64::from(PER_PAGE))?;
        let authors = overrides::authors(conn, &found)?;
        let people = person::find(conn, &asked_person)?;
        let pick = pick::book(conn, &asked_book)?;
        let mut answers = Vec::new();
        if let Pick::One(book) = &pick {
            for person in people.clone() {
                answers.push(AnswerView::new(&Answer::load(conn, person, book)?, book));
            }
        }
        QueryResult::Ok((pager, OverrideRow::all(&found, &authors), !people.is_empty(), pick, answers))
    });
    let (pager, overrides, is_known, pick, answers) = read.await?;
    let (title, offers) = match &pick {
        Pick::None => (String::new(), Vec::new()),
        Pick::One(book) => (book.title.clone(), Vec::new()),
        Pick::Several(found) => (String::new(), found.iter().map(|book| offer(book, &person)).collect()),
    };
    let problem = match (person.is_empty(), book.is_empty()) {
        (true, true) => "",
        (true, false) => "Who? Please type an address, or the number of an order.",
        (false, true) => "Which book? A part of its title is enough.",
        (false, false) if !is_known => "Nobody has this address, and no order this number.",
        (false, false) if matches!(pick, Pick::None) => "No book has this in its title.",
        (false, false) => "",
    };
    Ok(Html::ok(AccessPage {
        // The frame's own search field is for the shop.
        layout: Layout { search: String::new(), ..layout },
        person,
        book,
        title,
        problem: problem.to_owned(),
        offers,
        answers,
        address: format!("/admin/access?q={}&page=", words::encoded(&search)),
        search,
        overrides,
        pager,
    }))
}

fn offer(book: &Book, person: &str) -> Offer {
    let (who, which) = (words::encoded(person), words::encoded(&book.slug));
    Offer { title: book.title.clone(), href: format!("/admin/access?person={who}&book={which}") }
}

/// Asks for a yes or no.
#[get("/new?<person>&<book>&<verdict>")]
fn word_form(
    desk: Desk,
    layout: Layout,
    person: Option<&str>,
    book: Option<&str>,
    verdict: Option<&str>,
) -> Html<WordPage> {
    let _ = desk;
    Html::ok(WordPage {
        layout,
        person: person.unwrap_or_default().to_owned(),
        book: book.unwrap_or_default().to_owned(),
        verdict: verdict.unwrap_or_default().to_owned(),
        reason: String::new(),
        words: String::new(),
        errors: Errors::none(),
    })
}

/// What is to be said, once the form is fine.
enum Word {
    Give(Gift),
    Close(Account, Book, String),
}

fn check(form: &WordForm<'_>, pick: Pick, account: Option<Account>) -> Result<Word, Errors> {
    let mut errors = Errors::none();
    let reason = form.reason.trim().to_owned();
    let words = form.words.replace("\r\n", "\n").trim().to_owned();
    if reason.is_empty() {
        errors.add("reason", "Please say why: another admin may have to decide about it.");
    }
    for (field, text) in [("reason", &reason), ("words", &words)] {
        if text.chars().count() > LONGEST {
            errors.add(field, "Please say it in 500 characters.");
        }
    }
    let email = form.person.parse::<EmailAddress>();
    if let Err(error) = &email {
        errors.add("person", error.to_string());
    }
    let book = match pick {
        Pick::One(book) => Some(*book),
        Pick::None => {
            errors.add("book", "No book has this in its title.");
            None
        }
        Pick::Several(found) => {
            let titles: Vec<&str> = found.iter().map(|book| book.title.as_str()).collect();
            errors.add("book", format!("Several fit; please type one of them whole: {}.", titles.join(", ")));
            None
        }
    };
    let is_blocked = account.as_ref().is_some_and(|account| account.blocked_at.is_some());
    match form.verdict {
        "give" if is_blocked => errors.add("person", "This account is blocked: let it in again first."),
        "close" if email.is_ok() && account.is_none() => errors.add(
            "person",
            "Nobody with this address has an account. What a guest bought is closed by a refund, or by another \
             address for the order.",
        ),
        "give" | "close" => {}
        _ => errors.add("verdict", "Please choose one."),
    }
    match (errors.is_empty(), email, book, account) {
        (true, Ok(email), Some(book), _) if form.verdict == "give" => {
            Ok(Word::Give(Gift { email, book, reason, words }))
        }
        (true, Ok(_), Some(book), Some(account)) => Ok(Word::Close(account, book, reason)),
        _ => Err(errors),
    }
}

const fn said(before: Option<bool>) -> &'static str {
    match before {
        None => "As the orders say",
        Some(true) => "Given by an admin",
        Some(false) => "Closed by an admin",
    }
}

/// Gives a copy, or closes a book.
#[post("/", data = "<form>")]
async fn word(
    desk: Desk,
    layout: Layout,
    form: Form<WordForm<'_>>,
    jobs: &State<Jobs>,
) -> web::Result<Result<FlashRedirect, Html<WordPage>>> {
    let (typed, email) = (form.book.to_owned(), form.person.to_owned());
    let read = desk.till.db.read(move |conn| {
        let account = Account::find_by_email(conn, &email)?;
        let pick = pick::book(conn, &typed)?;
        let before = match (&account, &pick) {
            (Some(account), Pick::One(book)) => overrides::of(conn, account.id, book.id)?,
            _ => None,
        };
        QueryResult::Ok((account, pick, before))
    });
    let (account, pick, before) = read.await?;
    let word = match check(&form, pick, account) {
        Ok(word) => word,
        Err(errors) => {
            return Ok(Err(Html::unprocessable(WordPage {
                layout,
                person: form.person.to_owned(),
                book: form.book.to_owned(),
                verdict: form.verdict.to_owned(),
                reason: form.reason.to_owned(),
                words: form.words.to_owned(),
                errors,
            })));
        }
    };
    let (by, sender, now) = (desk.admin.clone(), desk.till.sender(), desk.now());
    let news = match word {
        Word::Give(gift) => {
            let (to, title) = (gift.email.as_str().to_owned(), gift.book.title.clone());
            let detail = format!("Gave a copy of “{title}”: {}", gift.reason);
            let doing = Doing { kind: ActKind::Access, order: None, subject: to.clone(), detail };
            let work = desk.till.db.write(move |conn| copy::give(conn, &gift, &by, &sender, now));
            let change = Change::new(said(before), said(Some(true)));
            desk.noting_change::<_, AccountError>(doing, change, |_| "Told by mail".to_owned(), work).await?;
            jobs.wake(mail::TASK);
            format!("“{title}” is open to {to}, who is told by mail.")
        }
        Word::Close(account, book, reason) => {
            let (to, title) = (account.email.clone(), book.title.clone());
            let detail = format!("Closed “{title}”: {reason}");
            let doing = Doing { kind: ActKind::Access, order: None, subject: to.clone(), detail };
            let work = desk
                .till
                .db
                .write(move |conn| overrides::say(conn, account.id, book.id, false, &reason, by.id, now));
            let change = Change::new(said(before), said(Some(false)));
            desk.noting_change::<_, diesel::result::Error>(doing, change, |_| "Done".to_owned(), work)
                .await?;
            format!("“{title}” is closed to {to}, from the next request on.")
        }
    };
    Ok(Ok(Flash::success(news).to("/admin/access")))
}

/// Lets the orders decide again.
#[post("/lift", data = "<form>")]
async fn lift(desk: Desk, form: Form<LiftForm<'_>>) -> web::Result<FlashRedirect> {
    let (account, book) = (form.account.to_owned(), form.book.to_owned());
    let read = desk.till.db.read(move |conn| {
        let Some(account) = dossier::find(conn, &account)? else { return Ok(None) };
        let book: Option<Book> = books::table
            .filter(books::public_id.eq(&book))
            .select(Book::as_select())
            .first(conn)
            .optional()?;
        let Some(book) = book else { return Ok(None) };
        let before = overrides::of(conn, account.id, book.id)?;
        QueryResult::Ok(Some((account, book, before)))
    });
    let (account, book, before) = read.await?.or_not_found()?;
    let reason = form.reason.trim();
    if before.is_none() {
        return Ok(Flash::info("The orders decide about it already.").to("/admin/access"));
    }
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Ok(Flash::error("Please say why, in up to 500 characters.").to("/admin/access"));
    }
    let detail = format!("Lifted what was said about “{}”: {reason}", book.title);
    let doing = Doing { kind: ActKind::Access, order: None, subject: account.email.clone(), detail };
    let change = Change::new(said(before), said(None));
    let work = desk.till.db.write(move |conn| overrides::lift(conn, account.id, book.id));
    desk.noting_change::<_, diesel::result::Error>(doing, change, |_| "Done".to_owned(), work).await?;
    Ok(Flash::success("The orders decide about it again.").to("/admin/access"))
}
