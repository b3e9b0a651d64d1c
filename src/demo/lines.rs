//! Breaking a paragraph into lines: the breaks are chosen for the whole paragraph at once, so that the spaces
//! stay even (the idea of Knuth and Plass, without hyphenation).

use krilla::text::KrillaGlyph;

use super::fonts::Typefaces;
use super::text::{Run, Style};

/// A space may shrink to this part of its width.
const TIGHTEST: f32 = 0.78;
/// A space wider than this many normal ones looks worse than a ragged edge: the line is left short.
const LOOSEST: f32 = 2.4;

/// A stretch of glyphs in one style, at a place on its line.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The cut.
    pub style: Style,
    /// Points from the line's start.
    pub x: f32,
    /// The words, for whoever copies from the file.
    pub text: String,
    /// The glyphs, in units of the font size.
    pub glyphs: Vec<KrillaGlyph>,
}

/// One set line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is on it, from left to right.
    pub pieces: Vec<Piece>,
    /// Its width in points.
    pub width: f32,
}

/// The measure that a paragraph is set to, in points.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// The length of a line.
    pub width: f32,
    /// How much shorter the first line is.
    pub indent: f32,
    /// The font size.
    pub size: f32,
    /// Whether both edges are straight.
    pub justified: bool,
}

/// What stays together on a line: a word, or the part of one up to a dash or hyphen.
struct Word {
    pieces: Vec<Piece>,
    width: f32,
    space_after: bool,
}

/// Sets `runs` to `measure`.
pub fn set(faces: &Typefaces, runs: &[Run], measure: Measure) -> Vec<Line> {
    let words = words(faces, runs, measure.size);
    let space = faces.of(Style::Plain).shape(" ").width * measure.size;
    let ends = breaks(&words, space, measure);
    let mut lines = Vec::with_capacity(ends.len());
    let mut start = 0;
    for (number, &end) in ends.iter().enumerate() {
        let indent = if number == 0 { measure.indent } else { 0.0 };
        let last = end == words.len();
        let on_line = words.get(start..end).unwrap_or_default();
        let (natural, spaces) = extent(on_line, space);
        let missing = measure.width - indent - natural;
        let even = if spaces == 0 { space } else { space + missing / spaces as f32 };
        let loose = even > space * LOOSEST;
        let gap = if !measure.justified || (last && missing > 0.0) || loose { space } else { even };
        lines.push(fill(faces, on_line, indent, gap, measure.size));
        start = end;
    }
    lines
}

/// The natural width of words on one line, and how many spaces lie between them.
fn extent(words: &[Word], space: f32) -> (f32, usize) {
    let width: f32 = words.iter().map(|word| word.width).sum();
    let spaces = words.split_last().map_or(0, |(_, rest)| rest.iter().filter(|w| w.space_after).count());
    (width + spaces as f32 * space, spaces)
}

/// Where each line ends, as counts of words, with the least sum of badness.
fn breaks(words: &[Word], space: f32, measure: Measure) -> Vec<usize> {
    // best[i]: the least badness of lines that hold the first i words, and where the last of them starts.
    let mut best: Vec<(f32, usize)> = vec![(0.0, 0)];
    for end in 1..=words.len() {
        let mut choice = (f32::INFINITY, end - 1);
        for start in (0..end).rev() {
            let indent = if start == 0 { measure.indent } else { 0.0 };
            let (natural, spaces) = extent(words.get(start..end).unwrap_or_default(), space);
            let room = measure.width - indent - natural;
            let tightest = if measure.justified { spaces as f32 * space * (TIGHTEST - 1.0) } else { 0.0 };
            if room < tightest && start + 1 < end {
                break;
            }
            let before = best.get(start).map_or(f32::INFINITY, |entry| entry.0);
            let total = before + badness(room, spaces, space, end == words.len());
            if total < choice.0 {
                choice = (total, start);
            }
        }
        best.push(choice);
    }
    let mut ends = Vec::new();
    let mut end = words.len();
    while end > 0 {
        ends.push(end);
        end = best.get(end).map_or(0, |entry| entry.1);
    }
    ends.reverse();
    ends
}

fn badness(room: f32, spaces: usize, space: f32, last: bool) -> f32 {
    if last && room >= 0.0 {
        return 0.0;
    }
    let stretch = room / (space * spaces.max(1) as f32);
    let stretch = if stretch < 0.0 { stretch / (1.0 - TIGHTEST) * 0.5 } else { stretch };
    1.0 + 40.0 * stretch.abs().powi(3)
}

/// Puts words on a line; neighbours of one style become one piece with real spaces in its text.
fn fill(faces: &Typefaces, words: &[Word], indent: f32, gap: f32, size: f32) -> Line {
    let mut line = Line { pieces: Vec::new(), width: indent };
    let mut pending_space = false;
    for word in words {
        for piece in &word.pieces {
            append(&mut line, faces, piece, pending_space.then_some(gap), size);
            pending_space = false;
        }
        pending_space = word.space_after;
    }
    line
}

fn append(line: &mut Line, faces: &Typefaces, piece: &Piece, gap: Option<f32>, size: f32) {
    if let Some(gap) = gap {
        // The space belongs to the piece before it, so that copied text keeps its words apart.
        if let Some(before) = line.pieces.last_mut() {
            let at = before.text.len();
            before.text.push(' ');
            for mut glyph in faces.of(before.style).shape(" ").glyphs {
                glyph.x_advance = gap / size;
                glyph.text_range = at..at + 1;
                before.glyphs.push(glyph);
            }
        }
        line.width += gap;
    }
    let width: f32 = piece.glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size;
    match line.pieces.last_mut() {
        Some(before) if before.style == piece.style => {
            let offset = before.text.len();
            before.text.push_str(&piece.text);
            before.glyphs.extend(piece.glyphs.iter().cloned().map(|mut glyph| {
                glyph.text_range = glyph.text_range.start + offset..glyph.text_range.end + offset;
                glyph
            }));
        }
        _ => line.pieces.push(Piece { x: line.width, ..piece.clone() }),
    }
    line.width += width;
}

/// Cuts runs into words, and words after a dash or an inner hyphen.
fn words(faces: &Typefaces, runs: &[Run], size: f32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut parts: Vec<(Style, String)> = Vec::new();
    let mut finish = |parts: &mut Vec<(Style, String)>, space_after: bool| {
        if parts.is_empty() {
            return;
        }
        let pieces: Vec<Piece> = parts
            .drain(..)
            .map(|(style, text)| Piece { style, x: 0.0, glyphs: faces.of(style).shape(&text).glyphs, text })
            .collect();
        let width = pieces.iter().flat_map(|piece| &piece.glyphs).map(|glyph| glyph.x_advance).sum::<f32>();
        words.push(Word { pieces, width: width * size, space_after });
    };
    let mut letters_before = false;
    for run in runs {
        for letter in run.text.chars() {
            if letter == ' ' || letter == '\n' {
                finish(&mut parts, true);
                letters_before = false;
                continue;
            }
            match parts.last_mut() {
                Some((style, text)) if *style == run.style => text.push(letter),
                _ => parts.push((run.style, letter.to_string())),
            }
            if matches!(letter, '-' | '–' | '—') && letters_before {
                finish(&mut parts, false);
            }
            letters_before = letter.is_alphabetic();
        }
    }
    finish(&mut parts, false);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, justified: bool) -> Vec<Line> {
        let faces = Typefaces::load().unwrap();
        let runs = [Run { text: text.to_owned(), style: Style::Plain }];
        set(&faces, &runs, Measure { width: 290.0, indent: 12.0, size: 11.0, justified })
    }

    const TEXT: &str = "Fog on Carrow came in the way a cat comes in, without asking and all at once. By six in \
                        the evening she could not see the end of her own quay, nor the boats on it.";

    #[test]
    fn justified_lines_reach_the_edge_but_for_the_last() {
        let set = lines(TEXT, true);
        let (last, full) = set.split_last().unwrap();
        assert!(full.len() > 1);
        assert!(full.iter().all(|line| (line.width - 290.0).abs() < 0.1), "{set:?}");
        assert!(last.width <= 290.1);
    }

    #[test]
    fn no_word_is_lost_between_lines() {
        let set = lines(TEXT, false);
        let words: Vec<String> =
            set.iter().flat_map(|line| &line.pieces).map(|piece| piece.text.trim().to_owned()).collect();
        assert_eq!(words.join(" "), TEXT);
        assert!(set.iter().all(|line| line.width <= 290.1));
    }

    #[test]
    fn a_word_that_is_too_long_gets_its_own_line() {
        let set =
            lines("A Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenhut came.", true);
        assert_eq!(set.len(), 3);
    }
}
