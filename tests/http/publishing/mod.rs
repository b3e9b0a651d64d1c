//! Publishing: titles from a draft to the shelves, their editions and their buyers.

mod news;
mod plans;
mod privacy;
mod roles;
mod sales;
mod titles;
mod whole_way;
