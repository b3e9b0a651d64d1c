//! The form for files, and the buttons beside unfinished and refused ones.

use rocket::data::ToByteUnit as _;
use rocket::{Data, Route, State, post, routes};

use super::Harvest;
use super::guards::{Boundary, ContentLength};
use crate::publishing::guards::Desk;
use crate::uploads::{Intake, Upload, UploadError, rules};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, show};

/// What is below `/publish/uploads` for browsers.
pub fn routes() -> Vec<Route> {
    routes![send, remove]
}

/// The most that a message shows, in characters: it is a cookie.
const NEWS: usize = 360;

fn page(title: &str) -> String {
    format!("/publish/titles/{title}#files")
}

/// Takes files.
#[post("/<title>/form", data = "<body>")]
async fn send(
    desk: Desk,
    title: &str,
    boundary: Boundary,
    length: ContentLength,
    intake: &State<Intake>,
    body: Data<'_>,
) -> web::Result<FlashRedirect> {
    let (who, id) = (desk.who, title.to_owned());
    let found = intake.db.read(move |conn| {
        let Some(book) = who.title(conn, &id)? else { return Ok(None) };
        let may_change = rules::may_change(conn, &book);
        Ok::<_, diesel::result::Error>(Some((book, may_change)))
    });
    let (book, may_change) = found.await?.or_not_found()?;
    let Some(boundary) = boundary.0 else {
        return Ok(Flash::error("Please choose at least one file.").to(page(title)));
    };
    let most = intake.rules.max_body();
    let refusal = match may_change {
        Err(refusal) => Some(refusal.to_string()),
        Ok(()) if length.0.is_some_and(|length| length > most) => Some(format!(
            "That is too much at once: this shop takes files of up to {}.",
            show::size(intake.rules.max_bytes())
        )),
        Ok(()) => None,
    };
    if let Some(refusal) = refusal {
        return Ok(Flash::error(refusal).to(page(title)));
    }
    match intake.harvest(&book, desk.account.id, &boundary, body.open(most.bytes())).await {
        Ok(harvest) => Ok(told(&harvest).to(page(title))),
        Err(UploadError::Database(error)) => Err(error.into()),
        Err(error @ (UploadError::Store(_) | UploadError::Thread(_))) => Err(web::Error::internal(error)),
        Err(UploadError::Interrupted { .. }) => {
            Err(web::Error::bad_request("The form broke off before its end. Please send it again."))
        }
        Err(refusal) => Ok(Flash::error(refusal.to_string()).to(page(title))),
    }
}

/// Forgets an unfinished or refused upload.
#[post("/<title>/<upload>/remove")]
async fn remove(desk: Desk, title: &str, upload: &str, intake: &State<Intake>) -> web::Result<FlashRedirect> {
    let (who, id, public_id) = (desk.who, title.to_owned(), upload.to_owned());
    let found = intake.db.read(move |conn| {
        let Some(book) = who.title(conn, &id)? else { return Ok(None) };
        Upload::find(conn, book.id, &public_id)
    });
    let upload = found.await?.or_not_found()?;
    let news = match intake.discard(&upload).await {
        Ok(()) => Flash::success(format!("“{}” is off the list.", upload.file_name)),
        Err(UploadError::Database(error)) => return Err(error.into()),
        Err(refusal @ UploadError::Busy) => Flash::error(refusal.to_string()),
        Err(error) => return Err(web::Error::internal(error)),
    };
    Ok(news.to(page(title)))
}

/// What is said of a form's files.
fn told(harvest: &Harvest) -> Flash {
    let added = match harvest.added.as_slice() {
        [] => String::new(),
        [one] => format!("“{one}” is added. "),
        several => format!("{} files are added. ", several.len()),
    };
    let said = format!("{added}{}", harvest.refused.join(" ").replace('\n', " "));
    let short = |said: &str| match said.chars().count() > NEWS {
        true => said.chars().take(NEWS).chain(['…']).collect(),
        false => said.to_owned(),
    };
    match (added.is_empty(), harvest.refused.is_empty()) {
        (true, true) => Flash::error("Please choose at least one file."),
        (false, true) => Flash::success(short(said.trim())),
        (_, false) => Flash::error(short(said.trim())),
    }
}
