//! Accounts, with the mails that the demo leaves in a folder.

use crate::browser::Look;
use crate::shop::{Shop, link};

#[test]
fn a_new_account_confirms_its_address_by_the_mail_it_gets() {
    let shop = Shop::start();
    let visitor = shop.visitor(Look::PHONE);
    visitor.goto("/sign-up");
    visitor.fill("name", "Nora Field");
    visitor.fill("email", "nora@example.org");
    visitor.fill("password", "seven quiet harbours");
    visitor.click_on("Make the account");
    visitor.wait_for_text("mail");

    let mail = shop.mail("nora@example.org", "confirm");
    visitor.goto(&link(&mail, &shop.base, "/confirm/"));
    visitor.fill("password", "seven quiet harbours");
    visitor.click_on("Confirm and sign in");
    visitor.wait_for_text("Nora Field");
    assert_eq!(visitor.complaints(), [""; 0]);
}

#[test]
fn a_form_that_fails_keeps_what_was_typed_and_says_what_is_wrong_at_the_field() {
    let shop = Shop::start();
    let visitor = shop.visitor(Look::DESKTOP);
    visitor.goto("/sign-up");
    visitor.run("document.querySelectorAll('main form').forEach(form => form.noValidate = true)");
    visitor.fill("name", "Nora Field");
    visitor.fill("email", "nora@example.org");
    visitor.fill("password", "short");
    visitor.click_on("Make the account");
    visitor.wait_for("#password[aria-invalid=true][aria-describedby~=password-error]");
    assert_eq!(visitor.attribute("[name=email]:not([type=hidden])", "value"), "nora@example.org");
    assert_eq!(visitor.attribute("[name=name]", "value"), "Nora Field");
}
