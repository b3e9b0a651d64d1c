//! What a buyer wants beside the books.

use crate::gifts::GiftWish;

/// What a buyer wants beside the books.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// That the books go to someone else.
    pub gift: Option<GiftWish>,
}

impl Wishes {
    /// A text that is another one as soon as any wish is: part of what tells one purchase from another.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.gift.as_ref().map(GiftWish::fingerprint).unwrap_or_default()
    }
}
