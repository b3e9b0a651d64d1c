//! The demo shop as `bookplate demo` fills it.

use bookplate::accounts::{Account, Role};
use bookplate::catalog::{Book, BookFile, BookStatus};
use bookplate::config::Settings;
use bookplate::db::schema::{accounts, book_files, books, covers, editions, line_items, orders};
use bookplate::db::{DatabaseUrl, Db};
use bookplate::demo::shop::{self, DEMO_ACCOUNTS};
use bookplate::storage::{StorageKey, Store};
use diesel::prelude::*;

fn counts(db: &Db) -> [i64; 7] {
    db.read_blocking(|conn| -> QueryResult<_> {
        Ok([
            accounts::table.count().get_result(conn)?,
            books::table.count().get_result(conn)?,
            editions::table.count().get_result(conn)?,
            book_files::table.count().get_result(conn)?,
            covers::table.count().get_result(conn)?,
            orders::table.count().get_result(conn)?,
            line_items::table.count().get_result(conn)?,
        ])
    })
    .unwrap()
}

#[test]
fn the_demo_fills_a_shop_once_and_goes_on_where_it_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    settings.storage.root = folder.path().join("store");
    let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("shop.db"))).unwrap();
    db.migrate().unwrap();
    let store = Store::from_settings(&settings.storage).unwrap();

    assert_eq!(shop::seed(&db, &store).unwrap(), 12);
    let filled = counts(&db);
    assert_eq!(filled, [3, 12, 18, 72, 12, 1, 2]);
    assert_eq!(shop::seed(&db, &store).unwrap(), 0);
    assert_eq!(counts(&db), filled);

    let everything = db
        .read_blocking(|conn| -> QueryResult<_> {
            Ok((
                books::table.select(Book::as_select()).load(conn)?,
                book_files::table.select(BookFile::as_select()).load(conn)?,
            ))
        })
        .unwrap();
    let (books, files) = everything;
    assert!(books.iter().all(|book| book.status == BookStatus::Published));
    for file in &files {
        let key: StorageKey = file.storage_key.parse().unwrap();
        store.open(&key, u64::try_from(file.byte_length).unwrap()).unwrap();
    }
    for demo in DEMO_ACCOUNTS {
        let account = db.read_blocking(|conn| Account::find_by_email(conn, demo.email)).unwrap().unwrap();
        assert!(account.may_sign_in() && account.role == demo.role);
        assert_ne!(account.password_hash, demo.password);
    }
    assert!(DEMO_ACCOUNTS.iter().any(|account| account.role == Role::Admin));

    // As if the power had gone before the last book was in.
    db.write_blocking(|conn| -> QueryResult<_> {
        let last = books::table
            .order(books::id.desc())
            .select(books::id)
            .first::<bookplate::catalog::BookId>(conn)?;
        diesel::sql_query("DELETE FROM book_search WHERE rowid = (SELECT max(id) FROM books)")
            .execute(conn)?;
        diesel::delete(book_files::table.filter(book_files::book_id.eq(last))).execute(conn)?;
        diesel::delete(editions::table.filter(editions::book_id.eq(last))).execute(conn)?;
        diesel::delete(books::table.find(last)).execute(conn)
    })
    .unwrap();
    assert_eq!(shop::seed(&db, &store).unwrap(), 1);
    assert_eq!(counts(&db), filled);
}
