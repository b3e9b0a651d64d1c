//! The editions of a title, as they are reached.

use rocket::form::Form;
use rocket::{Route, post, routes};

use super::forms::NotesForm;
use super::{NOTES, begin, give_up, remove_file, set_notes};
use crate::catalog::PublishError;
use crate::publishing::guards::Desk;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash};

/// What is below `/publish/titles/<id>` about editions.
pub fn routes() -> Vec<Route> {
    routes![begin_one, say_what_is_new, discard, take_out]
}

fn page(id: &str) -> String {
    format!("/publish/titles/{id}")
}

/// Begins the next edition.
#[post("/titles/<id>/editions")]
async fn begin_one(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let (who, now, title) = (desk.who, desk.now(), id.clone());
    let begun = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        diesel::QueryResult::Ok(Some(begin(conn, &book, now)?))
    });
    let edition = begun.await?.or_not_found()?;
    let news = match edition.number {
        1 => "Edition 1 is begun: add its files.".to_owned(),
        number => format!(
            "Edition {number} is begun, with the files of the last one. Replace those that changed; readers see \
             nothing of it before it is published."
        ),
    };
    Ok(Flash::success(news).to(page(&id)))
}

/// Says what is new in an edition.
#[post("/titles/<id>/notes", data = "<form>")]
async fn say_what_is_new(desk: Desk, id: String, form: Form<NotesForm<'_>>) -> web::Result<FlashRedirect> {
    let (who, title, number) = (desk.who, id.clone(), form.number);
    let notes = form.notes.replace("\r\n", "\n");
    let is_long = notes.chars().count() > NOTES;
    let saved = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        if is_long {
            return Ok(Some(false));
        }
        diesel::QueryResult::Ok(set_notes(conn, &book, number, &notes)?.then_some(true))
    });
    let saved = saved.await?.or_not_found()?;
    Ok(if saved {
        Flash::success("The release notes are saved.").to(page(&id))
    } else {
        Flash::error(format!("Please shorten the release notes to {NOTES} characters.")).to(page(&id))
    })
}

/// Gives up the edition in preparation.
#[post("/titles/<id>/editions/give-up")]
async fn discard(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let (who, title) = (desk.who, id.clone());
    let done = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        give_up(conn, &book).map(Some)
    });
    Ok(match done.await {
        Ok(done) => {
            done.or_not_found()?;
            Flash::success("The edition in preparation is gone.").to(page(&id))
        }
        Err(PublishError::Database(error)) => return Err(error.into()),
        Err(refusal) => Flash::error(refusal.to_string()).to(page(&id)),
    })
}

/// Takes a file out of the edition in preparation.
#[post("/titles/<id>/files/<file>/remove")]
async fn take_out(desk: Desk, id: String, file: String) -> web::Result<FlashRedirect> {
    let (who, title) = (desk.who, id.clone());
    let done = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        remove_file(conn, &book, &file).map(Some)
    });
    Ok(match done.await {
        Ok(file) => {
            let file = file.or_not_found()?;
            Flash::success(format!("“{}” is removed.", file.file_name)).to(page(&id))
        }
        Err(PublishError::Database(error)) => return Err(error.into()),
        Err(PublishError::Gone) => return Err(web::Error::not_found()),
        Err(refusal) => Flash::error(refusal.to_string()).to(page(&id)),
    })
}
