//! What may know what.

use super::{assert_none, code, files};

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The feature of a path below `src/`: its folder, or the file's own name.
fn feature(path: &str) -> &str {
    path.trim_start_matches("src/").split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn lines_with(word: &str, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        if allowed(&path) {
            continue;
        }
        wrong.extend(
            code(&text).filter(|line| line.contains(word)).map(|line| format!("{path}: {}", line.trim())),
        );
    }
    wrong
}

#[test]
fn only_the_outer_layer_knows_rocket() {
    let edge = ["routes.rs", "forms.rs", "guards.rs", "responder.rs"];
    let allowed = |path: &str| {
        ["src/app.rs", "src/web/", "src/config/", "src/cli/"].iter().any(|outer| path.starts_with(outer))
            || edge.contains(&file_name(path))
    };
    let wrong = lines_with("rocket::", allowed);
    assert_none("rocket belongs to app.rs, web/, config/, cli/ and the files at a feature's edge", &wrong);
}

#[test]
fn only_pages_and_mails_know_askama() {
    let allowed = |path: &str| {
        file_name(path) == "pages.rs" || path.starts_with("src/web/") || path.starts_with("src/mail/")
    };
    let wrong = lines_with("askama::", allowed);
    assert_none("askama belongs to pages.rs, web/ and mail/", &wrong);
}

#[test]
fn delivery_and_storage_know_no_book_no_order_and_no_viewer() {
    let mut wrong = Vec::new();
    for folder in ["src/delivery", "src/storage"] {
        for (path, text) in files(folder, ".rs") {
            for feature in
                ["accounts", "catalog", "checkout", "orders", "permission", "downloads", "library", "db"]
            {
                let word = format!("crate::{feature}");
                wrong.extend(
                    code(&text).filter(|line| line.contains(&word)).map(|line| format!("{path}: {line}")),
                );
            }
        }
    }
    assert_none("delivery and storage get a key, a name and the request's conditions, no more", &wrong);
}

#[test]
fn no_feature_reaches_into_another_ones_edge() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        if ["app", "web", "cli"].contains(&feature(&path)) {
            continue;
        }
        for line in code(&text).filter(|line| line.contains("crate::")) {
            let Some((_, rest)) = line.split_once("crate::") else { continue };
            let mut parts = rest.split("::");
            let (of, layer) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let is_edge = ["routes", "forms", "pages"].iter().any(|edge| layer.starts_with(edge));
            if is_edge && of != feature(&path) {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert_none("nothing imports another feature's routes, forms or pages", &wrong);
}

#[test]
fn bytes_leave_only_through_the_gate() {
    // A hand-off is made in one place, from a grant that only `can_view` gives.
    let wrong = lines_with("Handoff {", |path| {
        path.starts_with("src/delivery/") || path.starts_with("src/downloads/")
    });
    assert_none("only downloads/ makes a Handoff", &wrong);
    let wrong = lines_with("ViewGrant {", |path| path.starts_with("src/permission/"));
    assert_none("only permission/ makes a ViewGrant", &wrong);
}

#[test]
fn the_environment_is_read_in_the_settings_only() {
    let wrong = lines_with("std::env::", |path| path.starts_with("src/config/"));
    let wrong: Vec<_> = wrong
        .into_iter()
        .filter(|line| !line.contains("current_dir") && !line.contains("temp_dir"))
        .collect();
    assert_none("the environment is read in config/ only", &wrong);
}

#[test]
fn the_time_comes_from_the_clock() {
    // Durations of our own work (a request's milliseconds) are no facts of the shop.
    for word in ["Utc::now", "SystemTime::now", "Local::now"] {
        let wrong = lines_with(word, |path| path == "src/clock.rs");
        assert_none(&format!("{word} belongs to clock.rs"), &wrong);
    }
}
