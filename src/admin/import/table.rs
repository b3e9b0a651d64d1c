//! A table of titles as it was sent: CSV in UTF-8 with a head, its cells parted by commas, semicolons or tabs.

use csv::{ReaderBuilder, StringRecord};

/// The columns, in the order of the template. Only `title` must be there.
pub const COLUMNS: [&str; 10] = [
    "title",
    "subtitle",
    "language",
    "price",
    "contributors",
    "categories",
    "series",
    "number_in_series",
    "publisher",
    "description",
];

/// The most rows of a table.
pub const MOST_ROWS: usize = 10_000;

/// The most bytes of a table.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

/// A title as a table has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The line that it begins at, the head's being 1.
    pub line: u64,
    /// Its cells, in the order of [`COLUMNS`].
    pub cells: [String; COLUMNS.len()],
    /// What is wrong with its form; empty for nothing.
    pub problem: String,
}

/// Why a file is no table of titles. The sentences are for an admin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    /// Nothing was sent.
    #[error("Please choose a file.")]
    Nothing,
    /// Too many bytes.
    #[error("The file has more than 16 MB. Please send it in parts.")]
    TooLarge,
    /// Other signs.
    #[error("The file isn’t UTF-8. In a spreadsheet choose “CSV UTF-8” when you save it.")]
    Encoding,
    /// No row.
    #[error("The table has no row below its head.")]
    NoRows,
    /// Too many rows.
    #[error("The table has more than {MOST_ROWS} rows. Please send it in parts.")]
    TooManyRows,
    /// A column that we do not know.
    #[error("The column “{0}” isn’t known. The columns are: {columns}.", columns = COLUMNS.join(", "))]
    UnknownColumn(String),
    /// A column that comes twice.
    #[error("The column “{0}” is there twice.")]
    ColumnTwice(String),
    /// No title.
    #[error("The first row must name the columns, and one of them must be “title”.")]
    NoTitle,
    /// A quote that nobody closed, or the like.
    #[error("The table can’t be read: {0}.")]
    Broken(String),
}

impl Row {
    /// The cell of a column.
    #[must_use]
    pub fn cell(&self, column: &str) -> &str {
        let place = COLUMNS.iter().position(|known| *known == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}

/// The text of a file, without the mark that some programs put before it.
///
/// # Errors
/// When it is empty, too large, or not UTF-8.
pub fn text(bytes: &[u8]) -> Result<String, TableError> {
    if bytes.is_empty() {
        return Err(TableError::Nothing);
    }
    if bytes.len() > MOST_BYTES {
        return Err(TableError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| TableError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') { Err(TableError::Encoding) } else { Ok(text.to_owned()) }
}

/// The rows of a table.
///
/// # Errors
/// Why it can't be read.
pub fn rows(text: &str) -> Result<Vec<Row>, TableError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let broken = |error: csv::Error| TableError::Broken(error.to_string());
    let head = records.next().ok_or(TableError::NoTitle)?.map_err(broken)?;
    let places = places(&head)?;
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(broken)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() >= MOST_ROWS {
            return Err(TableError::TooManyRows);
        }
        rows.push(row(text, &record, &places));
    }
    if rows.is_empty() { Err(TableError::NoRows) } else { Ok(rows) }
}

/// The sign between cells: the one that the head has most of.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: char| head.matches(sign).count();
    [(b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .filter(|(_, found)| *found > count(','))
        .max_by_key(|(_, found)| *found)
        .map_or(b',', |(sign, _)| sign)
}

/// Where each column of the file goes.
fn places(head: &StringRecord) -> Result<Vec<usize>, TableError> {
    let mut places = Vec::new();
    for name in head {
        let name = name.trim().to_lowercase().replace(' ', "_");
        let place = COLUMNS.iter().position(|known| *known == name);
        let place = place.ok_or_else(|| TableError::UnknownColumn(name.chars().take(60).collect()))?;
        if places.contains(&place) {
            return Err(TableError::ColumnTwice(name));
        }
        places.push(place);
    }
    if places.contains(&0) { Ok(places) } else { Err(TableError::NoTitle) }
}

fn row(text: &str, record: &StringRecord, places: &[usize]) -> Row {
    // Between CR and LF the reader has not counted the line yet.
    let line = |at: &csv::Position| {
        let byte = usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte));
        at.line() + u64::from(byte == Some(&b'\n'))
    };
    let mut row = Row { line: record.position().map_or(0, line), ..Row::default() };
    if record.len() != places.len() {
        row.problem = format!("It has {} cells instead of {}.", record.len(), places.len());
    }
    for (cell, place) in record.iter().zip(places) {
        if let Some(slot) = row.cells.get_mut(*place) {
            unquoted(cell.trim()).clone_into(slot);
        }
    }
    row
}

/// A cell without the quote that our own tables put before what a spreadsheet would take for a formula.
fn unquoted(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<(u64, String, String)> {
        let cells = |row: Row| (row.line, row.cell("title").to_owned(), row.cell("price").to_owned());
        rows(text).unwrap().into_iter().map(cells).collect()
    }

    #[test]
    fn commas_semicolons_and_tabs_part_cells() {
        let expected =
            vec![(2, "Emma, again".to_owned(), "4.99".to_owned()), (3, "Salt".to_owned(), String::new())];
        assert_eq!(titles("title,price\r\n\"Emma, again\",4.99\r\nSalt,\r\n"), expected);
        assert_eq!(titles("Title;Price\nEmma, again;4.99\nSalt;\n\n;\n"), expected);
        assert_eq!(titles("price\ttitle\n4.99\tEmma, again\n\tSalt"), expected);
        assert_eq!(text("\u{feff}title".as_bytes()).as_deref(), Ok("title"));
        assert_eq!(titles("title,price\n'=1+1,4.99")[0].1, "=1+1");
    }

    #[test]
    fn what_is_no_table_of_titles_says_why() {
        let many = format!("title\n{}", "x\n".repeat(MOST_ROWS + 1));
        for (table, error) in [
            ("", TableError::NoTitle),
            ("title\n", TableError::NoRows),
            ("title,isbn\nx,y", TableError::UnknownColumn("isbn".to_owned())),
            ("title,title\nx,y", TableError::ColumnTwice("title".to_owned())),
            ("subtitle\nx", TableError::NoTitle),
            (&many, TableError::TooManyRows),
        ] {
            assert_eq!(rows(table), Err(error));
        }
        assert_eq!(text(b"title\nCaf\xe9"), Err(TableError::Encoding));
        assert_eq!(text(b""), Err(TableError::Nothing));
        assert_eq!(rows("title,price\nEmma").unwrap()[0].problem, "It has 1 cells instead of 2.");
    }
}
