//! A paper as PDF: A4, with embedded fonts, tagged, so that it can be read aloud and searched.

mod glyphs;
mod sheet;

use std::num::NonZeroU16;
use std::sync::Arc;

use chrono::{Datelike as _, Timelike as _};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::view::PaperView;
use crate::db::Timestamp;
use glyphs::{Fonts, Style};
use sheet::{
    At, BLACK, CLOTH, Element, HEIGHT, Ink, Look, Mark, RIGHT, RUBRIC, RULE, Role, SIDE, SOFT, Sheet, WIDTH,
    look,
};

/// A PDF that could not be made: a fault of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// A built-in font can't be read.
    #[error("a font for the PDF can't be read")]
    Font,
    /// The PDF can't be written.
    #[error("the PDF can't be written: {0}")]
    Write(String),
}

const TEXT: Look = look(Style::Plain, 10.0, BLACK);
const STRONG: Look = look(Style::Bold, 10.0, BLACK);
const SMALL: Look = look(Style::Plain, 8.0, SOFT);
/// How wide the titles of lines may be.
const TITLES: f32 = 350.0;

/// Writes the PDF of a paper: the same bytes each time. `fonts` are the operator's.
///
/// # Errors
/// [`PdfError`].
pub fn write(view: &PaperView, fonts: &[Arc<Vec<u8>>], issued: Timestamp) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load(fonts)?;
    let mut sheet = Sheet::new(&fonts);
    head(&mut sheet, view);
    lines(&mut sheet, view);
    vat(&mut sheet, view);
    for note in [&view.vat_note, &view.payment] {
        if !note.is_empty() {
            sheet.y += 6.0;
            sheet.paragraph(note, TEXT, SIDE, RIGHT - SIDE);
        }
    }
    feet(&mut sheet, view);
    draw(&sheet, view, issued)
}

/// The seller, the buyer, numbers and dates, and the title.
fn head(sheet: &mut Sheet<'_>, view: &PaperView) {
    sheet.bar(0.0, 0.0, WIDTH, 7.0, CLOTH);
    let seller = sheet.element(Role::Text);
    let name = look(Style::Title, 17.0, CLOTH);
    for (row, line) in sheet.broken(&view.seller, name, RIGHT - SIDE).into_iter().enumerate() {
        sheet.y = 62.0 + 20.0 * row as f32;
        sheet.put(&line, name, At::Left(SIDE), sheet.y, Some(seller));
    }
    sheet.y += 15.0;
    let address = view.seller_address.join(" · ");
    for line in sheet.broken(&address, SMALL, RIGHT - SIDE) {
        sheet.put(&line, SMALL, At::Left(SIDE), sheet.y, Some(seller));
        sheet.y += 11.5;
    }
    // The address stands where a window envelope shows it.
    let top = (sheet.y + 28.0).max(140.0);
    let mut left = top;
    let buyer = sheet.element(Role::Text);
    for (row, line) in view.buyer.iter().enumerate() {
        let look = if row == 0 { STRONG } else { TEXT };
        for part in sheet.broken(line, look, 250.0) {
            sheet.put(&part, look, At::Left(SIDE), left, Some(buyer));
            left += 14.5;
        }
    }
    let mut right = top;
    let facts = sheet.table();
    for (row, (what, which)) in view.facts.iter().enumerate() {
        let label = sheet.cell(Role::Head, facts, row);
        sheet.put(what, look(Style::Plain, 9.0, SOFT), At::Left(350.0), right, Some(label));
        let value = sheet.cell(Role::Cell, facts, row);
        let value_look = look(Style::Plain, 9.0, BLACK);
        for part in sheet.broken(which, value_look, 110.0) {
            sheet.put(&part, value_look, At::Right(RIGHT), right, Some(value));
            right += 13.5;
        }
    }
    sheet.y = left.max(right).max(236.0) + 38.0;
    let title = sheet.element(Role::Heading);
    sheet.put(view.title, look(Style::Title, 25.0, BLACK), At::Left(SIDE), sheet.y, Some(title));
    sheet.y += 19.0;
    sheet.put(&view.number, look(Style::Bold, 11.0, CLOTH), At::Left(SIDE), sheet.y, Some(title));
    sheet.y += 20.0;
    if view.test {
        let note = look(Style::Bold, 10.0, RUBRIC);
        sheet.paragraph("Test only: no real money was moved. Not valid for tax.", note, SIDE, RIGHT - SIDE);
        sheet.y += 4.0;
    }
    if !view.reason.is_empty() {
        sheet.paragraph(&view.reason, TEXT, SIDE, RIGHT - SIDE);
    }
    sheet.y += 12.0;
}

/// What it is about, and the total.
fn lines(sheet: &mut Sheet<'_>, view: &PaperView) {
    let table = sheet.table();
    let heads = [("Ebook", At::Left(SIDE)), ("Amount", At::Right(RIGHT))];
    for (text, at) in heads {
        let cell = sheet.cell(Role::Head, table, 0);
        sheet.put(text, look(Style::Bold, 8.5, SOFT), at, sheet.y, Some(cell));
    }
    sheet.y += 6.0;
    sheet.bar(SIDE, sheet.y, RIGHT - SIDE, 1.2, CLOTH);
    sheet.y += 16.0;
    let mut row = 0;
    for (title, amount) in &view.lines {
        row += 1;
        let parts = sheet.broken(title, TEXT, TITLES);
        sheet.need(14.0 * parts.len().min(20) as f32 + 10.0);
        let cell = sheet.cell(Role::Cell, table, row);
        let first = sheet.y;
        for part in parts {
            sheet.need(14.0);
            sheet.put(&part, TEXT, At::Left(SIDE), sheet.y, Some(cell));
            sheet.y += 14.0;
        }
        let cell = sheet.cell(Role::Cell, table, row);
        // Beside the title's first line, unless that lies on the page before.
        let beside = if first < sheet.y { first } else { sheet.y - 14.0 };
        sheet.put(amount, TEXT, At::Right(RIGHT), beside, Some(cell));
        sheet.bar(SIDE, sheet.y - 6.0, RIGHT - SIDE, 0.5, RULE);
        sheet.y += 8.0;
    }
    sheet.need(22.0 * (view.sums.len() as f32 + 1.0));
    for (what, amount) in &view.sums {
        row += 1;
        for (text, at) in [(*what, At::Left(SIDE + 220.0)), (amount.as_str(), At::Right(RIGHT))] {
            let cell = sheet.cell(Role::Cell, table, row);
            sheet.put(text, TEXT, at, sheet.y, Some(cell));
        }
        sheet.y += 16.0;
    }
    sheet.y += 4.0;
    let total = look(Style::Bold, 13.0, BLACK);
    for (text, at) in [(view.total_label, At::Left(SIDE + 220.0)), (view.total.as_str(), At::Right(RIGHT))] {
        let cell = sheet.cell(Role::Cell, table, row + 1);
        sheet.put(text, total, at, sheet.y, Some(cell));
    }
    sheet.y += 7.0;
    for below in [0.0, 2.4] {
        sheet.bar(SIDE + 220.0, sheet.y + below, RIGHT - SIDE - 220.0, 0.8, CLOTH);
    }
    sheet.y += 30.0;
}

/// The tax, rate by rate.
fn vat(sheet: &mut Sheet<'_>, view: &PaperView) {
    if view.vat.is_empty() {
        return;
    }
    let columns = [At::Left(SIDE), At::Right(RIGHT - 180.0), At::Right(RIGHT - 90.0), At::Right(RIGHT)];
    sheet.need(20.0 + 16.0 * view.vat.len() as f32);
    let table = sheet.table();
    for (text, at) in ["Tax in the total", "Net", "Tax", "Gross"].into_iter().zip(columns) {
        let cell = sheet.cell(Role::Head, table, 0);
        sheet.put(text, look(Style::Bold, 8.5, SOFT), at, sheet.y, Some(cell));
    }
    sheet.y += 6.0;
    sheet.bar(SIDE, sheet.y, RIGHT - SIDE, 0.5, RULE);
    sheet.y += 14.0;
    let small = look(Style::Plain, 9.0, BLACK);
    for (row, line) in view.vat.iter().enumerate() {
        let texts = [&line.label, &line.net, &line.tax, &line.gross];
        for (text, at) in texts.into_iter().zip(columns) {
            let cell = sheet.cell(Role::Cell, table, row + 1);
            sheet.put(text, small, at, sheet.y, Some(cell));
        }
        sheet.y += 14.0;
    }
    sheet.y += 14.0;
}

/// The foot of every page: who sells, and the page's number.
fn feet(sheet: &mut Sheet<'_>, view: &PaperView) {
    let mut who = vec![view.seller.clone()];
    who.extend(view.seller_more.iter().cloned());
    let lines = sheet.broken(&who.join(" · "), SMALL, RIGHT - SIDE - 90.0);
    let pages = sheet.pages.len();
    for page in 1..=pages {
        let mut marks =
            vec![Mark::Bar { x: SIDE, y: HEIGHT - 84.0, width: RIGHT - SIDE, height: 0.5, ink: RULE }];
        for (row, line) in lines.iter().take(5).enumerate() {
            let (runs, _) = sheet.fonts.shape(SMALL.style, line);
            let y = HEIGHT - 70.0 + 11.0 * row as f32;
            marks.push(Mark::Text { x: SIDE, y, size: SMALL.size, ink: SMALL.ink, runs, element: None });
        }
        let number = format!("{} · {page}/{pages}", view.number);
        let (runs, width) = sheet.fonts.shape(SMALL.style, &number);
        let x = RIGHT - width * SMALL.size;
        marks.push(Mark::Text { x, y: HEIGHT - 70.0, size: SMALL.size, ink: SMALL.ink, runs, element: None });
        if let Some(sheet) = sheet.pages.get_mut(page - 1) {
            sheet.append(&mut marks);
        }
    }
}

fn draw(sheet: &Sheet<'_>, view: &PaperView, issued: Timestamp) -> Result<Vec<u8>, PdfError> {
    let mut document =
        Document::new_with(SerializeSettings { enable_tagging: true, ..SerializeSettings::default() });
    let mut identifiers: Vec<Vec<Identifier>> = vec![Vec::new(); sheet.elements.len()];
    for marks in &sheet.pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT)
            .ok_or_else(|| PdfError::Write("the page has no size".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            if let Some((element, identifier)) = draw_mark(&mut surface, mark)
                && let Some(known) = identifiers.get_mut(element)
            {
                known.push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tags(&sheet.elements, identifiers));
    document.set_metadata(metadata(view, issued));
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

/// Draws a mark; answers with what it belongs to, if it is more than decoration.
fn draw_mark(surface: &mut Surface<'_>, mark: &Mark) -> Option<(usize, Identifier)> {
    let fill = |(red, green, blue): Ink| Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    };
    match mark {
        Mark::Text { x, y, size, ink, runs, element } => {
            let tag = match element {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::new(ArtifactType::Footer, None)),
            };
            let identifier = surface.start_tagged(tag);
            surface.set_fill(Some(fill(*ink)));
            let mut x = *x;
            for run in runs {
                let at = Point::from_xy(x, *y);
                surface.draw_glyphs(at, &run.glyphs, run.font.clone(), &run.text, *size, false);
                x += run.width * size;
            }
            surface.end_tagged();
            element.map(|element| (element, identifier))
        }
        Mark::Bar { x, y, width, height, ink } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::new(ArtifactType::Layout, None)));
            surface.set_fill(Some(fill(*ink)));
            let mut path = PathBuilder::new();
            if let Some(bar) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(bar);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.end_tagged();
            None
        }
    }
}

/// What the file says of its own order: paragraphs, headings, and tables with rows and cells.
fn tags(elements: &[Element], identifiers: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    let mut table: Option<(usize, TagGroup)> = None;
    let mut row: Option<(usize, TagGroup)> = None;
    for (element, identifiers) in elements.iter().zip(identifiers) {
        let mut group = match element.role {
            Role::Heading => TagGroup::new(Tag::Hn(NonZeroU16::MIN, None)),
            Role::Text => TagGroup::new(Tag::P),
            Role::Head => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
            Role::Cell => TagGroup::new(Tag::TD),
        };
        for identifier in identifiers {
            group.push(identifier);
        }
        let (its_table, its_row) = element.row;
        if (row.as_ref().is_some_and(|(at, _)| *at != its_row)
            || table.as_ref().is_some_and(|(at, _)| *at != its_table))
            && let (Some((_, row)), Some((_, table))) = (row.take(), table.as_mut())
        {
            table.push(row);
        }
        if table.as_ref().is_some_and(|(at, _)| *at != its_table)
            && let Some((_, table)) = table.take()
        {
            tree.push(table);
        }
        if its_table == 0 {
            tree.push(group);
            continue;
        }
        table.get_or_insert_with(|| (its_table, TagGroup::new(Tag::Table)));
        row.get_or_insert_with(|| (its_row, TagGroup::new(Tag::TR))).1.push(group);
    }
    if let (Some((_, row)), Some((_, table))) = (row, table.as_mut()) {
        table.push(row);
    }
    if let Some((_, table)) = table {
        tree.push(table);
    }
    tree
}

fn metadata(view: &PaperView, issued: Timestamp) -> Metadata {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let written = DateTime::new(u16::try_from(issued.year()).unwrap_or_default())
        .month(part(issued.month()))
        .day(part(issued.day()))
        .hour(part(issued.hour()))
        .minute(part(issued.minute()))
        .second(part(issued.second()))
        .utc_offset_hour(0);
    Metadata::new()
        .title(format!("{} {}", view.title, view.number))
        .authors(vec![view.seller.clone()])
        .language("en".to_owned())
        .creator("Bookplate".to_owned())
        .producer("Bookplate".to_owned())
        .creation_date(written)
        .document_id(format!("bookplate-paper-{}", view.number))
}
