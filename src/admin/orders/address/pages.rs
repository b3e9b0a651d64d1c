//! The page of another address.

use askama::Template;

use crate::accounts::Account;
use crate::orders::Order;
use crate::web::{Errors, Layout, filters};

/// `templates/admin/order_address.html`
#[derive(Debug, Template)]
#[template(path = "admin/order_address.html")]
pub struct AddressPage {
    /// The frame.
    pub layout: Layout,
    /// The order's public id.
    pub order_id: String,
    /// Its number.
    pub number: String,
    /// Its address until now.
    pub before: String,
    /// The name of the account that it is in; empty for none.
    pub account: String,
    /// The new address, as typed.
    pub email: String,
    /// Why, as typed.
    pub reason: String,
    /// What is wrong.
    pub errors: Errors,
}

impl AddressPage {
    /// The page, with an empty form.
    #[must_use]
    pub fn new(layout: Layout, order: &Order, account: Option<&Account>) -> Self {
        Self {
            layout,
            order_id: order.public_id.clone(),
            number: order.number.clone(),
            before: order.email.clone(),
            account: account.map(|account| account.display_name().to_owned()).unwrap_or_default(),
            email: String::new(),
            reason: String::new(),
            errors: Errors::none(),
        }
    }
}
