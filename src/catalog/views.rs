//! What the catalogue's pages show, written for readers: prices, sizes and dates as text, Markdown as safe HTML.

use super::book_page::{BookDetails, Neighbour};
use super::offer::Offer;
use super::{BookStatus, Card, ContributorRole, Credit, FormatRow, language, markdown};
use crate::web::show;

/// A book on a shelf, as a page shows it.
#[derive(Debug, Clone)]
pub struct BookCard {
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who wrote it, on one line.
    pub contributors: String,
    /// What it costs: `€4.99`, `Free`, `From €2.00`, `Name your price`.
    pub price: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// Whether the visitor has it.
    pub owned: bool,
}

impl From<Card> for BookCard {
    fn from(card: Card) -> Self {
        let price = match (card.named, card.price) {
            (Some(least), _) if least.is_zero() => "Name your price".to_owned(),
            (Some(least), _) => format!("From {least}"),
            (None, Some(price)) if price.is_zero() => "Free".to_owned(),
            (None, Some(price)) => price.to_string(),
            (None, None) => String::new(),
        };
        Self {
            slug: card.book.slug,
            title: card.book.title,
            contributors: card.book.contributors,
            price,
            cover: card.book.cover,
            owned: card.owned,
        }
    }
}

/// Some books of one kind, with the way to all of them.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// What they have in common.
    pub name: String,
    /// A name for the page's own links.
    pub anchor: String,
    /// Where all of them are.
    pub address: String,
    /// The books.
    pub books: Vec<BookCard>,
}

/// A category to narrow a list to.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How many of the list's books stand there.
    pub count: i64,
    /// Whether the list is narrowed to it.
    pub current: bool,
}

/// Someone on a book.
#[derive(Debug, Clone)]
pub struct CreditView {
    /// Their name.
    pub name: String,
    /// Their name in addresses.
    pub slug: String,
    /// `translated by`, …; empty for the author.
    pub role: &'static str,
}

impl From<Credit> for CreditView {
    fn from(credit: Credit) -> Self {
        let role = match credit.role {
            ContributorRole::Author => "",
            ContributorRole::Editor => "edited by",
            ContributorRole::Translator => "translated by",
            ContributorRole::Illustrator => "illustrated by",
        };
        Self { name: credit.name, slug: credit.slug, role }
    }
}

/// The series of a book.
#[derive(Debug, Clone)]
pub struct SeriesLink {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// The book's place; empty without one.
    pub number: String,
    /// The book before.
    pub before: Option<Neighbour>,
    /// The book after.
    pub after: Option<Neighbour>,
}

/// A link to a shelf.
#[derive(Debug, Clone)]
pub struct CategoryLink {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
}

/// A book, as its page shows it.
#[derive(Debug, Clone)]
pub struct BookView {
    /// The public id.
    pub id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The subtitle; may be empty.
    pub subtitle: String,
    /// The cover's id; empty without one.
    pub cover: String,
    /// Who made it.
    pub contributors: Vec<CreditView>,
    /// Its series.
    pub series: Option<SeriesLink>,
    /// Its shelves.
    pub categories: Vec<CategoryLink>,
    /// The language's name.
    pub language: String,
    /// The language's BCP 47 tag.
    pub language_tag: String,
    /// When it came out; empty before.
    pub published: String,
    /// The number of the edition; 0 without one.
    pub edition: i32,
    /// What is new in it, as safe HTML; may be empty.
    pub release_notes_html: String,
    /// Who sells it; may be empty.
    pub publisher: String,
    /// What it is about, as safe HTML.
    pub description_html: String,
    /// What it costs; empty when its currency is unknown.
    pub price: String,
    /// `Draft`, `In review` or empty.
    pub badge: &'static str,
    /// What is to be read.
    pub formats: Vec<FormatRow>,
    /// What anyone may read.
    pub samples: Vec<FormatRow>,
}

impl From<BookDetails> for BookView {
    fn from(details: BookDetails) -> Self {
        let book = details.book;
        let rows = |samples: bool| {
            details.files.iter().filter(|file| file.is_sample == samples).map(FormatRow::from).collect()
        };
        let notes = details
            .edition
            .as_ref()
            .filter(|edition| edition.number > 1)
            .map(|edition| &edition.release_notes);
        // The gate lets nobody have the sample of a book that is not for sale.
        let has_samples = book.status == BookStatus::Published || details.offer == Offer::Preview;
        Self {
            formats: rows(false),
            samples: if has_samples { rows(true) } else { Vec::new() },
            price: book.price().map_or_else(String::new, |price| price.to_string()),
            published: book.published_at.map_or_else(String::new, show::date),
            release_notes_html: notes.map_or_else(String::new, |notes| markdown::to_html(notes)),
            edition: details.edition.as_ref().map_or(0, |edition| edition.number),
            series: details.series.map(|place| SeriesLink {
                name: place.series.name,
                slug: place.series.slug,
                number: book.series_position.map_or_else(String::new, |position| position.to_string()),
                before: place.before,
                after: place.after,
            }),
            categories: details
                .categories
                .into_iter()
                .map(|category| CategoryLink { name: category.name, slug: category.slug })
                .collect(),
            contributors: details.credits.into_iter().map(CreditView::from).collect(),
            description_html: markdown::to_html(&book.description),
            language: language::name(&book.language),
            language_tag: book.language,
            publisher: details.publisher,
            cover: details.cover.unwrap_or_default(),
            badge: match book.status {
                BookStatus::Draft => "Draft",
                BookStatus::InReview => "In review",
                BookStatus::Published | BookStatus::Archived => "",
            },
            id: book.public_id,
            slug: book.slug,
            title: book.title,
            subtitle: book.subtitle,
        }
    }
}
