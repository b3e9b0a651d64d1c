//! Mail: written to the outbox in the transaction that makes it due, sent after it by a task that tries again.

mod compose;
mod deliver;
mod folder;
pub mod gift_messages;
pub mod messages;
pub mod order_messages;
pub mod outbox;
pub mod publishing_messages;
mod smtp;
mod transport;

pub use compose::Message;
pub use deliver::{TASK, task};
pub use messages::{Letter, LetterError, Sender};
pub use transport::{Mailer, SendError};
