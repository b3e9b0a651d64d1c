//! Links for what can't hold a session, such as a download manager or an e-reader: each opens one file for one buyer,
//! can be ended, and asks the gate at each use like everybody else.

pub mod forms;
mod link;
pub mod pages;
pub mod routes;

pub use link::{DownloadLink, DownloadLinkId, LinkError, Listed, use_of};
