//! The pages of lists and forms of titles.

use askama::Template;

use super::list::Row;
use super::text::{PersonText, TitleText};
use crate::catalog::{BookStatus, Category, ContributorRole, language};
use crate::pricing::price_text::PriceText;
use crate::publishing::guards::Desk;
use crate::publishing::pages::{price, state};
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// A state to narrow the list to.
#[derive(Debug, Clone)]
pub struct StateChoice {
    /// The list narrowed to it.
    pub href: String,
    /// Its name.
    pub text: &'static str,
    /// How many titles are there.
    pub count: i64,
    /// Whether the list is narrowed to it.
    pub current: bool,
}

/// A title in the list.
#[derive(Debug, Clone)]
pub struct TitleRow {
    /// Its public id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub by: String,
    /// Who sells it.
    pub publisher: String,
    /// Its state in a word.
    pub state: &'static str,
    /// The badge's look: `good`, `wait` or empty.
    pub look: &'static str,
    /// Its editions, in words.
    pub editions: String,
    /// When it comes out by itself; empty for never.
    pub planned: String,
    /// What it costs.
    pub price: String,
    /// When it was last changed.
    pub changed: String,
}

impl From<&Row> for TitleRow {
    fn from(row: &Row) -> Self {
        let planned = row.plan.as_ref().filter(|plan| plan.approved && plan.problem.is_empty());
        let (state, look) = state(row.book.status, row.in_review, planned.is_some());
        Self {
            id: row.book.public_id.clone(),
            title: row.book.title.clone(),
            by: row.brief.as_ref().map(|brief| brief.contributors.clone()).unwrap_or_default(),
            publisher: row.publisher.clone(),
            state,
            look,
            editions: match (row.newest, row.draft) {
                (0, 0) => "None yet".to_owned(),
                (newest, 0) => format!("Edition {newest}"),
                (0, draft) => format!("Edition {draft} in preparation"),
                (newest, draft) => format!("Edition {newest}; {draft} in preparation"),
            },
            planned: row.plan.as_ref().map_or_else(String::new, |plan| show::moment(plan.publish_at)),
            price: price(row.book.price_minor, row.book.price().map(|price| price.to_string())),
            changed: show::date(row.book.updated_at),
        }
    }
}

/// `templates/publishing/titles.html`
#[derive(Template)]
#[template(path = "publishing/titles.html")]
pub struct TitlesPage {
    /// The frame.
    pub layout: Layout,
    /// Whether every title is shown, with what admins can do.
    pub is_admin: bool,
    /// The states with how many titles are in each.
    pub states: Vec<StateChoice>,
    /// What was searched for.
    pub search: String,
    /// The state that the list is narrowed to, as in addresses.
    pub status: String,
    /// The titles of this page.
    pub titles: Vec<TitleRow>,
    /// Which page.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: String,
}

impl TitlesPage {
    /// The choices of states, with `counts` of the titles that the search finds; `query` is it as in addresses.
    #[must_use]
    pub fn states(counts: &[(BookStatus, i64)], chosen: Option<BookStatus>, query: &str) -> Vec<StateChoice> {
        let all = StateChoice {
            href: format!("/publish?q={query}"),
            text: "All",
            count: counts.iter().map(|(_, count)| count).sum(),
            current: chosen.is_none(),
        };
        let one = |(status, text)| StateChoice {
            href: format!("/publish?q={query}&status={}", BookStatus::as_str(status)),
            text,
            count: counts.iter().find(|(known, _)| *known == status).map_or(0, |(_, count)| *count),
            current: chosen == Some(status),
        };
        let named = [
            (BookStatus::Draft, "Drafts"),
            (BookStatus::InReview, "In review"),
            (BookStatus::Published, "Published"),
            (BookStatus::Archived, "Archived"),
        ];
        std::iter::once(all).chain(named.into_iter().map(one)).collect()
    }
}

/// A category to choose.
#[derive(Debug, Clone)]
pub struct ShelfChoice {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether the title stands there.
    pub chosen: bool,
}

/// What one person may have done.
pub const ROLES: &[(ContributorRole, &str)] = &[
    (ContributorRole::Author, "Author"),
    (ContributorRole::Editor, "Editor"),
    (ContributorRole::Translator, "Translator"),
    (ContributorRole::Illustrator, "Illustrator"),
];

/// `templates/publishing/title_form.html`
#[derive(Template)]
#[template(path = "publishing/title_form.html")]
pub struct TitleFormPage {
    /// The frame.
    pub layout: Layout,
    /// The title's public id; empty for a new one.
    pub id: String,
    /// What the page is called.
    pub heading: String,
    /// The fields, as typed.
    pub text: TitleText,
    /// What is wrong with them.
    pub errors: Errors,
    /// The categories to choose from.
    pub shelves: Vec<ShelfChoice>,
    /// The currency of prices.
    pub currency: &'static str,
    /// The description as safe HTML; nothing when no preview was asked for.
    pub preview: Option<String>,
    /// What somebody else has saved meanwhile: captions and what the fields are now.
    pub meanwhile: Vec<(&'static str, String)>,
    /// Whether somebody else has saved meanwhile.
    pub is_stale: bool,
}

impl TitleFormPage {
    /// The form with these fields.
    #[must_use]
    pub fn new(
        layout: Layout,
        book: Option<(&str, &str)>,
        mut text: TitleText,
        categories: &[Category],
        desk: &Desk,
    ) -> Self {
        if text.people.is_empty() {
            text.people
                .push(PersonText { name: String::new(), role: ContributorRole::Author.as_str().to_owned() });
        }
        let shelf = |category: &Category| ShelfChoice {
            slug: category.slug.clone(),
            name: category.name.clone(),
            chosen: text.categories.contains(&category.slug),
        };
        Self {
            layout,
            id: book.map_or_else(String::new, |(id, _)| id.to_owned()),
            heading: book.map_or_else(|| "New title".to_owned(), |(_, title)| title.to_owned()),
            shelves: categories.iter().map(shelf).collect(),
            text,
            errors: Errors::none(),
            currency: desk.till.currency.code(),
            preview: None,
            meanwhile: Vec::new(),
            is_stale: false,
        }
    }

    /// Languages to suggest.
    pub fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        language::all()
    }

    /// What one person may have done.
    #[must_use]
    pub const fn roles(&self) -> &'static [(ContributorRole, &'static str)] {
        ROLES
    }

    /// Fields that a new title begins with.
    #[must_use]
    pub fn blank() -> TitleText {
        TitleText {
            price: PriceText { kind: "fixed".to_owned(), ..PriceText::default() },
            ..TitleText::default()
        }
    }
}
