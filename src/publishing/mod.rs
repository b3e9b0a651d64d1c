//! The publisher's desk: titles from a draft to the shelves, their editions, their files and what they sold.
//!
//! A publisher sees their own titles, an admin all; another one's title is not there at all ([`who::Who::title`]).
//! Every page extends `templates/publishing/frame.html` and is reached from the list in [`nav`].

pub mod dossier;
pub mod editions;
pub mod found;
pub mod guards;
pub mod letters;
pub mod missing;
pub mod nav;
pub mod news;
mod pages;
pub mod plan;
pub mod publication;
pub mod release;
pub mod request;
pub mod review;
pub mod sales;
pub mod tasks;
pub mod titles;
pub mod who;
pub mod wish;

pub use plan::Plan;
pub use release::ReleaseError;
pub use request::{PublisherRequest, RequestStatus};
pub use review::{Review, ReviewStatus};
pub use who::Who;
