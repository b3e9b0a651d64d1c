//! What the shop relies on in either database.

use bookplate::accounts::Role;
use bookplate::db::schema::accounts;
use diesel::prelude::*;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_read_sees_one_moment_whatever_is_written_meanwhile() {
    let shop = TestShop::new().await;
    shop.account("jane", Role::Customer);
    let count = |conn: &mut _| accounts::table.count().get_result::<i64>(conn);
    let (before, after) = shop
        .db
        .read_blocking(|conn| {
            let before = count(conn)?;
            std::thread::scope(|scope| {
                scope.spawn(|| shop.account("emma", Role::Customer));
            });
            QueryResult::Ok((before, count(conn)?))
        })
        .unwrap();
    assert_eq!(before, after);
    assert_eq!(shop.db.read_blocking(count), Ok(before + 1));
}

#[rocket::async_test]
async fn a_read_writes_nothing() {
    let shop = TestShop::new().await;
    shop.account("jane", Role::Customer);
    let deleted = shop.db.read_blocking(|conn| diesel::delete(accounts::table).execute(conn));
    assert!(deleted.is_err(), "{deleted:?}");
    assert_eq!(shop.db.read_blocking(|conn| accounts::table.count().get_result(conn)), Ok(1_i64));
}
