//! The library's page.

use askama::Template;

use super::shelf::{Owned, Shelf};
use crate::catalog::{EditionFiles, FormatRow, markdown};
use crate::permission::Denial;
use crate::web::{Layout, filters, show};

/// An edition before the newest.
#[derive(Debug, Clone)]
pub struct EarlierEdition {
    /// 1, 2, ….
    pub number: i32,
    /// Its files.
    pub files: Vec<FormatRow>,
}

impl From<&EditionFiles> for EarlierEdition {
    fn from(edition: &EditionFiles) -> Self {
        Self { number: edition.edition.number, files: edition.files.iter().map(FormatRow::from).collect() }
    }
}

/// Whether this is the edition that was the newest when the book was bought or given.
fn is_theirs(owned: &Owned, edition: &EditionFiles) -> bool {
    owned.edition == Some(edition.edition.id)
}

/// One book of the library.
#[derive(Debug, Clone)]
pub struct OwnedBook {
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub contributors: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// The newest edition's number; 0 without one.
    pub edition: i32,
    /// The day it was bought or given.
    pub bought: String,
    /// The public id of its order; empty for what was not bought by its reader.
    pub order_id: String,
    /// The public id of the gift that it came as; empty if it didn't.
    pub gift_id: String,
    /// News about it; empty for none.
    pub note: &'static str,
    /// Why it can't be downloaded; empty when it can.
    pub closed: String,
    /// The newest edition's files.
    pub files: Vec<FormatRow>,
    /// What is new in the newest edition, as safe HTML; empty for the first one and where nothing is said.
    pub notes_html: String,
    /// The edition that was bought or given, where it is not the newest any more.
    pub bought_edition: Option<EarlierEdition>,
    /// The other editions before the newest.
    pub earlier: Vec<EarlierEdition>,
}

impl From<&Owned> for OwnedBook {
    fn from(owned: &Owned) -> Self {
        let newest = owned.editions.first();
        Self {
            slug: owned.book.slug.clone(),
            title: owned.book.title.clone(),
            contributors: owned.book.contributors.clone(),
            cover: owned.book.cover.clone(),
            edition: newest.map_or(0, |newest| newest.edition.number),
            bought: show::date(owned.since),
            order_id: owned.order.clone().unwrap_or_default(),
            gift_id: owned.gift.clone().unwrap_or_default(),
            note: match (owned.is_newer, &owned.gift) {
                (false, _) => "",
                (true, None) => "New edition since you bought it.",
                (true, Some(_)) => "New edition since it was given to you.",
            },
            closed: closed(owned),
            files: newest
                .map(|newest| newest.files.iter().map(FormatRow::from).collect())
                .unwrap_or_default(),
            notes_html: newest
                .filter(|newest| newest.edition.number > 1)
                .map_or_else(String::new, |newest| markdown::to_html(&newest.edition.release_notes)),
            bought_edition: owned
                .editions
                .iter()
                .skip(1)
                .find(|edition| is_theirs(owned, edition))
                .map(EarlierEdition::from),
            earlier: owned
                .editions
                .iter()
                .skip(1)
                .filter(|edition| !is_theirs(owned, edition))
                .map(EarlierEdition::from)
                .collect(),
        }
    }
}

fn closed(owned: &Owned) -> String {
    let Some((reason, when)) = owned.closed else { return String::new() };
    match (reason, when) {
        // What became of the giver's money is not the recipient's business.
        (Denial::Refunded, _) if owned.gift.is_some() => "No longer part of the gift.".to_owned(),
        (Denial::Disputed | Denial::PaymentPending, _) if owned.gift.is_some() => {
            "It can’t be downloaded at the moment.".to_owned()
        }
        (Denial::Refunded, Some(when)) => format!("Refunded on {}.", show::date(when)),
        (Denial::Refunded, None) => "Refunded.".to_owned(),
        (Denial::PaymentPending, _) => "The payment is on its way.".to_owned(),
        (Denial::Disputed, _) => "The payment is disputed.".to_owned(),
        (Denial::Revoked | Denial::Blocked, _) => {
            "The shop has closed this book for you; please write to us.".to_owned()
        }
        _ => "It can’t be downloaded at the moment.".to_owned(),
    }
}

/// `templates/library/shelf.html`
#[derive(Debug, Template)]
#[template(path = "library/shelf.html")]
pub struct ShelfPage {
    /// The frame.
    pub layout: Layout,
    /// Whose books: a name, or a guest's address.
    pub owner: String,
    /// Whether nobody is signed in.
    pub guest: bool,
    /// The books.
    pub books: Vec<OwnedBook>,
}

impl ShelfPage {
    /// The page of a shelf.
    #[must_use]
    pub fn new(layout: Layout, shelf: &Shelf) -> Self {
        let name = layout.account.as_ref().map(|account| account.name.clone());
        let guest = name.is_none();
        let owner = name.or_else(|| shelf.guest_email.clone()).unwrap_or_default();
        Self { layout, owner, guest, books: shelf.books.iter().map(OwnedBook::from).collect() }
    }
}
