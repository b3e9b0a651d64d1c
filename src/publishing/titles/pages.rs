//! The pages of lists and forms of titles.

use askama::Template;

use super::list::{Choices, Filter, Row, Sort};
use super::text::{PersonText, TitleText};
use crate::catalog::{BookStatus, Category, ContributorRole, language};
use crate::pricing::price_text::PriceText;
use crate::publishing::Who;
use crate::publishing::guards::Desk;
use crate::publishing::missing::NO_LANGUAGE;
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

/// Something to choose from a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its value in the address.
    pub value: String,
    /// What it is called.
    pub text: String,
    /// Whether the list is narrowed to it.
    pub chosen: bool,
}

impl Choice {
    fn new(value: impl Into<String>, text: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, value, text: text.into() }
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
    /// Who sells; empty for a publisher's own list.
    pub publishers: Vec<Choice>,
    /// The shelves.
    pub categories: Vec<Choice>,
    /// The languages.
    pub languages: Vec<Choice>,
    /// The orders.
    pub sorts: Vec<Choice>,
    /// Whether the list is narrowed at all.
    pub is_narrowed: bool,
    /// The titles of this page.
    pub titles: Vec<TitleRow>,
    /// Which page.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: String,
    /// This page of the list, as an address has it after its question mark.
    pub here: String,
    /// The filter, as an address has it after its question mark.
    pub query: String,
}

impl TitlesPage {
    /// The page of a list; `query` is the filter without its state, as in addresses.
    #[must_use]
    #[allow(clippy::too_many_arguments, reason = "all that a list has, once")]
    pub fn new(
        layout: Layout,
        who: Who,
        filter: Filter,
        sort: Sort,
        counts: &[(BookStatus, i64)],
        rows: &[Row],
        choices: Choices,
        pager: Pagination,
        query: &str,
    ) -> Self {
        let status = filter.status.map_or("", BookStatus::as_str).to_owned();
        let narrowed = format!("{query}status={status}");
        let shelf = |category: Category| Choice::new(category.slug, category.name, &filter.category);
        let tongue = |tag: String| {
            let text = if tag == NO_LANGUAGE { "Not said yet".to_owned() } else { language::name(&tag) };
            Choice::new(tag, text, &filter.language)
        };
        let seller = |(id, name): (String, String)| Choice::new(id, name, &filter.publisher);
        Self {
            layout,
            is_admin: who.is_admin,
            states: Self::states(counts, filter.status, query),
            is_narrowed: filter.status.is_some()
                || [&filter.search, &filter.publisher, &filter.category, &filter.language]
                    .iter()
                    .any(|text| !text.is_empty()),
            publishers: choices.publishers.into_iter().map(seller).collect(),
            categories: choices.categories.into_iter().map(shelf).collect(),
            languages: choices.languages.into_iter().map(tongue).collect(),
            sorts: Sort::ALL
                .iter()
                .map(|(known, name)| Choice::new(known.as_str(), *name, sort.as_str()))
                .collect(),
            titles: rows.iter().map(TitleRow::from).collect(),
            here: format!("{narrowed}&page={}", pager.page),
            address: format!("/publish?{narrowed}&page="),
            query: narrowed,
            search: filter.search,
            status,
            pager,
        }
    }

    /// Whether the list is narrowed to titles on no shelf.
    #[must_use]
    pub fn on_no_shelf(&self) -> bool {
        self.query.contains("category=none&")
    }

    /// The choices of states, with `counts` of the titles that the filter finds; `query` is it as in addresses.
    #[must_use]
    fn states(counts: &[(BookStatus, i64)], chosen: Option<BookStatus>, query: &str) -> Vec<StateChoice> {
        let all = StateChoice {
            href: format!("/publish?{query}"),
            text: "All",
            count: counts.iter().map(|(_, count)| count).sum(),
            current: chosen.is_none(),
        };
        let one = |(status, text)| StateChoice {
            href: format!("/publish?{query}status={}", BookStatus::as_str(status)),
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

/// `templates/publishing/several.html`
#[derive(Template)]
#[template(path = "publishing/several.html")]
pub struct SeveralPage {
    /// The frame.
    pub layout: Layout,
    /// What was done, in a sentence.
    pub said: String,
    /// The titles that stay as they are: public id, title, and why.
    pub refused: Vec<(String, String, String)>,
    /// The list that they were ticked in.
    pub back: String,
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
