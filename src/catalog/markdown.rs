//! Descriptions and release notes: Markdown in the database, safe HTML on the page, plain words in the search.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// What a description may hold: text with a little structure. No images, no raw HTML, no classes, no styles.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    cleaner
});

fn options() -> Options {
    Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION
}

/// `markdown` as HTML that is safe to put on a page. Its headings begin at the third level, below the page's own; raw
/// HTML in it is shown as the text it is.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, options()).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: lowered(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut unsafe_html = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut unsafe_html, events);
    CLEANER.clean(&unsafe_html).to_string()
}

/// The words of `markdown` without its marks, blocks apart from each other by a space.
#[must_use]
pub fn to_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableCell,
            ) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

/// The first words of `markdown` in at most `longest` characters, on one line; cut between words, with an ellipsis.
#[must_use]
pub fn summary(markdown: &str, longest: usize) -> String {
    let text = to_text(markdown);
    let mut summary = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let more = word.chars().count() + usize::from(length > 0);
        if length + more > longest {
            if length == 0 {
                summary.extend(word.chars().take(longest));
            }
            summary.push('…');
            break;
        }
        if length > 0 {
            summary.push(' ');
        }
        summary.push_str(word);
        length += more;
    }
    summary
}

const fn lowered(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => H3,
        H2 => H4,
        H3 => H5,
        H4 | H5 | H6 => H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_structure_below_the_pages_own_headings() {
        let html = to_html("# Part one\n\nA *fine* **book**, ~~cheap~~.\n\n- one\n- two\n\n> said someone");
        assert_eq!(
            html,
            "<h3>Part one</h3>\n<p>A <em>fine</em> <strong>book</strong>, <del>cheap</del>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<blockquote>\n<p>said someone</p>\n</blockquote>\n"
        );
    }

    #[test]
    fn nothing_that_runs_survives() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt&#58;alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:x)",
            "![x](https://tracker.example/x.png)",
            "<a href=\"https://x.example\" onclick=\"x()\">x</a>",
            "<svg/onload=alert(1)>",
            "<iframe src=//x.example></iframe>",
            "<p style=\"position:fixed\">x",
            "<javascript:alert(1)>",
        ] {
            let html = to_html(hostile);
            for tag in
                ["<script", "<img", "<svg", "<iframe", "<p style", "href=\"java", "href=\"data", "href=\"vb"]
            {
                assert!(!html.to_lowercase().contains(tag), "{hostile} → {html}");
            }
            assert!(!html.contains("<a href=\"https://x.example\" onclick"), "{hostile} → {html}");
        }
    }

    #[test]
    fn a_link_out_of_a_description_says_so_to_crawlers() {
        let html = to_html("[home](https://example.org/a?b=1&c=2)");
        assert!(html.contains("href=\"https://example.org/a?b=1&amp;c=2\""), "{html}");
        assert!(html.contains("rel=\"nofollow ugc noopener noreferrer\""), "{html}");
    }

    #[test]
    fn the_search_sees_words_and_no_marks() {
        let text = to_text(
            "# One\n\n**Two** [three](https://four.example)\n`five`\n\n<b>six</b>\n\n- seven\n- eight",
        );
        assert_eq!(
            text.split_whitespace().collect::<Vec<_>>(),
            ["One", "Two", "three", "five", "six", "seven", "eight"]
        );
    }

    #[test]
    fn a_summary_is_cut_between_words() {
        assert_eq!(summary("**One** two\n\nthree", 100), "One two three");
        assert_eq!(summary("One two three", 8), "One two…");
        assert_eq!(summary(&"x".repeat(50), 10), format!("{}…", "x".repeat(10)));
        assert_eq!(summary("", 10), "");
    }
}
