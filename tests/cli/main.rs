//! What an operator types, with the real program: every mistake is one sentence and a failed exit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

mod admin;
mod mistakes;
mod money;
mod paint;
mod settings;

use std::path::Path;
use std::process::{Command, Output};

/// The program in `folder`, with `environment` on top of its defaults.
pub fn bookplate(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = program(folder, arguments);
    for (name, value) in environment {
        command.env(name, value);
    }
    command.output().expect("the program starts")
}

/// The program, yet to be run, with nothing of the tests' own environment.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("ROCKET_PROFILE")
        .env_remove("BOOKPLATE_TEST_POSTGRES_URL")
        .env("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true");
    command
}

/// Standard error of a run that failed; it must be one line.
#[track_caller]
pub fn sentence(output: &Output) -> String {
    assert!(!output.status.success(), "it should have failed: {}", String::from_utf8_lossy(&output.stdout));
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(text.lines().count(), 1, "one sentence: {text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// Fails unless standard error is one sentence with all these words.
#[track_caller]
pub fn assert_says(output: &Output, words: &[&str]) {
    let sentence = sentence(output);
    for word in words {
        assert!(sentence.contains(word), "{sentence:?} should contain {word:?}");
    }
}
