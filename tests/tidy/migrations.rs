//! Migrations: the same names for both databases, always a way back, every foreign key indexed.

use std::collections::BTreeSet;

use super::{assert_none, files, root};

fn names(database: &str) -> BTreeSet<String> {
    std::fs::read_dir(root().join("migrations").join(database))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn both_databases_have_the_same_migrations_and_each_has_a_way_back() {
    assert_eq!(names("sqlite"), names("postgres"));
    let mut wrong = Vec::new();
    for database in ["sqlite", "postgres"] {
        for name in names(database) {
            let (date, rest) = name.split_at(name.len().min(17));
            let dated = date.len() == 17 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            if !dated || !rest.starts_with('_') {
                wrong.push(format!("{name}: not YYYY-MM-DD-HHMMSS_verb_noun"));
            }
            for file in ["up.sql", "down.sql"] {
                let path = root().join("migrations").join(database).join(&name).join(file);
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                if text.trim().is_empty() {
                    wrong.push(format!("{database}/{name}/{file} is missing or empty"));
                }
            }
        }
    }
    assert_none("a migration is a dated folder with up.sql and down.sql", &wrong);
}

#[test]
fn every_foreign_key_says_what_happens_on_delete() {
    let mut wrong = Vec::new();
    for (path, text) in files("migrations", "up.sql") {
        for line in text.lines().filter(|line| line.contains(" REFERENCES ")) {
            if !line.contains(" ON DELETE ") {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert_none("a foreign key states its ON DELETE", &wrong);
}

#[test]
fn every_foreign_key_is_indexed() {
    let mut wrong = Vec::new();
    for (path, text) in files("migrations", "up.sql") {
        let mut table = "";
        let mut columns = Vec::new();
        for line in text.lines() {
            let line = line.trim();
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                table = rest.trim_end_matches(" (");
            } else if line.contains(" REFERENCES ") && !line.starts_with("--") {
                columns.push((table, line.split(' ').next().unwrap_or_default()));
            }
        }
        for (table, column) in columns {
            let by_index = text.contains(&format!("ON {table} ({column}"));
            let section = text.split(&format!("CREATE TABLE {table} (")).nth(1).unwrap_or_default();
            let section = section.split("\n);").next().unwrap_or_default();
            let by_key = section.contains(&format!("PRIMARY KEY ({column}"))
                || section.contains(&format!("UNIQUE ({column}"))
                || section.lines().any(|line| {
                    line.trim().starts_with(column)
                        && (line.contains(" UNIQUE") || line.contains(" PRIMARY KEY"))
                });
            if !by_index && !by_key {
                wrong.push(format!("{path}: {table}.{column}"));
            }
        }
    }
    assert_none("a foreign key leads an index", &wrong);
}
