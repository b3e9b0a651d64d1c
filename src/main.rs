//! The `bookplate` command.
fn main() {}
