//! The demo shop: a dozen short books of our own and everything that a stocked shop needs around them.
//!
//! The texts lie in `books/` as Markdown under a TOML header. From them this module makes real files, the same
//! bytes each time: a typeset PDF, an EPUB 3, a sample of each and a drawn cover.

pub mod books;
mod colophon;
pub mod covers;
pub mod epub;
mod epub_package;
mod epub_pages;
pub mod fonts;
mod lines;
mod page;
pub mod pdf;
pub mod shop;
pub mod text;

/// Why a file of the demo could not be made. None of these depends on the visitor: each is a fault of the
/// program or of the books it was built with.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A book's source is not as it should be.
    #[error("The demo's book “{slug}” can't be read: {problem}")]
    Book {
        /// The book's file name without its ending.
        slug: String,
        /// What is wrong, for a developer.
        problem: String,
    },
    /// One of the embedded fonts was refused.
    #[error("The demo's font {0} can't be used.")]
    Font(&'static str),
    /// The PDF could not be written.
    #[error("The demo's PDF can't be made: {0}")]
    Pdf(String),
    /// The EPUB could not be written.
    #[error("The demo's EPUB can't be made.")]
    Epub(#[from] zip::result::ZipError),
    /// The EPUB's bytes could not be written.
    #[error("The demo's EPUB can't be written.")]
    Write(#[from] std::io::Error),
    /// A cover could not be drawn.
    #[error("The demo's cover can't be drawn: {0}")]
    Cover(String),
}
