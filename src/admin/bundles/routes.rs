//! The bundles of the back office, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::{BundleForm, PublishForm};
use super::pages::{BundlePage, BundleRow, BundlesPage};
use crate::accounts::Account;
use crate::accounts::guards::Admin;
use crate::admin::act::{Act, ActKind, Change, Doing};
use crate::checkout::Till;
use crate::db::{Conn, Timestamp};
use crate::money;
use crate::pricing::Bundle;
use crate::pricing::bundle::BundleError;
use crate::pricing::bundle_text::{BundleText, SaveError};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// How many bundles a page of the list has.
const PER_PAGE: u32 = 50;

/// The bundles.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office's bundles", |rocket| async {
        rocket.mount("/admin/bundles", routes![list, blank, create, edit, change, publish])
    })
}

type Answer = FormAnswer<BundlePage>;

/// The bundles, the newest first.
#[get("/?<page>")]
async fn list(
    _admin: Admin,
    layout: Layout,
    till: &State<Till>,
    page: Option<u32>,
) -> web::Result<Html<BundlesPage>> {
    let read = till.db.read(move |conn| {
        let total = u64::try_from(Bundle::count(conn)?).unwrap_or_default();
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let bundles = Bundle::page(conn, pager.offset(), i64::from(PER_PAGE))?;
        diesel::QueryResult::Ok((bundles, pager))
    });
    let (bundles, pager) = read.await?;
    Ok(Html::ok(BundlesPage { layout, bundles: bundles.iter().map(BundleRow::from).collect(), pager }))
}

/// The form for a new bundle.
#[get("/new")]
async fn blank(_admin: Admin, layout: Layout, till: &State<Till>) -> Html<BundlePage> {
    Html::ok(page(layout, None, BundleText::default(), Errors::none(), till))
}

/// Makes a bundle, which is not for sale yet.
#[post("/", data = "<form>")]
async fn create(
    admin: Admin,
    form: Form<BundleForm<'_>>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Answer> {
    let (text, least, now) = (form.text(), till.least(), till.clock.now());
    let typed = text.clone();
    let saved = till
        .db
        .write(move |conn| {
            let bundle = text.save(conn, None, least, now)?;
            note(conn, &admin.0, &bundle, "Made", None, now)?;
            Ok::<_, SaveError>(bundle)
        })
        .await;
    match saved {
        Ok(bundle) => {
            let news = format!("The bundle “{}” is made. It is not for sale yet.", bundle.title);
            Ok(Answer::Told(Flash::success(news).to(format!("/admin/bundles/{}", bundle.public_id))))
        }
        Err(SaveError::Form(errors)) => {
            Ok(Answer::Page(Html::unprocessable(page(layout, None, typed, errors, till))))
        }
        Err(SaveError::Database(error)) => Err(error.into()),
    }
}

/// A bundle and its form.
#[get("/<id>")]
async fn edit(
    _admin: Admin,
    id: String,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Html<BundlePage>> {
    let currency = till.currency;
    let (bundle, text) = till
        .db
        .read(move |conn| {
            let Some(bundle) = Bundle::find_by_public_id(conn, &id)? else { return Ok(None) };
            let text = BundleText::of(conn, &bundle, currency)?;
            diesel::QueryResult::Ok(Some((bundle, text)))
        })
        .await?
        .or_not_found()?;
    Ok(Html::ok(page(layout, Some(&bundle), text, Errors::none(), till)))
}

/// Changes a bundle, for sales from now on.
#[post("/<id>", data = "<form>")]
async fn change(
    admin: Admin,
    id: String,
    form: Form<BundleForm<'_>>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Answer> {
    let (text, least, now) = (form.text(), till.least(), till.clock.now());
    let typed = text.clone();
    let bundle = till.db.read(move |conn| Bundle::find_by_public_id(conn, &id)).await?.or_not_found()?;
    let (changing, before) = (bundle.clone(), bundle.clone());
    let saved = till
        .db
        .write(move |conn| {
            let bundle = text.save(conn, Some(changing), least, now)?;
            let change = Change::new(shown(&before), shown(&bundle));
            note(conn, &admin.0, &bundle, "Changed", Some(&change), now)?;
            Ok::<_, SaveError>(())
        })
        .await;
    match saved {
        Ok(()) => Ok(Answer::Told(Flash::success("The bundle is changed.").to("/admin/bundles"))),
        Err(SaveError::Form(errors)) => {
            Ok(Answer::Page(Html::unprocessable(page(layout, Some(&bundle), typed, errors, till))))
        }
        Err(SaveError::Database(error)) => Err(error.into()),
    }
}

/// Puts a bundle on sale, or takes it off the shelves.
#[post("/<id>/publish", data = "<form>")]
async fn publish(
    admin: Admin,
    id: String,
    form: Form<PublishForm>,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let (on, least, now) = (form.on, till.least(), till.clock.now());
    let back = format!("/admin/bundles/{id}");
    let done = till
        .db
        .write(move |conn| {
            let bundle = Bundle::find_by_public_id(conn, &id)?.ok_or(BundleError::Gone)?;
            if on {
                bundle.publish(conn, least, now)?;
            } else {
                bundle.unpublish(conn, now)?;
            }
            let (what, change) = match on {
                true => ("Put on sale", Change::new("Not for sale", "For sale")),
                false => ("Taken off the shelves", Change::new("For sale", "Not for sale")),
            };
            note(conn, &admin.0, &bundle, what, Some(&change), now)?;
            Ok::<_, BundleError>(())
        })
        .await;
    match done {
        Ok(()) if on => Ok(Flash::success("The bundle is for sale.").to(back)),
        Ok(()) => Ok(Flash::success("The bundle is off the shelves.").to(back)),
        Err(BundleError::Gone) => Err(web::Error::not_found()),
        Err(BundleError::Database(error)) => Err(error.into()),
        Err(wrong) => Ok(Flash::error(wrong.to_string()).to(back)),
    }
}

fn page(
    layout: Layout,
    bundle: Option<&Bundle>,
    text: BundleText,
    errors: Errors,
    till: &Till,
) -> BundlePage {
    BundlePage { layout, row: bundle.map(BundleRow::from), text, currency: till.currency.code(), errors }
}

/// A bundle, as the log has it.
fn shown(bundle: &Bundle) -> String {
    format!("“{}”, {}", bundle.title, money::shown(bundle.price_minor, &bundle.currency))
}

fn note(
    conn: &mut Conn,
    by: &Account,
    bundle: &Bundle,
    what: &str,
    change: Option<&Change>,
    now: Timestamp,
) -> diesel::QueryResult<()> {
    let doing = Doing {
        kind: ActKind::Price,
        order: None,
        subject: format!("Bundle “{}”", bundle.title),
        detail: what.to_owned(),
    };
    let act = Act::begin(conn, by, &doing, now)?;
    if let Some(change) = change {
        Act::keep_change(conn, act, change)?;
    }
    Act::end(conn, act, "Done")
}
