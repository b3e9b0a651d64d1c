//! Which books a list shows, in which order, a page at a time. The database does the paging.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::search::SearchQuery;
use super::{BookId, CategoryId, ContributorId, SeriesId};
use crate::db::{Conn, text_enum};

text_enum! {
    /// The order of a list.
    pub enum Sort {
        /// The best match first; only for a search.
        Relevance = "relevance",
        /// In the order of a series; only within one.
        Series = "series",
        /// What came out last first.
        Newest = "newest",
        /// By title, without regard to case and accents.
        Title = "title",
        /// The cheapest first.
        Price = "price",
        /// The dearest first.
        PriceDown = "price-desc",
    }
}

/// What a list shows: published books that fit every filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Books with these words.
    pub search: Option<SearchQuery>,
    /// Books on this shelf.
    pub category: Option<CategoryId>,
    /// Books by this person, in any role.
    pub contributor: Option<ContributorId>,
    /// Books of this series.
    pub series: Option<SeriesId>,
    /// Whether only free books are shown.
    pub free: bool,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: BookId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many books of a list stand on one shelf.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct ShelfCount {
    /// The shelf.
    #[diesel(sql_type = BigInt)]
    pub category_id: CategoryId,
    /// How many books.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

#[derive(QueryableByName)]
struct ShelfRow {
    #[diesel(sql_type = BigInt)]
    category_id: CategoryId,
    #[diesel(sql_type = BigInt)]
    book_id: BookId,
}

impl Sort {
    /// The order for what was asked for, brought into what makes sense for the filter.
    #[must_use]
    pub fn choose(asked: Option<&str>, filter: &Filter) -> Self {
        let natural = if filter.search.is_some() {
            Self::Relevance
        } else if filter.series.is_some() {
            Self::Series
        } else {
            Self::Newest
        };
        match asked.and_then(|asked| asked.parse().ok()) {
            Some(sort) if Self::choices(filter).contains(&sort) => sort,
            _ => natural,
        }
    }

    /// The orders that make sense for a filter.
    #[must_use]
    pub fn choices(filter: &Filter) -> Vec<Self> {
        let fits = |sort: &&Self| match sort {
            Self::Relevance => filter.search.is_some(),
            Self::Series => filter.series.is_some(),
            _ => true,
        };
        Self::ALL.iter().filter(fits).copied().collect()
    }

    /// What the choice is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Relevance => "Best match first",
            Self::Series => "In order of the series",
            Self::Newest => "Newest first",
            Self::Title => "By title",
            Self::Price => "Cheapest first",
            Self::PriceDown => "Dearest first",
        }
    }

    const fn order_by(self) -> &'static str {
        match self {
            Self::Relevance => "found.rank, b.published_at DESC, b.id DESC",
            Self::Series => "CASE WHEN b.series_position IS NULL THEN 1 ELSE 0 END, b.series_position, b.id",
            Self::Newest => "b.published_at DESC, b.id DESC",
            Self::Title => "b.sort_title, b.id",
            Self::Price => "b.price_minor, b.sort_title, b.id",
            Self::PriceDown => "b.price_minor DESC, b.sort_title, b.id",
        }
    }
}

impl Filter {
    /// Whether nothing can fit: a search without a single word.
    fn finds_nothing(&self) -> bool {
        self.search.as_ref().is_some_and(SearchQuery::is_empty)
    }

    /// How many books fit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        if self.finds_nothing() {
            return Ok(0);
        }
        let mut statement = Statement::of(self, conn, "SELECT COUNT(*) AS count FROM books b");
        let row: CountRow = statement.query().get_result(conn)?;
        Ok(row.count)
    }

    /// The books that fit, from the `offset`-th on, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, sort: Sort, limit: i64, offset: i64) -> QueryResult<Vec<BookId>> {
        if self.finds_nothing() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::of(self, conn, "SELECT b.id FROM books b");
        statement.sql.push_str(&format!(" ORDER BY {}", sort.order_by()));
        let limit = statement.number(limit);
        let offset = statement.number(offset);
        statement.sql.push_str(&format!(" LIMIT {limit} OFFSET {offset}"));
        let rows: Vec<IdRow> = statement.query().load(conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// How many of the books that fit stand on each shelf, whichever shelf the filter names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_by_category(&self, conn: &mut Conn) -> QueryResult<Vec<ShelfCount>> {
        if self.finds_nothing() {
            return Ok(Vec::new());
        }
        let anywhere = Self { category: None, ..self.clone() };
        let mut statement = Statement::of(
            &anywhere,
            conn,
            "SELECT shelf.category_id, COUNT(*) AS count FROM books b JOIN book_categories shelf ON shelf.book_id = b.id",
        );
        statement.sql.push_str(" GROUP BY shelf.category_id");
        statement.query().load(conn)
    }
}

/// The newest published books of each category, at most `each` for one, in one query.
///
/// # Errors
/// When the database fails.
pub fn newest_by_category(conn: &mut Conn, each: i64) -> QueryResult<Vec<(CategoryId, BookId)>> {
    let rows: Vec<ShelfRow> = diesel::sql_query(
        "SELECT category_id, book_id FROM ( \
             SELECT shelf.category_id, b.id AS book_id, \
                    ROW_NUMBER() OVER (PARTITION BY shelf.category_id ORDER BY b.published_at DESC, b.id DESC) AS place \
             FROM books b JOIN book_categories shelf ON shelf.book_id = b.id WHERE b.status = 'published' \
         ) AS placed WHERE place <= $1 ORDER BY category_id, place",
    )
    .bind::<BigInt, _>(each)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.category_id, row.book_id)).collect())
}

enum Parameter {
    Words(String),
    Number(i64),
}

/// A query in the making: its parameters are numbered in the order of their first use, as both databases want them.
struct Statement {
    sql: String,
    parameters: Vec<Parameter>,
}

impl Statement {
    /// `select`, whose books are `b`, narrowed to published books that fit `filter`.
    fn of(filter: &Filter, conn: &Conn, select: &str) -> Self {
        let mut statement = Self { sql: String::new(), parameters: Vec::new() };
        if let Some(search) = &filter.search {
            statement.parameters.push(Parameter::Words(search.parameter(conn)));
            statement.sql =
                format!("WITH {} {select} JOIN found ON found.book_id = b.id", SearchQuery::table(conn));
        } else {
            select.clone_into(&mut statement.sql);
        }
        statement.sql.push_str(" WHERE b.status = 'published'");
        if let Some(category) = filter.category {
            let place = statement.number(category.0);
            statement.sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM book_categories x WHERE x.book_id = b.id AND x.category_id = {place})"
            ));
        }
        if let Some(contributor) = filter.contributor {
            let place = statement.number(contributor.0);
            statement.sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM book_contributors x WHERE x.book_id = b.id AND x.contributor_id = {place})"
            ));
        }
        if let Some(series) = filter.series {
            let place = statement.number(series.0);
            statement.sql.push_str(&format!(" AND b.series_id = {place}"));
        }
        if filter.free {
            statement.sql.push_str(" AND b.price_minor = 0");
        }
        statement
    }

    /// Adds a parameter and returns its place in the text.
    fn number(&mut self, value: i64) -> String {
        self.parameters.push(Parameter::Number(value));
        format!("${}", self.parameters.len())
    }

    fn query(
        &mut self,
    ) -> diesel::query_builder::BoxedSqlQuery<'static, crate::db::MultiBackend, diesel::query_builder::SqlQuery>
    {
        let mut query = diesel::sql_query(std::mem::take(&mut self.sql)).into_boxed();
        for parameter in self.parameters.drain(..) {
            query = match parameter {
                Parameter::Words(words) => query.bind::<Text, _>(words),
                Parameter::Number(number) => query.bind::<BigInt, _>(number),
            };
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_makes_no_sense_falls_back() {
        let all = Filter::default();
        let search = Filter { search: SearchQuery::parse("sea"), ..Filter::default() };
        let series = Filter { series: Some(SeriesId(1)), ..Filter::default() };
        for (asked, filter, sort) in [
            (None, &all, Sort::Newest),
            (Some("xyz"), &all, Sort::Newest),
            (Some("relevance"), &all, Sort::Newest),
            (Some("price"), &all, Sort::Price),
            (None, &search, Sort::Relevance),
            (Some("title"), &search, Sort::Title),
            (Some("relevance"), &series, Sort::Series),
        ] {
            assert_eq!(Sort::choose(asked, filter), sort, "{asked:?}");
        }
    }
}
