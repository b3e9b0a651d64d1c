//! How the visitor to the pay page lets the payment end.

use rocket::form::{FromForm, FromFormField};

use super::Outcome;

/// The four buttons of the pay page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromFormField)]
pub enum Choice {
    /// Pay.
    Pay,
    /// Pay by a method that settles later.
    Later,
    /// Have the payment refused.
    Decline,
    /// Go back without paying.
    Abandon,
}

impl Choice {
    /// How the payment ends, if it does.
    #[must_use]
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Pay => Some(Outcome::Pay),
            Self::Later => Some(Outcome::Later),
            Self::Decline => Some(Outcome::Decline),
            Self::Abandon => None,
        }
    }
}

/// The pay page's form.
#[derive(Debug, FromForm)]
pub struct PayForm {
    /// Which button.
    pub outcome: Choice,
}
