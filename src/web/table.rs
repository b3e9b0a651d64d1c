//! Lists as tables for other programs: CSV (RFC 4180) or JSON, written row by row.
//!
//! Amounts are plain decimals, times are those of ISO 8601. A text that a spreadsheet would take for a formula gets a
//! quote before it in CSV; JSON has it as it is.

use crate::db::Timestamp;
use crate::money::{Currency, Money};

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, whatever they hold.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount as a plain decimal, `-3.50`: made by [`Cell::amount`].
    Decimal(String),
    /// Yes or no.
    Truth(bool),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Words; nothing where there are none.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// `minor` units of a currency as a plain decimal; as they are in one that the shop does not know.
    #[must_use]
    pub fn amount(minor: i64, currency: &str) -> Self {
        match currency.parse::<Currency>() {
            Ok(currency) if minor >= 0 => Self::Decimal(Money::new(minor, currency).plain()),
            Ok(currency) => Self::Decimal(format!("-{}", Money::new(minor, currency).plain())),
            Err(_) => Self::Number(minor),
        }
    }

    /// A moment in UTC: `2026-03-01T12:00:00Z`.
    #[must_use]
    pub fn moment(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Empty, |time| Self::Text(time.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a head, in UTF-8 (RFC 4180).
    Csv,
    /// A list of objects (RFC 8259).
    Json,
}

impl Format {
    /// The format of a file's ending.
    #[must_use]
    pub fn parse(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The ending of its files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    /// What stands before the rows.
    #[must_use]
    pub fn head(self, columns: &[&str]) -> String {
        match self {
            Self::Csv => line(columns.iter().map(|column| csv(&Cell::text(*column)))),
            Self::Json => "[".to_owned(),
        }
    }

    /// A row; `is_first` of the whole table.
    #[must_use]
    pub fn row(self, columns: &[&str], cells: &[Cell], is_first: bool) -> String {
        match self {
            Self::Csv => line(cells.iter().map(csv)),
            Self::Json => {
                let fields =
                    columns.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), json(cell))).collect();
                let before = if is_first { "\n" } else { ",\n" };
                format!("{before}{}", serde_json::Value::Object(fields))
            }
        }
    }

    /// What stands after the rows.
    #[must_use]
    pub const fn foot(self) -> &'static str {
        match self {
            Self::Csv => "",
            Self::Json => "\n]\n",
        }
    }

    /// What stands where the database gave up in the middle: nobody may take the rows before it for all of them. JSON
    /// has no end then, which no program reads.
    #[must_use]
    pub const fn cut_off(self) -> &'static str {
        match self {
            Self::Csv => "THIS TABLE IS NOT COMPLETE: the shop could not read on.\r\n",
            Self::Json => "",
        }
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn csv(cell: &Cell) -> String {
    let text = match cell {
        Cell::Text(text) if is_formula(text) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => return number.to_string(),
        Cell::Decimal(decimal) => return decimal.clone(),
        Cell::Truth(truth) => return if *truth { "yes" } else { "no" }.to_owned(),
        Cell::Empty => return String::new(),
    };
    if text.contains(['"', ',', ';', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Whether a spreadsheet could take a text for a formula; signs that it skips at the beginning count for nothing.
fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn json(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Text(text) | Cell::Decimal(text) => text.as_str().into(),
        Cell::Number(number) => (*number).into(),
        Cell::Truth(truth) => (*truth).into(),
        Cell::Empty => serde_json::Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> String {
        Format::Csv.row(&["a", "b"], &[Cell::text(text), Cell::amount(-350, "EUR")], true)
    }

    #[test]
    fn a_spreadsheet_runs_nothing_of_what_people_typed() {
        for (text, written) in [
            ("=SUM(\"a\", b)", "\"'=SUM(\"\"a\"\", b)\",-3.50\r\n"),
            ("+49", "'+49,-3.50\r\n"),
            ("-1", "'-1,-3.50\r\n"),
            ("@cmd", "'@cmd,-3.50\r\n"),
            ("\t=1", "'\t=1,-3.50\r\n"),
            (" =1", "' =1,-3.50\r\n"),
            ("two\nlines", "\"two\nlines\",-3.50\r\n"),
            ("plain - text", "plain - text,-3.50\r\n"),
            ("", ",-3.50\r\n"),
        ] {
            assert_eq!(row(text), written, "{text:?}");
        }
    }

    #[test]
    fn a_list_of_objects_is_json() {
        let columns = ["name", "sum", "count", "live", "none"];
        let cells =
            [Cell::text("=1"), Cell::amount(1250, "EUR"), Cell::Number(3), Cell::Truth(true), Cell::Empty];
        let json = Format::Json;
        let text = [
            json.head(&columns),
            json.row(&columns, &cells, true),
            json.row(&columns, &cells, false),
            json.foot().to_owned(),
        ]
        .concat();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value[1],
            serde_json::json!({ "name": "=1", "sum": "12.50", "count": 3, "live": true, "none": null })
        );
    }
}
