//! From the cart to the credit note.

use super::{Inspector, LOOKS};
use crate::shop::Shop;

/// Pages of the demo's customer.
const OF_A_CUSTOMER: &[&str] = &["/", "/library", "/links", "/orders", "/account", "/cart", "/checkout"];

#[test]
fn every_page_of_a_purchase_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let customer = shop.visitor(look);
        customer.sign_in(&shop.customer());
        for page in OF_A_CUSTOMER {
            customer.goto(page);
            inspector.look(&customer, look, &format!("customer{page}"));
        }
        let guest = shop.visitor(look);
        guest.goto("/books");
        guest.open_a_book_with_a_price();
        guest.click_on("Add to cart");
        inspector.look(&guest, look, "a cart with a book");
        guest.click_on("Check out");
        inspector.look(&guest, look, "the checkout");
        guest.click("[name='gift.wanted']");
        inspector.look(&guest, look, "the checkout of a gift");
        guest.click("[name='gift.wanted']");
        guest.fill("email", "reader@example.org");
        guest.click_on("Pay");
        guest.wait_for_text("This is not a real payment page");
        inspector.look(&guest, look, "the pay page");
        guest.click_on("Pay");
        guest.wait_for_text("Thank you");
        inspector.look(&guest, look, "the receipt");
        guest.click_on("Invoice");
        guest.wait_for_text("Not valid for tax");
        inspector.look(&guest, look, "the invoice");
        guest.click_on("Change name");
        guest.wait_for_text("Who is the invoice for");
        inspector.look(&guest, look, "the invoice's name and address");
        guest.click_on("Leave it");
        guest.click_on("To the order");
        guest.click_on("Try a refund");
        inspector.look(&guest, look, "the sandbox's dashboard");
        guest.click_on("All that is left");
        guest.wait_for_text("Refunds");
        inspector.look(&guest, look, "the sandbox's dashboard after a refund");
        guest.click_on("To the order");
        guest.wait_for_text("was refunded");
        inspector.look(&guest, look, "a refunded order");
        guest.click_on("Credit note");
        guest.wait_for_text("Corrects invoice");
        inspector.look(&guest, look, "the credit note");
    }
    inspector.assert_nothing_found();
}
