//! What the forms about codes send.

use rocket::form::FromForm;

use crate::pricing::code_text::CodeText;

/// A code's fields.
#[derive(Debug, FromForm)]
pub struct CodeForm<'r> {
    #[field(default = "")]
    code: &'r str,
    #[field(default = "")]
    kind: &'r str,
    #[field(default = "")]
    worth: &'r str,
    #[field(default = "")]
    books: &'r str,
    #[field(default = "")]
    starts: &'r str,
    #[field(default = "")]
    ends: &'r str,
    #[field(default = "")]
    limit: &'r str,
    #[field(default = "")]
    customer_limit: &'r str,
    #[field(default = "")]
    minimum: &'r str,
    #[field(default = "")]
    note: &'r str,
}

impl CodeForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> CodeText {
        CodeText {
            code: self.code.to_owned(),
            kind: self.kind.to_owned(),
            worth: self.worth.to_owned(),
            books: self.books.to_owned(),
            starts: self.starts.to_owned(),
            ends: self.ends.to_owned(),
            limit: self.limit.to_owned(),
            customer_limit: self.customer_limit.to_owned(),
            minimum: self.minimum.to_owned(),
            note: self.note.to_owned(),
        }
    }
}

/// Whether something is to be on.
#[derive(Debug, FromForm)]
pub struct SwitchForm {
    /// On, or off.
    #[field(default = false)]
    pub on: bool,
}
