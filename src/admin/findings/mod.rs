//! Findings: what does not agree, or wants a decision; each with its repair.

pub mod forms;
mod pages;
pub mod repair;
pub mod routes;
pub mod words;
