//! The `bookplate` command.

use std::process::ExitCode;

use bookplate::cli::{self, Cli};
use clap::Parser as _;

fn main() -> ExitCode {
    match cli::run(&Cli::parse()) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("bookplate: {error}");
            ExitCode::FAILURE
        }
    }
}
