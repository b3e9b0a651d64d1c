//! The pages about access.

use askama::Template;

use super::person::Person;
use super::question::{Answer, FileAnswer};
use crate::accounts::Account;
use crate::admin::words;
use crate::catalog::Book;
use crate::orders::Order;
use crate::permission::overrides::Override;
use crate::permission::{Considered, Explanation, Step};
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// An admin's yes or no in a list.
#[derive(Debug, Clone)]
pub struct OverrideRow {
    /// The account's public id.
    pub account: String,
    /// Its name, or its address without one.
    pub name: String,
    /// Its address.
    pub email: String,
    /// The book's public id.
    pub book: String,
    /// Its title.
    pub title: String,
    /// Yes or no.
    pub allowed: bool,
    /// Why.
    pub reason: String,
    /// Who said it; empty when that account is gone.
    pub author: String,
    /// Since when.
    pub since: String,
}

impl From<&Override> for OverrideRow {
    fn from(said: &Override) -> Self {
        Self {
            account: said.account.clone(),
            name: if said.name.is_empty() { said.email.clone() } else { said.name.clone() },
            email: said.email.clone(),
            book: said.book.clone(),
            title: said.title.clone(),
            allowed: said.allowed,
            reason: said.reason.clone(),
            author: String::new(),
            since: show::date(said.created_at),
        }
    }
}

impl OverrideRow {
    /// The rows of a page, each with who said it.
    #[must_use]
    pub fn all(found: &[Override], authors: &[Account]) -> Vec<Self> {
        let row = |said: &Override| Self {
            author: authors
                .iter()
                .find(|author| Some(author.id) == said.author)
                .map(|author| author.display_name().to_owned())
                .unwrap_or_default(),
            ..Self::from(said)
        };
        found.iter().map(row).collect()
    }
}

/// One question of the gate.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// The question.
    pub question: &'static str,
    /// What it came to.
    pub answer: String,
    /// `good` for a yes that decided, `bad` for a no, or empty.
    pub look: &'static str,
}

impl From<&Step> for StepRow {
    fn from(step: &Step) -> Self {
        let (answer, look) = match step.answer {
            None => ("No; the next question.".to_owned(), ""),
            Some(Ok(reason)) => (format!("Yes: {}", words::reason(reason)), "good"),
            Some(Err(denial)) => (format!("May not read: {}", words::denial(denial)), "bad"),
        };
        Self { question: words::rule(step.rule), answer, look }
    }
}

/// An order that holds the book.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// The public id.
    pub id: String,
    /// The number.
    pub number: String,
    /// When it was placed.
    pub placed: String,
    /// Where it is.
    pub status: &'static str,
    /// The class of its badge.
    pub look: &'static str,
    /// Whether it gives the right to read.
    pub counts: bool,
    /// Why, or why not.
    pub why: String,
}

impl OrderLine {
    fn new(order: &Order, counts: bool, why: String) -> Self {
        let (status, look) = words::status(order.status);
        Self {
            id: order.public_id.clone(),
            number: order.number.clone(),
            placed: show::date(order.created_at),
            status,
            look,
            counts,
            why,
        }
    }

    fn considered(order: &Order, purchase: &Considered) -> Self {
        let how = if purchase.by_gift { "Given to them. " } else { "" };
        let why = match (purchase.counts, purchase.obstacle) {
            (true, _) => "It counts: settled, not refunded, not disputed.",
            (false, Some(denial)) => words::denial(denial),
            (false, None) => "It came to nothing: no money was paid.",
        };
        Self::new(order, purchase.counts, format!("{how}{why}"))
    }

    fn left_out(order: &Order, person: &Person) -> Self {
        let account = person.account.as_ref().map(|account| account.id);
        let why = match order.account_id {
            None => "No link to it works any more, and it is in no account.",
            id if id == account => "It is in their account, and not theirs to read.",
            Some(_) => "It is in another account.",
        };
        Self::new(order, false, why.to_owned())
    }
}

/// One file.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// The number of its edition.
    pub edition: i32,
    /// Its name.
    pub name: String,
    /// Whether it is a sample.
    pub is_sample: bool,
    /// Whether it may be had.
    pub can: bool,
    /// Why, or why not.
    pub why: String,
}

impl From<&FileAnswer> for FileLine {
    fn from(answer: &FileAnswer) -> Self {
        let Explanation { file, answer: said, .. } = &answer.explanation;
        Self {
            edition: answer.edition,
            name: file.file_name.clone(),
            is_sample: file.is_sample,
            can: said.is_ok(),
            why: words::verdict(*said).to_owned(),
        }
    }
}

/// The gate's answer to one person.
#[derive(Debug, Clone)]
pub struct AnswerView {
    /// Who, by name or address.
    pub name: String,
    /// The address.
    pub email: String,
    /// The account's public id; empty for someone without one.
    pub account: String,
    /// `the buyer`, `the recipient of the gift`, or empty.
    pub part: &'static str,
    /// Whether they may read the newest edition that is out.
    pub can: bool,
    /// Why, or why not.
    pub why: String,
    /// The questions, up to the one that decided.
    pub steps: Vec<StepRow>,
    /// The orders that the gate considered.
    pub orders: Vec<OrderLine>,
    /// Those that it did not.
    pub left_out: Vec<OrderLine>,
    /// File by file.
    pub files: Vec<FileLine>,
    /// The way to say yes or no, up to which: empty for someone without an account and address.
    pub word: String,
}

impl AnswerView {
    /// The answer about `book`.
    #[must_use]
    pub fn new(answer: &Answer, book: &Book) -> Self {
        let person = &answer.person;
        let main = answer.main();
        let orders = main.map(|main| {
            main.purchases
                .iter()
                .filter_map(|purchase| {
                    answer.orders.get(&purchase.order).map(|order| OrderLine::considered(order, purchase))
                })
                .collect()
        });
        Self {
            name: person
                .account
                .as_ref()
                .map_or_else(|| person.email.clone(), |account| account.display_name().to_owned()),
            email: person.email.clone(),
            account: person.account.as_ref().map(|account| account.public_id.clone()).unwrap_or_default(),
            part: person.part,
            can: main.is_some_and(|main| main.answer.is_ok()),
            why: main.map_or("The book has no file yet.", |main| words::verdict(main.answer)).to_owned(),
            steps: main.map(|main| main.steps.iter().map(StepRow::from).collect()).unwrap_or_default(),
            orders: orders.unwrap_or_default(),
            left_out: answer.left_out.iter().map(|order| OrderLine::left_out(order, person)).collect(),
            files: answer.files.iter().map(FileLine::from).collect(),
            word: format!(
                "/admin/access/new?person={}&book={}&verdict=",
                words::encoded(&person.email),
                words::encoded(&book.slug)
            ),
        }
    }
}

/// A book that may be meant.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The title.
    pub title: String,
    /// The question about it.
    pub href: String,
}

/// `templates/admin/access.html`
#[derive(Debug, Template)]
#[template(path = "admin/access.html")]
pub struct AccessPage {
    /// The frame.
    pub layout: Layout,
    /// The person, as typed.
    pub person: String,
    /// The book, as typed.
    pub book: String,
    /// Its title, once it is clear which.
    pub title: String,
    /// What is wrong with the question.
    pub problem: String,
    /// The books that may be meant.
    pub offers: Vec<Offer>,
    /// The gate's answers.
    pub answers: Vec<AnswerView>,
    /// What the list was searched for.
    pub search: String,
    /// What admins said, the newest first.
    pub overrides: Vec<OverrideRow>,
    /// The way to the others.
    pub pager: Pagination,
    /// The address of a page of this list, up to its number.
    pub address: String,
}

/// `templates/admin/access_word.html`
#[derive(Debug, Template)]
#[template(path = "admin/access_word.html")]
pub struct WordPage {
    /// The frame.
    pub layout: Layout,
    /// The person, as typed.
    pub person: String,
    /// The book, as typed.
    pub book: String,
    /// `give`, `close` or nothing yet.
    pub verdict: String,
    /// Why, as typed.
    pub reason: String,
    /// What the person reads, as typed.
    pub words: String,
    /// What is wrong.
    pub errors: Errors,
}
