//! What the forms about bundles send.

use rocket::form::FromForm;

use crate::pricing::bundle_text::BundleText;

/// A bundle's fields.
#[derive(Debug, FromForm)]
pub struct BundleForm<'r> {
    #[field(default = "")]
    title: &'r str,
    #[field(default = "")]
    description: &'r str,
    #[field(default = "")]
    price: &'r str,
    #[field(default = "")]
    books: &'r str,
}

impl BundleForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> BundleText {
        BundleText {
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            price: self.price.to_owned(),
            books: self.books.to_owned(),
        }
    }
}

/// Whether a bundle is to be for sale.
#[derive(Debug, FromForm)]
pub struct PublishForm {
    /// For sale, or not.
    #[field(default = false)]
    pub on: bool,
}
