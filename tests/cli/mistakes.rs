//! What can be wrong when the shop is started.

use std::net::TcpListener;

use bookplate::db::{DatabaseUrl, Db};
use diesel::RunQueryDsl as _;

use super::{assert_says, bookplate};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_port_in_use_is_named_with_the_way_to_choose_another() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = bookplate(folder.path(), &["serve"], &[("ROCKET_PORT", &port)]);
    assert_says(&output, &[&port, "in use", "ROCKET_PORT"]);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = folder();
    std::fs::write(folder.path().join("data"), "a file where the folder should be").unwrap();
    let output = bookplate(folder.path(), &[], &[]);
    assert_says(&output, &["data", "could not be made"]);
}

#[test]
fn a_store_that_cannot_be_written_is_named() {
    let folder = folder();
    let output = bookplate(folder.path(), &[], &[("BOOKPLATE_STORAGE__ROOT", "/proc/bookplate-store")]);
    assert_says(&output, &["/proc/bookplate-store"]);
}

#[test]
fn an_unknown_backend_is_answered_with_those_that_are_known() {
    let folder = folder();
    std::fs::write(folder.path().join("Rocket.toml"), "[default.bookplate.delivery]\nbackend = \"iis\"\n")
        .unwrap();
    let output = bookplate(folder.path(), &[], &[]);
    assert_says(&output, &["bookplate.delivery.backend", "iis", "builtin, nginx, apache", "Rocket.toml"]);
}

#[test]
fn a_setting_that_nobody_knows_is_named() {
    let folder = folder();
    let output = bookplate(folder.path(), &["settings"], &[("BOOKPLATE_DENID", "forbidden")]);
    assert_says(&output, &["denid", "unknown", "denied"]);
}

#[test]
fn a_database_server_that_is_down_is_named_without_its_password() {
    let folder = folder();
    let url = "postgres://shop:s3cret@127.0.0.1:1/shop";
    let output = bookplate(folder.path(), &[], &[("BOOKPLATE_DATABASE_URL", url)]);
    assert_says(&output, &["postgres://shop:***@127.0.0.1:1/shop", "could not be opened"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("s3cret"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no SQLite file appears in its place");
}

/// A migrated database, changed by one statement.
fn changed(folder: &tempfile::TempDir, statement: &'static str) {
    let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("data/bookplate.db"))).unwrap();
    db.migrate().unwrap();
    db.write_blocking(move |conn| diesel::sql_query(statement).execute(conn)).unwrap();
}

#[test]
fn a_missing_migration_stops_the_start_and_says_how_to_go_on() {
    let folder = folder();
    let last = "DELETE FROM __diesel_schema_migrations \
                WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    changed(&folder, last);
    assert_says(&bookplate(folder.path(), &[], &[]), &["lacks 1", "backup", "bookplate migrate"]);
}

#[test]
fn a_database_newer_than_the_program_stops_every_command_that_opens_it() {
    let folder = folder();
    changed(&folder, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    for command in ["serve", "migrate"] {
        assert_says(&bookplate(folder.path(), &[command], &[]), &["newer than this program"]);
    }
}
