//! What a book's page offers to the one who looks at it.

use super::{Book, BookStatus};
use crate::accounts::Role;
use crate::money::Currency;
use crate::permission::Viewer;

/// What a book's page offers. The download itself is the gate's to allow: this only decides which button is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Bought: download.
    Owned,
    /// An admin gave it to the viewer: download.
    Given,
    /// The viewer sells it: download.
    Mine,
    /// Not out yet, and the viewer may look: download.
    Preview,
    /// Free: download.
    Free,
    /// To be bought.
    Buy,
    /// In the cart already.
    InCart,
    /// No longer for sale.
    Archived,
    /// Not to be had by this viewer, or by anyone just now.
    Unavailable,
}

/// What is known about the viewer and the book.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// Whether a purchase of the viewer is good.
    pub bought: bool,
    /// An admin's yes or no.
    pub by_admin: Option<bool>,
    /// Whether it is in the viewer's cart.
    pub in_cart: bool,
    /// Whether there is something to read.
    pub has_files: bool,
}

impl Offer {
    /// What to offer, or nothing when the viewer may not even know of the book.
    #[must_use]
    pub fn of(book: &Book, viewer: &Viewer, standing: &Standing, shop: Currency) -> Option<Self> {
        let sells_it = viewer.account.is_some_and(|account| account.id == book.publisher_id);
        let is_admin = viewer.account.is_some_and(|account| account.role == Role::Admin);
        if standing.bought && standing.by_admin != Some(false) {
            return Some(Self::Owned);
        }
        if standing.by_admin == Some(true) {
            return Some(Self::Given);
        }
        match book.status {
            BookStatus::Draft | BookStatus::InReview => (sells_it || is_admin).then_some(Self::Preview),
            _ if sells_it => Some(Self::Mine),
            BookStatus::Archived => Some(Self::Archived),
            BookStatus::Published => Some(Self::on_sale(book, standing, shop)),
        }
    }

    fn on_sale(book: &Book, standing: &Standing, shop: Currency) -> Self {
        let priced_here = book.price().is_some_and(|price| price.currency == shop);
        if !standing.has_files || standing.by_admin == Some(false) {
            Self::Unavailable
        } else if book.price_minor == 0 {
            Self::Free
        } else if !priced_here {
            Self::Unavailable
        } else if standing.in_cart {
            Self::InCart
        } else {
            Self::Buy
        }
    }

    /// Whether the files are shown as downloads.
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::Owned | Self::Given | Self::Mine | Self::Preview | Self::Free)
    }

    /// Whether the book can be bought.
    #[must_use]
    pub const fn sells(self) -> bool {
        matches!(self, Self::Buy | Self::InCart)
    }

    /// Whether a sample is worth showing: not to someone who can have the whole book.
    #[must_use]
    pub const fn whets(self) -> bool {
        !self.is_theirs() && !matches!(self, Self::Free)
    }

    /// Whether the book is in the viewer's library.
    #[must_use]
    pub const fn is_theirs(self) -> bool {
        matches!(self, Self::Owned | Self::Given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::AccountId;
    use crate::catalog::BookId;
    use crate::permission::ViewerAccount;

    fn book(status: BookStatus, price_minor: i64, currency: &str) -> Book {
        let then = chrono::DateTime::UNIX_EPOCH.naive_utc();
        Book {
            id: BookId(1),
            public_id: String::new(),
            slug: String::new(),
            title: "Emma".to_owned(),
            subtitle: String::new(),
            description: String::new(),
            language: "en".to_owned(),
            status,
            price_minor,
            currency: currency.to_owned(),
            series_id: None,
            series_position: None,
            publisher_id: AccountId(7),
            published_at: None,
            created_at: then,
            updated_at: then,
        }
    }

    fn someone(id: i64, role: Role) -> Viewer {
        Viewer {
            account: Some(ViewerAccount { id: AccountId(id), role, is_blocked: false }),
            tokens: Vec::new(),
        }
    }

    #[test]
    fn the_page_offers_what_the_gate_would_allow() {
        use BookStatus::{Archived, Draft, InReview, Published};
        let files = Standing { has_files: true, ..Standing::default() };
        let bought = Standing { bought: true, ..files };
        let revoked = Standing { by_admin: Some(false), ..bought };
        let (nobody, ann) = (Viewer::nobody(), someone(1, Role::Customer));
        let (publisher, admin) = (someone(7, Role::Publisher), someone(9, Role::Admin));
        let other = someone(8, Role::Publisher);
        for (status, price, viewer, standing, offer) in [
            (Published, 499, &nobody, files, Some(Offer::Buy)),
            (Published, 499, &nobody, Standing { in_cart: true, ..files }, Some(Offer::InCart)),
            (Published, 499, &nobody, Standing::default(), Some(Offer::Unavailable)),
            (Published, 0, &nobody, files, Some(Offer::Free)),
            (Published, 499, &ann, bought, Some(Offer::Owned)),
            (Published, 499, &ann, Standing { by_admin: Some(true), ..files }, Some(Offer::Given)),
            (Published, 499, &ann, revoked, Some(Offer::Unavailable)),
            (Published, 0, &ann, revoked, Some(Offer::Unavailable)),
            (Published, 499, &publisher, files, Some(Offer::Mine)),
            (Published, 499, &admin, files, Some(Offer::Buy)),
            (Archived, 499, &nobody, files, Some(Offer::Archived)),
            (Archived, 0, &nobody, files, Some(Offer::Archived)),
            (Archived, 499, &ann, bought, Some(Offer::Owned)),
            (Draft, 499, &nobody, files, None),
            (InReview, 0, &ann, files, None),
            (Draft, 499, &other, files, None),
            (Draft, 499, &publisher, files, Some(Offer::Preview)),
            (InReview, 499, &admin, files, Some(Offer::Preview)),
        ] {
            let book = book(status, price, "EUR");
            assert_eq!(
                Offer::of(&book, viewer, &standing, Currency::EUR),
                offer,
                "{status} {price} {viewer:?}"
            );
        }
    }

    #[test]
    fn a_book_priced_in_another_currency_is_not_for_sale() {
        let files = Standing { has_files: true, ..Standing::default() };
        for code in ["USD", "XXX"] {
            let book = book(BookStatus::Published, 499, code);
            let offer = Offer::of(&book, &Viewer::nobody(), &files, Currency::EUR);
            assert_eq!(offer, Some(Offer::Unavailable), "{code}");
        }
    }
}
