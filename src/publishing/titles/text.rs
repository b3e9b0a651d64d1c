//! A title's fields as they are typed, what is wrong with them, and saving them.

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::{Book, Category, ContributorRole, Credit, NewBook, Series};
use crate::db::schema::books;
use crate::db::{Conn, Timestamp};
use crate::money::Money;
use crate::pricing::price_text::{NewPrice, PriceText};
use crate::publishing::missing::NO_LANGUAGE;
use crate::web::Errors;

/// The most contributors that a form takes.
const PEOPLE: usize = 40;

/// Someone on a book, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonText {
    /// Their name.
    pub name: String,
    /// What they did: a role's spelling.
    pub role: String,
}

/// The fields of a title's form, as typed.
#[derive(Debug, Clone, Default)]
pub struct TitleText {
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: String,
    /// What the book's page says of it, in Markdown.
    pub description: String,
    /// BCP 47 tag; empty while nobody has said it.
    pub language: String,
    /// The categories, by their names in addresses.
    pub categories: Vec<String>,
    /// The name of the series.
    pub series: String,
    /// The place in it.
    pub position: String,
    /// Who made it.
    pub people: Vec<PersonText>,
    /// What it costs.
    pub price: PriceText,
    /// The revision that the form was filled from; 0 for a new title.
    pub revision: i64,
}

/// A title to be saved.
#[derive(Debug, Clone)]
pub struct NewTitle {
    /// What is said of it.
    pub new: NewBook,
    /// What it costs.
    pub price: NewPrice,
}

/// What came of saving.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Done,
    /// Somebody else has saved it since the form was filled: these are the fields now.
    Meanwhile(Box<TitleText>),
}

impl TitleText {
    /// The fields of a title.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, book: &Book) -> QueryResult<Self> {
        let series = match book.series_id {
            Some(series) => Series::find(conn, series)?.map(|series| series.name).unwrap_or_default(),
            None => String::new(),
        };
        let people = Credit::of_books(conn, &[book.id])?
            .into_iter()
            .map(|credit| PersonText { name: credit.name, role: credit.role.as_str().to_owned() });
        Ok(Self {
            title: book.title.clone(),
            subtitle: book.subtitle.clone(),
            description: book.description.clone(),
            language: if book.language == NO_LANGUAGE { String::new() } else { book.language.clone() },
            categories: Category::of_book(conn, book.id)?.into_iter().map(|category| category.slug).collect(),
            series,
            position: book.series_position.map(|position| position.to_string()).unwrap_or_default(),
            people: people.collect(),
            price: PriceText::of(conn, book)?,
            revision: books::table.find(book.id).select(books::revision).first(conn)?,
        })
    }

    /// The title that the fields say; `least` is the least that the gateway charges, in the shop's currency.
    ///
    /// # Errors
    /// The database's; inside, a sentence for each field that can't be used.
    pub fn check(
        &self,
        conn: &mut Conn,
        publisher: AccountId,
        least: Money,
    ) -> QueryResult<Result<NewTitle, Errors>> {
        Ok(self.check_with(&Category::all(conn)?, publisher, least))
    }

    /// The same, where the shop's categories are known.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn check_with(
        &self,
        all: &[Category],
        publisher: AccountId,
        least: Money,
    ) -> Result<NewTitle, Errors> {
        let mut errors = Errors::none();
        let title = one_line(&self.title);
        if title.is_empty() {
            errors.add("title", "Please type the title.");
        }
        limit(&mut errors, "title", &title, 300);
        let subtitle = one_line(&self.subtitle);
        limit(&mut errors, "subtitle", &subtitle, 300);
        let description = self.description.replace("\r\n", "\n").trim().to_owned();
        limit(&mut errors, "description", &description, 20_000);
        let language = match self.language.trim() {
            "" => NO_LANGUAGE.to_owned(),
            tag if is_language(tag) => tag.to_owned(),
            _ => {
                errors.add("language", "Please type a language tag such as en, de or pt-BR.");
                String::new()
            }
        };
        let categories = self
            .categories
            .iter()
            .filter_map(|slug| {
                let found = all.iter().find(|category| category.slug == *slug).map(|category| category.id);
                if found.is_none() {
                    errors.add("categories", "One of these categories is gone; please choose again.");
                }
                found
            })
            .collect();
        let series = self.series(&mut errors);
        let contributors = self.contributors(&mut errors);
        let price = match self.price.check(least) {
            Ok(price) => Some(price),
            Err(wrong) => {
                for field in ["kind", "price", "minimum"] {
                    match wrong.of(field) {
                        "" => {}
                        sentence => errors.add(field, sentence),
                    }
                }
                None
            }
        };
        let Some(price) = price.filter(|_| errors.is_empty()) else { return Err(errors) };
        let new = NewBook {
            title,
            subtitle,
            description,
            language,
            price: price.price,
            publisher,
            series,
            contributors,
            categories,
        };
        Ok(NewTitle { new, price })
    }

    fn series(&self, errors: &mut Errors) -> Option<(String, Option<i32>)> {
        let name = one_line(&self.series);
        limit(errors, "series", &name, 200);
        let position = match self.position.trim() {
            "" => None,
            typed => match typed.parse::<i32>() {
                Ok(number) if (0..=100_000).contains(&number) => Some(number),
                _ => {
                    errors.add("position", "Please type a whole number such as 1, 2 or 3.");
                    None
                }
            },
        };
        if name.is_empty() && position.is_some() {
            errors.add("series", "Please name the series, or leave its number empty.");
        }
        (!name.is_empty()).then_some((name, position))
    }

    fn contributors(&self, errors: &mut Errors) -> Vec<(String, ContributorRole)> {
        let mut contributors: Vec<(String, ContributorRole)> = Vec::new();
        if self.people.len() > PEOPLE {
            errors.add("people", format!("A book can name at most {PEOPLE} people."));
        }
        for person in &self.people {
            let name = one_line(&person.name);
            if name.is_empty() {
                continue;
            }
            limit(errors, "people", &name, 200);
            match person.role.parse::<ContributorRole>() {
                Ok(role) if contributors.contains(&(name.clone(), role)) => {
                    errors.add("people", format!("{name} is named twice for the same work."));
                }
                Ok(role) => contributors.push((name, role)),
                Err(_) => errors.add("people", format!("Please choose what {name} did.")),
            }
        }
        contributors
    }

    /// The fields that differ from `now`, by their captions, with what they are now.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<(&'static str, String)> {
        let people = |text: &Self| {
            let named = text.people.iter().filter(|person| !person.name.trim().is_empty());
            named
                .map(|person| format!("{} ({})", person.name.trim(), person.role))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let price = |text: &Self| match text.price.kind.as_str() {
            "free" => "free".to_owned(),
            "named" => format!("readers name it; {} suggested", text.price.price),
            _ => text.price.price.clone(),
        };
        let shelves = |text: &Self| {
            let mut shelves = text.categories.clone();
            shelves.sort();
            shelves.join(", ")
        };
        let lines = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        let fields = [
            ("Title", self.title.clone(), now.title.clone()),
            ("Subtitle", self.subtitle.clone(), now.subtitle.clone()),
            ("Description", lines(&self.description), lines(&now.description)),
            ("Language", self.language.clone(), now.language.clone()),
            ("Categories", shelves(self), shelves(now)),
            ("Series", self.series.clone(), now.series.clone()),
            ("Number in the series", self.position.clone(), now.position.clone()),
            ("People", people(self), people(now)),
            ("Price", price(self), price(now)),
        ];
        let differs = |(name, mine, theirs): (&'static str, String, String)| {
            (mine.trim() != theirs.trim()).then_some((name, theirs))
        };
        fields.into_iter().filter_map(differs).collect()
    }
}

impl NewTitle {
    /// Makes a draft with a first edition to put files into.
    ///
    /// # Errors
    /// When the database fails.
    pub fn create(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<Book> {
        let book = Book::create(conn, &self.new, now)?;
        self.price.save(conn, book.id, now)?;
        crate::publishing::editions::begin(conn, &book, now)?;
        Ok(book)
    }

    /// Saves a title, unless somebody else has saved it since `revision`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save(&self, conn: &mut Conn, book: &Book, revision: i64, now: Timestamp) -> QueryResult<Saved> {
        let mine = books::table.find(book.id).filter(books::revision.eq(revision));
        let taken = diesel::update(mine).set(books::revision.eq(books::revision + 1)).execute(conn)?;
        if taken == 0 {
            return TitleText::of(conn, book).map(|text| Saved::Meanwhile(Box::new(text)));
        }
        Book::describe(conn, book.id, &self.new, now)?;
        self.price.save(conn, book.id, now)?;
        Ok(Saved::Done)
    }
}

fn one_line(text: &str) -> String {
    text.split(|sign: char| sign.is_whitespace() || sign.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn limit(errors: &mut Errors, field: &'static str, text: &str, most: usize) {
    if text.chars().count() > most {
        errors.add(field, format!("Please shorten this to {most} characters."));
    }
}

/// The shape of a BCP 47 tag: a language of two or three letters, then subtags (RFC 5646 §2.1).
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let fits = |part: &str, sizes: std::ops::RangeInclusive<usize>| {
        sizes.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    tag.len() <= 35
        && fits(first, 2..=3)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| fits(part, 1..=8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_tag() {
        for tag in ["en", "pt-BR", "zh-Hant-TW", "de-1996", "gsw"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "e", "english", "en_GB", "en-", "1n", "en-toolongsubtag", "en-é"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn what_somebody_else_changed_is_told_field_by_field() {
        let mine =
            TitleText { title: "Emma".to_owned(), series: "Novels".to_owned(), ..TitleText::default() };
        let theirs =
            TitleText { title: " Emma ".to_owned(), subtitle: "A novel".to_owned(), ..TitleText::default() };
        let expected = [("Subtitle", "A novel".to_owned()), ("Series", String::new())];
        assert_eq!(mine.differences(&theirs), expected);
    }
}
