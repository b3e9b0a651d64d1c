//! What a supervisor asks: is the process alive, and can it serve?

use rocket::http::Status;
use rocket::serde::json::{Value, json};
use rocket::{Route, State, get, routes};

use crate::db::Db;
use crate::storage::Store;

/// `GET /healthz` and `GET /readyz`.
#[must_use]
pub fn routes() -> Vec<Route> {
    routes![healthz, readyz]
}

#[get("/healthz")]
fn healthz() -> &'static str {
    "ok"
}

/// 200 when the database answers and the store can be read and written, else 503 with what is wrong in one word each.
#[get("/readyz")]
async fn readyz(db: &State<Db>, store: &State<Store>) -> (Status, Value) {
    use diesel::RunQueryDsl as _;
    let asked = db.read(|conn| diesel::sql_query("SELECT 1").execute(conn)).await;
    let database = asked.is_ok();
    if let Err(error) = asked {
        tracing::error!(%error, "not ready: the database does not answer");
    }
    let store = Store::clone(store);
    let store = match tokio::task::spawn_blocking(move || store.ready()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready: the store");
            false
        }
        Err(_) => false,
    };
    let status = if database && store { Status::Ok } else { Status::ServiceUnavailable };
    let word = |fine: bool| if fine { "ok" } else { "failed" };
    (status, json!({ "database": word(database), "store": word(store) }))
}
