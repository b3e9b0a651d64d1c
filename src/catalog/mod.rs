//! The catalogue: what the shop has.

pub mod book;
pub mod book_file;
pub mod book_page;
pub mod brief;
pub mod card;
pub mod category;
pub mod contributor;
pub mod cover;
pub mod draft;
pub mod edition;
pub mod forms;
pub mod home;
pub mod language;
pub mod list;
pub mod listing;
pub mod markdown;
pub mod offer;
pub mod pages;
pub mod publishing;
pub mod responder;
pub mod routes;
pub mod search;
pub mod series;
pub mod slug;
pub mod words;

pub use book::{Book, BookId, BookStatus};
pub use book_file::{BookFile, BookFileId, NewBookFile};
pub use brief::{Brief, EditionFiles};
pub use card::Card;
pub use category::{Category, CategoryId};
pub use contributor::{Contributor, ContributorId, ContributorRole, Credit};
pub use cover::{Cover, CoverId, CoverImage};
pub use draft::NewBook;
pub use edition::{Edition, EditionId};
pub use publishing::PublishError;
pub use series::{Series, SeriesId};
