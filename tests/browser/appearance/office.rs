//! The back office, with the demo's orders in it.

use super::{Inspector, LOOKS};
use crate::shop::Shop;

/// Pages of the back office that open by their address.
const OF_AN_ADMIN: &[&str] = &[
    "/admin",
    "/admin/findings",
    "/admin/findings?closed=true",
    "/admin/orders",
    "/admin/prices",
    "/admin?money=sandbox",
    "/admin/categories",
    "/admin/series",
    "/admin/contributors",
    "/admin/export",
    "/admin/import",
    "/admin/shop",
    "/admin/shop/texts/imprint",
    "/publish",
    "/publish/sales",
    "/admin/bundles",
    "/admin/bundles/new",
    "/admin/codes",
    "/admin/codes/new",
    "/admin/log",
    "/admin/doctor",
];

/// Lists, of which the first entry is opened too.
const LISTS: &[&str] = &[
    "/admin/orders",
    "/admin/prices",
    "/admin/bundles",
    "/admin/codes",
    "/admin/categories",
    "/admin/contributors",
];

#[test]
fn every_page_of_the_back_office_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let admin = shop.visitor(look);
        admin.sign_in(&shop.admin());
        for page in OF_AN_ADMIN {
            admin.goto(page);
            inspector.look(&admin, look, page);
        }
        for list in LISTS {
            admin.goto(list);
            admin.click(".cell-main a");
            inspector.look(&admin, look, &format!("one of {list}"));
        }
        admin.goto("/admin/orders");
        admin.click(".cell-main a");
        admin.click_on("Refund the whole order");
        admin.wait_for_text("Why");
        inspector.look(&admin, look, "a refund, asked once more");
    }
    inspector.assert_nothing_found();
}
