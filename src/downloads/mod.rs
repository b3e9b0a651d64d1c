//! Downloads: the one way by which the bytes of a book leave the shop.
//!
//! A request names a file; the gate ([`crate::permission::can_view`]) says whether this viewer may have it; the
//! [`crate::delivery`] hands it over; the [ledger](Ledger) notes the answer, whatever it was.

pub mod canary;
mod download;
mod guards;
mod ledger;
mod responder;
mod routes;

pub use download::{Asked, Download, DownloadId, Entry, Method};
pub use ledger::Ledger;
pub use responder::Sent;
pub use routes::{internal_location_is_free, stage};
