//! A fresh database for each test.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use bookplate::db::DatabaseUrl;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};

/// Which database a test binary runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A database of its own; a PostgreSQL one is dropped with this.
pub struct Fresh {
    pub url: DatabaseUrl,
    drop_in: Option<(String, String)>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Fresh {
    pub fn new(database: Database, folder: &Path) -> Self {
        match database {
            Database::Sqlite => Self { url: DatabaseUrl::Sqlite(folder.join("bookplate.db")), drop_in: None },
            Database::Postgres => {
                let server = std::env::var("BOOKPLATE_TEST_POSTGRES_URL").expect(
                    "BOOKPLATE_TEST_POSTGRES_URL must name a PostgreSQL server where databases may be made; \
                     scripts/test starts one",
                );
                let name =
                    format!("bookplate_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
                run(&server, &format!("CREATE DATABASE {name}"));
                let url = with_database(&server, &name);
                Self { url: DatabaseUrl::Postgres(url), drop_in: Some((server, name)) }
            }
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_in {
            run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn run(server: &str, statement: &str) {
    let mut conn = PgConnection::establish(server).expect("the test's PostgreSQL server answers");
    diesel::sql_query(statement).execute(&mut conn).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// `postgres://user@host:port/postgres?x` with another database's name.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, String::new()), |(b, q)| (b, format!("?{q}")));
    let authority_end = base.find("://").map_or(0, |at| at + 3);
    let end = base[authority_end..].find('/').map_or(base.len(), |at| authority_end + at);
    format!("{}/{name}{query}", &base[..end])
}
