//! The pages about reviews.

use askama::Template;

use super::list::Entry;
use crate::catalog::{BookFile, BookStatus, FormatRow, markdown};
use crate::publishing::ReviewStatus;
use crate::publishing::missing::Point;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// A review in the list.
#[derive(Debug, Clone)]
pub struct ReviewRow {
    /// Its public id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The title's public id.
    pub book: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// What is asked for: `New title`, `Edition 2`, `Back on the shelves`.
    pub what: String,
    /// Who asks.
    pub publisher: String,
    /// Since when.
    pub asked: String,
    /// What they say.
    pub words: String,
    /// Where it is, in a word.
    pub state: &'static str,
    /// The badge's look.
    pub look: &'static str,
    /// Whether it waits for an answer.
    pub is_open: bool,
    /// What was answered.
    pub answer: String,
    /// When it was answered; empty before.
    pub answered: String,
}

impl From<&Entry> for ReviewRow {
    fn from(entry: &Entry) -> Self {
        let review = &entry.review;
        let (state, look) = match review.status {
            ReviewStatus::Open => ("Open", "wait"),
            ReviewStatus::Approved => ("Approved", "good"),
            ReviewStatus::Returned => ("Given back", "bad"),
            ReviewStatus::Withdrawn => ("Taken back", ""),
        };
        let is_new = entry.book.published_at.is_none();
        Self {
            id: review.public_id.clone(),
            title: entry.book.title.clone(),
            book: entry.book.public_id.clone(),
            slug: entry.book.slug.clone(),
            what: match &entry.edition {
                None if entry.book.status == BookStatus::Archived => "Back on the shelves".to_owned(),
                None => "Title".to_owned(),
                Some(_) if is_new => "New title".to_owned(),
                Some(edition) => format!("Edition {}", edition.number),
            },
            publisher: entry.publisher.as_ref().map_or_else(
                || "an account that is gone".to_owned(),
                |account| account.display_name().to_owned(),
            ),
            asked: show::moment(review.created_at),
            words: review.words.clone(),
            state,
            look,
            is_open: review.status == ReviewStatus::Open,
            answer: review.answer.clone(),
            answered: review.answered_at.map_or_else(String::new, show::moment),
        }
    }
}

/// `templates/admin/reviews.html`
#[derive(Debug, Template)]
#[template(path = "admin/reviews.html")]
pub struct ReviewsPage {
    /// The frame.
    pub layout: Layout,
    /// Whether those are shown that are answered.
    pub answered: bool,
    /// The reviews of this page.
    pub reviews: Vec<ReviewRow>,
    /// Which page.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: &'static str,
}

/// `templates/admin/review.html`
#[derive(Debug, Template)]
#[template(path = "admin/review.html")]
pub struct ReviewPage {
    /// The frame.
    pub layout: Layout,
    /// The review.
    pub review: ReviewRow,
    /// What the title's page says, as safe HTML.
    pub description_html: String,
    /// What is new in the edition, as safe HTML.
    pub notes_html: String,
    /// The edition's files to read.
    pub files: Vec<FormatRow>,
    /// Its samples.
    pub samples: Vec<FormatRow>,
    /// What it lacks.
    pub missing: Vec<&'static str>,
    /// What it costs.
    pub price: String,
    /// When it is to come out; empty for at once.
    pub planned: String,
    /// Whether its buyers are told.
    pub tells: bool,
    /// The answer, as typed.
    pub words: String,
    /// What is wrong with it.
    pub errors: Errors,
}

impl ReviewPage {
    /// The page of a review.
    #[must_use]
    pub fn new(
        layout: Layout,
        entry: &Entry,
        files: &[BookFile],
        missing: &[Point],
        planned: Option<crate::db::Timestamp>,
    ) -> Self {
        let rows = |samples: bool| {
            files.iter().filter(|file| file.is_sample == samples).map(FormatRow::from).collect()
        };
        Self {
            layout,
            review: ReviewRow::from(entry),
            description_html: markdown::to_html(&entry.book.description),
            notes_html: entry
                .edition
                .as_ref()
                .map_or_else(String::new, |edition| markdown::to_html(&edition.release_notes)),
            files: rows(false),
            samples: rows(true),
            missing: missing.iter().map(|point| point.sentence).collect(),
            price: entry.book.price().map_or_else(String::new, |price| price.to_string()),
            planned: planned.map_or_else(String::new, show::moment),
            tells: entry.review.tell_buyers,
            words: String::new(),
            errors: Errors::none(),
        }
    }
}
