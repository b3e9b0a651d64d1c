//! The codes of the back office, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::{CodeForm, SwitchForm};
use super::pages::{CodePage, CodeRow, CodesPage, UseRow};
use crate::accounts::Account;
use crate::accounts::guards::Admin;
use crate::admin::act::{Act, ActKind, Change, Doing};
use crate::checkout::Till;
use crate::db::{Conn, Timestamp};
use crate::pricing::code_text::CodeText;
use crate::pricing::{Code, CodeUse};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// How many codes a page of the list has.
const PER_PAGE: u32 = 50;

/// How many uses a code's page shows.
const SHOWN: i64 = 200;

/// The codes.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("codes", |rocket| async {
        rocket.mount("/admin/codes", routes![list, blank, create, edit, change, switch])
    })
}

type Answer = FormAnswer<CodePage>;

/// The codes, the newest first.
#[get("/?<page>")]
async fn list(
    _admin: Admin,
    layout: Layout,
    till: &State<Till>,
    page: Option<u32>,
) -> web::Result<Html<CodesPage>> {
    let now = till.clock.now();
    let read = till.db.read(move |conn| {
        let total = u64::try_from(Code::count(conn)?).unwrap_or_default();
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let codes = Code::page(conn, pager.offset(), i64::from(PER_PAGE))?;
        diesel::QueryResult::Ok((codes, pager))
    });
    let (codes, pager) = read.await?;
    let codes = codes.iter().map(|code| CodeRow::new(code, now)).collect();
    Ok(Html::ok(CodesPage { layout, codes, pager }))
}

/// The form for a new code.
#[get("/new")]
async fn blank(_admin: Admin, layout: Layout, till: &State<Till>) -> Html<CodePage> {
    let text = CodeText { kind: "percent".to_owned(), ..CodeText::default() };
    Html::ok(new_page(layout, text, Errors::none(), till))
}

/// Makes a code.
#[post("/", data = "<form>")]
async fn create(
    admin: Admin,
    form: Form<CodeForm<'_>>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Answer> {
    let (text, currency, now) = (form.text(), till.currency, till.clock.now());
    let typed = text.clone();
    let made = till
        .db
        .write(move |conn| {
            let new = match text.check(conn, currency)? {
                Ok(new) => new,
                Err(errors) => return Ok(Err(errors)),
            };
            let Some(code) = Code::create(conn, &new, now)? else { return Ok(Err(taken())) };
            note(conn, &admin.0, &code, "Made", None, now)?;
            diesel::QueryResult::Ok(Ok(code))
        })
        .await?;
    Ok(match made {
        Ok(code) => Answer::Told(
            Flash::success(format!("The code {} is there: {} off.", code.code, code.worth()))
                .to("/admin/codes"),
        ),
        Err(errors) => Answer::Page(Html::unprocessable(new_page(layout, typed, errors, till))),
    })
}

/// A code, its form, and who used it.
#[get("/<id>")]
async fn edit(_admin: Admin, id: String, layout: Layout, till: &State<Till>) -> web::Result<Html<CodePage>> {
    let currency = till.currency;
    let (code, text, uses) = till
        .db
        .read(move |conn| {
            let Some(code) = Code::find_by_public_id(conn, &id)? else { return Ok(None) };
            let text = CodeText::of(conn, &code, currency)?;
            let uses = CodeUse::of_code(conn, code.id, SHOWN, 0)?;
            diesel::QueryResult::Ok(Some((code, text, uses)))
        })
        .await?
        .or_not_found()?;
    Ok(Html::ok(CodePage {
        layout,
        row: Some(CodeRow::new(&code, till.clock.now())),
        text,
        currency: currency.code(),
        errors: Errors::none(),
        uses: uses.iter().map(UseRow::from).collect(),
    }))
}

/// Changes a code.
#[post("/<id>", data = "<form>")]
async fn change(
    admin: Admin,
    id: String,
    form: Form<CodeForm<'_>>,
    layout: Layout,
    till: &State<Till>,
) -> web::Result<Answer> {
    let (text, currency, now) = (form.text(), till.currency, till.clock.now());
    let typed = text.clone();
    let (code, changed, uses) = till
        .db
        .write(move |conn| {
            let Some(code) = Code::find_by_public_id(conn, &id)? else { return Ok(None) };
            let changed = match text.check(conn, currency)? {
                Ok(new) if code.change(conn, &new, now)? => Ok(()),
                Ok(_) => Err(taken()),
                Err(errors) => Err(errors),
            };
            if changed.is_ok() {
                let after = Code::find_by_public_id(conn, &code.public_id)?;
                let after = after.map(|after| after.worth()).unwrap_or_default();
                let change = Change::new(code.worth(), after);
                note(conn, &admin.0, &code, "Changed", Some(&change), now)?;
            }
            let uses = CodeUse::of_code(conn, code.id, SHOWN, 0)?;
            diesel::QueryResult::Ok(Some((code, changed, uses)))
        })
        .await?
        .or_not_found()?;
    Ok(match changed {
        Ok(()) => Answer::Told(Flash::success("The code is changed.").to("/admin/codes")),
        Err(errors) => Answer::Page(Html::unprocessable(CodePage {
            layout,
            row: Some(CodeRow::new(&code, now)),
            text: typed,
            currency: currency.code(),
            errors,
            uses: uses.iter().map(UseRow::from).collect(),
        })),
    })
}

/// Switches a code off, or on again.
#[post("/<id>/switch", data = "<form>")]
async fn switch(
    admin: Admin,
    id: String,
    form: Form<SwitchForm>,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let (on, now) = (form.on, till.clock.now());
    let code = till
        .db
        .write(move |conn| {
            let Some(code) = Code::find_by_public_id(conn, &id)? else { return Ok(None) };
            code.switch(conn, on, now)?;
            let (what, change) = match on {
                true => ("Switched on", Change::new("Off", "On")),
                false => ("Switched off", Change::new("On", "Off")),
            };
            note(conn, &admin.0, &code, what, Some(&change), now)?;
            diesel::QueryResult::Ok(Some(code))
        })
        .await?
        .or_not_found()?;
    let state = if on { "on" } else { "off" };
    Ok(Flash::success(format!("The code {} is {state}.", code.code)).to("/admin/codes"))
}

fn new_page(layout: Layout, text: CodeText, errors: Errors, till: &Till) -> CodePage {
    CodePage { layout, row: None, text, currency: till.currency.code(), errors, uses: Vec::new() }
}

fn taken() -> Errors {
    Errors::at("code", "There is a code like this already.")
}

fn note(
    conn: &mut Conn,
    by: &Account,
    code: &Code,
    what: &str,
    change: Option<&Change>,
    now: Timestamp,
) -> diesel::QueryResult<()> {
    let doing = Doing {
        kind: ActKind::Price,
        order: None,
        subject: format!("Code {}", code.code),
        detail: format!("{what}: {} off", code.worth()),
    };
    let act = Act::begin(conn, by, &doing, now)?;
    if let Some(change) = change {
        Act::keep_change(conn, act, change)?;
    }
    Act::end(conn, act, "Done")
}
