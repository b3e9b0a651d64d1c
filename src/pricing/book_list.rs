//! Books as an admin names them: one a line, by the address of its page or the last part of it.

use diesel::prelude::*;

use crate::catalog::{Book, BookId};
use crate::db::Conn;
use crate::db::schema::books;

/// The books that a text names, in its order, each once.
///
/// # Errors
/// The database's; inside, a sentence that names the line which is no book.
pub fn find(conn: &mut Conn, text: &str) -> QueryResult<Result<Vec<BookId>, String>> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let path = line.split(['?', '#']).next().unwrap_or(line);
        let slug = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        match Book::find_by_slug(conn, slug)? {
            Some(book) if !found.contains(&book.id) => found.push(book.id),
            Some(_) => {}
            None => {
                let shown: String = line.chars().take(80).collect();
                return Ok(Err(format!(
                    "There is no book at “{shown}”. Please name the address of its page."
                )));
            }
        }
    }
    Ok(Ok(found))
}

/// The text that names these books, in their order.
///
/// # Errors
/// When the database fails.
pub fn text_of(conn: &mut Conn, ids: &[BookId]) -> QueryResult<String> {
    let rows: Vec<(BookId, String)> =
        books::table.filter(books::id.eq_any(ids.to_vec())).select((books::id, books::slug)).load(conn)?;
    let slug = |id: &BookId| rows.iter().find(|(row, _)| row == id).map(|(_, slug)| slug.as_str());
    Ok(ids.iter().filter_map(slug).collect::<Vec<_>>().join("\n"))
}
