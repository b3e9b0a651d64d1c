//! What a buyer wants beside the books.

use super::asks::Answers;
use crate::gifts::GiftWish;

/// What a buyer wants beside the books.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// That the books go to someone else.
    pub gift: Option<GiftWish>,
    /// What they answered to what law has the checkout ask. The same purchase whatever it is.
    pub answers: Answers,
}

impl Wishes {
    /// A text that is another one as soon as it is another purchase: part of what tells one purchase from another.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.gift.as_ref().map(GiftWish::fingerprint).unwrap_or_default()
    }
}
