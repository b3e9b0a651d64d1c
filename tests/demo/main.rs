//! The demo's books as a stranger meets them: complete, the same each time, and accepted by the tools that judge
//! PDF and EPUB.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

#[path = "../support/tools.rs"]
mod tools;

mod books;
mod epubcheck;
mod qpdf;
mod shop;
