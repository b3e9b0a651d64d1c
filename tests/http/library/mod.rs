//! The library.

mod shelf;
