//! Covers, samples and what files say, as they are reached.

use rocket::form::Form;
use rocket::tokio::io::AsyncReadExt as _;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, post, routes};

use super::forms::{CoverForm, SampleForm, TakeForm};
use super::{Field, put};
use crate::catalog::{Book, BookFile, BookStatus, Cover, FileReport, NewBookFile, PublishError};
use crate::covers::{self, CoverError};
use crate::db::Conn;
use crate::inspection::{self, Inspection, Limits, pdf};
use crate::publishing::guards::Desk;
use crate::publishing::release::draft_edition;
use crate::publishing::{Review, ReviewStatus};
use crate::storage::{StorageKey, Store, StoreError, Stored};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash};

/// The most pages of a sample.
const MOST_PAGES: u32 = 500;
/// The largest sample that is cut, in bytes.
const LARGEST_SAMPLE: u64 = 256 << 20;

/// What is below `/publish/titles/<id>` about covers, samples and what files say.
pub fn routes() -> Vec<Route> {
    routes![take, cover, sample]
}

fn page(id: &str) -> String {
    format!("/publish/titles/{id}")
}

/// Whether an admin looks at a title that is not out yet: then it stays as it is, but for admins.
fn is_frozen(conn: &mut Conn, desk_is_admins: bool, book: &Book) -> diesel::QueryResult<bool> {
    let is_new = matches!(book.status, BookStatus::Draft | BookStatus::InReview);
    let review = Review::newest(conn, book.id)?;
    let asked = review.is_some_and(|it| matches!(it.status, ReviewStatus::Open | ReviewStatus::Approved));
    Ok(!desk_is_admins && is_new && asked)
}

const FROZEN: &str = "This title is in review. Take it back from the review to change it.";

/// Says of a title what a file of its edition in preparation says.
#[post("/titles/<id>/found", data = "<form>")]
async fn take(desk: Desk, id: String, form: Form<TakeForm<'_>>) -> web::Result<FlashRedirect> {
    let fields: Vec<Field> =
        Field::ALL.into_iter().filter(|field| form.field.contains(&field.as_str())).collect();
    if fields.is_empty() {
        return Ok(Flash::error("Please tick what is to be taken over first.").to(page(&id)));
    }
    let (who, now, title, file) = (desk.who, desk.now(), id.clone(), form.file.to_owned());
    let done = desk.till.db.write(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        if is_frozen(conn, who.is_admin, &book)? {
            return Ok(Some(Err(FROZEN)));
        }
        let file = BookFile::find_by_public_id(conn, &file)?.filter(|file| file.book_id == book.id);
        let Some(file) = file else { return Ok(None) };
        let Some(report) = FileReport::of(conn, &[file.id])?.remove(&file.id) else { return Ok(None) };
        let changed = put(conn, &book, &report.findings().metadata, &fields, now)?;
        diesel::QueryResult::Ok(Some(Ok(changed)))
    });
    Ok(match done.await?.or_not_found()? {
        Err(sentence) => Flash::error(sentence).to(page(&id)),
        Ok(changed) if changed.is_empty() => Flash::error("Nothing was changed.").to(page(&id)),
        Ok(changed) => {
            let names: Vec<&str> = changed.iter().map(|field| field.caption()).collect();
            Flash::success(format!("Taken over from the file: {}.", names.join(", "))).to(page(&id))
        }
    })
}

/// Gives a title the cover that is sent.
#[post("/titles/<id>/cover", data = "<form>")]
async fn cover(desk: Desk, id: String, form: Form<CoverForm<'_>>) -> web::Result<FlashRedirect> {
    let (who, title) = (desk.who, id.clone());
    let book = desk.till.db.read(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        let is_frozen = is_frozen(conn, who.is_admin, &book)?;
        diesel::QueryResult::Ok(Some((book, is_frozen)))
    });
    let (book, is_frozen) = book.await?.or_not_found()?;
    if is_frozen {
        return Ok(Flash::error(FROZEN).to(page(&id)));
    }
    let mut bytes = Vec::new();
    if let Some(picture) = &form.picture {
        if picture.len() > covers::LARGEST {
            return Ok(Flash::error(CoverError::TooHeavy.to_string()).to(page(&id)));
        }
        let mut picture = picture.open().await.map_err(web::Error::internal)?;
        picture.read_to_end(&mut bytes).await.map_err(web::Error::internal)?;
    }
    let (store, now) = (desk.store.clone(), desk.now());
    let made = spawn_blocking(move || covers::make(&store, &bytes)).await.map_err(web::Error::internal)?;
    Ok(match made {
        Ok(images) => {
            desk.till.db.write(move |conn| Cover::set(conn, book.id, &images, now)).await?;
            Flash::success("The cover is changed.").to(page(&id))
        }
        Err(error @ (CoverError::Store(_) | CoverError::Encode)) => return Err(web::Error::internal(error)),
        Err(error) => Flash::error(error.to_string()).to(page(&id)),
    })
}

/// Cuts a sample from the first pages of a PDF of the edition in preparation.
#[post("/titles/<id>/files/<file>/sample", data = "<form>")]
async fn sample(
    desk: Desk,
    id: String,
    file: String,
    form: Form<SampleForm<'_>>,
) -> web::Result<FlashRedirect> {
    let (who, title) = (desk.who, id.clone());
    let found = desk.till.db.read(move |conn| {
        let Some(book) = who.title(conn, &title)? else { return Ok(None) };
        let Some(draft) = draft_edition(conn, book.id)? else { return Ok(None) };
        let file = BookFile::find_by_public_id(conn, &file)?;
        let fits = |file: &BookFile| file.edition_id == draft.id && !file.is_sample && file.format == "pdf";
        let Some(file) = file.filter(fits) else { return Ok(None) };
        let pages = FileReport::of(conn, &[file.id])?.remove(&file.id).and_then(|report| report.pages);
        diesel::QueryResult::Ok(Some((book, file, pages)))
    });
    let (book, file, pages) = found.await?.or_not_found()?;
    let asked: Option<u32> = form.pages.trim().parse().ok().filter(|pages| (1..=MOST_PAGES).contains(pages));
    let Some(asked) = asked else {
        let sentence = format!("Please type how many pages the sample has: from 1 to {MOST_PAGES}.");
        return Ok(Flash::error(sentence).to(page(&id)));
    };
    if pages.is_some_and(|pages| i64::from(asked) >= pages) {
        let sentence = "A sample is a part of the book: please type fewer pages than it has.";
        return Ok(Flash::error(sentence).to(page(&id)));
    }
    let (store, whole) = (desk.store.clone(), file.clone());
    let cut = spawn_blocking(move || cut(&store, &whole, asked)).await.map_err(web::Error::internal)?;
    let (stored, report) = match cut {
        Ok(cut) => cut,
        Err(
            error @ (SampleError::Store(_) | SampleError::Key | SampleError::Cut(pdf::CutError::Disk(_))),
        ) => {
            return Err(web::Error::internal(error));
        }
        Err(error) => return Ok(Flash::error(error.to_string()).to(page(&id))),
    };
    let (name, now) = (format!("{} (sample).pdf", book.title), desk.now());
    let name = crate::file_name::of_upload(&name.replace(['/', '\\'], "_"));
    let saved = desk.till.db.write(move |conn| {
        for old in BookFile::of_edition(conn, file.edition_id)? {
            if old.is_sample && old.format == "pdf" {
                old.remove(conn)?;
            }
        }
        let new = NewBookFile {
            edition: file.edition_id,
            is_sample: true,
            file_name: &name,
            media_type: "application/pdf",
            stored: &stored,
        };
        let sample = BookFile::add(conn, &new, now)?;
        FileReport::keep(conn, sample.id, &report)?;
        Ok::<_, PublishError>(())
    });
    Ok(match saved.await {
        Ok(()) => {
            let pages = if asked == 1 { "page".to_owned() } else { format!("{asked} pages") };
            Flash::success(format!("The sample is cut: the first {pages}.")).to(page(&id))
        }
        Err(PublishError::Database(error)) => return Err(error.into()),
        Err(refusal) => Flash::error(refusal.to_string()).to(page(&id)),
    })
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
enum SampleError {
    #[error(transparent)]
    Cut(#[from] pdf::CutError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a file's storage key is none")]
    Key,
    #[error("No sample can be cut from this PDF. Please make one by hand.")]
    Unsound,
}

/// Puts the first pages of a stored PDF into the store.
fn cut(store: &Store, file: &BookFile, pages: u32) -> Result<(Stored, Inspection), SampleError> {
    let key: StorageKey = file.storage_key.parse().map_err(|_| SampleError::Key)?;
    let mut incoming = store.receive()?;
    let limits = Limits::default();
    // A negative length is none that a file has: the store will say so.
    let length = u64::try_from(file.byte_length).unwrap_or(u64::MAX);
    store.with_path(&key, length, |path| {
        pdf::first_pages(path, pages, LARGEST_SAMPLE, &limits, &mut incoming)
    })??;
    // Held to the rule of every file that comes.
    let report = inspection::inspect(incoming.path(), "sample.pdf", &limits).map_err(pdf::CutError::Disk)?;
    if !report.is_sound() {
        return Err(SampleError::Unsound);
    }
    Ok((incoming.keep("pdf")?, report))
}
