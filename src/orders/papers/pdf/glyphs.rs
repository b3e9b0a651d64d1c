//! Text as glyphs: each letter from the first font that has it, so that a name in any script can be written.
//!
//! The built-in fonts have Latin, Greek and Cyrillic. What no font has is drawn as the fonts' empty box; who copies
//! from the file still gets the letters.

use std::sync::Arc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};

use super::PdfError;

const PLAIN: &[u8] = include_bytes!("fonts/Commissioner-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/Commissioner-SemiBold.ttf");
const TITLE: &[u8] = include_bytes!("fonts/Vollkorn-SemiBold.ttf");

/// A built-in font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Title,
}

/// Letters that one font draws.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub font: Font,
    pub glyphs: Vec<KrillaGlyph>,
    pub text: String,
    /// In units of the font size.
    pub width: f32,
}

/// All fonts, in the order in which they are asked.
pub(super) struct Fonts<'d> {
    plain: One<'d>,
    bold: One<'d>,
    title: One<'d>,
    more: Vec<One<'d>>,
}

struct One<'d> {
    font: Font,
    face: Face<'d>,
}

impl<'d> Fonts<'d> {
    /// Reads the built-in fonts and the operator's.
    ///
    /// # Errors
    /// When a built-in one can't be read; the operator's were checked at the start, and are left out then.
    pub(super) fn load(more: &'d [Arc<Vec<u8>>]) -> Result<Self, PdfError> {
        let built_in = |data: &'static [u8]| {
            let font = Font::new(data.into(), 0).ok_or(PdfError::Font)?;
            Ok(One { font, face: Face::from_slice(data, 0).ok_or(PdfError::Font)? })
        };
        let more = more.iter().filter_map(|data| {
            let font = Font::new(Arc::clone(data).into(), 0)?;
            Some(One { font, face: Face::from_slice(data, 0)? })
        });
        Ok(Self {
            plain: built_in(PLAIN)?,
            bold: built_in(BOLD)?,
            title: built_in(TITLE)?,
            more: more.collect(),
        })
    }

    /// The glyphs of a text without line breaks, and their width in units of the font size.
    pub(super) fn shape(&self, style: Style, text: &str) -> (Vec<Run>, f32) {
        let mut parts: Vec<(usize, String)> = Vec::new();
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            let font = self.font_for(style, letter, parts.last().map(|(font, _)| *font));
            match parts.last_mut() {
                Some((last, part)) if *last == font => part.push(letter),
                _ => parts.push((font, letter.to_string())),
            }
        }
        let runs: Vec<Run> =
            parts.into_iter().filter_map(|(font, part)| Some(self.get(style, font)?.shape(part))).collect();
        let width = runs.iter().map(|run| run.width).sum();
        (runs, width)
    }

    /// The fonts of a style: its own, the plain one, the operator's.
    fn get(&self, style: Style, index: usize) -> Option<&One<'d>> {
        let own = match style {
            Style::Plain => &self.plain,
            Style::Bold => &self.bold,
            Style::Title => &self.title,
        };
        match index {
            0 => Some(own),
            1 => Some(&self.plain),
            more => self.more.get(more - 2),
        }
    }

    /// The first font that has the letter. Spaces and marks stay with the letters before them, where these have them.
    fn font_for(&self, style: Style, letter: char, last: Option<usize>) -> usize {
        let has =
            |index: usize| self.get(style, index).is_some_and(|one| one.face.glyph_index(letter).is_some());
        if let Some(last) = last
            && !letter.is_alphanumeric()
            && has(last)
        {
            return last;
        }
        (0..self.more.len() + 2).find(|index| has(*index)).unwrap_or(0)
    }
}

impl One<'_> {
    fn shape(&self, text: String) -> Run {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        if matches!(buffer.direction(), Direction::TopToBottom | Direction::BottomToTop | Direction::Invalid)
        {
            buffer.set_direction(Direction::LeftToRight);
        }
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let em = self.face.units_per_em() as f32;
        let clusters: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let mut width = 0.0;
        let mut glyphs = Vec::with_capacity(clusters.len());
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = info.cluster as usize;
            // A cluster ends where the next one starts; the last ends with the text.
            let end = clusters.iter().copied().filter(|other| *other > start).min().unwrap_or(text.len());
            let advance = position.x_advance as f32 / em;
            width += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                0.0,
                start..end,
                None,
            ));
        }
        Run { font: self.font.clone(), glyphs, text, width }
    }
}
