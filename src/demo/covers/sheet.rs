//! A sheet to draw on: SVG, 600 wide and 900 high, with the few shapes that the covers need.

use super::super::epub_pages::escape;

/// The sheet's width in its own units.
pub const WIDTH: u32 = 600;
/// The sheet's height in its own units.
pub const HEIGHT: u32 = 900;

/// A drawing in progress.
pub struct Sheet {
    svg: String,
}

/// How a line of type looks.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    family: &'static str,
    weight: u16,
    italic: bool,
    size: f32,
    tracking: f32,
    colour: &'static str,
    anchor: &'static str,
}

impl Type {
    fn new(family: &'static str, weight: u16, size: f32, colour: &'static str) -> Self {
        Type { family, weight, italic: false, size, tracking: 0.0, colour, anchor: "start" }
    }
    /// A soft, heavy serif for titles.
    pub fn fraunces(size: f32, colour: &'static str) -> Self {
        Type::new("Fraunces", 900, size, colour)
    }
    /// The book face.
    pub fn garamond(size: f32, colour: &'static str) -> Self {
        Type::new("EB Garamond", 400, size, colour)
    }
    /// A bold geometric sans.
    pub fn jost(size: f32, colour: &'static str) -> Self {
        Type::new("Jost", 700, size, colour)
    }
    /// The same, lighter.
    pub fn jost_medium(size: f32, colour: &'static str) -> Self {
        Type::new("Jost", 500, size, colour)
    }
    /// A narrow sans for small capitals.
    pub fn barlow(size: f32, colour: &'static str) -> Self {
        Type::new("Barlow Condensed", 600, size, colour)
    }
    /// A typewriter for labels.
    pub fn mono(size: f32, colour: &'static str) -> Self {
        Type::new("DM Mono", 400, size, colour)
    }
    /// Slanted.
    pub fn italic(self) -> Self {
        Type { italic: true, ..self }
    }
    /// Letters further apart, in the sheet's units.
    pub fn tracked(self, tracking: f32) -> Self {
        Type { tracking, ..self }
    }
    /// Set around its x.
    pub fn centred(self) -> Self {
        Type { anchor: "middle", ..self }
    }
    /// Set up to its x.
    pub fn right(self) -> Self {
        Type { anchor: "end", ..self }
    }
}

impl Sheet {
    /// A sheet of one colour.
    pub fn new(ground: &str) -> Self {
        let mut sheet = Sheet {
            svg: format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">"#
            ),
        };
        sheet.rect(0.0, 0.0, WIDTH as f32, HEIGHT as f32, ground);
        sheet
    }

    /// Anything that has no method of its own.
    pub fn raw(&mut self, svg: &str) {
        self.svg.push_str(svg);
    }

    /// A filled rectangle.
    pub fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: &str) {
        self.raw(&format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#));
    }

    /// A filled circle.
    pub fn circle(&mut self, x: f32, y: f32, radius: f32, fill: &str) {
        self.raw(&format!(r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>"#));
    }

    /// A circle's line.
    pub fn ring(&mut self, x: f32, y: f32, radius: f32, stroke: &str, weight: f32) {
        self.raw(&format!(
            r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{stroke}" stroke-width="{weight}"/>"#
        ));
    }

    /// A filled path.
    pub fn shape(&mut self, path: &str, fill: &str) {
        self.raw(&format!(r#"<path d="{path}" fill="{fill}"/>"#));
    }

    /// A drawn path with round ends.
    pub fn stroke(&mut self, path: &str, stroke: &str, weight: f32) {
        self.raw(&format!(
            r#"<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{weight}" stroke-linecap="round" stroke-linejoin="round"/>"#
        ));
    }

    /// A line of type on the baseline `y`.
    pub fn text(&mut self, x: f32, y: f32, look: Type, text: &str) {
        let Type { family, weight, size, tracking, colour, anchor, .. } = look;
        let slant = if look.italic { "italic" } else { "normal" };
        // Tracking adds space after the last letter too: take half of it back from centred lines.
        let x = if anchor == "middle" { x + tracking / 2.0 } else { x };
        self.raw(&format!(
            r#"<text x="{x}" y="{y}" font-family="{family}" font-weight="{weight}" font-style="{slant}" font-size="{size}" letter-spacing="{tracking}" fill="{colour}" text-anchor="{anchor}">{}</text>"#,
            escape(text)
        ));
    }

    /// Several lines of type, `leading` apart.
    pub fn lines(&mut self, x: f32, y: f32, leading: f32, look: Type, lines: &[&str]) {
        for (row, line) in (0u8..).zip(lines) {
            self.text(x, y + leading * f32::from(row), look, line);
        }
    }

    /// The drawing as a whole SVG document.
    pub fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}
