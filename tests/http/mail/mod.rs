//! Mail: out once, tried again, given up at last.

mod folder;
mod outbox;
mod sink;
mod smtp;
