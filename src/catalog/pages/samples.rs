//! Every page of the catalogue at its extremes.

use super::*;
use crate::catalog::FormatRow;
use crate::catalog::book_page::Neighbour;
use crate::catalog::views::{CategoryLink, CreditView, SeriesLink};
use crate::web::layout::{LayoutCategory, LayoutFlash};

const HOSTILE: &str = "\"><script>alert('x')</script>&amp;<img src=x onerror=y>";

fn texts() -> [String; 4] {
    ["Emma".to_owned(), "very ".repeat(120), "x".repeat(400), HOSTILE.to_owned()]
}

fn layout(text: &str) -> Layout {
    Layout {
        shop_name: text.to_owned(),
        search: text.to_owned(),
        flash: Some(LayoutFlash { kind: "error", text: text.to_owned() }),
        categories: vec![LayoutCategory { slug: "a".to_owned(), name: text.to_owned() }],
        ..Layout::default()
    }
}

fn meta(text: &str) -> Meta {
    Meta { description: text.to_owned(), canonical: format!("/{text}"), kind: "book", ..Meta::default() }
}

fn card(text: &str, cover: &str) -> BookCard {
    BookCard {
        slug: "emma".to_owned(),
        title: text.to_owned(),
        contributors: text.to_owned(),
        price: "€4.99".to_owned(),
        cover: cover.to_owned(),
        owned: cover.is_empty(),
    }
}

fn bundle(text: &str) -> BundleCard {
    BundleCard {
        slug: "both".to_owned(),
        title: text.to_owned(),
        covers: vec![(String::new(), text.to_owned()), ("abc".to_owned(), text.to_owned())],
        count: 2,
        price: "€4.99".to_owned(),
        singly: "€9.98".to_owned(),
    }
}

fn shelf(text: &str, anchor: &str) -> Shelf {
    Shelf {
        name: text.to_owned(),
        anchor: anchor.to_owned(),
        address: "/books".to_owned(),
        books: vec![card(text, ""), card(text, "abc")],
    }
}

fn homes() -> Vec<HomePage> {
    let full = texts().map(|text| HomePage {
        layout: layout(&text),
        meta: meta(&text),
        newest: vec![card(&text, ""), card(&text, "abc")],
        shelves: vec![shelf(&text, "shelf-a"), shelf(&text, "free")],
        bundles: vec![bundle(&text)],
        book_count: i64::MAX,
    });
    let empty = HomePage {
        layout: Layout::default(),
        meta: meta(""),
        newest: Vec::new(),
        shelves: Vec::new(),
        bundles: Vec::new(),
        book_count: 0,
    };
    full.into_iter().chain([empty]).collect()
}

fn lists() -> Vec<ListPage> {
    let list = |text: &str, books: Vec<BookCard>, total: u64| ListPage {
        layout: layout(text),
        meta: meta(text),
        heading: text.to_owned(),
        eyebrow: "Search",
        text: text.to_owned(),
        bio: format!("<p>{}</p>", text.replace('<', "&lt;")),
        books,
        pager: Pagination::new(2, 24, total),
        address: "/books?page=".to_owned(),
        query: text.to_owned(),
        contributor: text.to_owned(),
        series: text.to_owned(),
        sort: "title",
        sorts: vec![("title", "By title"), ("price", "Cheapest first")],
        categories: vec![Choice { slug: "a".to_owned(), name: text.to_owned(), count: 3, current: true }],
    };
    let full = texts().map(|text| list(&text, vec![card(&text, ""), card(&text, "abc")], u64::MAX));
    let empty = [list("", Vec::new(), 0), list("nothing", Vec::new(), 0)];
    full.into_iter().chain(empty).collect()
}

fn view(text: &str) -> BookView {
    let beside = || Some(Neighbour { slug: "b".to_owned(), title: text.to_owned() });
    let row = FormatRow { name: "PDF".to_owned(), size: "1.2 GB".to_owned(), file_id: "f".to_owned() };
    let credit = CreditView { name: text.to_owned(), slug: "c".to_owned(), role: "edited by" };
    BookView {
        id: "p".to_owned(),
        slug: "emma".to_owned(),
        title: text.to_owned(),
        subtitle: text.to_owned(),
        cover: "abc".to_owned(),
        contributors: vec![credit.clone(), credit],
        series: Some(SeriesLink {
            name: text.to_owned(),
            slug: "s".to_owned(),
            number: "1".to_owned(),
            before: beside(),
            after: beside(),
        }),
        categories: vec![CategoryLink { name: text.to_owned(), slug: "k".to_owned() }],
        language: text.to_owned(),
        language_tag: text.to_owned(),
        published: "1 March 2026".to_owned(),
        edition: 2,
        release_notes_html: markdown::to_html(text),
        publisher: text.to_owned(),
        description_html: markdown::to_html(text),
        price: "€4.99".to_owned(),
        badge: "Draft",
        formats: vec![row.clone(), row.clone()],
        samples: vec![row],
    }
}

fn bare() -> BookView {
    BookView {
        subtitle: String::new(),
        cover: String::new(),
        contributors: Vec::new(),
        series: None,
        categories: Vec::new(),
        published: String::new(),
        edition: 0,
        release_notes_html: String::new(),
        publisher: String::new(),
        description_html: String::new(),
        price: String::new(),
        badge: "",
        formats: Vec::new(),
        samples: Vec::new(),
        ..view("Bare")
    }
}

fn books() -> Vec<BookPage> {
    let offers = [
        Offer::Owned,
        Offer::Given,
        Offer::Mine,
        Offer::Preview,
        Offer::Free,
        Offer::Buy,
        Offer::InCart,
        Offer::Archived,
        Offer::Unavailable,
    ];
    let mut pages = Vec::new();
    for offer in offers {
        for book in texts().iter().map(|text| view(text)).chain([bare()]) {
            let more = vec![shelf(&book.title, "series"), shelf(&book.title, "author")];
            let named = NamedView {
                typed: book.title.clone(),
                hint: book.title.clone(),
                currency: "EUR",
                error: book.subtitle.clone(),
            };
            pages.push(BookPage {
                layout: layout(&book.title),
                meta: meta(&book.title),
                named: (!book.title.starts_with("very")).then_some(named),
                bundles: vec![bundle(&book.title)],
                book,
                offer,
                can_give: offer.is_theirs(),
                is_preview: offer == Offer::Preview,
                more,
            });
        }
    }
    pages
}

/// What is wrong with the structure of a page: tags that are not closed in order, and ids that come twice.
fn faults(html: &str) -> Vec<String> {
    const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "hr"];
    let (mut open, mut ids, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('!') || VOID.contains(&name.as_str()) {
            // Nothing to close.
        } else if tag.starts_with('/') {
            let last = open.pop();
            if last.as_ref() != Some(&name) {
                faults.push(format!("</{name}> closes {last:?}"));
            }
        } else {
            open.push(name);
        }
        if let Some((id, _)) = tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"')) {
            if ids.contains(&id) {
                faults.push(format!("two elements are called {id}"));
            }
            ids.push(id);
        }
    }
    faults.extend(open.into_iter().map(|name| format!("<{name}> is never closed")));
    faults
}

#[test]
fn every_page_is_sound_whatever_it_shows() {
    let homes = homes().into_iter().map(|page| page.render());
    let lists = lists().into_iter().map(|page| page.render());
    let books = books().into_iter().map(|page| page.render());
    for html in homes.chain(lists).chain(books) {
        let html = html.unwrap();
        assert_eq!(faults(&html), Vec::<String>::new(), "{html}");
        for word in ["<script", "<img src=x", " style=", "href=\"\""] {
            assert!(!html.contains(word), "{word} in\n{html}");
        }
    }
}

#[test]
fn a_download_is_shown_exactly_where_the_offer_opens_the_book() {
    for mut page in books().into_iter().filter(|page| !page.book.formats.is_empty()) {
        page.book.samples.clear();
        let opens = page.offer.opens();
        assert_eq!(page.render().unwrap().contains("href=\"/download/"), opens);
    }
}
