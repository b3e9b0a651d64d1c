//! The shop's first page.

use chrono::TimeDelta;

use super::{shelf, titles};
use crate::support::TestShop;

#[rocket::async_test]
async fn the_home_page_shows_what_is_new_each_category_and_what_is_free() {
    let shop = TestShop::new().await;
    let (poems, essays) = (shelf(&shop, "Poems"), shelf(&shop, "Essays"));
    shelf(&shop, "Empty shelf");
    for number in 1..=14 {
        shop.book(&format!("Poem {number:02}")).but(|new| new.categories = vec![poems]).publish();
        shop.clock.advance(TimeDelta::minutes(1));
    }
    shop.book("An essay").price(0).but(|new| new.categories = vec![essays]).publish();
    let page = shop.browser().get("/").await;
    page.assert_status(200).assert_shows("all 15 books").assert_shows("Free to take");
    let shown = titles(&page);
    let newest = shown.get(..6).unwrap();
    assert_eq!(newest.first().map(String::as_str), Some("An essay"));
    assert_eq!(newest.last().map(String::as_str), Some("Poem 10"));
    // Essays and Poems in the shop's order, six books of each at most, then the free one.
    let after: Vec<&str> = shown.iter().skip(6).map(String::as_str).collect();
    let poems = ["Poem 14", "Poem 13", "Poem 12", "Poem 11", "Poem 10", "Poem 09"];
    assert_eq!(after, [&["An essay"], &poems[..], &["An essay"]].concat());
    assert!(!page.text().contains("id=\"shelf-empty-shelf\""));
}
