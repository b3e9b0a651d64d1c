//! What PostgreSQL is told for its plans.

use diesel::prelude::*;

use crate::support::TestShop;

/// What PostgreSQL thinks a page of a table costs that is not the next one, on a new connection.
fn random_page_cost(shop: &TestShop) -> String {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let db = bookplate::db::Db::open(&shop.settings.database_url).unwrap();
    let setting = "SELECT current_setting('random_page_cost') AS value";
    let found: Setting = db.read_blocking(|conn| diesel::sql_query(setting).get_result(conn)).unwrap();
    found.value
}

#[rocket::async_test]
async fn it_is_told_that_indexes_are_cheap_unless_the_operator_has_said_what_they_are() {
    let shop = TestShop::new().await;
    assert_eq!(random_page_cost(&shop), "1.1");
    shop.run(|conn| {
        let alter = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET random_page_cost = 3', current_database()); END $$";
        diesel::sql_query(alter).execute(conn)
    });
    assert_eq!(random_page_cost(&shop), "3");
}
