//! The embedded fonts: subsets of open families (SIL Open Font License, see `fonts/`), and their measures.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script};

use super::DemoError;
use super::text::Style;

/// EB Garamond, upright.
pub const GARAMOND: &[u8] = include_bytes!("fonts/EBGaramond-Regular.ttf");
/// EB Garamond, italic.
pub const GARAMOND_ITALIC: &[u8] = include_bytes!("fonts/EBGaramond-Italic.ttf");
/// EB Garamond, semibold.
pub const GARAMOND_SEMIBOLD: &[u8] = include_bytes!("fonts/EBGaramond-SemiBold.ttf");

/// Every font that covers may use, and the books' own.
pub const ALL: [&[u8]; 8] = [
    GARAMOND,
    GARAMOND_ITALIC,
    GARAMOND_SEMIBOLD,
    include_bytes!("fonts/Fraunces-Black.ttf"),
    include_bytes!("fonts/Jost-Medium.ttf"),
    include_bytes!("fonts/Jost-Bold.ttf"),
    include_bytes!("fonts/BarlowCondensed-SemiBold.ttf"),
    include_bytes!("fonts/DMMono-Regular.ttf"),
];

/// One font, ready to measure and to draw.
pub struct Typeface {
    /// The font as the PDF takes it.
    pub font: Font,
    shaper: Face<'static>,
    plan: ShapePlan,
}

/// Glyphs with their width, in units of the font size.
#[derive(Debug, Clone)]
pub struct Shaped {
    /// The glyphs; their ranges count bytes of the shaped text.
    pub glyphs: Vec<KrillaGlyph>,
    /// The sum of the advances.
    pub width: f32,
}

impl Typeface {
    fn load(data: &'static [u8], name: &'static str) -> Result<Self, DemoError> {
        let font = Font::new(data.to_vec().into(), 0).ok_or(DemoError::Font(name))?;
        let shaper = Face::from_slice(data, 0).ok_or(DemoError::Font(name))?;
        // Every text is Latin: the plan is made once and not for each word.
        let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, &[]);
        Ok(Typeface { font, shaper, plan })
    }

    /// Chooses and places the glyphs of `text`, kerned and with ligatures.
    pub fn shape(&self, text: &str) -> Shaped {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = rustybuzz::shape_with_plan(&self.shaper, &self.plan, buffer);
        let em = self.shaper.units_per_em() as f32;
        let clusters: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let mut glyphs = Vec::with_capacity(clusters.len());
        let mut width = 0.0;
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = info.cluster as usize;
            // A cluster ends where the next one starts; the last ends with the text.
            let end = clusters.iter().copied().filter(|&other| other > start).min().unwrap_or(text.len());
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
        Shaped { glyphs, width }
    }
}

/// The three cuts that a book is set in.
pub struct Typefaces {
    plain: Typeface,
    italic: Typeface,
    bold: Typeface,
}

impl Typefaces {
    /// Reads the embedded fonts.
    ///
    /// # Errors
    /// [`DemoError::Font`] for a font that can't be read.
    pub fn load() -> Result<Self, DemoError> {
        Ok(Typefaces {
            plain: Typeface::load(GARAMOND, "EB Garamond")?,
            italic: Typeface::load(GARAMOND_ITALIC, "EB Garamond Italic")?,
            bold: Typeface::load(GARAMOND_SEMIBOLD, "EB Garamond SemiBold")?,
        })
    }

    /// The cut for a style.
    pub fn of(&self, style: Style) -> &Typeface {
        match style {
            Style::Plain => &self.plain,
            Style::Italic => &self.italic,
            Style::Bold => &self.bold,
        }
    }
}
