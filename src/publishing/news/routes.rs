//! Mails about new editions: by an account's setting, and by the link in each mail.

use diesel::prelude::*;
use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::Header;
use rocket::{State, get, post, routes};

use super::forms::NewsForm;
use super::opt_out::{NewsToken, Reader, Wanted};
use super::pages::{NewsPage, StoppedBook};
use super::{reader_of_account, titles};
use crate::accounts::guards::SignedIn;
use crate::catalog::BookId;
use crate::checkout::Till;
use crate::db::Conn;
use crate::db::schema::books;
use crate::ids::Token;
use crate::web::cache_policy::CachePolicy;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, Html, Layout};

/// The mails about new editions.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("news", |rocket| async {
        rocket
            .mount("/account/news", routes![setting, set])
            .mount("/news", routes![by_link, set_by_link])
            .attach(guard_links())
    })
}

/// A page whose address holds a secret is kept nowhere, and tells no one its address.
fn guard_links() -> AdHoc {
    AdHoc::on_response("links of news", |request, response| {
        Box::pin(async move {
            if request.uri().path().starts_with("/news/") {
                response.set_header(Header::new("Referrer-Policy", "strict-origin"));
                response.set_header(CachePolicy::Never.header());
            }
        })
    })
}

fn stopped(conn: &mut Conn, wanted: &Wanted) -> QueryResult<Vec<StoppedBook>> {
    let mut briefs = titles(conn, &wanted.not_about)?;
    let books = wanted.not_about.iter().filter_map(|id| briefs.remove(id));
    Ok(books.map(|book| StoppedBook { id: book.public_id, title: book.title }).collect())
}

fn book_of(conn: &mut Conn, public_id: &str) -> QueryResult<Option<BookId>> {
    books::table.filter(books::public_id.eq(public_id)).select(books::id).first(conn).optional()
}

/// Does what the form says; a sentence about it, or nothing when it names no book.
fn obey(
    conn: &mut Conn,
    reader: &Reader,
    stop: bool,
    book: &str,
    now: crate::db::Timestamp,
) -> QueryResult<Option<&'static str>> {
    let about = if book.is_empty() { None } else { book_of(conn, book)? };
    if !book.is_empty() && about.is_none() {
        return Ok(None);
    }
    if stop {
        reader.stop(conn, about, now)?;
    } else {
        reader.go_on(conn, about)?;
    }
    Ok(Some(match (stop, about) {
        (true, None) => "You get no more mails about new editions.",
        (true, Some(_)) => "You get no more mails about this book.",
        (false, None) => "You are told about new editions again.",
        (false, Some(_)) => "You are told about this book again.",
    }))
}

/// The account's setting.
#[get("/")]
async fn setting(account: SignedIn, layout: Layout, till: &State<Till>) -> web::Result<Html<NewsPage>> {
    let id = account.0.id;
    let (wanted, stopped) = till
        .db
        .read(move |conn| {
            let Some(reader) = reader_of_account(conn, id)? else { return Ok(None) };
            let wanted = reader.wanted(conn)?;
            let stopped = stopped(conn, &wanted)?;
            QueryResult::Ok(Some((wanted, stopped)))
        })
        .await?
        .or_not_found()?;
    let action = "/account/news".to_owned();
    Ok(Html::ok(NewsPage { layout, action, is_account: true, about: None, none: wanted.none, stopped }))
}

/// Changes the account's setting.
#[post("/", data = "<form>")]
async fn set(account: SignedIn, form: Form<NewsForm<'_>>, till: &State<Till>) -> web::Result<FlashRedirect> {
    let (id, now) = (account.0.id, till.clock.now());
    let (stop, book) = (form.what == "stop", form.book.to_owned());
    let said = till
        .db
        .write(move |conn| {
            let Some(reader) = reader_of_account(conn, id)? else { return Ok(None) };
            obey(conn, &reader, stop, &book, now)
        })
        .await?
        .or_not_found()?;
    Ok(Flash::success(said).to("/account/news"))
}

/// The page of the link in a mail. Opening it changes nothing: programs that look at links would do so, too.
#[get("/<token>")]
async fn by_link(token: &str, layout: Layout, till: &State<Till>) -> web::Result<Html<NewsPage>> {
    let hash = Token::parse(token).or_not_found()?.hash();
    let (wanted, about, stopped) = till
        .db
        .read(move |conn| {
            let Some(link) = NewsToken::find(conn, &hash)? else { return Ok(None) };
            let wanted = link.reader().wanted(conn)?;
            let about = titles(conn, &[link.book_id])?.remove(&link.book_id);
            let stopped = stopped(conn, &wanted)?;
            QueryResult::Ok(Some((wanted, about, stopped)))
        })
        .await?
        .or_not_found()?;
    let about = about.map(|book| StoppedBook { id: book.public_id, title: book.title });
    let action = format!("/news/{token}");
    Ok(Html::ok(NewsPage { layout, action, is_account: false, about, none: wanted.none, stopped }))
}

/// What the reader says on that page. The link speaks for one book and for all, and for no other.
#[post("/<token>", data = "<form>")]
async fn set_by_link(
    token: &str,
    form: Form<NewsForm<'_>>,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let hash = Token::parse(token).or_not_found()?.hash();
    let now = till.clock.now();
    let (stop, book) = (form.what == "stop", form.book.to_owned());
    let said = till
        .db
        .write(move |conn| {
            let Some(link) = NewsToken::find(conn, &hash)? else { return Ok(None) };
            if !book.is_empty() && book_of(conn, &book)? != Some(link.book_id) {
                return Ok(None);
            }
            obey(conn, &link.reader(), stop, &book, now)
        })
        .await?
        .or_not_found()?;
    Ok(Flash::success(said).to(format!("/news/{token}")))
}
