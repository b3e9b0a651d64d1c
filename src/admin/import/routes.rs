//! Tables of titles, as they are reached.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::tokio::io::AsyncReadExt as _;
use rocket::{get, post, routes};

use super::check::{self, Rules};
use super::forms::ImportForm;
use super::kept::Kept;
use super::pages::{ImportPage, ImportReportPage};
use super::table::{self, COLUMNS, MOST_BYTES, TableError};
use crate::admin::act::{Act, ActKind, Doing};
use crate::admin::guards::Desk;
use crate::db::Conn;
use crate::web::error::OrNotFound as _;
use crate::web::export::{Export, Page};
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::table::{Cell, Format};
use crate::web::{self, Errors, Flash, FormAnswer, Html, Layout};

/// How many rows a page of the report has.
const PER_PAGE: u32 = 50;

/// Titles from a table.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: import", |rocket| async {
        rocket.mount("/admin/import", routes![ask, template, look, report, take, forget])
    })
}

type Answer = FormAnswer<ImportPage>;

/// The form for a table.
#[get("/")]
async fn ask(_desk: Desk, layout: Layout) -> Html<ImportPage> {
    Html::ok(ImportPage { layout, errors: Errors::none() })
}

/// A table to begin with.
#[get("/titles.csv")]
async fn template(desk: Desk) -> web::Result<Export> {
    let example = [
        "The Borrowed Dory",
        "A novel",
        "en",
        "4.99",
        "Ann Author; Ida Müller (illustrator)",
        "",
        "Harbour Stories",
        "1",
        "",
        "A *short* description.",
    ];
    let row: Vec<Cell> = example.iter().map(|cell| Cell::text(*cell)).collect();
    Export::begin(&desk.till.db, "titles", Format::Csv, COLUMNS.to_vec(), move |_: &mut Conn, _: i64| {
        Ok(Page { rows: vec![row.clone()], next: None })
    })
    .await
}

/// Looks at a table, and keeps it until it is taken in.
#[post("/", data = "<form>")]
async fn look(desk: Desk, form: Form<ImportForm<'_>>, layout: Layout) -> web::Result<Answer> {
    let read = read(&form).await.and_then(|body| table::rows(&body).map(|_| body));
    let body = match read {
        Ok(body) => body,
        Err(error) => {
            let errors = Errors::at("table", error.to_string());
            return Ok(Answer::Page(Html::unprocessable(ImportPage { layout, errors })));
        }
    };
    let name = form.table.as_ref().and_then(|file| file.raw_name());
    let name: String =
        name.map_or("", |name| name.dangerous_unsafe_unsanitized_raw().as_str()).chars().take(200).collect();
    let (by, now) = (desk.admin.id, desk.now());
    let id =
        desk.till.db.write(move |conn| Kept::keep(conn, by, &name.replace('\0', ""), &body, now)).await?;
    Ok(Answer::Told(Flash::info("Nothing is taken in yet: please look at the rows first.").to(address(&id))))
}

/// What would become of each row.
#[get("/<id>?<wrong>&<page>")]
async fn report(
    desk: Desk,
    id: String,
    wrong: Option<bool>,
    page: Option<u32>,
    layout: Layout,
) -> web::Result<Html<ImportReportPage>> {
    let (admin, least) = (desk.admin.id, desk.till.least());
    let read = desk.till.db.read(move |conn| {
        let Some(kept) = Kept::find(conn, &id)? else { return Ok(None) };
        let Ok(rows) = table::rows(&kept.body) else { return Ok(None) };
        let checked = Rules::load(conn, &rows, admin, least)?.check(&rows);
        diesel::QueryResult::Ok(Some((kept, checked)))
    });
    let (kept, checked) = read.await?.or_not_found()?;
    let count = checked.len();
    let is_wrong = |row: &check::Checked| !row.problems.is_empty();
    let wrong_rows = checked.iter().filter(|row| is_wrong(row)).count();
    let only_wrong = wrong == Some(true);
    let shown: Vec<_> = checked.into_iter().filter(|row| !only_wrong || is_wrong(row)).collect();
    let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, u64::try_from(shown.len()).unwrap_or_default());
    let first = usize::try_from(pager.offset()).unwrap_or_default();
    let rows = shown.into_iter().skip(first).take(usize::try_from(PER_PAGE).unwrap_or_default()).collect();
    Ok(Html::ok(ImportReportPage {
        layout,
        address: format!("{}?wrong={only_wrong}&page=", address(&kept.public_id)),
        id: kept.public_id,
        file_name: kept.file_name,
        count,
        wrong: wrong_rows,
        only_wrong,
        rows,
        pager,
    }))
}

/// Why a table was not taken in.
#[derive(Debug, thiserror::Error)]
enum TakeError {
    #[error("{0} rows can’t be taken in, so none was. Please look at them.")]
    Wrong(usize),
    #[error("It was taken in already, or is too old.")]
    Gone,
    #[error("It couldn't be saved.")]
    Database(#[from] diesel::result::Error),
}

/// Takes all rows in, or none.
#[post("/<id>")]
async fn take(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let (admin, least, now) = (desk.admin.clone(), desk.till.least(), desk.now());
    let back = address(&id);
    let taken = desk.till.db.write(move |conn| {
        let kept = Kept::find(conn, &id)?.ok_or(TakeError::Gone)?;
        if !kept.forget(conn)? {
            return Err(TakeError::Gone);
        }
        let rows = table::rows(&kept.body).map_err(|_| TakeError::Gone)?;
        let checked = Rules::load(conn, &rows, admin.id, least)?.check(&rows);
        let wrong = checked.iter().filter(|row| row.new.is_none()).count();
        if wrong > 0 {
            return Err(TakeError::Wrong(wrong));
        }
        let made = check::create(conn, &checked, now)?;
        let doing = Doing {
            kind: ActKind::Import,
            order: None,
            subject: format!("“{}”", kept.file_name),
            detail: format!("{made} titles, as drafts"),
        };
        let act = Act::begin(conn, &admin, &doing, now)?;
        Act::end(conn, act, "Done")?;
        Ok(made)
    });
    Ok(match taken.await {
        Ok(1) => Flash::success("One title is taken in, as a draft.").to("/publish?status=draft"),
        Ok(made) => {
            Flash::success(format!("{made} titles are taken in, as drafts.")).to("/publish?status=draft")
        }
        Err(TakeError::Database(error)) => return Err(error.into()),
        Err(TakeError::Gone) => return Err(web::Error::not_found()),
        Err(error) => Flash::error(error.to_string()).to(back),
    })
}

/// Forgets a table.
#[post("/<id>/forget")]
async fn forget(desk: Desk, id: String) -> web::Result<FlashRedirect> {
    let gone = desk.till.db.write(move |conn| match Kept::find(conn, &id)? {
        Some(kept) => kept.forget(conn),
        None => Ok(false),
    });
    if gone.await? {
        Ok(Flash::info("The table is forgotten. Nothing was taken in.").to("/admin/import"))
    } else {
        Err(web::Error::not_found())
    }
}

fn address(id: &str) -> String {
    format!("/admin/import/{id}")
}

async fn read(form: &ImportForm<'_>) -> Result<String, TableError> {
    let file = form.table.as_ref().ok_or(TableError::Nothing)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let open = file.open().await.map_err(|_| TableError::Nothing)?;
    open.take(most).read_to_end(&mut bytes).await.map_err(|_| TableError::Nothing)?;
    table::text(&bytes)
}
