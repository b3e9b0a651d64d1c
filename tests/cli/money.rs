//! `reconcile` and `doctor`.

use std::path::Path;
use std::process::Output;

use bookplate::db::{DatabaseUrl, Db};
use diesel::RunQueryDsl as _;

use super::bookplate;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(bookplate(folder.path(), &["migrate"], &[]).status.success());
    folder
}

/// Runs a statement on the shop's database.
fn change(folder: &Path, statement: &'static str) {
    let db = Db::open(&DatabaseUrl::Sqlite(folder.join("data/bookplate.db"))).unwrap();
    db.write_blocking(move |conn| diesel::sql_query(statement).execute(conn)).unwrap();
}

#[track_caller]
fn printed(output: &Output, status: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(status), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn books_that_agree_end_with_0_and_differences_with_1() {
    let folder = folder();
    let text = printed(&bookplate(folder.path(), &["reconcile"], &[]), 0);
    assert!(text.contains("All agrees.") && text.contains("0 checkouts of the gateway"), "{text}");
    // An order that somebody wrote by hand.
    change(
        folder.path(),
        "INSERT INTO orders (public_id, number, email, email_key, currency, subtotal_minor, total_minor, status, \
                             gateway, livemode, cart_fingerprint, created_at, updated_at, paid_at) \
         VALUES ('p', '20260301-ABCDE', 'a@example.org', 'a@example.org', 'EUR', 499, 499, 'paid', 'sandbox', FALSE, \
                 '', '2026-03-01 12:00:00', '2026-03-01 12:00:00', '2026-03-01 12:00:00')",
    );
    let since = ["reconcile", "--since", "2026-01-01"];
    let dry =
        printed(&bookplate(folder.path(), &["reconcile", "--since", "2026-01-01", "--dry-run"], &[]), 1);
    assert!(
        dry.contains("order 20260301-ABCDE: The order counts as paid (€4.99), and has no payment."),
        "{dry}"
    );
    assert!(!dry.contains("was asked for"), "{dry}");
    let text = printed(&bookplate(folder.path(), &since, &[]), 1);
    assert!(text.contains("2 differences are left"), "{text}");
    let doctor = printed(&bookplate(folder.path(), &["doctor"], &[]), 1);
    assert!(doctor.contains("BAD      Gateway: The sandbox takes no money"), "{doctor}");
    assert!(doctor.contains("Findings: 2 are open."), "{doctor}");
    change(folder.path(), "UPDATE orders SET status = 'expired'");
    let text = printed(&bookplate(folder.path(), &since, &[]), 0);
    assert!(text.contains("Findings that are no longer so: 2."), "{text}");
}

#[test]
fn what_cannot_be_done_ends_with_2() {
    let folder = folder();
    change(folder.path(), "DROP TABLE sandbox_refunds");
    change(folder.path(), "DROP TABLE findings");
    let output = bookplate(folder.path(), &["reconcile"], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not be compared"));
    let output = bookplate(folder.path(), &["reconcile", "--since", "yesterday"], &[]);
    assert_eq!(output.status.code(), Some(2));
}
