//! The prices of the back office, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::RawStr;
use rocket::{State, get, post, routes};

use super::forms::PriceForm;
use super::pages::{PricePage, PriceRow, PricesPage};
use crate::accounts::guards::Admin;
use crate::admin::act::{Act, ActKind, Change, Doing};
use crate::catalog::Book;
use crate::checkout::Till;
use crate::money;
use crate::pricing::price_text::{self, PriceText};
use crate::web::error::OrNotFound as _;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// How many books a page of the list shows.
const PER_PAGE: u32 = 50;

/// The prices.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("prices", |rocket| async { rocket.mount("/admin/prices", routes![list, edit, change]) })
}

type Answer = FormAnswer<PricePage>;

/// The books with their prices.
#[get("/?<q>&<page>")]
async fn list(
    _admin: Admin,
    q: Option<&str>,
    page: Option<&str>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Html<PricesPage>> {
    let search: String = q.unwrap_or_default().trim().chars().take(200).collect();
    let page = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let asked = search.clone();
    let (pager, books, minimums) = till
        .db
        .read(move |conn| {
            let total = u64::try_from(price_text::count(conn, &asked)?).unwrap_or_default();
            let pager = Pagination::new(page, PER_PAGE, total);
            let (books, minimums) = price_text::list(conn, &asked, pager.offset(), i64::from(PER_PAGE))?;
            diesel::QueryResult::Ok((pager, books, minimums))
        })
        .await?;
    let address = format!("/admin/prices?q={}&page=", RawStr::new(&search).percent_encode());
    let books = books.iter().map(|book| PriceRow::new(book, minimums.get(&book.id).copied())).collect();
    Ok(Html::ok(PricesPage { layout, search, books, pager, address }))
}

/// The form for a book's price.
#[get("/<id>")]
async fn edit(_admin: Admin, id: String, layout: Layout, till: &State<Till>) -> web::Result<Html<PricePage>> {
    let (book, text) = till
        .db
        .read(move |conn| {
            let Some(book) = price_text::find(conn, &id)? else { return Ok(None) };
            let text = PriceText::of(conn, &book)?;
            diesel::QueryResult::Ok(Some((book, text)))
        })
        .await?
        .or_not_found()?;
    Ok(Html::ok(page_of(layout, book, text, Errors::none(), till)))
}

/// Changes a book's price, for sales from now on.
#[post("/<id>", data = "<form>")]
async fn change(
    admin: Admin,
    id: String,
    form: Form<PriceForm<'_>>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Answer> {
    let text = form.text();
    let book = till.db.read(move |conn| price_text::find(conn, &id)).await?.or_not_found()?;
    let new = match text.check(till.least()) {
        Ok(new) => new,
        Err(errors) => {
            return Ok(Answer::Page(Html::unprocessable(page_of(layout, book, text, errors, till))));
        }
    };
    let now = till.clock.now();
    let doing = Doing {
        kind: ActKind::Price,
        order: None,
        subject: format!("“{}”", book.title),
        detail: match new.minimum_minor {
            Some(_) => format!("Readers name the price; {} is suggested", new.price),
            None => format!("{}", new.price),
        },
    };
    let change = Change::new(money::shown(book.price_minor, &book.currency), doing.detail.clone());
    let id = book.id;
    till.db
        .write(move |conn| {
            let act = Act::begin(conn, &admin.0, &doing, now)?;
            Act::keep_change(conn, act, &change)?;
            new.save(conn, id, now)?;
            Act::end(conn, act, "Done")
        })
        .await?;
    Ok(Answer::Told(Flash::success(format!("The price of “{}” is changed.", book.title)).to("/admin/prices")))
}

fn page_of(layout: Layout, book: Book, text: PriceText, errors: Errors, till: &Till) -> PricePage {
    PricePage {
        layout,
        id: book.public_id,
        title: book.title,
        slug: book.slug,
        text,
        currency: till.currency.code(),
        errors,
    }
}
