//! A book's text as blocks and runs: the one form that both the PDF and the EPUB are made from.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A chapter: its title and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// The heading.
    pub title: String,
    /// Paragraphs and list items, in order.
    pub blocks: Vec<Block>,
}

/// A paragraph, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Which of the two.
    pub kind: BlockKind,
    /// Its words.
    pub runs: Vec<Run>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// One item of a list.
    Item,
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The words, with typographic quotation marks and dashes.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// The styles that the demo's books use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Upright.
    Plain,
    /// *Italic*.
    Italic,
    /// **Bold**.
    Bold,
}

/// The chapters of a source: each begins at a first-level heading. Text before the first is dropped.
pub fn chapters(markdown: &str) -> Vec<Chapter> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_SMART_PUNCTUATION) {
        reader.read(event);
    }
    reader.chapters
}

/// The words of a Markdown text, without its marks, on one line.
pub fn plain(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => words.push(' '),
            Event::End(TagEnd::Item) => words.push_str("; "),
            _ => {}
        }
    }
    words.trim_end_matches([' ', ';']).to_owned()
}

#[derive(Default)]
struct Reader {
    chapters: Vec<Chapter>,
    runs: Vec<Run>,
    italic: bool,
    bold: bool,
    in_item: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Emphasis) => self.italic = true,
            Event::End(TagEnd::Emphasis) => self.italic = false,
            Event::Start(Tag::Strong) => self.bold = true,
            Event::End(TagEnd::Strong) => self.bold = false,
            Event::Start(Tag::Item) => self.in_item = true,
            Event::Text(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::End(TagEnd::Heading(_)) => {
                let title = self.runs.drain(..).map(|run| run.text).collect();
                self.chapters.push(Chapter { title, blocks: Vec::new() });
            }
            Event::End(TagEnd::Paragraph) if !self.in_item => self.finish(BlockKind::Paragraph),
            Event::End(TagEnd::Item) => {
                self.in_item = false;
                self.finish(BlockKind::Item);
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        let style = match (self.bold, self.italic) {
            (true, _) => Style::Bold,
            (_, true) => Style::Italic,
            _ => Style::Plain,
        };
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.text.push_str(text),
            _ => self.runs.push(Run { text: text.to_owned(), style }),
        }
    }

    fn finish(&mut self, kind: BlockKind) {
        let runs = std::mem::take(&mut self.runs);
        if let Some(chapter) = self.chapters.last_mut() {
            chapter.blocks.push(Block { kind, runs });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_becomes_chapters_of_blocks() {
        let read = chapters("# One\n\n\"So,\" *she* said.\n\n- a\n- **b**\n\n# Two\n\nEnd.\n");
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].blocks.len(), 3);
        assert_eq!(read[0].blocks[0].runs[0].text, "“So,” ");
        assert_eq!(read[0].blocks[0].runs[1], Run { text: "she".into(), style: Style::Italic });
        assert_eq!(read[0].blocks[2].kind, BlockKind::Item);
        assert_eq!(read[0].blocks[2].runs[0].style, Style::Bold);
        assert_eq!(read[1].title, "Two");
    }

    #[test]
    fn plain_text_keeps_the_words_only() {
        assert_eq!(plain("One **two**\nthree.\n\n- four\n- five\n"), "One two three. four; five");
    }
}
