//! The front: who stands between the network and the app.
//!
//! Rocket's own listener has no time limits, no bound on connections, and a body passes through two tasks on its way to
//! the socket. So the program's address is this front's: it reads requests (hyper does), asks the app on a loopback
//! address that only this process knows the use of, and passes the answer on. A file the app does not send through Rocket
//! at all: it leaves the body in the [`Bay`], and the front has the system send it straight from its memory into the
//! connection (`sendfile`), or reads it into the connection where it doesn't lie in a file.
//!
//! What needs no page, the front answers on the spot, by its [`Shortcut`]: the yes of the gate, with the file's bytes or
//! with the headers for the web server in front that sends them. Everything else goes to the app.

mod ahead;
mod bay;
mod body;
mod buffers;
mod client_address;
mod connection;
mod door;
mod listener;
mod outbox;
mod patient;
mod relay;
mod sender;
mod shortcut;
#[cfg(test)]
mod tests;
mod upstream;

pub use bay::{Bay, Load};
pub use client_address::AddressHeader;
pub use listener::Front;
pub use shortcut::{Asked, Quick, QuickBody, Shortcut};
