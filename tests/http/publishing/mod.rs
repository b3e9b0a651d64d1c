//! Publishing: titles from a draft to the shelves.

mod authorisation;
mod titles;
