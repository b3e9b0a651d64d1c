//! Pages as plain data, before they are drawn: what stands where, in points from the top left corner.

use super::fonts::Typefaces;
use super::lines::{Line, Piece};
use super::text::Style;

/// A5, in points.
pub const WIDTH: f32 = 419.53;
/// A5, in points.
pub const HEIGHT: f32 = 595.28;
/// The margin on both sides.
pub const SIDE: f32 = 58.0;
/// The length of a full line.
pub const MEASURE: f32 = WIDTH - 2.0 * SIDE;

/// Something on a page.
#[derive(Debug, Clone)]
pub enum Mark {
    /// Glyphs on a baseline.
    Text {
        /// Where the line starts.
        x: f32,
        /// The baseline.
        y: f32,
        /// The font size.
        size: f32,
        /// Lightness of the ink: 0 is black, 255 the paper.
        grey: u8,
        /// What stands there.
        piece: Piece,
    },
    /// A thin horizontal line.
    Rule {
        /// Its left end.
        x: f32,
        /// Its middle.
        y: f32,
        /// Its length.
        width: f32,
        /// Its thickness.
        weight: f32,
    },
    /// A place that leads to another page when touched.
    Link {
        /// The top left corner, width and height.
        area: [f32; 4],
        /// The page it leads to, counted from 0.
        page: usize,
        /// What it is, for those who don't see it.
        label: String,
    },
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Everything on it.
    pub marks: Vec<Mark>,
}

/// How a single line is placed.
#[derive(Debug, Clone, Copy)]
pub enum Align {
    /// It starts at this x.
    Left(f32),
    /// Its middle is the page's middle.
    Center,
    /// It ends at this x.
    Right(f32),
}

/// The look of a single line.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The cut.
    pub style: Style,
    /// The font size in points.
    pub size: f32,
    /// Space after each letter, in points: for capitals.
    pub tracking: f32,
    /// Lightness of the ink.
    pub grey: u8,
}

impl Look {
    /// Black, without extra space.
    pub fn new(style: Style, size: f32) -> Self {
        Look { style, size, tracking: 0.0, grey: 0 }
    }

    /// The same, spaced.
    pub fn tracked(self, tracking: f32) -> Self {
        Look { tracking, ..self }
    }

    /// The same, lighter.
    pub fn grey(self, grey: u8) -> Self {
        Look { grey, ..self }
    }
}

impl Page {
    /// Puts one unbroken line on the page and returns its width in points.
    pub fn put(&mut self, faces: &Typefaces, text: &str, look: Look, align: Align, y: f32) -> f32 {
        let mut shaped = faces.of(look.style).shape(text);
        for glyph in &mut shaped.glyphs {
            glyph.x_advance += look.tracking / look.size;
        }
        let width = shaped.width * look.size + look.tracking * shaped.glyphs.len() as f32;
        let x = match align {
            Align::Left(x) => x,
            Align::Center => (WIDTH - width + look.tracking) / 2.0,
            Align::Right(x) => x - width + look.tracking,
        };
        let piece = Piece { style: look.style, x: 0.0, text: text.to_owned(), glyphs: shaped.glyphs };
        self.marks.push(Mark::Text { x, y, size: look.size, grey: look.grey, piece });
        width
    }

    /// Puts a set line on the page.
    pub fn put_line(&mut self, line: Line, x: f32, y: f32, size: f32) {
        for piece in line.pieces {
            self.marks.push(Mark::Text { x: x + piece.x, y, size, grey: 0, piece });
        }
    }

    /// Puts a short rule in the middle of the page.
    pub fn ornament(&mut self, y: f32, width: f32) {
        self.marks.push(Mark::Rule { x: (WIDTH - width) / 2.0, y, width, weight: 0.7 });
    }
}
