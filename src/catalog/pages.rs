//! The pages of the catalogue.

use askama::Template;

use super::book_page::BookDetails;
use super::home::Home;
use super::listing::{ListQuery, Listing};
use super::offer::Offer;
use super::views::{BookCard, BookView, Choice, Shelf};
use super::{BookStatus, Card, Category, markdown};
use crate::pricing::views::{BundleCard, NamedView};
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters};

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
    /// Some books for one price each.
    pub bundles: Vec<BundleCard>,
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
            bundles: home.bundles.iter().map(BundleCard::from).collect(),
            book_count: home.book_count,
            layout,
        }
    }
}

fn cards(cards: Vec<Card>) -> Vec<BookCard> {
    cards.into_iter().map(BookCard::from).collect()
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
    /// About the person, as safe HTML; may be empty.
    pub bio: String,
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
        let bio = match (&listing.contributor, query.search.is_empty()) {
            (Some(person), true) if !person.bio.trim().is_empty() => markdown::to_html(&person.bio),
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
            bio,
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
    /// Whether they can buy it for someone else, having it.
    pub can_give: bool,
    /// The field for the price, if readers name it.
    pub named: Option<NamedView>,
    /// The bundles that hold the book.
    pub bundles: Vec<BundleCard>,
    /// Other books that may please.
    pub more: Vec<Shelf>,
    /// Whether its publisher or an admin looks at it before its readers.
    pub is_preview: bool,
}

impl BookPage {
    /// The page of a book. `absolute` turns a path of this shop into an absolute address.
    #[must_use]
    pub fn new(layout: Layout, details: BookDetails, absolute: impl Fn(&str) -> String) -> Self {
        let (offer, can_give, more) = (details.offer, details.can_give, more(&details));
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
        let named = details.rule.as_ref().filter(|_| offer.sells()).map(NamedView::from);
        let bundles = details.bundles.iter().map(BundleCard::from).collect();
        Self { layout, meta, book, offer, can_give, named, bundles, more, is_preview: false }
    }

    /// The same page before it is out: nothing can be bought there, and no search engine keeps it.
    #[must_use]
    pub fn as_preview(mut self) -> Self {
        self.is_preview = true;
        self.meta.unlisted = true;
        self
    }

    /// The same page with a price that was typed and what is wrong with it.
    #[must_use]
    pub fn with_amount(mut self, typed: &str, error: String) -> Self {
        if let Some(named) = &mut self.named {
            (named.typed, named.error) = (typed.to_owned(), error);
        }
        self
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

#[cfg(test)]
mod samples;
