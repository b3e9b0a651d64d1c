//! What these tests make: codes, bundles and books in a currency.

use bookplate::catalog::BookId;
use bookplate::db::schema::{code_uses, discount_codes};
use bookplate::money::{Currency, Money};
use bookplate::pricing::bundle::{BundleError, NewBundle};
use bookplate::pricing::code_text::CodeText;
use bookplate::pricing::{Bundle, Code, pay_what_you_want};
use diesel::prelude::*;

use crate::support::{TestBook, TestShop};

pub fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

/// A shop with prices in this currency.
pub async fn shop_in(code: &str) -> TestShop {
    let currency = currency(code);
    TestShop::with(move |settings| settings.currency = currency).await
}

pub fn book(shop: &TestShop, title: &str, minor: i64) -> TestBook {
    let currency = shop.settings.currency;
    shop.book(title).but(move |new| new.price = Money::new(minor, currency)).publish()
}

/// A code as an admin would type it.
pub fn code(shop: &TestShop, kind: &str, worth: &str, but: impl FnOnce(&mut CodeText)) -> Code {
    let mut text = CodeText {
        code: "Welcome10".to_owned(),
        kind: kind.to_owned(),
        worth: worth.to_owned(),
        ..CodeText::default()
    };
    but(&mut text);
    let (currency, now) = (shop.settings.currency, shop.clock.now());
    shop.run(move |conn| {
        let new = text.check(conn, currency)?.expect("the code is fine");
        Code::create(conn, &new, now)
    })
    .expect("the code is new")
}

pub fn bundle(shop: &TestShop, title: &str, minor: i64, books: &[&TestBook]) -> Bundle {
    let (currency, now) = (shop.settings.currency, shop.clock.now());
    let new = NewBundle {
        title: title.to_owned(),
        description: String::new(),
        price: Money::new(minor, currency),
        books: books.iter().map(|book| book.id).collect::<Vec<BookId>>(),
    };
    shop.run_with(move |conn| {
        let least = Money::new(1, currency);
        let bundle = Bundle::create(conn, &new, least, now)?;
        bundle.publish(conn, least, now)?;
        Ok::<_, BundleError>(bundle)
    })
    .expect("the bundle is fine")
}

/// Lets readers name the price of a book.
pub fn named(shop: &TestShop, book: &TestBook, minimum: i64) {
    let (id, now) = (book.id, shop.clock.now());
    shop.run(move |conn| pay_what_you_want::set(conn, id, Some(minimum), now));
}

/// How many slots the code counts, and where each order's slot is, the oldest first.
pub fn slots(shop: &TestShop, code: &Code) -> (i64, Vec<(String, bool)>) {
    let id = code.id;
    shop.run(move |conn| {
        let uses = discount_codes::table.find(id).select(discount_codes::uses).first(conn)?;
        let slots = code_uses::table
            .filter(code_uses::code_id.eq(id))
            .order(code_uses::id)
            .select((code_uses::state, code_uses::over_limit))
            .load(conn)?;
        Ok((uses, slots))
    })
}
