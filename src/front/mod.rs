//! The front: who stands between the network and the app when no web server does.
//!
//! With `delivery.backend = "builtin"` or `"redirect"` the program listens by itself. Rocket's own listener has no time limits, no
//! bound on connections, and a body passes through two tasks on its way to the socket. So the public address is this
//! front's: it reads requests (hyper does), asks the app on a loopback address that only this process knows the use of,
//! and passes the answer on. A file the app does not send through Rocket at all: it leaves the body in the [`Bay`], and
//! the front has the system send it straight from its memory into the connection (`sendfile`), or reads it into the
//! connection where it doesn't lie in a file.
//!
//! Behind nginx, Apache, lighttpd or Caddy there is no front: they do all of this.

mod ahead;
mod bay;
mod body;
mod buffers;
mod client_address;
mod connection;
mod door;
mod listener;
mod outbox;
mod relay;
mod sender;
#[cfg(test)]
mod tests;
mod upstream;

pub use bay::{Bay, Load};
pub use client_address::AddressHeader;
pub use listener::Front;
