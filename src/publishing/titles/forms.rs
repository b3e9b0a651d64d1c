//! What the forms about titles send.

use rocket::form::FromForm;

use super::text::{PersonText, TitleText};
use crate::pricing::price_text::PriceText;

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
    /// `archive` or `publish`.
    #[field(default = "")]
    pub action: &'r str,
}
