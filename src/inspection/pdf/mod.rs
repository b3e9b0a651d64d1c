//! PDFs: whether one can be read, how many pages it has, what it says of itself, and its first pages as a PDF of their
//! own.

mod cut;
mod document;
mod object;
mod outline;
mod pages;
mod unpack;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use document::{Damage, Document};
use object::{Dict, Object, words};

use super::words::one_line;
use super::{Deadline, Inspection, Limits, Work};

/// A first page larger than this is not painted.
const LARGEST_COVER: u64 = 32 << 20;

/// Looks into a PDF.
pub(super) fn inspect(
    file: File,
    length: u64,
    limits: &Limits,
    deadline: Deadline,
    found: &mut Inspection,
) -> io::Result<()> {
    let _ = limits;
    let looked = match Document::open(file, length, deadline) {
        Ok(mut document) => look(&mut document, found),
        Err(damage) => Err(damage),
    };
    match looked {
        Ok(()) => Ok(()),
        Err(Damage::Disk(error)) => Err(error),
        Err(Damage::Late) => {
            found.error(
                "This PDF is too large or too tangled to be checked. Please save it again, perhaps in parts.",
            );
            Ok(())
        }
        Err(Damage::Broken) => {
            found.error(
                "This PDF is damaged or cut off: its table of contents for programs can't be read. Please save it again \
                 with the program that made it, and try to open it before you send it.",
            );
            Ok(())
        }
    }
}

fn look(document: &mut Document, found: &mut Inspection) -> Result<(), Damage> {
    if document.trailer.get(b"Encrypt".as_slice()).is_some_and(|encrypt| *encrypt != Object::Null) {
        found.error(
            "This PDF is encrypted: it asks for a password, or forbids its readers to print or copy. Please save it \
             again without any password or restriction.",
        );
        return Ok(());
    }
    let catalog = document.catalog()?;
    let mut count: u32 = 0;
    let mut damaged = Vec::new();
    pages::walk(document, |document, page| {
        count = count.saturating_add(1);
        if !is_readable(document, &page.dict)? && damaged.len() < 5 {
            damaged.push(count);
        }
        Ok(true)
    })?;
    found.pages = Some(count);
    if count == 0 {
        found.error("This PDF has no page.");
    }
    for page in damaged {
        found.error(format!(
            "Page {page} of this PDF is damaged: what stands on it is missing from the file."
        ));
    }
    says(document, &catalog, found)?;
    let entries = outline::read(document)?;
    found.outline = entries
        .iter()
        .map(|entry| one_line(&entry.words(), 200))
        .filter(|words| !words.is_empty())
        .take(200)
        .collect();
    warnings(document, &catalog, count, found)
}

/// Whether what stands on a page is there.
fn is_readable(document: &mut Document, page: &Dict) -> Result<bool, Damage> {
    let Some(contents) = page.get(b"Contents".as_slice()) else { return Ok(true) };
    let mut parts = vec![contents.clone()];
    let mut looked_at = 0;
    while let Some(part) = parts.pop() {
        looked_at += 1;
        if looked_at > 10_000 {
            return Ok(false);
        }
        match part {
            Object::Ref(number) => match document.load(number) {
                Ok(found) if found.stream.is_some() || found.object == Object::Null => {}
                Ok(found) => match found.object {
                    Object::Array(items) => parts.extend(items),
                    _ => return Ok(false),
                },
                Err(Damage::Broken) => return Ok(false),
                Err(damage) => return Err(damage),
            },
            Object::Array(items) => parts.extend(items),
            Object::Null => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// What the PDF says of its book.
fn says(document: &mut Document, catalog: &Dict, found: &mut Inspection) -> Result<(), Damage> {
    let trailer = document.trailer.clone();
    let info = match document.dict(&trailer, b"Info") {
        Err(Damage::Broken) => Dict::new(),
        other => other?,
    };
    let mut text = |of: &Dict, key: &[u8], most: usize| -> Result<String, Damage> {
        Ok(match of.get(key).map(|value| document.resolve(value)).transpose()? {
            Some(Object::Text(bytes)) => one_line(&words(&bytes), most),
            _ => String::new(),
        })
    };
    let title = text(&info, b"Title", 300)?;
    let author = text(&info, b"Author", 1000)?;
    let subject = text(&info, b"Subject", 2000)?;
    let language = text(catalog, b"Lang", 35)?;
    if !is_a_programs_title(&title) {
        found.metadata.title = title;
    }
    found.metadata.people = author
        .split([';', '&'])
        .map(|name| (one_line(name, 200), Work::Author))
        .filter(|(name, _)| !name.is_empty())
        .take(20)
        .collect();
    found.metadata.description = super::plain(&subject, 2000);
    found.metadata.language = super::language(&language);
    Ok(())
}

/// What programs write when nobody has typed a title: `Microsoft Word - book_final2.docx`.
fn is_a_programs_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    lower.starts_with("microsoft word")
        || lower.starts_with("untitled")
        || [".doc", ".docx", ".odt", ".indd", ".qxp", ".tex", ".dvi", ".pdf", ".rtf", ".pages"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}

fn warnings(
    document: &mut Document,
    catalog: &Dict,
    pages: u32,
    found: &mut Inspection,
) -> Result<(), Damage> {
    if pages > 30 && found.outline.is_empty() {
        found.warn("This PDF has no bookmarks: readers can't go to a chapter by its name.");
    }
    let mark = document.dict(catalog, b"MarkInfo")?;
    if mark.get(b"Marked".as_slice()) != Some(&Object::Bool(true)) {
        found.warn(
            "This PDF isn't tagged: people who have it read aloud may hear its parts in a wrong order.",
        );
    } else if found.metadata.language.is_empty() {
        found.warn("This PDF doesn't say its language, which programs that read aloud need.");
    }
    let names = document.dict(catalog, b"Names")?;
    let runs = |dict: &Dict| dict.get(b"S".as_slice()).is_some_and(|kind| kind.is_name(b"JavaScript"));
    if names.contains_key(b"JavaScript".as_slice()) || runs(&document.dict(catalog, b"OpenAction")?) {
        found.warn("This PDF holds a script that runs when it is opened; many readers will warn of it.");
    }
    if names.contains_key(b"EmbeddedFiles".as_slice()) {
        found.warn("Other files are attached to this PDF. Buyers will get them, too.");
    }
    Ok(())
}

/// Why pages could not be cut out of a PDF.
#[derive(Debug, thiserror::Error)]
pub enum CutError {
    /// The PDF is damaged, encrypted or too tangled.
    #[error("No sample can be cut from this PDF: it is damaged or encrypted.")]
    Unreadable,
    /// It is larger than asked for.
    #[error("These pages are too large for a sample.")]
    TooLarge,
    /// What was cut can't be written, or the PDF not be read.
    #[error("The sample couldn't be saved.")]
    Disk(#[from] io::Error),
}

impl From<Damage> for CutError {
    fn from(damage: Damage) -> Self {
        match damage {
            Damage::Broken | Damage::Late => Self::Unreadable,
            Damage::Disk(error) => Self::Disk(error),
        }
    }
}

/// Writes the first `pages` pages of the PDF at `path` as a PDF of their own: with what they show, the links between
/// them and into the web, and the part of the table of contents that leads to them. At most `largest` bytes. Blocks.
///
/// # Errors
/// [`CutError`]; what was written until then is no PDF.
pub fn first_pages(
    path: &Path,
    pages: u32,
    largest: u64,
    limits: &Limits,
    to: impl Write,
) -> Result<(), CutError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut document = Document::open(file, length, Deadline::after(limits.time))?;
    if document.trailer.get(b"Encrypt".as_slice()).is_some_and(|encrypt| *encrypt != Object::Null) {
        return Err(CutError::Unreadable);
    }
    cut::first_pages(&mut document, pages, largest, to)
}

/// The first page of the PDF at `path` as a PDF of its own, for whoever paints it; nothing when there is none that can
/// be painted. Blocks.
#[must_use]
pub fn first_page(path: &Path, limits: &Limits) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    first_pages(path, 1, LARGEST_COVER, limits, &mut bytes).ok().map(|()| bytes)
}
