//! An EPUB's pages: XHTML made from the book's blocks, and the style sheet.

use super::books::{DemoBook, Extent};
use super::colophon::{self, IMPRINT, Words};
use super::epub_package::chapter_file;
use super::text::{Block, BlockKind, Chapter, Style};

/// The style sheet: modest, so that the reader's own settings win.
pub const STYLE: &str = "\
html { font-family: 'EB Garamond', Garamond, Georgia, serif; line-height: 1.45; }
body { margin: 0 5%; }
h1 { font-weight: normal; font-style: italic; font-size: 1.6em; text-align: center; margin: 3em 0 1.6em; }
h1 .number { display: block; font-style: normal; font-size: 0.62em; margin-bottom: 0.6em; }
p { margin: 0; text-indent: 1.4em; text-align: justify; }
h1 + p, ul + p, .flush { text-indent: 0; }
ul { margin: 0.8em 0; padding-left: 1.4em; }
.cover { margin: 0; text-align: center; }
.cover img { max-width: 100%; max-height: 100%; }
.title-page { text-align: center; margin-top: 18%; }
.title-page p { text-align: center; text-indent: 0; }
.title-page h1 { font-style: normal; font-size: 2.1em; margin: 1.2em 0 0.4em; }
.title-page .subtitle { font-style: italic; margin-bottom: 2em; }
.title-page .imprint { margin-top: 4em; letter-spacing: 0.15em; text-transform: uppercase; font-size: 0.8em; }
.colophon p { text-indent: 0; text-align: left; margin-bottom: 1em; font-size: 0.9em; }
";

/// Text made safe for XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(book: &DemoBook, title: &str, body: &str) -> String {
    let language = escape(&book.language);
    let title = escape(title);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
{body}
</html>
"#
    )
}

/// The page that shows the cover.
pub fn cover(book: &DemoBook, words: Words) -> String {
    let alt = escape(&format!("{}: {}, {}", words.cover, book.title, book.authors().join(", ")));
    let body = format!(
        r#"<body epub:type="cover"><section class="cover"><img src="cover.jpg" alt="{alt}"/></section></body>"#
    );
    page(book, words.cover, &body)
}

/// The title page.
pub fn title(book: &DemoBook, extent: Extent, words: Words) -> String {
    let mut body =
        String::from(r#"<body epub:type="frontmatter"><section class="title-page" epub:type="titlepage">"#);
    body.push_str(&format!("\n<p>{}</p>", escape(&book.authors().join(", "))));
    body.push_str(&format!("\n<h1>{}</h1>", escape(&book.title)));
    body.push_str(&format!("\n<p class=\"subtitle\">{}</p>", escape(&book.subtitle)));
    for credit in colophon::credits(book).into_iter().chain(colophon::series_line(book)) {
        body.push_str(&format!("\n<p>{}</p>", escape(&credit)));
    }
    if extent == Extent::Sample {
        body.push_str(&format!("\n<p><strong>{}</strong></p>", escape(words.sample)));
    }
    body.push_str(&format!("\n<p class=\"imprint\">{}</p>\n</section></body>", escape(IMPRINT)));
    page(book, &book.title, &body)
}

/// One chapter.
pub fn chapter(book: &DemoBook, chapter: &Chapter, number: usize) -> String {
    let mut body = format!(
        "<body epub:type=\"bodymatter\"><section epub:type=\"chapter\">\n<h1><span class=\"number\">{number}</span> {}</h1>\n",
        escape(&chapter.title)
    );
    let mut in_list = false;
    for block in &chapter.blocks {
        let item = block.kind == BlockKind::Item;
        if item != in_list {
            body.push_str(if item { "<ul>\n" } else { "</ul>\n" });
            in_list = item;
        }
        let tag = if item { "li" } else { "p" };
        body.push_str(&format!("<{tag}>{}</{tag}>\n", inline(block)));
    }
    if in_list {
        body.push_str("</ul>\n");
    }
    body.push_str("</section></body>");
    page(book, &chapter.title, &body)
}

fn inline(block: &Block) -> String {
    let styled = block.runs.iter().map(|run| {
        let text = escape(&run.text);
        match run.style {
            Style::Plain => text,
            Style::Italic => format!("<em>{text}</em>"),
            Style::Bold => format!("<strong>{text}</strong>"),
        }
    });
    styled.collect()
}

/// The imprint, at the end.
pub fn colophon(book: &DemoBook, extent: Extent, words: Words) -> String {
    let mut body = format!(
        "<body epub:type=\"backmatter\"><section class=\"colophon\" epub:type=\"colophon\">\n<h1>{}</h1>\n",
        escape(words.colophon)
    );
    for paragraph in colophon::paragraphs(book, extent) {
        body.push_str(&format!("<p>{}</p>\n", escape(&paragraph)));
    }
    body.push_str("</section></body>");
    page(book, words.colophon, &body)
}

/// The navigation document: contents and landmarks.
pub fn navigation(book: &DemoBook, extent: Extent, words: Words) -> String {
    let contents = escape(words.contents);
    let mut body = format!("<body>\n<nav epub:type=\"toc\" role=\"doc-toc\">\n<h1>{contents}</h1>\n<ol>\n");
    let mut entry = |file: &str, title: &str| {
        body.push_str(&format!("<li><a href=\"{file}\">{}</a></li>\n", escape(title)));
    };
    entry("title.xhtml", words.title_page);
    for (number, chapter) in (1..).zip(extent.of(book)) {
        entry(&chapter_file(number), &chapter.title);
    }
    entry("colophon.xhtml", words.colophon);
    let first = chapter_file(1);
    body.push_str(&format!(
        "</ol>\n</nav>\n<nav epub:type=\"landmarks\" hidden=\"hidden\">\n<ol>\n\
         <li><a epub:type=\"cover\" href=\"cover.xhtml\">{}</a></li>\n\
         <li><a epub:type=\"toc\" href=\"nav.xhtml\">{contents}</a></li>\n\
         <li><a epub:type=\"bodymatter\" href=\"{first}\">{}</a></li>\n</ol>\n</nav>\n</body>",
        escape(words.cover),
        escape(&book.title)
    ));
    page(book, words.contents, &body)
}
