//! What the answer's form sends.

use rocket::form::FromForm;

/// An answer to a review.
#[derive(Debug, FromForm)]
pub struct AnswerForm<'r> {
    /// `approve` or `return`.
    #[field(default = "")]
    pub verdict: &'r str,
    /// What the publisher is told.
    #[field(default = "")]
    pub words: &'r str,
}
