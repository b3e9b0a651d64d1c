//! The tables: there and back, and refused when they do not fit.

use bookplate::db::{Db, MigrationError};
use diesel::RunQueryDsl as _;

use crate::support::{Database, TestShop};

fn run(db: &Db, statement: &'static str) {
    db.write_blocking(move |conn| diesel::sql_query(statement).execute(conn)).unwrap();
}

#[rocket::async_test]
async fn migrations_go_down_and_up_again() {
    let shop = TestShop::new().await;
    let reverted = shop.db.revert_all_migrations().unwrap();
    let applied = shop.db.migrate().unwrap();
    assert_eq!(reverted.len(), applied.len());
    assert!(shop.db.migrate().unwrap().is_empty());
}

#[rocket::async_test]
async fn a_missing_migration_is_a_sentence_that_says_what_to_do() {
    let shop = TestShop::new().await;
    run(
        &shop.db,
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    let error = shop.db.check_migrations().unwrap_err();
    assert!(matches!(error, MigrationError::Missing { count: 1, .. }), "{error}");
    assert!(error.to_string().contains("bookplate migrate"), "{error}");
}

#[rocket::async_test]
async fn a_database_newer_than_the_program_is_refused() {
    let shop = TestShop::new().await;
    run(&shop.db, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    for error in [shop.db.check_migrations().unwrap_err(), shop.db.migrate().unwrap_err()] {
        assert!(error.to_string().contains("newer than this program"), "{error}");
    }
}

#[rocket::async_test]
async fn the_schema_that_diesel_sees_is_the_one_that_the_migrations_make() {
    let listed = match crate::DATABASE {
        Database::Sqlite => {
            "SELECT m.name || '.' || c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'book_search%' \
               AND m.name NOT LIKE '__diesel%' ORDER BY 1"
        }
        Database::Postgres => {
            "SELECT (table_name || '.' || column_name)::text AS name FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE 'book_search%' \
               AND table_name NOT LIKE '__diesel%' ORDER BY 1"
        }
    };
    let shop = TestShop::new().await;
    #[derive(diesel::QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let columns: Vec<Column> =
        shop.db.read_blocking(move |conn| diesel::sql_query(listed).load(conn)).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema");
    let schema: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let mut known = Vec::new();
    let mut table = "";
    for line in schema.lines() {
        if let Some((name, _)) =
            line.trim().split_once(" (").filter(|_| line.starts_with("    ") && line.ends_with('{'))
        {
            table = name;
        } else if let Some((name, _)) =
            line.trim().split_once(" -> ").filter(|_| line.starts_with("        "))
        {
            known.push(format!("{table}.{name}"));
        }
    }
    known.sort();
    let mut made: Vec<String> = columns.into_iter().map(|column| column.name).collect();
    made.sort();
    assert_eq!(known, made);
}
