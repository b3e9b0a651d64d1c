//! Pages that fill from top to bottom, and what each thing on them is for those who don't see it.

use super::glyphs::{Fonts, Run, Style};

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
/// A4, in points.
pub(super) const HEIGHT: f32 = 841.89;
/// The margin on both sides.
pub(super) const SIDE: f32 = 62.0;
/// The right edge of what is written.
pub(super) const RIGHT: f32 = WIDTH - SIDE;
/// Below this line is the foot.
const BOTTOM: f32 = HEIGHT - 104.0;
/// Where a further page begins.
const TOP: f32 = 86.0;

/// A colour.
pub(super) type Ink = (u8, u8, u8);
/// Of text.
pub(super) const BLACK: Ink = (29, 35, 32);
/// Of what is beside the point.
pub(super) const SOFT: Ink = (84, 92, 86);
/// Of the shop: its bookcloth.
pub(super) const CLOTH: Ink = (29, 74, 64);
/// Of warnings.
pub(super) const RUBRIC: Ink = (161, 49, 29);
/// Of thin lines.
pub(super) const RULE: Ink = (200, 196, 183);

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The page's heading.
    Heading,
    /// A paragraph.
    Text,
    /// The head of a table's column.
    Head,
    /// A table's cell.
    Cell,
}

/// Something that is read as one; cells of the same row follow one another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub role: Role,
    /// Of cells: which table, and which row of it.
    pub row: (usize, usize),
}

/// Something on a page.
#[derive(Debug)]
pub(super) enum Mark {
    Text { x: f32, y: f32, size: f32, ink: Ink, runs: Vec<Run>, element: Option<usize> },
    Bar { x: f32, y: f32, width: f32, height: f32, ink: Ink },
}

/// The look of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub style: Style,
    pub size: f32,
    pub ink: Ink,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Left(f32),
    Right(f32),
}

/// The pages so far.
pub(super) struct Sheet<'f> {
    pub fonts: &'f Fonts<'f>,
    pub pages: Vec<Vec<Mark>>,
    pub elements: Vec<Element>,
    /// The line that is written next on the last page.
    pub y: f32,
    tables: usize,
}

pub(super) const fn look(style: Style, size: f32, ink: Ink) -> Look {
    Look { style, size, ink }
}

impl<'f> Sheet<'f> {
    pub(super) fn new(fonts: &'f Fonts<'f>) -> Self {
        Self { fonts, pages: vec![Vec::new()], elements: Vec::new(), y: TOP, tables: 0 }
    }

    /// A new element.
    pub(super) fn element(&mut self, role: Role) -> usize {
        self.elements.push(Element { role, row: (0, 0) });
        self.elements.len() - 1
    }

    /// The number of a new table.
    pub(super) fn table(&mut self) -> usize {
        self.tables += 1;
        self.tables
    }

    /// A new cell.
    pub(super) fn cell(&mut self, role: Role, table: usize, row: usize) -> usize {
        self.elements.push(Element { role, row: (table, row) });
        self.elements.len() - 1
    }

    /// Goes to a new page if fewer than `height` points are left on this one.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    /// Writes one line on the last page.
    pub(super) fn put(&mut self, text: &str, look: Look, at: At, y: f32, element: Option<usize>) {
        let (runs, width) = self.fonts.shape(look.style, text);
        let x = match at {
            At::Left(x) => x,
            At::Right(x) => x - width * look.size,
        };
        let mark = Mark::Text { x, y, size: look.size, ink: look.ink, runs, element };
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Draws a bar on the last page.
    pub(super) fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Mark::Bar { x, y, width, height, ink });
        }
    }

    /// Writes a paragraph at `self.y` and goes on below it.
    pub(super) fn paragraph(&mut self, text: &str, look: Look, x: f32, width: f32) {
        let element = self.element(Role::Text);
        for line in self.broken(text, look, width) {
            self.need(look.size * 1.5);
            self.put(&line, look, At::Left(x), self.y, Some(element));
            self.y += look.size * 1.45;
        }
    }

    /// A text in lines that fit; a word that is too long for a line is cut.
    pub(super) fn broken(&self, text: &str, look: Look, width: f32) -> Vec<String> {
        let fits = |line: &str| self.fonts.shape(look.style, line).1 * look.size <= width;
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let joined = lines.last().map(|line| format!("{line} {word}")).filter(|joined| fits(joined));
            match (joined, lines.last_mut()) {
                (Some(joined), Some(last)) => *last = joined,
                _ if fits(word) => lines.push(word.to_owned()),
                _ => lines.extend(cut(word, fits)),
            }
        }
        lines
    }
}

/// A word that is too long, in pieces that fit.
fn cut(word: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(last) = pieces.last_mut() else { break };
        last.push(letter);
        if last.chars().count() > 1 && !fits(last) {
            last.pop();
            pieces.push(letter.to_string());
        }
    }
    pieces
}
