//! What the forms about categories, series and contributors send.

use rocket::form::FromForm;

/// Its fields.
#[derive(Debug, FromForm)]
pub struct GroupForm<'r> {
    /// The name.
    #[field(default = "")]
    pub name: &'r str,
    /// A sentence, or a life.
    #[field(default = "")]
    pub text: &'r str,
}

/// Taking one away.
#[derive(Debug, FromForm)]
pub struct RemoveForm<'r> {
    /// The address of the one that gets its books; empty for none.
    #[field(default = "")]
    pub into: &'r str,
    /// How many books were shown.
    #[field(default = -1)]
    pub titles: i64,
}

/// Where a category is to stand.
#[derive(Debug, FromForm)]
pub struct MoveForm {
    /// One place up, or down.
    #[field(default = false)]
    pub up: bool,
}
