//! One page of the list of books.

use diesel::QueryResult;

use super::list::{Filter, Sort};
use super::search::SearchQuery;
use super::{Card, Category, CategoryId, Contributor, Grouping, Series};
use crate::db::Conn;
use crate::permission::{Viewer, open_books};
use crate::web::pagination::Pagination;

/// How many books a page of the list shows.
pub const PER_PAGE: u32 = 24;

/// What is asked of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// What was searched for; empty for nothing.
    pub search: String,
    /// The slug of a category; empty for all.
    pub category: String,
    /// The slug of a contributor; empty for all.
    pub contributor: String,
    /// The slug of a series; empty for all.
    pub series: String,
    /// The order that was asked for, which may be none of ours.
    pub sort: Option<String>,
    /// The page that was asked for, from 1; may be beyond the end.
    pub page: u32,
}

/// One page of the list of books.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The shelf that the list is narrowed to.
    pub category: Option<Category>,
    /// The person that the list is narrowed to.
    pub contributor: Option<Contributor>,
    /// The series that the list is narrowed to.
    pub series: Option<Series>,
    /// The order.
    pub sort: Sort,
    /// The order that this list has if nobody asks for another.
    pub natural: Sort,
    /// The orders to choose from.
    pub sorts: Vec<Sort>,
    /// Which page this is.
    pub pagination: Pagination,
    /// The books of this page.
    pub cards: Vec<Card>,
    /// The shelves with how many books of this list they hold; those without one are left out, but the chosen one.
    pub categories: Vec<(Category, i64)>,
}

impl Listing {
    /// The page that is asked for, the last one if it is beyond the end, in a fixed number of queries. Nothing when the
    /// category, contributor or series does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, query: &ListQuery, viewer: &Viewer) -> QueryResult<Option<Self>> {
        let Some(category) = named(conn, &query.category, Category::find_by_slug)? else { return Ok(None) };
        let Some(contributor) = named(conn, &query.contributor, Contributor::find_by_slug)? else {
            return Ok(None);
        };
        let Some(series) = named(conn, &query.series, Series::find_by_slug)? else { return Ok(None) };
        let filter = Filter {
            search: SearchQuery::parse(&query.search),
            category: category.as_ref().map(|category| category.id),
            contributor: contributor.as_ref().map(|contributor| contributor.id),
            series: series.as_ref().map(|series| series.id),
            free: false,
        };
        let sort = Sort::choose(query.sort.as_deref(), &filter);
        let total = u64::try_from(filter.count(conn)?).unwrap_or(0);
        let pagination = Pagination::new(query.page, PER_PAGE, total);
        let ids = filter.page(conn, sort, i64::from(PER_PAGE), pagination.offset())?;
        let owned = open_books(conn, viewer)?;
        Ok(Some(Self {
            sort,
            natural: Sort::choose(None, &filter),
            sorts: Sort::choices(&filter),
            pagination,
            cards: Card::of(conn, &ids, &owned)?,
            categories: categories(conn, &filter)?,
            category,
            contributor,
            series,
        }))
    }
}

impl ListQuery {
    /// The same query with the present names of what was renamed; nothing when nothing of it was.
    ///
    /// # Errors
    /// When the database fails.
    pub fn renamed(&self, conn: &mut Conn) -> QueryResult<Option<Self>> {
        let mut renamed = self.clone();
        for (grouping, slug) in [
            (Grouping::Category, &mut renamed.category),
            (Grouping::Contributor, &mut renamed.contributor),
            (Grouping::Series, &mut renamed.series),
        ] {
            if !slug.is_empty()
                && grouping.find(conn, slug)?.is_none()
                && let Some(current) = grouping.current(conn, slug)?
            {
                *slug = current;
            }
        }
        Ok((renamed != *self).then_some(renamed))
    }
}

/// What a slug names: `Some(None)` for an empty one, `None` for one that names nothing.
fn named<T>(
    conn: &mut Conn,
    slug: &str,
    find: impl FnOnce(&mut Conn, &str) -> QueryResult<Option<T>>,
) -> QueryResult<Option<Option<T>>> {
    if slug.is_empty() { Ok(Some(None)) } else { Ok(find(conn, slug)?.map(Some)) }
}

fn categories(conn: &mut Conn, filter: &Filter) -> QueryResult<Vec<(Category, i64)>> {
    let counts = filter.count_by_category(conn)?;
    let count =
        |id: CategoryId| counts.iter().find(|shelf| shelf.category_id == id).map_or(0, |shelf| shelf.count);
    let all = Category::all(conn)?.into_iter().map(|category| {
        let count = count(category.id);
        (category, count)
    });
    Ok(all.filter(|(category, count)| *count > 0 || filter.category == Some(category.id)).collect())
}
