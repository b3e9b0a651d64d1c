//! The shop's look: what a page or a style sheet names is there, and it stays light.

use super::{assert_none, files, root};

/// What follows each `before` in `text`, up to `end`.
fn named<'t>(text: &'t str, before: &'t str, end: char) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(end)).map(|(name, _)| name)
}

#[test]
fn every_icon_that_a_page_shows_is_in_the_sprite() {
    let sprite = std::fs::read_to_string(root().join("static/icons.svg")).unwrap();
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        for name in named(&text, "icon(\"", '"') {
            if !sprite.contains(&format!("<symbol id=\"{name}\"")) {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    assert_none("an icon is a symbol of static/icons.svg", &wrong);
}

#[test]
fn every_file_that_a_page_or_a_style_sheet_loads_is_there() {
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        for address in named(&text, "{{ \"", '}') {
            if let Some((name, _)) = address.split_once("\"|asset")
                && !root().join("static").join(name).is_file()
            {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    for (path, text) in files("static/css", ".css") {
        for name in named(&text, "url(\"", '"') {
            if !root().join("static/css").join(name).is_file() {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    assert_none("a name that the page would ask for in vain", &wrong);
}

#[test]
fn the_style_sheets_stay_below_72_kilobytes() {
    let bytes: usize = files("static/css", ".css").iter().map(|(_, text)| text.len()).sum();
    assert!(bytes < 72_000, "static/css has {bytes} bytes");
}
