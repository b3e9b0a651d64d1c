//! The protocol's requests.

use rocket::data::ToByteUnit as _;
use rocket::fairing::AdHoc;
use rocket::{Data, Route, State, delete, head, options, patch, post, routes};

use super::checksum::{ALGORITHMS, Checksum};
use super::responder::{TusAnswer, TusError};
use super::{EXTENSIONS, VERSION, metadata};
use crate::db::Timestamp;
use crate::uploads::finish::Outcome;
use crate::uploads::guards::{MethodOverride, TusHeaders, Uploader};
use crate::uploads::receive::Progress;
use crate::uploads::rules::{self, Wish};
use crate::uploads::{Intake, NewUpload, Upload, UploadError, UploadStatus, form, keys};

type Answered = Result<TusAnswer, TusError>;

/// All that brings files to a title.
#[must_use]
pub fn stage(intake: Intake) -> AdHoc {
    AdHoc::on_ignite("uploads", |rocket| async {
        rocket
            .attach(MethodOverride)
            .manage(intake)
            .mount("/publish/uploads", routes())
            .mount("/publish/uploads", form::routes::routes())
            .mount("/publish/uploads", keys::routes::routes())
    })
}

fn routes() -> Vec<Route> {
    routes![what_is_spoken, what_is_spoken_here, create, how_far, send, terminate]
}

/// What of the protocol is spoken.
#[options("/<_>")]
fn what_is_spoken(intake: &State<Intake>) -> TusAnswer {
    TusAnswer::new(204)
        .with("Tus-Version", VERSION)
        .with("Tus-Extension", EXTENSIONS)
        .with("Tus-Max-Size", intake.rules.max_bytes().to_string())
        .with("Tus-Checksum-Algorithm", ALGORITHMS)
}

/// The same, asked of an upload.
#[options("/<_>/<_>")]
fn what_is_spoken_here(intake: &State<Intake>) -> TusAnswer {
    what_is_spoken(intake)
}

/// Begins an upload, and takes its first bytes when the request brings some.
#[post("/<title>", data = "<body>")]
async fn create(
    uploader: Uploader,
    title: &str,
    tus: TusHeaders,
    intake: &State<Intake>,
    body: Data<'_>,
) -> Answered {
    if let Some(refusal) = other_version(&tus) {
        return Ok(refusal);
    }
    let Some(length) = tus.length.as_deref().and_then(number) else {
        return Ok(TusAnswer::refusal(400, "Upload-Length must say how many bytes the file has."));
    };
    let said = |key: &str| tus.metadata.get(key).map_or("", String::as_str);
    let name = if said("filename").is_empty() { said("name") } else { said("filename") };
    if name.is_empty() {
        return Ok(TusAnswer::refusal(400, "Upload-Metadata must give the file’s name as “filename”."));
    }
    let wish = Wish::new(name, length, matches!(said("sample"), "true" | "1" | "yes" | "on"));
    let checksum = match checksum(&tus) {
        Ok(checksum) => checksum,
        Err(refusal) => return Ok(refusal),
    };
    let upload = begin(intake, uploader, title, wish).await?;
    let location = format!("/publish/uploads/{title}/{}", upload.public_id);
    let created = |progress: &Progress| {
        TusAnswer::new(201)
            .with("Location", location.clone())
            .with("Upload-Expires", http_date(progress.expires_at))
    };
    if !tus.is_bytes {
        return Ok(created(&Progress::of(&upload)));
    }
    let progress = intake.receive(&upload, 0, checksum, body.open(length.bytes())).await?;
    Ok(match &progress.outcome {
        Some(Outcome::Refused(sentences)) => TusAnswer::refusal(422, sentences),
        _ => created(&progress).with("Upload-Offset", progress.offset.to_string()),
    })
}

async fn begin(intake: &Intake, uploader: Uploader, title: &str, wish: Wish) -> Result<Upload, UploadError> {
    let title = title.to_owned();
    // Who may not know of the title learns nothing of its rules either.
    let book = intake.db.read(move |conn| uploader.title(conn, &title)).await?;
    let book = book.ok_or(UploadError::NotFound)?;
    let room = intake.off(|intake| Ok(intake.store.room()?)).await?;
    wish.check(&intake.rules, room)?;
    let now = intake.clock.now();
    let new = NewUpload {
        public_id: crate::ids::public_id(),
        book: book.id,
        account: uploader.who.id,
        file_name: wish.name,
        is_sample: wish.is_sample,
        byte_length: i64::try_from(wish.length).unwrap_or(i64::MAX),
        received: 0,
        hash_state: String::new(),
        expires_at: intake.expiry(now),
    };
    let rules = intake.rules.clone();
    intake.db.write(move |conn| rules::begin(conn, &book, &new, &rules, now)).await
}

/// The upload of an address, if it is one for this uploader and not over.
async fn find(intake: &Intake, uploader: Uploader, title: &str, id: &str) -> Result<Upload, UploadError> {
    let (title, id, now) = (title.to_owned(), id.to_owned(), intake.clock.now());
    let found = intake.db.read(move |conn| {
        let Some(book) = uploader.title(conn, &title)? else { return Ok(None) };
        Upload::find(conn, book.id, &id)
    });
    let upload = found.await?.ok_or(UploadError::NotFound)?;
    if upload.expires_at <= now { Err(UploadError::Gone) } else { Ok(upload) }
}

/// How far an upload is.
#[head("/<title>/<upload>")]
async fn how_far(
    uploader: Uploader,
    title: &str,
    upload: &str,
    tus: TusHeaders,
    intake: &State<Intake>,
) -> Answered {
    if let Some(refusal) = other_version(&tus) {
        return Ok(refusal);
    }
    let found = find(intake, uploader, title, upload).await?;
    // A request that was cut off may still be writing down its last bytes.
    intake.settle(&found).await?;
    let upload = find(intake, uploader, title, upload).await?;
    let mut said = vec![("filename", upload.file_name.as_str())];
    if upload.is_sample {
        said.push(("sample", "true"));
    }
    Ok(TusAnswer::new(200)
        .with("Upload-Offset", upload.offset().to_string())
        .with("Upload-Length", upload.length().to_string())
        .with("Upload-Metadata", metadata::write(&said))
        .with("Upload-Expires", http_date(upload.expires_at)))
}

/// Takes bytes.
#[patch("/<title>/<upload>", data = "<body>")]
async fn send(
    uploader: Uploader,
    title: &str,
    upload: &str,
    tus: TusHeaders,
    intake: &State<Intake>,
    body: Data<'_>,
) -> Answered {
    if let Some(refusal) = other_version(&tus) {
        return Ok(refusal);
    }
    if !tus.is_bytes {
        return Ok(TusAnswer::refusal(415, "Bytes come as application/offset+octet-stream."));
    }
    let Some(offset) = tus.offset.as_deref().and_then(number) else {
        return Ok(TusAnswer::refusal(400, "Upload-Offset must say where these bytes begin."));
    };
    let checksum = match checksum(&tus) {
        Ok(checksum) => checksum,
        Err(refusal) => return Ok(refusal),
    };
    let upload = find(intake, uploader, title, upload).await?;
    let left = upload.length().saturating_sub(offset);
    if tus.content_length.is_some_and(|length| length > left) {
        return Err(UploadError::Beyond { left }.into());
    }
    let progress = intake.receive(&upload, offset, checksum, body.open(left.bytes())).await?;
    Ok(match &progress.outcome {
        Some(Outcome::Refused(sentences)) => TusAnswer::refusal(422, sentences),
        _ => TusAnswer::new(204)
            .with("Upload-Offset", progress.offset.to_string())
            .with("Upload-Expires", http_date(progress.expires_at)),
    })
}

/// Ends an upload that is not wanted any more.
#[delete("/<title>/<upload>")]
async fn terminate(
    uploader: Uploader,
    title: &str,
    upload: &str,
    tus: TusHeaders,
    intake: &State<Intake>,
) -> Answered {
    if let Some(refusal) = other_version(&tus) {
        return Ok(refusal);
    }
    let upload = find(intake, uploader, title, upload).await?;
    if upload.status == UploadStatus::Done {
        // It is a file of the title by now.
        return Err(UploadError::Gone.into());
    }
    intake.settle(&upload).await?;
    intake.discard(&upload).await?;
    Ok(TusAnswer::new(204))
}

/// What a client gets that speaks another version, or does not say.
fn other_version(tus: &TusHeaders) -> Option<TusAnswer> {
    (tus.resumable.as_deref() != Some(VERSION)).then(|| {
        TusAnswer::refusal(412, format!("Tus-Resumable must be {VERSION}.")).with("Tus-Version", VERSION)
    })
}

fn checksum(tus: &TusHeaders) -> Result<Option<Checksum>, TusAnswer> {
    let Some(text) = &tus.checksum else { return Ok(None) };
    match Checksum::parse(text) {
        Some(checksum) => Ok(Some(checksum)),
        None => Err(TusAnswer::refusal(
            400,
            format!("Upload-Checksum is read as one of {ALGORITHMS} and its base64."),
        )),
    }
}

/// Digits alone: no sign, no space.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A moment as HTTP writes it (RFC 9110 §5.6.7).
fn http_date(time: Timestamp) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
