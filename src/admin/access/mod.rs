//! Access: why a person can or can't read a book, answered by the gate itself, and an admin's yes or no for one person
//! and one book.

pub mod copy;
pub mod forms;
pub mod pages;
pub mod person;
pub mod pick;
pub mod question;
pub mod routes;
