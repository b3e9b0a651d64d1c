//! What the forms about titles send.

use rocket::form::FromForm;
use rocket::http::RawStr;

use super::bulk::BulkText;
use super::list::{Filter, Sort};
use super::text::{PersonText, TitleText};
use crate::pricing::price_text::PriceText;
use crate::publishing::Who;

/// Someone on a book.
#[derive(Debug, FromForm)]
pub struct PersonForm<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "author")]
    role: &'r str,
}

/// A title's fields.
#[derive(Debug, FromForm)]
pub struct TitleForm<'r> {
    #[field(default = "")]
    title: &'r str,
    #[field(default = "")]
    subtitle: &'r str,
    #[field(default = "")]
    description: &'r str,
    #[field(default = "")]
    language: &'r str,
    categories: Vec<&'r str>,
    #[field(default = "")]
    series: &'r str,
    #[field(default = "")]
    position: &'r str,
    people: Vec<PersonForm<'r>>,
    #[field(default = "fixed")]
    kind: &'r str,
    #[field(default = "")]
    price: &'r str,
    #[field(default = "")]
    minimum: &'r str,
    #[field(default = 0)]
    revision: i64,
    /// Which button was pressed.
    #[field(default = "save")]
    then: &'r str,
}

/// Which button of the form was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Save it.
    Save,
    /// Show what the description looks like.
    Preview,
    /// One more row for a person.
    AddPerson,
    /// No longer this person, counted from 0.
    RemovePerson(usize),
}

impl TitleForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> TitleText {
        let person = |person: &PersonForm<'_>| PersonText {
            name: person.name.to_owned(),
            role: person.role.to_owned(),
        };
        TitleText {
            title: self.title.to_owned(),
            subtitle: self.subtitle.to_owned(),
            description: self.description.to_owned(),
            language: self.language.to_owned(),
            categories: self.categories.iter().map(|&slug| slug.to_owned()).collect(),
            series: self.series.to_owned(),
            position: self.position.to_owned(),
            people: self.people.iter().map(person).collect(),
            price: PriceText {
                kind: self.kind.to_owned(),
                price: self.price.to_owned(),
                minimum: self.minimum.to_owned(),
            },
            revision: self.revision,
        }
    }

    /// Which button was pressed.
    #[must_use]
    pub fn then(&self) -> Then {
        match self.then {
            "preview" => Then::Preview,
            "add-person" => Then::AddPerson,
            other => match other.strip_prefix("remove-person-").and_then(|number| number.parse().ok()) {
                Some(number) => Then::RemovePerson(number),
                None => Then::Save,
            },
        }
    }
}

/// Some titles, and what to do with them.
#[derive(Debug, FromForm)]
pub struct BulkForm<'r> {
    /// Their public ids.
    pub title: Vec<&'r str>,
    #[field(default = "")]
    action: &'r str,
    #[field(default = "")]
    category: &'r str,
    #[field(default = "")]
    price: &'r str,
    #[field(default = "")]
    back: &'r str,
}

impl BulkForm<'_> {
    /// What was chosen.
    #[must_use]
    pub fn text(&self) -> BulkText {
        BulkText {
            action: self.action.to_owned(),
            category: self.category.to_owned(),
            price: self.price.to_owned(),
        }
    }

    /// The list that the titles were ticked in.
    #[must_use]
    pub fn back(&self) -> String {
        let is_query = |byte: u8| byte.is_ascii_alphanumeric() || b"=&%._~-+".contains(&byte);
        match self.back {
            "" => "/publish".to_owned(),
            query if query.len() <= 2000 && query.bytes().all(is_query) => format!("/publish?{query}"),
            _ => "/publish".to_owned(),
        }
    }
}

/// Which titles the list shows. What makes no sense counts as not given.
#[derive(Debug, Clone, FromForm)]
pub struct ListForm<'r> {
    q: Option<&'r str>,
    status: Option<&'r str>,
    publisher: Option<&'r str>,
    category: Option<&'r str>,
    language: Option<&'r str>,
    sort: Option<&'r str>,
    page: Option<&'r str>,
}

impl ListForm<'_> {
    /// The filter; only an admin narrows the list to a publisher.
    #[must_use]
    pub fn filter(&self, who: Who) -> Filter {
        let text = |text: Option<&str>| text.unwrap_or_default().trim().chars().take(200).collect::<String>();
        Filter {
            status: self.status.and_then(|status| status.parse().ok()),
            search: text(self.q),
            publisher: if who.is_admin { text(self.publisher) } else { String::new() },
            category: text(self.category),
            language: text(self.language),
        }
    }

    /// The order.
    #[must_use]
    pub fn sort(&self) -> Sort {
        Sort::parse(self.sort.unwrap_or_default())
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(&self) -> u32 {
        self.page.and_then(|page| page.parse().ok()).unwrap_or(1)
    }
}

/// The filter as an address has it, without a state; empty for none.
#[must_use]
pub fn query(filter: &Filter, sort: Sort) -> String {
    let sort = if sort == Sort::default() { "" } else { sort.as_str() };
    let fields = [
        ("q", filter.search.as_str()),
        ("publisher", &filter.publisher),
        ("category", &filter.category),
        ("language", &filter.language),
        ("sort", sort),
    ];
    let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| format!("{name}={}&", RawStr::new(value).percent_encode())).collect()
}
