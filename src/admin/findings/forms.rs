//! What the form about a finding sends.

use rocket::form::FromForm;

/// What to do about a finding.
#[derive(Debug, FromForm)]
pub struct RepairForm<'r> {
    /// Which repair, by its word.
    #[field(default = "")]
    pub repair: &'r str,
    /// Why.
    #[field(default = "")]
    pub reason: &'r str,
    /// The places of books in the order, where a repair wants some.
    #[field(name = "item")]
    pub items: Vec<usize>,
}
