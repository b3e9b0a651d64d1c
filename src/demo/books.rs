//! The demo's books: what their sources say, and the files made from them.

use chrono::NaiveDate;
use serde::Deserialize;

use super::text::{Chapter, chapters};
use super::{DemoError, covers, epub, pdf};

/// A shelf of the demo shop.
#[derive(Debug, Clone, Copy)]
pub struct DemoCategory {
    /// Its name in addresses.
    pub slug: &'static str,
    /// Its name on pages.
    pub name: &'static str,
    /// A sentence about it.
    pub description: &'static str,
}

/// A series of the demo shop.
#[derive(Debug, Clone, Copy)]
pub struct DemoSeries {
    /// Its name in addresses.
    pub slug: &'static str,
    /// Its name on pages.
    pub name: &'static str,
}

/// The shelves, in the order in which the shop shows them.
pub const CATEGORIES: [DemoCategory; 4] = [
    DemoCategory {
        slug: "fiction",
        name: "Fiction",
        description: "Stories that are somewhere else for an evening.",
    },
    DemoCategory {
        slug: "mysteries",
        name: "Mysteries",
        description: "Small crimes, large weather, stubborn people.",
    },
    DemoCategory {
        slug: "field-guides",
        name: "Field guides",
        description: "How to look at what was there all along.",
    },
    DemoCategory {
        slug: "craft",
        name: "Craft & thought",
        description: "Bread, needles, lifts: how things are made and kept.",
    },
];

/// The series.
pub const SERIES: [DemoSeries; 2] = [
    DemoSeries { slug: "harbourmaster", name: "The Harbourmaster Mysteries" },
    DemoSeries { slug: "overlooked", name: "Pocket Guides to Overlooked Things" },
];

/// What a contributor did for a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Wrote it.
    Author,
    /// Prepared it for print.
    Editor,
    /// Brought it from another language.
    Translator,
    /// Drew for it.
    Illustrator,
}

impl Role {
    /// The role as the MARC relator code that EPUB wants.
    pub fn relator(self) -> &'static str {
        match self {
            Role::Author => "aut",
            Role::Editor => "edt",
            Role::Translator => "trl",
            Role::Illustrator => "ill",
        }
    }
}

/// A person on a book.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoContributor {
    /// The whole name, as printed.
    pub name: String,
    /// What they did.
    pub role: Role,
}

/// One title of the demo shop, with its whole text.
#[derive(Debug, Clone)]
pub struct DemoBook {
    /// Its name in addresses, and of its source file.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: String,
    /// BCP 47, such as `en`.
    pub language: String,
    /// The slug of one of [`CATEGORIES`].
    pub category: String,
    /// The series and the book's place in it, counted from 1.
    pub series: Option<(DemoSeries, u32)>,
    /// The price in euro cents; 0 is free.
    pub price: i64,
    /// When it was first published. Files carry this date, so that they are the same each time.
    pub published: NaiveDate,
    /// Words for a catalogue.
    pub keywords: Vec<String>,
    /// The people, in the order of the title page.
    pub contributors: Vec<DemoContributor>,
    /// Markdown, for the book's page.
    pub description: String,
    /// What the second edition brought, where there is one.
    pub second_edition: Option<String>,
    /// The text.
    pub chapters: Vec<Chapter>,
}

/// The header of a source file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: String,
    subtitle: String,
    language: String,
    category: String,
    series: Option<String>,
    position: Option<u32>,
    price: i64,
    published: toml::value::Datetime,
    keywords: Vec<String>,
    contributors: Vec<DemoContributor>,
    notes: Option<String>,
    description: String,
}

macro_rules! sources {
    ($($slug:literal),* $(,)?) => {
        /// Every source file: slug and text.
        const SOURCES: &[(&str, &str)] = &[$(($slug, include_str!(concat!("books/", $slug, ".md")))),*];
    };
}

sources![
    "the-third-bell",
    "the-borrowed-dory",
    "a-lamp-for-saint-orrin",
    "lighthouses-lit-and-unlit",
    "clouds-for-people-who-wait",
    "moss-at-walking-pace",
    "the-salt-packet",
    "der-garten-hinter-dem-bahnhof",
    "the-museum-of-almost",
    "four-flours",
    "quiet-machines",
    "the-mending-year",
];

/// Every book of the demo, in a fixed order.
///
/// # Errors
/// [`DemoError::Book`] when a source is malformed, which the tests rule out.
pub fn all() -> Result<Vec<DemoBook>, DemoError> {
    SOURCES.iter().map(|(slug, source)| DemoBook::parse(slug, source)).collect()
}

impl DemoBook {
    fn parse(slug: &str, source: &str) -> Result<Self, DemoError> {
        let wrong = |problem: &str| DemoError::Book { slug: slug.to_owned(), problem: problem.to_owned() };
        let (header, body) = source
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .ok_or_else(|| wrong("it has no header between two lines of +++."))?;
        let header: Header = toml::from_str(header).map_err(|error| wrong(&error.to_string()))?;
        let published = header
            .published
            .date
            .and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
            .ok_or_else(|| wrong("`published` is not a day."))?;
        if !CATEGORIES.iter().any(|category| category.slug == header.category) {
            return Err(wrong("its category is not a shelf of the shop."));
        }
        let series = match (header.series, header.position) {
            (None, None) => None,
            (Some(series), Some(position)) => {
                let known = SERIES.iter().find(|known| known.slug == series);
                Some((*known.ok_or_else(|| wrong("its series is unknown."))?, position))
            }
            _ => return Err(wrong("a series needs a position, and a position a series.")),
        };
        Ok(DemoBook {
            slug: slug.to_owned(),
            title: header.title,
            subtitle: header.subtitle,
            language: header.language,
            category: header.category,
            series,
            price: header.price,
            published,
            keywords: header.keywords,
            contributors: header.contributors,
            description: header.description.trim().to_owned(),
            second_edition: header.notes,
            chapters: chapters(body),
        })
    }

    /// The authors' names, in the order of the title page.
    pub fn authors(&self) -> Vec<&str> {
        self.contributors.iter().filter(|c| c.role == Role::Author).map(|c| c.name.as_str()).collect()
    }

    /// The whole book as PDF, typeset on A5 with an outline and its fonts embedded.
    ///
    /// # Errors
    /// [`DemoError::Font`] and [`DemoError::Pdf`].
    pub fn pdf(&self) -> Result<Vec<u8>, DemoError> {
        pdf::write(self, Extent::Whole)
    }

    /// The first chapter as PDF.
    ///
    /// # Errors
    /// As [`DemoBook::pdf`].
    pub fn sample_pdf(&self) -> Result<Vec<u8>, DemoError> {
        pdf::write(self, Extent::Sample)
    }

    /// The whole book as EPUB 3, with its cover.
    ///
    /// # Errors
    /// [`DemoError::Epub`], [`DemoError::Write`] and [`DemoError::Cover`].
    pub fn epub(&self) -> Result<Vec<u8>, DemoError> {
        epub::write(self, Extent::Whole, &covers::jpeg(self, covers::LARGEST)?)
    }

    /// The first chapter as EPUB 3.
    ///
    /// # Errors
    /// As [`DemoBook::epub`].
    pub fn sample_epub(&self) -> Result<Vec<u8>, DemoError> {
        epub::write(self, Extent::Sample, &covers::jpeg(self, covers::LARGEST)?)
    }

    /// Every file of the book at once; its cover is drawn only once in each width.
    ///
    /// # Errors
    /// As the files' own methods.
    pub fn files(&self) -> Result<DemoFiles, DemoError> {
        let cover = covers::jpeg(self, covers::LARGEST)?;
        let mut files = DemoFiles {
            pdf: self.pdf()?,
            epub: epub::write(self, Extent::Whole, &cover)?,
            sample_pdf: self.sample_pdf()?,
            sample_epub: epub::write(self, Extent::Sample, &cover)?,
            covers: Vec::new(),
        };
        for width in covers::WIDTHS {
            let image = if width == covers::LARGEST { cover.clone() } else { covers::jpeg(self, width)? };
            files.covers.push((width, image));
        }
        Ok(files)
    }
}

/// Every file of a book.
#[derive(Debug, Clone)]
pub struct DemoFiles {
    /// The whole book, typeset on A5.
    pub pdf: Vec<u8>,
    /// The whole book as EPUB 3.
    pub epub: Vec<u8>,
    /// The first chapter.
    pub sample_pdf: Vec<u8>,
    /// The first chapter.
    pub sample_epub: Vec<u8>,
    /// The cover as JPEG, once for each of [`covers::WIDTHS`]: width in pixels and bytes.
    pub covers: Vec<(u32, Vec<u8>)>,
}

/// How much of a book goes into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Whole,
    /// The first chapter, as a taste.
    Sample,
}

impl Extent {
    /// The chapters of `book` that belong to it.
    pub fn of(self, book: &DemoBook) -> &[Chapter] {
        match self {
            Extent::Whole => &book.chapters,
            Extent::Sample => book.chapters.get(..1).unwrap_or_default(),
        }
    }
}
