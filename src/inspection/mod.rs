//! What is in a file that came: whether it is what its name says, whether a reader could open it, and what it tells of
//! itself.
//!
//! A file is looked at before it belongs to a title, on a thread that may block, with flat memory however large it is,
//! and for a bounded time. Nothing in it is believed: what is wrong becomes a [`Problem`] in plain words, and a file
//! with an error among them is never published.

mod archive;
mod comic;
mod epub;
mod magic;
pub mod pdf;
mod words;
mod xml;

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

pub use words::{one_line, plain};

use serde::{Deserialize, Serialize};

use crate::delivery::media_type;
use crate::file_name;

/// The formats that are looked into. All others are taken as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF (ISO 32000).
    Pdf,
    /// EPUB, of any version.
    Epub,
    /// A comic book: pictures in a zip archive.
    Cbz,
    /// Any other.
    Other,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// Such a file is never published.
    Error,
    /// Readers would be better off without it.
    Warning,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// What it is and what to do about it, in a sentence for the publisher.
    pub text: String,
}

impl Problem {
    /// Whether such a file is never published.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What someone did for a book, as far as its file says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Wrote it.
    Author,
    /// Edited it.
    Editor,
    /// Translated it.
    Translator,
    /// Drew for it.
    Illustrator,
}

/// What a file says of its book. All of it is text from outside: on one line, of bounded length, without controls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title; empty when it isn't said.
    pub title: String,
    /// The subtitle.
    pub subtitle: String,
    /// Who made it, in the file's order.
    pub people: Vec<(String, Work)>,
    /// A BCP 47 tag.
    pub language: String,
    /// What it is about: plain text, its paragraphs apart by an empty line.
    pub description: String,
    /// An ISBN of 13 or 10 digits without hyphens.
    pub isbn: String,
}

/// What is worth keeping of an inspection beside its file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// What is wrong with it, errors first.
    pub problems: Vec<Problem>,
    /// What it says of its book.
    pub metadata: Metadata,
    /// The first headings of its table of contents.
    pub outline: Vec<String>,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// What it is.
    pub format: Format,
    /// The media type to send it with.
    pub media_type: String,
    /// What is wrong with it, errors first.
    pub problems: Vec<Problem>,
    /// What it says of its book.
    pub metadata: Metadata,
    /// The picture of its cover, as it came: bytes of a picture in some format, not yet looked at.
    pub cover: Option<Vec<u8>>,
    /// How many pages it has, where a format has pages.
    pub pages: Option<u32>,
    /// The first headings of its table of contents.
    pub outline: Vec<String>,
}

/// How much work one file may make.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long it may take in all.
    pub time: Duration,
    /// The most files in an archive.
    pub entries: usize,
    /// The most bytes that an archive's files may have in all, unpacked.
    pub unpacked: u64,
    /// How many times its packed size a file of an archive may be.
    pub ratio: u64,
    /// The most bytes of one part that is read into memory: a package, a page's picture, an object.
    pub part: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), entries: 20_000, unpacked: 8 << 30, ratio: 200, part: 16 << 20 }
    }
}

impl Inspection {
    /// Whether it may be published.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }

    /// What is worth keeping of it.
    #[must_use]
    pub fn findings(&self) -> Findings {
        Findings {
            problems: self.problems.clone(),
            metadata: self.metadata.clone(),
            outline: self.outline.clone(),
        }
    }

    fn error(&mut self, text: impl Into<String>) {
        self.add(Severity::Error, text.into());
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.add(Severity::Warning, text.into());
    }

    fn add(&mut self, severity: Severity, text: String) {
        let problem = Problem { severity, text };
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// The most problems that are told of one file.
const MOST_PROBLEMS: usize = 40;

/// When the work on a file must end.
#[derive(Debug, Clone, Copy)]
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

/// A BCP 47 tag in the usual spelling; empty for what is none.
fn language(text: &str) -> String {
    let tag = text.trim().replace('_', "-");
    let fits = |part: &str, least: usize| {
        (least..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_tag = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_tag || tag.len() > 35 || first == "und" || !parts.clone().all(|part| fits(part, 1)) {
        return String::new();
    }
    parts.fold(first, |tag, part| format!("{tag}-{part}"))
}

/// Says why an archive is refused.
fn refused(refusal: archive::Refusal, found: &mut Inspection) -> io::Result<()> {
    match refusal {
        archive::Refusal::Sentence(sentence) => {
            found.error(sentence);
            Ok(())
        }
        archive::Refusal::Disk(error) => Err(error),
    }
}

/// Looks into the file at `path`, which was sent as `original_name`. Blocks on the disk, at most about
/// [`Limits::time`].
///
/// # Errors
/// When the file can't be read at all. What is wrong in it is no error here but a [`Problem`].
pub fn inspect(path: &Path, original_name: &str, limits: &Limits) -> io::Result<Inspection> {
    let name = file_name::of_upload(original_name);
    let deadline = Deadline::after(limits.time);
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let format = magic::claimed(&name);
    let mut found = Inspection {
        format,
        media_type: media_type::guess(&name),
        problems: Vec::new(),
        metadata: Metadata::default(),
        cover: None,
        pages: None,
        outline: Vec::new(),
    };
    if length == 0 {
        found.error("The file is empty: it has no bytes at all.");
        return Ok(found);
    }
    if let Err(sentence) = magic::check(&mut file, &name, format)? {
        found.error(sentence);
        return Ok(found);
    }
    match format {
        Format::Pdf => pdf::inspect(file, length, limits, deadline, &mut found)?,
        Format::Epub => epub::inspect(file, length, limits, deadline, &mut found)?,
        Format::Cbz => comic::inspect(file, length, limits, deadline, &mut found)?,
        Format::Other => {}
    }
    found.problems.sort_by_key(|problem| problem.severity == Severity::Warning);
    Ok(found)
}
