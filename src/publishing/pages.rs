//! The pages of the publisher's desk: a struct for each template of `templates/publishing/`.

use askama::Template;

use super::dossier::{Dossier, Sheet};
use super::found::{self, Difference};
use super::guards::Desk;
use super::missing::Weight;
use super::review::ReviewStatus;
use super::titles::text::TitleText;
use crate::catalog::{BookFile, BookStatus, FileReport, language, markdown};
use crate::inspection::Problem;
use crate::uploads::view::UploadsView;
use crate::web::{Errors, Layout, filters, show};

/// Where a title is, in a word and a look of the badge.
#[must_use]
pub const fn state(status: BookStatus, in_review: bool, planned: bool) -> (&'static str, &'static str) {
    match status {
        BookStatus::Published if in_review => ("Published, edition in review", "wait"),
        BookStatus::Published => ("Published", "good"),
        BookStatus::Archived => ("Archived", ""),
        BookStatus::InReview if planned => ("Approved, comes out later", "wait"),
        BookStatus::InReview => ("In review", "wait"),
        BookStatus::Draft if planned => ("Draft, comes out later", "wait"),
        BookStatus::Draft => ("Draft", ""),
    }
}

/// A price for people.
#[must_use]
pub fn price(minor: i64, shown: Option<String>) -> String {
    match (minor, shown) {
        (0, _) => "Free".to_owned(),
        (_, Some(shown)) => shown,
        (_, None) => "in an unknown currency".to_owned(),
    }
}

/// A file of an edition.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its public id.
    pub id: String,
    /// `PDF`, `EPUB`, ….
    pub format: String,
    /// The name that readers save it under.
    pub name: String,
    /// Its size, for people.
    pub size: String,
    /// Whether anyone may have it.
    pub is_sample: bool,
    /// When it was added.
    pub added: String,
    /// The beginning of its SHA-256, in hex.
    pub sha256: String,
    /// How many pages it has, in words; empty where nobody counts them.
    pub pages: String,
    /// What was found in it.
    pub problems: Vec<Problem>,
    /// What it says otherwise than its title.
    pub says: Vec<Difference>,
}

impl FileRow {
    /// Whether a sample can be cut from it.
    #[must_use]
    pub fn can_be_cut(&self) -> bool {
        self.format == "PDF" && !self.is_sample && self.pages != "1 page"
    }

    /// Adds what was found in it.
    fn with(self, report: Option<&FileReport>, text: Option<&TitleText>) -> Self {
        let Some(report) = report else { return self };
        let findings = report.findings();
        Self {
            pages: match report.pages {
                None => String::new(),
                Some(1) => "1 page".to_owned(),
                Some(pages) => format!("{pages} pages"),
            },
            // What a sample says of itself was said by the book.
            says: match text {
                Some(text) if !self.is_sample => found::differences(&findings.metadata, text),
                _ => Vec::new(),
            },
            problems: findings.problems,
            ..self
        }
    }
}

impl From<&BookFile> for FileRow {
    fn from(file: &BookFile) -> Self {
        Self {
            pages: String::new(),
            problems: Vec::new(),
            says: Vec::new(),
            id: file.public_id.clone(),
            format: file.format.to_uppercase(),
            name: file.file_name.clone(),
            size: show::size(u64::try_from(file.byte_length).unwrap_or(0)),
            is_sample: file.is_sample,
            added: show::moment(file.created_at),
            sha256: file.sha256.chars().take(12).collect(),
        }
    }
}

/// An edition of a title.
#[derive(Debug, Clone)]
pub struct EditionView {
    /// 1, 2, ….
    pub number: i32,
    /// When it came out; empty before.
    pub published: String,
    /// What is new, in Markdown.
    pub notes: String,
    /// What is new, as safe HTML.
    pub notes_html: String,
    /// Its files, samples last.
    pub files: Vec<FileRow>,
    /// How many buyers were told; nothing when they are not.
    pub told: Option<i64>,
}

impl From<&Sheet> for EditionView {
    fn from(sheet: &Sheet) -> Self {
        Self::new(sheet, None)
    }
}

impl EditionView {
    /// An edition; with what its files say otherwise than `text`, where that can be taken over.
    fn new(sheet: &Sheet, text: Option<&TitleText>) -> Self {
        Self {
            number: sheet.edition.number,
            published: sheet.edition.published_at.map_or_else(String::new, show::moment),
            notes: sheet.edition.release_notes.clone(),
            notes_html: markdown::to_html(&sheet.edition.release_notes),
            files: sheet
                .files
                .iter()
                .map(|file| FileRow::from(file).with(sheet.reports.get(&file.id), text))
                .collect(),
            told: sheet.told,
        }
    }
}

/// The plan of a title.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// When, with the time zone.
    pub at: String,
    /// Whether only the time is waited for.
    pub approved: bool,
    /// Whether the buyers are told then.
    pub tell_buyers: bool,
    /// Why it did not come out; empty while all is well.
    pub problem: String,
}

/// The newest review of a title.
#[derive(Debug, Clone)]
pub struct ReviewView {
    /// Its public id.
    pub id: String,
    /// Where it is.
    pub status: ReviewStatus,
    /// Since when.
    pub asked: String,
    /// What the publisher said.
    pub words: String,
    /// What the admin said.
    pub answer: String,
    /// When it was answered; empty before.
    pub answered: String,
}

/// The publication's form, as typed.
#[derive(Debug, Clone, Default)]
pub struct ReleaseText {
    /// `now` or `later`.
    pub when: String,
    /// The moment, in UTC.
    pub at: String,
    /// Words for the admin.
    pub words: String,
    /// Whether the buyers are told.
    pub tell: bool,
}

/// `templates/publishing/title.html`
#[derive(Template)]
#[template(path = "publishing/title.html")]
pub struct TitlePage {
    /// The frame.
    pub layout: Layout,
    /// Whether an admin looks at it.
    pub is_admin: bool,
    /// Whether what they put out waits for an admin's yes.
    pub needs_review: bool,
    /// The title's public id.
    pub id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// Who wrote it.
    pub by: String,
    /// Who sells it.
    pub publisher: String,
    /// The cover's id; empty without one.
    pub cover: String,
    /// Where it is.
    pub status: BookStatus,
    /// Where it is, in a word.
    pub state: &'static str,
    /// The badge's look.
    pub look: &'static str,
    /// What it costs.
    pub price: String,
    /// The language's name.
    pub language: String,
    /// The categories' names, on one line.
    pub categories: String,
    /// The series, with the place in it.
    pub series: String,
    /// When it was first for sale; empty before.
    pub published: String,
    /// What must be there first.
    pub must: Vec<&'static str>,
    /// What readers would miss.
    pub should: Vec<&'static str>,
    /// The edition in preparation.
    pub draft: Option<EditionView>,
    /// Files on their way, and what may come.
    pub arrivals: UploadsView,
    /// The published editions, the newest first.
    pub editions: Vec<EditionView>,
    /// Whether an admin has said yes to what is in preparation.
    pub approved: bool,
    /// When it comes out by itself.
    pub plan: Option<PlanView>,
    /// The newest review.
    pub review: Option<ReviewView>,
    /// The publication's form.
    pub release: ReleaseText,
    /// What is wrong with a form of the page.
    pub errors: Errors,
    /// What time it is, in UTC.
    pub now: String,
}

impl TitlePage {
    /// The page of a title.
    #[must_use]
    pub fn new(layout: Layout, dossier: &Dossier, desk: &Desk) -> Self {
        let book = &dossier.book;
        let open = dossier.review.as_ref().is_some_and(|review| review.status == ReviewStatus::Open);
        let planned = dossier.plan.as_ref().is_some_and(|plan| plan.approved && plan.problem.is_empty());
        let (state, look) = state(book.status, open, planned);
        let points = |weight: Weight| {
            let fits = dossier.missing.iter().filter(|point| point.weight == weight);
            fits.map(|point| point.sentence).collect()
        };
        let authors: Vec<&str> = dossier.credits.iter().map(|credit| credit.name.as_str()).collect();
        let shelves: Vec<&str> = dossier.categories.iter().map(|category| category.name.as_str()).collect();
        let series = dossier.series.as_ref().map(|series| match book.series_position {
            Some(position) => format!("{}, no. {position}", series.name),
            None => series.name.clone(),
        });
        Self {
            is_admin: desk.who.is_admin,
            needs_review: desk.needs_review(),
            id: book.public_id.clone(),
            slug: book.slug.clone(),
            title: book.title.clone(),
            by: authors.join(", "),
            publisher: dossier.publisher.clone(),
            cover: dossier.cover.clone().unwrap_or_default(),
            status: book.status,
            state,
            look,
            price: price(book.price_minor, book.price().map(|price| price.to_string())),
            language: match book.language.as_str() {
                super::missing::NO_LANGUAGE | "" => "not said yet".to_owned(),
                tag => language::name(tag),
            },
            categories: shelves.join(", "),
            series: series.unwrap_or_default(),
            published: book.published_at.map_or_else(String::new, show::date),
            must: points(Weight::Must),
            should: points(Weight::Should),
            draft: dossier.draft.as_ref().map(|draft| EditionView::new(draft, Some(&dossier.text))),
            arrivals: UploadsView::new(&dossier.uploads, &dossier.keys, &desk.taken),
            editions: dossier.published.iter().map(EditionView::from).collect(),
            approved: dossier.is_approved,
            plan: dossier.plan.as_ref().map(|plan| PlanView {
                at: show::moment(plan.publish_at),
                approved: plan.approved,
                tell_buyers: plan.tell_buyers,
                problem: plan.problem.clone(),
            }),
            review: dossier.review.as_ref().map(|review| ReviewView {
                id: review.public_id.clone(),
                status: review.status,
                asked: show::moment(review.created_at),
                words: review.words.clone(),
                answer: review.answer.clone(),
                answered: review.answered_at.map_or_else(String::new, show::moment),
            }),
            release: ReleaseText { when: "now".to_owned(), tell: true, ..ReleaseText::default() },
            errors: Errors::none(),
            now: show::moment(desk.now()),
            layout,
        }
    }

    /// Whether an admin is asked about it.
    #[must_use]
    pub fn in_review(&self) -> bool {
        self.review.as_ref().is_some_and(|review| review.status == ReviewStatus::Open)
    }

    /// Whether an admin has said yes, and it waits for its time.
    #[must_use]
    pub const fn is_approved(&self) -> bool {
        self.approved
    }

    /// Whether its files can be changed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.in_review() && !self.is_approved()
    }

    /// Whether it has never been for sale.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self.status, BookStatus::Draft | BookStatus::InReview)
    }

    /// Whether an admin gave it back, and it waits to be sent again.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        let given_back = self.review.as_ref().is_some_and(|review| review.status == ReviewStatus::Returned);
        given_back && self.has_news()
    }

    /// Whether the form to put it out is shown.
    #[must_use]
    pub fn can_put_out(&self) -> bool {
        self.must.is_empty() && self.has_news() && !self.in_review()
    }

    /// Whether what is put out goes to an admin first.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.needs_review && !self.is_approved()
    }

    /// Whether it is for sale.
    #[must_use]
    pub fn is_for_sale(&self) -> bool {
        self.status == BookStatus::Published
    }

    /// Whether it is off the shelves.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.status == BookStatus::Archived
    }

    /// Whether there is something that could come out.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.draft.is_some() || self.is_new()
    }
}
