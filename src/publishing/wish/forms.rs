//! What the wish's form sends.

use rocket::form::FromForm;

/// The most that a wish may hold, in characters.
pub const WORDS: usize = 2000;

/// A wish.
#[derive(Debug, FromForm)]
pub struct WishForm<'r> {
    /// What they say.
    #[field(default = "")]
    pub words: &'r str,
}
