//! Files: small enough to read, and silent about the machine they were written on.

use super::{assert_none, files};

#[test]
fn a_source_file_fits_in_a_head() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, ".rs") {
            let lines = text.lines().count();
            if lines > 500 && !path.ends_with("db/schema.rs") {
                wrong.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert_none("a file has one subject; at 500 lines look for the second", &wrong);
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "templates", "migrations", "scripts"] {
        for (path, text) in files(folder, "").into_iter().filter(|(path, _)| !path.ends_with("tidy/files.rs"))
        {
            for word in ["/work/", "/root/", "/home/"] {
                wrong.extend(
                    text.lines()
                        .filter(|line| line.contains(word))
                        .map(|line| format!("{path}: {}", line.trim())),
                );
            }
        }
    }
    assert_none("a path of one machine", &wrong);
}
