//! The catalogue: the home page, the list, the search, a book's page and its cover.

mod book;
mod cover;
mod home;
mod list;
mod many;
mod search;

use bookplate::catalog::{Category, CategoryId, ContributorRole, NewBook};

use crate::support::{Answer, TestShop};

/// A shelf of this name.
fn shelf(shop: &TestShop, name: &str) -> CategoryId {
    let name = name.to_owned();
    shop.run(move |conn| Category::find_or_create(conn, &name, "", 0)).id
}

/// Puts an author on a new book.
fn by(name: &str) -> impl FnOnce(&mut NewBook) {
    let name = name.to_owned();
    move |new| new.contributors = vec![(name, ContributorRole::Author)]
}

/// The titles of the cards on a page, in their order.
fn titles(answer: &Answer) -> Vec<String> {
    let page = answer.text();
    let after_link = |card: &str| {
        let start = card.find("<a ")? + card.get(card.find("<a ")?..)?.find('>')? + 1;
        let end = card.find("</a>")?;
        card.get(start..end).map(str::to_owned)
    };
    page.split("class=\"card-title\"").skip(1).filter_map(after_link).collect()
}

/// Text as a part of an address.
fn encoded(text: &str) -> String {
    rocket::http::RawStr::new(text).percent_encode().to_string()
}
