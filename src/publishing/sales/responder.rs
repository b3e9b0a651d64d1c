//! A table as an answer.

use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

/// A table that a browser saves.
#[derive(Debug)]
pub struct Csv {
    /// The table.
    pub table: String,
    /// The name that it is saved under: letters, digits, hyphens and dots alone.
    pub name: String,
}

impl<'r> Responder<'r, 'static> for Csv {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        Response::build()
            .status(Status::Ok)
            .header(Header::new("Content-Type", "text/csv; charset=utf-8; header=present"))
            .header(Header::new("Content-Disposition", format!("attachment; filename=\"{}\"", self.name)))
            .sized_body(self.table.len(), std::io::Cursor::new(self.table))
            .ok()
    }
}
