//! The page on which an account asks to become a publisher.

pub mod forms;
mod pages;
pub mod routes;
