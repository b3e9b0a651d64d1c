//! The shipped settings file names every key, with its default.

use bookplate::config::Settings;

use super::root;

#[test]
fn the_shipped_rocket_toml_shows_every_key_with_its_default() {
    let shipped = std::fs::read_to_string(root().join("Rocket.toml")).unwrap();
    let mut section = String::new();
    let mut wrong = Vec::new();
    for line in Settings::default().show().lines().filter(|line| !line.is_empty()) {
        if line.starts_with('[') {
            section = line.to_owned();
            if !shipped.contains(line) {
                wrong.push(format!("the section {line} is missing"));
            }
            continue;
        }
        let body = shipped.split(&section).nth(1).unwrap_or_default().split("\n[").next().unwrap_or_default();
        if !body.lines().any(|shown| shown.trim_start_matches("# ").starts_with(line)) {
            wrong.push(format!("{section} {line}"));
        }
    }
    super::assert_none("Rocket.toml is the operator's reference", &wrong);
}
