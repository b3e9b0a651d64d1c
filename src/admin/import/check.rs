//! What becomes of the rows of a table.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::table::Row;
use crate::accounts::{AccountId, Role, email_key};
use crate::catalog::words::sort_key;
use crate::catalog::{Category, ContributorRole};
use crate::db::schema::{accounts, books};
use crate::db::{Conn, Timestamp};
use crate::money::Money;
use crate::pricing::price_text::PriceText;
use crate::publishing::titles::text::{NewTitle, PersonText, TitleText};

/// How many values one query asks for.
const AT_ONCE: usize = 500;

/// What a table is checked against.
pub struct Rules {
    categories: Vec<Category>,
    sellers: HashMap<String, AccountId>,
    known: HashSet<String>,
    admin: AccountId,
    least: Money,
}

/// What would become of a row.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The line that it begins at.
    pub line: u64,
    /// The title in it.
    pub title: String,
    /// What is in the way; nothing when it can be taken in.
    pub problems: Vec<String>,
    /// What to know.
    pub notes: Vec<&'static str>,
    /// The title to be made.
    pub new: Option<NewTitle>,
}

impl Rules {
    /// What these rows need to know of the shop. `least` is the least that the gateway charges.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, rows: &[Row], admin: AccountId, least: Money) -> QueryResult<Self> {
        let keys: HashSet<String> =
            rows.iter().map(|row| email_key(row.cell("publisher"))).filter(|key| !key.is_empty()).collect();
        let titles: HashSet<String> = rows.iter().map(|row| sort_key(row.cell("title"))).collect();
        let (keys, titles): (Vec<String>, Vec<String>) =
            (keys.into_iter().collect(), titles.into_iter().collect());
        let mut sellers = HashMap::new();
        for keys in keys.chunks(AT_ONCE) {
            let found: Vec<(String, AccountId)> = accounts::table
                .filter(accounts::email_key.eq_any(keys.to_vec()))
                .filter(accounts::role.eq_any([Role::Publisher, Role::Admin]))
                .select((accounts::email_key, accounts::id))
                .load(conn)?;
            sellers.extend(found);
        }
        let mut known = HashSet::new();
        for titles in titles.chunks(AT_ONCE) {
            let found: Vec<String> = books::table
                .filter(books::sort_title.eq_any(titles.to_vec()))
                .select(books::sort_title)
                .distinct()
                .load(conn)?;
            known.extend(found);
        }
        Ok(Self { categories: Category::all(conn)?, sellers, known, admin, least })
    }

    /// What would become of each row.
    #[must_use]
    pub fn check(&self, rows: &[Row]) -> Vec<Checked> {
        rows.iter().map(|row| self.one(row)).collect()
    }

    fn one(&self, row: &Row) -> Checked {
        let mut problems = Vec::new();
        if !row.problem.is_empty() {
            problems.push(row.problem.clone());
        }
        let publisher = match row.cell("publisher") {
            "" => self.admin,
            email => self.sellers.get(&email_key(email)).copied().unwrap_or_else(|| {
                problems.push(format!("publisher: Nobody with the address {email} sells here."));
                self.admin
            }),
        };
        let text = TitleText {
            title: row.cell("title").to_owned(),
            subtitle: row.cell("subtitle").to_owned(),
            description: row.cell("description").to_owned(),
            language: row.cell("language").to_owned(),
            categories: self.categories(row, &mut problems),
            series: row.cell("series").to_owned(),
            position: row.cell("number_in_series").to_owned(),
            people: people(row.cell("contributors")),
            price: price(row.cell("price")),
            revision: 0,
        };
        let new = match text.check_with(&self.categories, publisher, self.least) {
            Ok(new) => Some(new),
            Err(errors) => {
                let column = |field: &'static str| match field {
                    "people" => "contributors",
                    "position" => "number_in_series",
                    "kind" | "minimum" => "price",
                    other => other,
                };
                problems
                    .extend(errors.iter().map(|(field, sentence)| format!("{}: {sentence}", column(field))));
                None
            }
        };
        let mut notes = Vec::new();
        if self.known.contains(&sort_key(row.cell("title"))) {
            notes.push("There is a title of this name already.");
        }
        Checked {
            line: row.line,
            title: row.cell("title").chars().take(200).collect(),
            new: new.filter(|_| problems.is_empty()),
            problems,
            notes,
        }
    }

    /// The addresses of the categories that a cell names.
    fn categories(&self, row: &Row, problems: &mut Vec<String>) -> Vec<String> {
        let mut slugs = Vec::new();
        for name in parts(row.cell("categories")) {
            let is_it =
                |category: &&Category| category.name.eq_ignore_ascii_case(name) || category.slug == name;
            match self.categories.iter().find(is_it) {
                Some(category) => slugs.push(category.slug.clone()),
                None => problems.push(format!("categories: There is no category “{name}”.")),
            }
        }
        slugs
    }
}

/// Makes all titles, or none: the caller's transaction is undone by an error.
///
/// # Errors
/// When the database fails.
pub fn create(conn: &mut Conn, checked: &[Checked], now: Timestamp) -> QueryResult<usize> {
    let mut made = 0;
    for new in checked.iter().filter_map(|row| row.new.as_ref()) {
        new.create(conn, now)?;
        made += 1;
    }
    Ok(made)
}

/// The parts of a cell that holds several things.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '|']).map(str::trim).filter(|part| !part.is_empty())
}

/// `Jane Austen; Ida Müller (illustrator)`.
fn people(cell: &str) -> Vec<PersonText> {
    let person = |part: &str| {
        let (name, role) = match part.strip_suffix(')').and_then(|part| part.rsplit_once('(')) {
            Some((name, role)) => (name.trim(), role.trim().to_lowercase()),
            None => (part, ContributorRole::Author.as_str().to_owned()),
        };
        PersonText { name: name.to_owned(), role }
    };
    parts(cell).map(person).collect()
}

fn price(cell: &str) -> PriceText {
    let is_free = cell.eq_ignore_ascii_case("free")
        || (!cell.is_empty() && cell.chars().all(|sign| matches!(sign, '0' | '.' | ',')));
    let kind = if is_free { "free" } else { "fixed" };
    PriceText { kind: kind.to_owned(), price: cell.to_owned(), ..PriceText::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_have_a_role_in_brackets() {
        let person = |name: &str, role: &str| PersonText { name: name.to_owned(), role: role.to_owned() };
        assert_eq!(
            people("Jane Austen; Ida Müller (Illustrator) | ; Li (Bo) Wei"),
            [
                person("Jane Austen", "author"),
                person("Ida Müller", "illustrator"),
                person("Li (Bo) Wei", "author")
            ]
        );
    }

    #[test]
    fn nothing_is_free_but_zero_and_free() {
        for (cell, kind) in
            [("0", "free"), ("0.00", "free"), ("Free", "free"), ("", "fixed"), ("4.99", "fixed")]
        {
            assert_eq!(price(cell).kind, kind, "{cell}");
        }
    }
}
