//! Downloads: the one way by which the bytes of a book leave the shop.
//!
//! A request names a file; the gate ([`crate::permission::can_view`]) says whether this viewer may have it; the
//! [`crate::delivery`] hands it over; the [ledger](Ledger) notes the answer, whatever it was. A yes goes out [directly](Direct)
//! from the front; what needs a page comes to the [routes](stage), which answer any request by the same rules.

mod all;
mod answer;
pub mod canary;
mod columns;
mod coverage;
mod delivered;
mod direct;
mod download;
mod guards;
pub mod ingest;
mod lanes;
mod ledger;
mod limits;
pub mod links;
mod meter;
mod responder;
mod routes;
mod tasks;

pub use coverage::Coverage;
pub use delivered::{Delivered, DeliveryId, Ended, Noted, Outcome};
pub use direct::{Direct, Parts as DirectParts};
pub use download::{Asked, Download, DownloadId, Entry, Method};
pub use lanes::{Buyer, Full, Lane, Lanes};
pub use ledger::Ledger;
pub use limits::Reached;
pub use meter::{Ends, Meter, Metered};
pub use responder::Sent;
pub use routes::{internal_location_is_free, stage};
pub use tasks::task;
