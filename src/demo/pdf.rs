//! A book as PDF: title page, imprint, contents and chapters on A5, with an outline and links.

use chrono::Datelike;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::luma;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use super::DemoError;
use super::books::{DemoBook, Extent};
use super::colophon::{self, IMPRINT, Words};
use super::fonts::Typefaces;
use super::lines::{self, Line, Measure};
use super::page::{Align, HEIGHT, Look, MEASURE, Mark, Page, SIDE, WIDTH};
use super::text::{BlockKind, Chapter, Run, Style};

const SIZE: f32 = 11.2;
const LEADING: f32 = 15.2;
/// The baseline of the first line of text on a page.
const TOP: f32 = 82.0;
/// How many lines a full page holds.
const LINES: usize = 29;
/// How many of them a chapter's opening leaves empty.
const SINKAGE: usize = 8;
const INDENT: f32 = 15.0;

/// Writes the PDF of as much of `book` as `extent` says; the same bytes each time.
///
/// # Errors
/// [`DemoError::Font`] and [`DemoError::Pdf`].
pub fn write(book: &DemoBook, extent: Extent) -> Result<Vec<u8>, DemoError> {
    let faces = Typefaces::load()?;
    let words = colophon::words(&book.language);
    let chapters = extent.of(book);
    let mut pages = vec![title_page(book, extent, &faces, words), imprint_page(book, extent, &faces)];
    let contents = pages.len();
    pages.push(Page::default());
    let mut starts = Vec::new();
    for (number, chapter) in chapters.iter().enumerate() {
        // A chapter opens on a right-hand page only where that leaves no blank one behind.
        starts.push(pages.len());
        set_chapter(book, chapter, number + 1, &faces, &mut pages);
    }
    if let Some(page) = pages.get_mut(contents) {
        *page = contents_page(chapters, &starts, &faces, words);
    }
    draw(book, extent, &faces, &pages, &outline(chapters, &starts, contents, words))
}

fn title_page(book: &DemoBook, extent: Extent, faces: &Typefaces, words: Words) -> Page {
    let mut page = Page::default();
    for (row, author) in book.authors().iter().enumerate() {
        let look = Look::new(Style::Plain, 13.0);
        page.put(faces, author, look, Align::Center, 120.0 + 18.0 * row as f32);
    }
    let runs = [Run { text: book.title.clone(), style: Style::Plain }];
    let measure = Measure { width: MEASURE, indent: 0.0, size: 31.0, justified: false };
    let mut y = 205.0;
    for line in lines::set(faces, &runs, measure) {
        let x = (WIDTH - line.width) / 2.0;
        page.put_line(line, x, y, measure.size);
        y += 36.0;
    }
    page.ornament(y - 12.0, 44.0);
    page.put(faces, &book.subtitle, Look::new(Style::Italic, 14.0), Align::Center, y + 16.0);
    y += 50.0;
    for credit in colophon::credits(book) {
        page.put(faces, &credit, Look::new(Style::Plain, 10.5).grey(60), Align::Center, y);
        y += 16.0;
    }
    if extent == Extent::Sample {
        page.put(faces, words.sample, Look::new(Style::Bold, 11.0), Align::Center, y + 14.0);
    }
    if let Some(series) = colophon::series_line(book) {
        page.put(faces, &series, Look::new(Style::Italic, 10.5).grey(60), Align::Center, 498.0);
    }
    let imprint = Look::new(Style::Plain, 10.0).tracked(2.2);
    page.put(faces, &IMPRINT.to_uppercase(), imprint, Align::Center, 524.0);
    page
}

fn imprint_page(book: &DemoBook, extent: Extent, faces: &Typefaces) -> Page {
    let mut page = Page::default();
    let measure = Measure { width: 236.0, indent: 0.0, size: 9.4, justified: false };
    let set: Vec<Vec<Line>> = colophon::paragraphs(book, extent)
        .into_iter()
        .map(|text| lines::set(faces, &[Run { text, style: Style::Plain }], measure))
        .collect();
    let rows: usize = set.iter().map(Vec::len).sum();
    let mut y = HEIGHT - 72.0 - 12.6 * rows as f32 - 7.0 * set.len() as f32;
    for paragraph in set {
        for line in paragraph {
            page.put_line(line, SIDE, y, measure.size);
            y += 12.6;
        }
        y += 7.0;
    }
    page
}

fn contents_page(chapters: &[Chapter], starts: &[usize], faces: &Typefaces, words: Words) -> Page {
    let mut page = Page::default();
    page.put(faces, words.contents, Look::new(Style::Italic, 20.0), Align::Center, 130.0);
    page.ornament(146.0, 44.0);
    let mut y = 190.0;
    for (chapter, &start) in chapters.iter().zip(starts) {
        let look = Look::new(Style::Plain, 12.0);
        page.put(faces, &chapter.title, look, Align::Left(SIDE), y);
        page.put(faces, &(start + 1).to_string(), look, Align::Right(WIDTH - SIDE), y);
        page.marks.push(Mark::Rule { x: SIDE, y: y + 7.0, width: MEASURE, weight: 0.25 });
        let area = [SIDE, y - 14.0, MEASURE, 20.0];
        page.marks.push(Mark::Link { area, page: start, label: chapter.title.clone() });
        y += 26.0;
    }
    page
}

/// Sets one chapter on pages of its own, with running heads and page numbers.
fn set_chapter(book: &DemoBook, chapter: &Chapter, number: usize, faces: &Typefaces, pages: &mut Vec<Page>) {
    let mut page = Page::default();
    page.put(faces, &number.to_string(), Look::new(Style::Plain, 13.0).grey(90), Align::Center, TOP + 14.0);
    page.put(faces, &chapter.title, Look::new(Style::Italic, 21.0), Align::Center, TOP + 46.0);
    page.ornament(TOP + 64.0, 30.0);
    folio(&mut page, faces, pages.len() + 1);
    let mut row = SINKAGE;
    let mut after_item = false;
    for (position, block) in chapter.blocks.iter().enumerate() {
        let item = block.kind == BlockKind::Item;
        if position > 0 && item != after_item && row > 0 && row + 2 < LINES {
            row += 1;
        }
        let indent = if item || after_item || position == 0 { 0.0 } else { INDENT };
        let hang = if item { INDENT } else { 0.0 };
        after_item = item;
        let measure = Measure { width: MEASURE - hang, indent, size: SIZE, justified: !item };
        let mut rest = lines::set(faces, &block.runs, measure);
        let mut first = true;
        while !rest.is_empty() {
            let taken = fitting(rest.len(), LINES.saturating_sub(row), first);
            let later = rest.split_off(taken);
            for line in rest {
                let y = TOP + LEADING * row as f32;
                if item && first {
                    page.put(faces, "•", Look::new(Style::Plain, SIZE), Align::Left(SIDE + 4.0), y);
                }
                first = false;
                page.put_line(line, SIDE + hang, y, SIZE);
                row += 1;
            }
            rest = later;
            if !rest.is_empty() {
                pages.push(std::mem::take(&mut page));
                running_head(&mut page, faces, book, chapter, pages.len() + 1);
                row = 0;
            }
        }
    }
    pages.push(page);
}

/// How many of `lines` go on a page with `room` for so many: no single line is left behind on either page.
fn fitting(lines: usize, room: usize, at_start: bool) -> usize {
    if lines <= room {
        return lines;
    }
    let taken = if lines - room == 1 { room.saturating_sub(1) } else { room };
    if at_start && taken == 1 { 0 } else { taken }
}

fn running_head(page: &mut Page, faces: &Typefaces, book: &DemoBook, chapter: &Chapter, number: usize) {
    let look = Look::new(Style::Italic, 9.6).grey(70);
    // Left-hand pages carry the book's title, right-hand pages the chapter's.
    if number.is_multiple_of(2) {
        page.put(faces, &book.title, look, Align::Left(SIDE), 52.0);
    } else {
        page.put(faces, &chapter.title, look, Align::Right(WIDTH - SIDE), 52.0);
    }
    folio(page, faces, number);
}

fn folio(page: &mut Page, faces: &Typefaces, number: usize) {
    page.put(faces, &number.to_string(), Look::new(Style::Plain, 9.6).grey(40), Align::Center, HEIGHT - 40.0);
}

fn outline(chapters: &[Chapter], starts: &[usize], contents: usize, words: Words) -> Vec<(String, usize)> {
    let mut entries = vec![(words.title_page.to_owned(), 0), (words.contents.to_owned(), contents)];
    entries.extend(chapters.iter().zip(starts).map(|(chapter, &start)| (chapter.title.clone(), start)));
    entries
}

fn draw(
    book: &DemoBook,
    extent: Extent,
    faces: &Typefaces,
    pages: &[Page],
    entries: &[(String, usize)],
) -> Result<Vec<u8>, DemoError> {
    let broken = |what: &str| DemoError::Pdf(what.to_owned());
    let mut document = Document::new_with(SerializeSettings::default());
    for page in pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| broken("the page has no size"))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            draw_mark(&mut surface, faces, mark);
        }
        surface.finish();
        for mark in &page.marks {
            if let Mark::Link { area: [x, y, width, height], page, label } = mark {
                let area =
                    Rect::from_xywh(*x, *y, *width, *height).ok_or_else(|| broken("a link is empty"))?;
                let target = Target::Destination(destination(*page).into());
                let link = LinkAnnotation::new(area, target);
                sheet.add_annotation(Annotation::new_link(link, Some(label.clone())));
            }
        }
        sheet.finish();
    }
    let mut outline = Outline::new();
    for (title, page) in entries {
        outline.push_child(OutlineNode::new(title.clone(), destination(*page)));
    }
    document.set_outline(outline);
    document.set_metadata(metadata(book, extent));
    document.finish().map_err(|error| DemoError::Pdf(format!("{error:?}")))
}

fn destination(page: usize) -> XyzDestination {
    XyzDestination::new(page, Point::from_xy(0.0, 0.0))
}

fn draw_mark(surface: &mut Surface<'_>, faces: &Typefaces, mark: &Mark) {
    let ink = |grey: u8| Fill {
        paint: luma::Color::new(grey).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    };
    match mark {
        Mark::Text { x, y, size, grey, piece } => {
            surface.set_fill(Some(ink(*grey)));
            let font = faces.of(piece.style).font.clone();
            surface.draw_glyphs(Point::from_xy(*x, *y), &piece.glyphs, font, &piece.text, *size, false);
        }
        Mark::Rule { x, y, width, weight } => {
            surface.set_fill(Some(ink(90)));
            let mut path = PathBuilder::new();
            if let Some(bar) = Rect::from_xywh(*x, y - weight / 2.0, *width, *weight) {
                path.push_rect(bar);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Link { .. } => {}
    }
}

fn metadata(book: &DemoBook, extent: Extent) -> Metadata {
    let title = match extent {
        Extent::Whole => book.title.clone(),
        Extent::Sample => format!("{} ({})", book.title, colophon::words(&book.language).sample),
    };
    let published = DateTime::new(u16::try_from(book.published.year()).unwrap_or_default())
        .month(u8::try_from(book.published.month()).unwrap_or(1))
        .day(u8::try_from(book.published.day()).unwrap_or(1))
        .hour(9)
        .minute(0)
        .second(0)
        .utc_offset_hour(0);
    Metadata::new()
        .title(title)
        .description(book.subtitle.clone())
        .authors(book.authors().into_iter().map(str::to_owned).collect())
        .keywords(book.keywords.clone())
        .language(book.language.clone())
        .creator("Bookplate".to_owned())
        .producer("Bookplate".to_owned())
        .creation_date(published)
        .document_id(format!("bookplate-demo-{}-{extent:?}", book.slug))
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn no_single_line_is_left_on_either_page() {
        assert_eq!(fitting(5, 9, true), 5);
        assert_eq!(fitting(5, 1, true), 0);
        assert_eq!(fitting(5, 4, true), 3);
        assert_eq!(fitting(2, 1, true), 0);
        assert_eq!(fitting(8, 3, false), 3);
    }
}
