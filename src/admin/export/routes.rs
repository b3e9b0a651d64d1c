//! Tables, as they are reached.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::forms::WantedForm;
use super::pages::ExportPage;
use super::{ALL, Wanted};
use crate::accounts::guards::Admin;
use crate::db::Db;
use crate::web::error::OrNotFound as _;
use crate::web::table::Format;
use crate::web::{self, Export, Html, Layout};

/// Tables of what the back office lists.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: export", |rocket| async {
        rocket.mount("/admin/export", routes![tables, table])
    })
}

/// What there is.
#[get("/")]
async fn tables(_admin: Admin, layout: Layout) -> Html<ExportPage> {
    Html::ok(ExportPage { layout })
}

/// One table, `orders.csv` or `orders.json`, narrowed as its list is.
#[get("/<file>?<wanted..>")]
async fn table(_admin: Admin, file: &str, wanted: WantedForm<'_>, db: &State<Db>) -> web::Result<Export> {
    let (name, ending) = file.rsplit_once('.').or_not_found()?;
    let table = ALL.iter().find(|table| table.name == name).or_not_found()?;
    let format = Format::parse(ending).or_not_found()?;
    let wanted = Wanted::from(wanted);
    Export::begin(db, table.name, format, table.names(), move |conn, after| table.page(conn, &wanted, after))
        .await
}
