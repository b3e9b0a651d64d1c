//! The catalogue, as it is reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Redirect;
use rocket::tokio::task::spawn_blocking;
use rocket::{State, get, post, routes};

use super::book_page::BookDetails;
use super::forms::{AmountForm, ListForm, address, address_of};
use super::home::Home;
use super::listing::{ListQuery, Listing};
use super::pages::{BookPage, HomePage, ListPage};
use super::responder::Picture;
use super::{Book, CoverImage};
use crate::accounts::guards::Publisher;
use crate::checkout::Till;
use crate::checkout::cart::{self, CartError, Wish};
use crate::checkout::guards::KeptOwner;
use crate::config::Settings;
use crate::db::Db;
use crate::permission::Viewer;
use crate::storage::{StorageKey, Store, StoreError};
use crate::web::error::OrNotFound as _;
use crate::web::{self, Flash, FormAnswer, Html, Layout};

/// The catalogue.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("catalog", |rocket| async {
        rocket.mount("/", routes![home, list, book, preview, buy_at, cover])
    })
}

/// The shop's first page.
#[get("/")]
async fn home(
    layout: Layout,
    viewer: Viewer,
    settings: &State<Settings>,
    db: &State<Db>,
) -> web::Result<Html<HomePage>> {
    let currency = settings.currency;
    let home = db.read(move |conn| Home::load(conn, &viewer, currency)).await?;
    Ok(Html::ok(HomePage::new(layout, home, |path| settings.base_url.join(path))))
}

/// The list of books, narrowed, ordered and paged as the address says.
#[get("/books?<form..>")]
async fn list(
    form: ListForm<'_>,
    layout: Layout,
    viewer: Viewer,
    settings: &State<Settings>,
    db: &State<Db>,
) -> web::Result<Result<Html<ListPage>, Redirect>> {
    let query = ListQuery::from(form);
    let (query, listing, renamed) = db
        .read(move |conn| {
            let listing = Listing::load(conn, &query, &viewer)?;
            let renamed = if listing.is_none() { query.renamed(conn)? } else { None };
            diesel::QueryResult::Ok((query, listing, renamed))
        })
        .await?;
    if let Some(renamed) = renamed {
        return Ok(Err(Redirect::moved(address_of(&renamed))));
    }
    let listing = listing.or_not_found()?;
    let address = address(&query, listing.sort, listing.natural);
    Ok(Ok(Html::ok(ListPage::new(layout, query, listing, address, |path| settings.base_url.join(path)))))
}

/// One book.
#[get("/books/<slug>")]
async fn book(
    slug: String,
    layout: Layout,
    viewer: Viewer,
    owner: cart::Owner,
    settings: &State<Settings>,
    db: &State<Db>,
) -> web::Result<Html<BookPage>> {
    let currency = settings.currency;
    let details = db
        .read(move |conn| {
            let in_cart = |conn: &mut _, book| cart::contains(conn, &owner, book);
            BookDetails::load(conn, &slug, &viewer, currency, in_cart)
        })
        .await?
        .or_not_found()?;
    Ok(Html::ok(BookPage::new(layout, details, |path| settings.base_url.join(path))))
}

/// A book's page as customers will see it, for its publisher and admins.
#[get("/books/<slug>/preview")]
async fn preview(
    account: Publisher,
    slug: String,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Html<BookPage>> {
    let (currency, now) = (till.currency, till.clock.now());
    let details = till
        .db
        .read(move |conn| BookDetails::preview(conn, &slug, &account.0, currency, now))
        .await?
        .or_not_found()?;
    Ok(Html::ok(BookPage::new(layout, details, |path| till.base_url.join(path)).as_preview()))
}

/// What the form of a book whose price readers name answers.
type Named = FormAnswer<BookPage>;

/// Puts a book in the cart at the price that its reader names.
#[post("/books/<slug>/cart", data = "<form>")]
async fn buy_at(
    slug: String,
    form: Form<AmountForm<'_>>,
    layout: Layout,
    viewer: Viewer,
    owner: KeptOwner,
    till: &State<Till>,
) -> web::Result<Named> {
    let (typed, least, now) = (form.amount.to_owned(), till.least(), till.clock.now());
    let KeptOwner(owner) = owner;
    let (adding, asking, page) = (owner.clone(), viewer.clone(), slug.clone());
    let added = till
        .db
        .write(move |conn| {
            let book = Book::find_by_slug(conn, &slug)?.ok_or(CartError::NotForSale)?;
            let wish = Wish { amount: Some(&typed), ..Wish::default() };
            cart::add(conn, &adding, &asking, &book.public_id, wish, least, now)
        })
        .await;
    let sentence = match added {
        Ok((_, cart::Added::Owned | cart::Added::Free)) => {
            return Ok(Named::Told(
                Flash::info("There is nothing to pay for this book.").to(format!("/books/{page}")),
            ));
        }
        Ok((book, _)) => {
            let news = format!("“{}” is in your cart at your price.", book.title);
            return Ok(Named::Told(Flash::success(news).to("/cart")));
        }
        Err(CartError::Named(wrong)) => wrong.to_string(),
        Err(CartError::Database(error)) => return Err(error.into()),
        Err(error) => return Ok(Named::Told(Flash::error(error.to_string()).to("/cart"))),
    };
    let currency = till.currency;
    let details = till
        .db
        .read(move |conn| {
            let in_cart = |conn: &mut _, book| cart::contains(conn, &owner, book);
            BookDetails::load(conn, &page, &viewer, currency, in_cart)
        })
        .await?
        .or_not_found()?;
    let page = BookPage::new(layout, details, |path| till.base_url.join(path));
    Ok(Named::Page(Html::unprocessable(page.with_amount(form.amount, sentence))))
}

/// A cover in one of the widths and formats that it was made in.
#[get("/covers/<id>/<name>")]
async fn cover(id: String, name: &str, db: &State<Db>, store: &State<Store>) -> web::Result<Picture> {
    let (width, media_type) = match name.rsplit_once('.').or_not_found()? {
        (width, "webp") => (width, "image/webp"),
        (width, "jpg") => (width, "image/jpeg"),
        _ => return Err(web::Error::not_found()),
    };
    let width: i32 = plain_number(width).or_not_found()?;
    let etag = format!("\"{id}-{name}\"");
    let image = db.read(move |conn| CoverImage::find(conn, &id, width, media_type)).await?.or_not_found()?;
    let (store, media_type) = (store.inner().clone(), image.media_type.clone());
    let bytes = spawn_blocking(move || bytes_of(&store, &image)).await.map_err(web::Error::internal)?;
    let bytes =
        bytes.map_err(|cause| web::Error::bad_gateway("This picture can't be shown just now.", cause))?;
    Ok(Picture { bytes, media_type, etag })
}

/// A number as we write it ourselves: `480`, but neither `+480` nor `0480`, so that a picture has one address.
fn plain_number(text: &str) -> Option<i32> {
    text.parse().ok().filter(|number: &i32| number.to_string() == text)
}

/// The whole picture; the shop made it itself, so it is small.
fn bytes_of(store: &Store, image: &CoverImage) -> Result<Vec<u8>, CoverError> {
    let key: StorageKey = image.storage_key.parse()?;
    let length = u64::try_from(image.byte_length).unwrap_or(0);
    Ok(store.read(&key, length)?)
}

/// Why a picture can't be shown; for the log.
#[derive(Debug, thiserror::Error)]
enum CoverError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a cover's storage key is none")]
    Key(#[from] crate::storage::InvalidKey),
}
