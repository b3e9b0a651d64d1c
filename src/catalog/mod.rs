//! The catalogue: what the shop has.

pub mod book;
pub mod book_file;
pub mod brief;
pub mod category;
pub mod edition;

pub use book::{Book, BookId, BookStatus};
pub use book_file::{BookFile, BookFileId};
pub use brief::{Brief, EditionFiles};
pub use edition::{Edition, EditionId};
