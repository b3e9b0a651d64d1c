//! Titles: the list, the form, the page.

pub mod bulk;
pub mod forms;
pub mod list;
pub mod pages;
pub mod routes;
pub mod text;
