//! The pages of the catalogue.

use askama::Template;

use super::book_page::{BookDetails, Neighbour};
use super::home::Home;
use super::listing::{ListQuery, Listing};
use super::offer::Offer;
use super::{BookFile, BookStatus, Card, Category, ContributorRole, Credit, language, markdown};
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters, show};

/// What a page says of itself to search engines and to those who share its link.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// A sentence or two; may be empty.
    pub description: String,
    /// The page's one absolute address.
    pub canonical: String,
    /// The absolute address of a picture; may be empty.
    pub image: String,
    /// `website` or `book`, as OpenGraph calls it.
    pub kind: &'static str,
    /// Whether search engines should leave the page out.
    pub unlisted: bool,
}

/// A book on a shelf, as a page shows it.
#[derive(Debug, Clone)]
pub struct BookCard {
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who wrote it, on one line.
    pub contributors: String,
    /// What it costs, or `Free`.
    pub price: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// Whether the visitor has it.
    pub owned: bool,
}

impl From<Card> for BookCard {
    fn from(card: Card) -> Self {
        let price = match card.price {
            Some(price) if price.is_zero() => "Free".to_owned(),
            Some(price) => price.to_string(),
            None => String::new(),
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

/// `templates/catalog/home.html`
#[derive(Debug, Template)]
#[template(path = "catalog/home.html")]
pub struct HomePage {
    /// The frame.
    pub layout: Layout,
    /// What the page says of itself.
    pub meta: Meta,
    /// What came out last.
    pub newest: Vec<BookCard>,
    /// Free books, and some of each category.
    pub shelves: Vec<Shelf>,
    /// How many books the shop has.
    pub book_count: i64,
}

impl HomePage {
    /// The first page. `absolute` turns a path of this shop into an absolute address.
    #[must_use]
    pub fn new(layout: Layout, home: Home, absolute: impl Fn(&str) -> String) -> Self {
        let free = (!home.free.is_empty()).then(|| Shelf {
            name: "Free to take".to_owned(),
            anchor: "free".to_owned(),
            address: "/books?sort=price".to_owned(),
            books: cards(home.free),
        });
        let by_category = home.shelves.into_iter().map(|(category, books)| Shelf {
            anchor: format!("shelf-{}", category.slug),
            address: format!("/books?category={}", category.slug),
            name: category.name,
            books: cards(books),
        });
        Self {
            meta: Meta {
                description: format!(
                    "{}: ebooks to keep. Buy a book once and download it as often as you like, without copy protection.",
                    layout.shop_name
                ),
                canonical: absolute("/"),
                kind: "website",
                ..Meta::default()
            },
            shelves: by_category.chain(free).collect(),
            newest: cards(home.newest),
            book_count: home.book_count,
            layout,
        }
    }
}

fn cards(cards: Vec<Card>) -> Vec<BookCard> {
    cards.into_iter().map(BookCard::from).collect()
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

/// `templates/catalog/list.html`
#[derive(Debug, Template)]
#[template(path = "catalog/list.html")]
pub struct ListPage {
    /// The frame.
    pub layout: Layout,
    /// What the page says of itself.
    pub meta: Meta,
    /// What the books have in common.
    pub heading: String,
    /// What kind of thing that is; may be empty.
    pub eyebrow: &'static str,
    /// More about it; may be empty.
    pub text: String,
    /// The books of this page.
    pub books: Vec<BookCard>,
    /// Which page this is.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: String,
    /// What was searched for.
    pub query: String,
    /// The slug of the contributor, or empty.
    pub contributor: String,
    /// The slug of the series, or empty.
    pub series: String,
    /// The order.
    pub sort: &'static str,
    /// The orders to choose from, with what they are called.
    pub sorts: Vec<(&'static str, &'static str)>,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
}

impl ListPage {
    /// A page of the list at `address` (up to the page's number).
    #[must_use]
    pub fn new(
        layout: Layout,
        query: ListQuery,
        listing: Listing,
        address: String,
        absolute: impl Fn(&str) -> String,
    ) -> Self {
        let (eyebrow, heading) = heading(&query, &listing);
        let text = match (&listing.category, query.search.is_empty()) {
            (Some(category), true) => category.description.clone(),
            _ => String::new(),
        };
        let path = match listing.pagination.page {
            1 => address.trim_end_matches("page=").trim_end_matches(['?', '&']).to_owned(),
            page => format!("{address}{page}"),
        };
        let chosen = listing.category.as_ref().map(|category| category.id);
        let choice = |(category, count): (Category, i64)| Choice {
            current: chosen == Some(category.id),
            slug: category.slug,
            name: category.name,
            count,
        };
        Self {
            meta: Meta {
                description: if text.is_empty() {
                    format!("{heading}: ebooks without copy protection at {}.", layout.shop_name)
                } else {
                    text.clone()
                },
                canonical: absolute(&path),
                kind: "website",
                unlisted: !query.search.is_empty() || listing.pagination.total == 0,
                ..Meta::default()
            },
            layout,
            heading,
            eyebrow,
            text,
            books: cards(listing.cards),
            pager: listing.pagination,
            address,
            query: query.search,
            contributor: query.contributor,
            series: query.series,
            sort: listing.sort.as_str(),
            sorts: listing.sorts.iter().map(|sort| (sort.as_str(), sort.label())).collect(),
            categories: listing.categories.into_iter().map(choice).collect(),
        }
    }
}

/// What kind of list it is, and what its books have in common.
fn heading(query: &ListQuery, listing: &Listing) -> (&'static str, String) {
    if !query.search.is_empty() {
        return ("Search", format!("“{}”", query.search));
    }
    if let Some(series) = &listing.series {
        return ("Series", series.name.clone());
    }
    if let Some(contributor) = &listing.contributor {
        return ("Books by", contributor.name.clone());
    }
    match &listing.category {
        Some(category) => ("Category", category.name.clone()),
        None => ("", "All books".to_owned()),
    }
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

/// One file to download.
#[derive(Debug, Clone)]
pub struct FormatRow {
    /// `PDF`, `EPUB`, ….
    pub name: String,
    /// Its size, for people.
    pub size: String,
    /// Its public id.
    pub file_id: String,
}

impl From<&BookFile> for FormatRow {
    fn from(file: &BookFile) -> Self {
        Self {
            name: file.format.to_uppercase(),
            size: show::size(u64::try_from(file.byte_length).unwrap_or(0)),
            file_id: file.public_id.clone(),
        }
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

/// `templates/catalog/book.html`
#[derive(Debug, Template)]
#[template(path = "catalog/book.html")]
pub struct BookPage {
    /// The frame.
    pub layout: Layout,
    /// What the page says of itself.
    pub meta: Meta,
    /// The book.
    pub book: BookView,
    /// What the visitor can do about it.
    pub offer: Offer,
    /// Other books that may please.
    pub more: Vec<Shelf>,
}

impl BookPage {
    /// The page of a book. `absolute` turns a path of this shop into an absolute address.
    #[must_use]
    pub fn new(layout: Layout, details: BookDetails, absolute: impl Fn(&str) -> String) -> Self {
        let (offer, more) = (details.offer, more(&details));
        let book = BookView::from(details.clone());
        let about = if details.book.description.trim().is_empty() {
            details.book.subtitle.clone()
        } else {
            markdown::summary(&details.book.description, 200)
        };
        let meta = Meta {
            description: about,
            canonical: absolute(&format!("/books/{}", book.slug)),
            image: match book.cover.as_str() {
                "" => String::new(),
                cover => absolute(&format!("/covers/{cover}/960.jpg")),
            },
            kind: "book",
            unlisted: details.book.status != BookStatus::Published,
        };
        Self { layout, meta, book, offer, more }
    }
}

fn more(details: &BookDetails) -> Vec<Shelf> {
    let mut shelves = Vec::new();
    if let Some(place) = details.series.as_ref().filter(|place| !place.more.is_empty()) {
        shelves.push(Shelf {
            name: format!("More of {}", place.series.name),
            anchor: "series".to_owned(),
            address: format!("/books?series={}", place.series.slug),
            books: place.more.iter().cloned().map(BookCard::from).collect(),
        });
    }
    if let Some((author, cards)) = &details.more_by {
        shelves.push(Shelf {
            name: format!("More by {}", author.name),
            anchor: "author".to_owned(),
            address: format!("/books?contributor={}", author.slug),
            books: cards.iter().cloned().map(BookCard::from).collect(),
        });
    }
    shelves
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
