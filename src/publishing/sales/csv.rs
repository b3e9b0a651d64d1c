//! Sales as a table for other programs (RFC 4180): amounts as plain decimals, days as ISO 8601 writes them.

use super::Sold;
use crate::money::{Currency, Money};

/// The table, with its head.
#[must_use]
pub fn table(rows: &[Sold]) -> String {
    let mut text = String::from("period,title,currency,copies,revenue,returned copies,refunds,net\r\n");
    for row in rows {
        let amount = |minor: i64| plain(minor, &row.currency);
        let cells = [
            cell(&row.period),
            cell(&row.title),
            cell(&row.currency),
            row.copies.to_string(),
            amount(row.revenue_minor),
            row.returned.to_string(),
            amount(row.refunds_minor),
            amount(row.revenue_minor - row.refunds_minor),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// An amount as a plain decimal; one in a currency that the shop does not know in minor units.
fn plain(minor: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) if minor >= 0 => Money::new(minor, currency).plain(),
        Ok(currency) => format!("-{}", Money::new(minor.saturating_neg(), currency).plain()),
        Err(_) => minor.to_string(),
    }
}

/// A text as one cell. A sign at its beginning that a spreadsheet would take for a formula gets a quote before it.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_survives_what_titles_hold() {
        let row = Sold {
            period: "2026-03".to_owned(),
            title: "=SUM(\"a\", b)".to_owned(),
            book: String::new(),
            currency: "EUR".to_owned(),
            copies: 3,
            revenue_minor: 1497,
            returned: 4,
            refunds_minor: 1500,
        };
        let text = table(&[row]);
        let line = text.lines().nth(1).unwrap();
        assert_eq!(line, "2026-03,\"'=SUM(\"\"a\"\", b)\",EUR,3,14.97,4,15.00,-0.03");
    }
}
