//! The accounts that run the shop.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use super::{assert_says, bookplate, program};

const EMAIL: &str = "ada@example.org";

/// The program with `line` on its standard input.
fn with_line(folder: &Path, arguments: &[&str], line: &str) -> Output {
    let mut child = program(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments may be gone before it reads.
    let _ = writeln!(child.stdin.take().unwrap(), "{line}");
    child.wait_with_output().unwrap()
}

fn create(folder: &Path, email: &str, password: &str) -> Output {
    with_line(folder, &["admin", "create", email, "--name", "Ada", "--password-stdin"], password)
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_first_admin_is_made_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let made = printed(&create(folder.path(), EMAIL, "three gulls on the quay"));
    assert!(made.contains("ada@example.org is an admin"), "{made}");
    assert!(!made.contains("gulls"));
    assert_eq!(printed(&bookplate(folder.path(), &["admin", "list"], &[])), "ada@example.org\tAda\n");
    assert_says(
        &create(folder.path(), "ADA@example.org", "three gulls on the quay"),
        &["already", "promote"],
    );
}

#[test]
fn a_password_that_anyone_would_try_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_says(&create(folder.path(), EMAIL, "short"), &["at least 10 characters"]);
    assert_says(&create(folder.path(), EMAIL, "password1234"), &["first passwords"]);
    assert_says(&create(folder.path(), "ada", "three gulls on the quay"), &["isn’t an e-mail address"]);
    assert_eq!(printed(&bookplate(folder.path(), &["admin", "list"], &[])), "");
}

#[test]
fn a_new_password_can_be_chosen_on_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    printed(&create(folder.path(), EMAIL, "three gulls on the quay"));
    let reset = ["admin", "reset-password", EMAIL, "--password-stdin"];
    let done = printed(&with_line(folder.path(), &reset, "four herons in the reeds"));
    assert!(done.contains("has a new password"), "{done}");
    let reset = ["admin", "reset-password", "nobody@example.org", "--password-stdin"];
    assert_says(
        &with_line(folder.path(), &reset, "four herons in the reeds"),
        &["no account", "nobody@example.org"],
    );
    assert_says(&bookplate(folder.path(), &["admin", "promote", "nobody@example.org"], &[]), &["no account"]);
    printed(&bookplate(folder.path(), &["admin", "promote", EMAIL], &[]));
}

#[test]
fn without_a_terminal_the_password_is_asked_for_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let output = with_line(folder.path(), &["admin", "create", EMAIL], "three gulls on the quay");
    assert_says(&output, &["no terminal", "--password-stdin"]);
}
