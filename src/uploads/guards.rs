//! Who brings a file, and what the tus protocol's headers say.

use std::collections::HashMap;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Data, async_trait};

use super::tus::metadata;
use super::{Intake, UploadKey};
use crate::accounts::guards::Publisher;
use crate::catalog::{Book, BookId};
use crate::db::Conn;
use crate::ids::Token;
use crate::publishing::Who;

/// A publisher or an admin who brings files: signed in, or a program with a title's key.
#[derive(Debug, Clone, Copy)]
pub struct Uploader {
    /// Who.
    pub who: Who,
    /// The one title that a key is for.
    only: Option<BookId>,
}

impl Uploader {
    /// The title of a public id; nothing when there is none, or none for this uploader.
    ///
    /// # Errors
    /// When the database fails.
    pub fn title(&self, conn: &mut Conn, public_id: &str) -> diesel::QueryResult<Option<Book>> {
        let book = self.who.title(conn, public_id)?;
        Ok(book.filter(|book| self.only.is_none_or(|only| only == book.id)))
    }
}

#[async_trait]
impl<'r> FromRequest<'r> for Uploader {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let key = request.headers().get_one("Authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some(key) = key else {
            let account = try_outcome!(request.guard::<Publisher>().await).0;
            return Outcome::Success(Self { who: Who::from(&account), only: None });
        };
        let Some(intake) = request.rocket().state::<Intake>() else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        let Some(token) = Token::parse(key.trim()) else { return Outcome::Error((Status::Unauthorized, ())) };
        match by_key(intake, token).await {
            Ok(Some(uploader)) => Outcome::Success(uploader),
            Ok(None) => Outcome::Error((Status::Unauthorized, ())),
            Err(error) => {
                let id = crate::web::request_id::of(request);
                tracing::error!(%error, request_id = %id, "an upload's key could not be looked up");
                Outcome::Error((Status::ServiceUnavailable, ()))
            }
        }
    }
}

async fn by_key(intake: &Intake, token: Token) -> diesel::QueryResult<Option<Uploader>> {
    let now = intake.clock.now();
    let Some((key, account)) = intake.db.read(move |conn| UploadKey::find(conn, &token.hash())).await? else {
        return Ok(None);
    };
    if key.is_due_for_touch(now) {
        let id = key.id;
        intake.db.write(move |conn| UploadKey::touch(conn, id, now)).await?;
    }
    Ok(Some(Uploader { who: Who::from(&account), only: Some(key.book_id) }))
}

/// What a request of the protocol says in its headers. Nothing of it is checked yet.
#[derive(Debug, Clone, Default)]
pub struct TusHeaders {
    /// The protocol's version.
    pub resumable: Option<String>,
    /// How many bytes the file has.
    pub length: Option<String>,
    /// Where these bytes begin.
    pub offset: Option<String>,
    /// What the client says of the file.
    pub metadata: HashMap<String, String>,
    /// The checksum of these bytes.
    pub checksum: Option<String>,
    /// Whether the body is bytes of a file.
    pub is_bytes: bool,
    /// How many bytes the body has.
    pub content_length: Option<u64>,
}

#[async_trait]
impl<'r> FromRequest<'r> for TusHeaders {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let one = |name: &str| request.headers().get_one(name).map(|value| value.trim().to_owned());
        Outcome::Success(Self {
            resumable: one("Tus-Resumable"),
            length: one("Upload-Length"),
            offset: one("Upload-Offset"),
            metadata: one("Upload-Metadata").map(|text| metadata::parse(&text)).unwrap_or_default(),
            checksum: one("Upload-Checksum"),
            is_bytes: one("Content-Type").is_some_and(|kind| {
                kind.split(';').next().is_some_and(|kind| kind.trim() == "application/offset+octet-stream")
            }),
            content_length: one("Content-Length").and_then(|length| length.parse().ok()),
        })
    }
}

/// The method that a client means whose surroundings know only GET and POST (`X-HTTP-Method-Override`).
pub struct MethodOverride;

#[async_trait]
impl Fairing for MethodOverride {
    fn info(&self) -> Info {
        Info { name: "tus method override", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if request.method() != Method::Post || !request.uri().path().starts_with("/publish/uploads/") {
            return;
        }
        let meant = match request.headers().get_one("X-HTTP-Method-Override") {
            Some("PATCH") => Method::Patch,
            Some("DELETE") => Method::Delete,
            Some("HEAD") => Method::Head,
            _ => return,
        };
        request.set_method(meant);
    }
}
