//! What the forms about mails send.

use rocket::form::FromForm;

/// Which mails are wanted.
#[derive(Debug, FromForm)]
pub struct NewsForm<'r> {
    /// `stop` or `go-on`.
    #[field(default = "")]
    pub what: &'r str,
    /// The public id of a book; empty for all.
    #[field(default = "")]
    pub book: &'r str,
}
