//! Everything that the back office lists, as tables for other programs.
//!
//! A table is written down in `tables`, a line a column; `table` reads it a page at a time, in the order of its rows.
//! One more list is one more [`Table`] there.

pub mod forms;
mod pages;
pub mod routes;
pub mod table;
mod tables;

pub use table::{Kind, Table, Wanted};
pub use tables::ALL;
