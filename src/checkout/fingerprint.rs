//! What a cart held when an order was placed from it, so that the same cart again is the same order.

use sha2::{Digest as _, Sha256};

use super::cart::CartId;
use super::cart_lines::Content;
use crate::ids::hex;

/// The cart, and a hash of who buys what for how much: `<cart's row>-<hex>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a purchase: the same for a second click and a second tab, another one as soon as the buyer,
    /// a book, a bundle, a price or the code is another.
    #[must_use]
    pub fn of(cart: CartId, buyer: &str, content: &Content) -> Self {
        let text = format!("{buyer}\n{}", Self::of_content(content));
        Self(format!("{}-{}", cart.0, hex(&Sha256::digest(text))))
    }

    /// What the buyer saw before pressing the button, to be compared with what is so now.
    #[must_use]
    pub fn of_content(content: &Content) -> String {
        let mut lines: Vec<String> = content
            .sales
            .iter()
            .map(|sale| {
                let off = &sale.reduction;
                format!(
                    "{}={}-{}-{} {:?}",
                    sale.public_id, sale.price_minor, off.bundle_minor, off.code_minor, off.bundle
                )
            })
            .collect();
        lines.sort_unstable();
        lines.push(content.good_code().map_or_else(String::new, |code| code.code.public_id.clone()));
        lines.push(content.total.currency.code().to_owned());
        hex(&Sha256::digest(lines.join("\n")))
    }

    /// The text that an order keeps.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the kept texts of all orders from one cart begin with.
    #[must_use]
    pub fn prefix(cart: CartId) -> String {
        format!("{}-", cart.0)
    }

    /// The cart that a kept text names.
    #[must_use]
    pub fn cart_of(kept: &str) -> Option<CartId> {
        let (cart, _) = kept.split_once('-')?;
        cart.parse().ok().map(CartId)
    }
}
