//! A table as an answer: read from the database a page at a time while it is sent, so that memory stays flat however
//! long it is, and no connection waits for a slow client.

use std::sync::Arc;

use diesel::QueryResult;
use rocket::http::Header;
use rocket::request::Request;
use rocket::response::Responder;
use rocket::response::stream::ByteStream;

use super::table::{Cell, Format};
use crate::db::{Conn, Db};

/// Some rows of a table.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Where the next page begins; nothing after the last one.
    pub next: Option<i64>,
}

type Pages = Arc<dyn Fn(&mut Conn, i64) -> QueryResult<Page> + Send + Sync>;

/// A table that a browser saves.
pub struct Export {
    name: String,
    format: Format,
    columns: Vec<&'static str>,
    first: Page,
    pages: Pages,
    db: Db,
}

impl Export {
    /// A table saved as `<name>.csv` or `<name>.json` (letters, digits and hyphens alone). `pages` gives the rows from a
    /// place on; the first place is 0.
    ///
    /// # Errors
    /// When the database fails at the first page. When it fails later, the table ends with a line that says so.
    pub async fn begin(
        db: &Db,
        name: impl Into<String>,
        format: Format,
        columns: Vec<&'static str>,
        pages: impl Fn(&mut Conn, i64) -> QueryResult<Page> + Send + Sync + 'static,
    ) -> super::Result<Self> {
        let pages: Pages = Arc::new(pages);
        let ask = pages.clone();
        let first = db.read(move |conn| ask(conn, 0)).await?;
        Ok(Self { name: name.into(), format, columns, first, pages, db: db.clone() })
    }
}

impl<'r> Responder<'r, 'r> for Export {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'r> {
        let Self { name, format, columns, first, pages, db } = self;
        let file = format!("attachment; filename=\"{name}.{}\"", format.ending());
        let stream = ByteStream! {
            yield format.head(&columns);
            let (mut page, mut is_first) = (first, true);
            loop {
                let mut text = String::new();
                for cells in &page.rows {
                    text.push_str(&format.row(&columns, cells, is_first));
                    is_first = false;
                }
                yield text;
                let Some(next) = page.next else {
                    yield format.foot().to_owned();
                    break;
                };
                let ask = pages.clone();
                page = match db.read(move |conn| ask(conn, next)).await {
                    Ok(page) => page,
                    Err(error) => {
                        tracing::error!(%error, name, "a table could not be read to its end");
                        yield format.cut_off().to_owned();
                        break;
                    }
                };
            }
        };
        let mut response = stream.respond_to(request)?;
        response.set_header(Header::new("Content-Type", format.media_type()));
        response.set_header(Header::new("Content-Disposition", file));
        Ok(response)
    }
}
