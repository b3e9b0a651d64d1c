//! A gift's page, as its recipient sees it, and the form with which its buyer corrects it.

use askama::Template;

use super::Gift;
use super::change::ChangeText;
use super::parcel::{Given, Parcel};
use crate::catalog::FormatRow;
use crate::permission::{Denial, Viewer};
use crate::web::{Errors, Layout, filters};

/// One book of a gift.
#[derive(Debug, Clone)]
pub struct GivenBook {
    /// Its title.
    pub title: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// Who wrote it.
    pub contributors: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// Why it can't be downloaded; empty when it can.
    pub closed: &'static str,
    /// Whether the reader has it already.
    pub is_known: bool,
    /// What can be downloaded.
    pub files: Vec<FormatRow>,
}

impl From<&Given> for GivenBook {
    fn from(given: &Given) -> Self {
        let brief = given.book.as_ref();
        Self {
            title: given.title.clone(),
            slug: brief.map(|book| book.slug.clone()).unwrap_or_default(),
            contributors: brief.map(|book| book.contributors.clone()).unwrap_or_default(),
            cover: brief.map(|book| book.cover.clone()).unwrap_or_default(),
            closed: match given.closed {
                None => "",
                Some(Denial::Revoked | Denial::Blocked) => {
                    "The shop has closed this book for you; please write to us."
                }
                Some(Denial::Refunded) => "This book is no longer part of the gift.",
                Some(_) => "It can’t be downloaded at the moment.",
            },
            is_known: given.is_known,
            files: given.files.iter().map(FormatRow::from).collect(),
        }
    }
}

/// Where a gift can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The reader can put it into their library.
    Offer,
    /// The same, once they are signed in.
    SignIn,
    /// It is in their library.
    Mine,
    /// Another account keeps it.
    Another,
    /// There is nothing to keep.
    Nothing,
}

/// `templates/gifts/gift.html`
#[derive(Debug, Template)]
#[template(path = "gifts/gift.html")]
pub struct GiftPage {
    /// The frame.
    pub layout: Layout,
    /// The public id.
    pub id: String,
    /// Who gives.
    pub giver: String,
    /// Whom it is for; empty if the giver named nobody.
    pub recipient: String,
    /// The line below the name on the plate.
    pub below: String,
    /// The giver's words; may be empty.
    pub message: String,
    /// The books.
    pub books: Vec<GivenBook>,
    /// Why none of them can be had; empty when some can.
    pub closed: &'static str,
    /// Whether the reader has some of them already.
    pub has_known: bool,
    /// Where it can be kept.
    pub keep: Keep,
}

impl GiftPage {
    /// The page of a gift for its viewer.
    #[must_use]
    pub fn new(layout: Layout, parcel: &Parcel, viewer: &Viewer) -> Self {
        let gift = &parcel.gift;
        let books: Vec<GivenBook> = parcel.books.iter().map(GivenBook::from).collect();
        let closed = match parcel.books.first().and_then(|book| book.closed) {
            Some(_) if !parcel.is_closed() => "",
            Some(Denial::Refunded) => {
                "This gift is no longer there, and its books can’t be downloaded any more."
            }
            Some(_) => "Its books can’t be downloaded at the moment. Please look again in some days.",
            None => "",
        };
        let keep = match (viewer.account, gift.claimed_by) {
            _ if parcel.is_closed() => Keep::Nothing,
            (Some(account), Some(keeper)) if account.id == keeper => Keep::Mine,
            (_, Some(_)) => Keep::Another,
            (Some(_), None) => Keep::Offer,
            (None, None) => Keep::SignIn,
        };
        Self {
            layout,
            id: gift.public_id.clone(),
            giver: gift.giver_name.clone(),
            recipient: gift.recipient_name.clone(),
            below: format!("from {}", gift.giver_name),
            message: gift.message.clone(),
            has_known: books.iter().any(|book| book.is_known && !book.files.is_empty()),
            books,
            closed,
            keep,
        }
    }
}

/// `templates/gifts/change.html`
#[derive(Debug, Template)]
#[template(path = "gifts/change.html")]
pub struct ChangePage {
    /// The frame.
    pub layout: Layout,
    /// The order's public id.
    pub order: String,
    /// The order's number.
    pub number: String,
    /// Whether the mail went out already.
    pub is_sent: bool,
    /// What was typed.
    pub text: ChangeText,
    /// The bounds of the day, as attributes.
    pub day_attrs: String,
    /// What is wrong with the form.
    pub errors: Errors,
    /// What is wrong with the whole.
    pub problem: String,
}

impl ChangePage {
    /// What the fields show at first.
    #[must_use]
    pub fn text_of(gift: &Gift) -> ChangeText {
        ChangeText {
            name: gift.recipient_name.clone(),
            email: gift.recipient_email.clone(),
            date: gift.deliver_at.format("%Y-%m-%d").to_string(),
        }
    }
}
