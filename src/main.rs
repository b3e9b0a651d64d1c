//! The `bookplate` command.

use std::process::ExitCode;

use bookplate::cli::{self, Cli};
use clap::Parser as _;
use mimalloc::MiMalloc;

/// The system's own is slower, and keeps more of what a large picture took. In pages of 2 MiB, which this one would ask
/// for by itself, a shop at rest would take four times the memory (`no_thp` in `Cargo.toml`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::run(&Cli::parse()) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("bookplate: {error}");
            ExitCode::FAILURE
        }
    }
}
