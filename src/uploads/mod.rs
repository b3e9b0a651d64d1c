//! Files on their way to a title, over connections that break.
//!
//! An upload is a row ([`Upload`]) and a part in the store. The row says how many bytes were made durable, and the state
//! of their hash; what the part has beyond that is cut off when it is taken up again, after a pause, a restart or a
//! crash. When all bytes are there, [`finish`] looks into the file, gives it its place in the store and then its row in
//! the edition in preparation: no row without bytes, and bytes without a row are found by [`sweep`].
//!
//! Programs and the desk's script come by the tus protocol ([`tus`]), browsers without scripts by a form ([`form`]).

mod bytes;
mod error;
pub mod finish;
pub mod form;
pub mod guards;
mod intake;
pub mod keys;
mod patience;
pub mod receive;
pub mod rules;
pub mod sweep;
pub mod tus;
mod upload;
pub mod view;

pub use error::UploadError;
pub use intake::Intake;
pub use keys::UploadKey;
pub use upload::{NewUpload, Upload, UploadId, UploadStatus};
