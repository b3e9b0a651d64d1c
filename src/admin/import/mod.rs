//! Titles from a table: looked at row by row first, then taken in, all or none.

pub mod check;
pub mod forms;
pub mod kept;
mod pages;
pub mod routes;
pub mod table;
