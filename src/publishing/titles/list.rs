//! The titles of a desk, narrowed and paged in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::accounts::AccountId;
use crate::catalog::search::SearchQuery;
use crate::catalog::words::sort_key;
use crate::catalog::{Book, BookId, BookStatus, Brief, Category};
use crate::db::schema::{accounts, books, editions};
use crate::db::statement::anywhere;
use crate::db::{Conn, Statement};
use crate::publishing::{Plan, Review, Who};

/// Which titles.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Where they are; nothing for all.
    pub status: Option<BookStatus>,
    /// A part of the title, or words of the title, the names, the series and the description; empty for all.
    pub search: String,
    /// The public id of who sells them; empty for all.
    pub publisher: String,
    /// The shelf that they stand on, by its name in addresses; `none` for those on none; empty for all.
    pub category: String,
    /// Their language's tag; empty for all.
    pub language: String,
}

/// The category that stands for none at all.
pub const NO_CATEGORY: &str = "none";

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Those last changed first.
    #[default]
    Changed,
    /// By title.
    Title,
    /// The dearest first.
    Price,
    /// Those last published first.
    Published,
}

impl Sort {
    /// Every order with its name.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Changed, "Last changed first"),
        (Self::Title, "By title"),
        (Self::Price, "Dearest first"),
        (Self::Published, "Last published first"),
    ];

    /// The spelling in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Title => "title",
            Self::Price => "price",
            Self::Published => "published",
        }
    }

    /// The order of a spelling; the natural one for any other.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().map(|(sort, _)| sort).find(|sort| sort.as_str() == text).unwrap_or_default()
    }

    const fn order_by(self) -> &'static str {
        match self {
            Self::Changed => "b.updated_at DESC, b.id DESC",
            Self::Title => "b.sort_title, b.id",
            Self::Price => "b.price_minor DESC, b.sort_title, b.id",
            Self::Published => {
                "CASE WHEN b.published_at IS NULL THEN 1 ELSE 0 END, b.published_at DESC, b.id DESC"
            }
        }
    }
}

impl Filter {
    /// Narrows a statement about books `b` to those that fit.
    pub fn narrow(&self, conn: &Conn, statement: &mut Statement) {
        if let Some(status) = self.status {
            statement.condition("b.status = ");
            statement.text(status.as_str());
        }
        if !self.publisher.is_empty() {
            statement.condition("b.publisher_id = (SELECT p.id FROM accounts p WHERE p.public_id = ");
            statement.text(self.publisher.as_str());
            statement.push(")");
        }
        if self.category == NO_CATEGORY {
            statement.condition("NOT EXISTS (SELECT 1 FROM book_categories x WHERE x.book_id = b.id)");
        } else if !self.category.is_empty() {
            statement.condition(
                "EXISTS (SELECT 1 FROM book_categories x JOIN categories c ON c.id = x.category_id \
                 WHERE x.book_id = b.id AND c.slug = ",
            );
            statement.text(self.category.as_str());
            statement.push(")");
        }
        if !self.language.is_empty() {
            statement.condition("b.language = ");
            statement.text(self.language.as_str());
        }
        if !self.search.trim().is_empty() {
            statement.condition("(b.sort_title LIKE ");
            let words = sort_key(&self.search);
            // What has no word in it is in no title.
            statement.text(if words.is_empty() { "".to_owned() } else { anywhere(&words) });
            statement.push(" ESCAPE '!'");
            if let Some(query) = SearchQuery::parse(&self.search).filter(|query| !query.is_empty()) {
                let (before, after) = SearchQuery::condition(conn);
                statement.push(&format!(" OR {before}"));
                statement.text(query.parameter(conn));
                statement.push(after);
            }
            statement.push(")");
        }
    }

    /// The same for the titles of a desk.
    fn of_desk(&self, who: Who, conn: &Conn, statement: &mut Statement) {
        if !who.is_admin {
            statement.condition("b.publisher_id = ");
            statement.number(who.id.0);
        }
        self.narrow(conn, statement);
    }
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: BookId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    status: BookStatus,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A title in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The title.
    pub book: Book,
    /// It in few words.
    pub brief: Option<Brief>,
    /// Who sells it.
    pub publisher: String,
    /// The number of the newest published edition; 0 without one.
    pub newest: i32,
    /// The number of the edition in preparation; 0 without one.
    pub draft: i32,
    /// When it comes out by itself.
    pub plan: Option<Plan>,
    /// Whether an admin is asked about it.
    pub in_review: bool,
}

/// How many titles fit in each state, whichever state the filter names.
///
/// # Errors
/// When the database fails.
pub fn counts(conn: &mut Conn, who: Who, filter: &Filter) -> QueryResult<Vec<(BookStatus, i64)>> {
    let anywhere = Filter { status: None, ..filter.clone() };
    let mut statement = Statement::new("SELECT b.status, COUNT(*) AS count FROM books b");
    anywhere.of_desk(who, conn, &mut statement);
    statement.push(" GROUP BY b.status");
    let rows: Vec<CountRow> = statement.query().load(conn)?;
    Ok(rows.into_iter().map(|row| (row.status, row.count)).collect())
}

/// A page of titles.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut Conn,
    who: Who,
    filter: &Filter,
    sort: Sort,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    let mut statement = Statement::new("SELECT b.id FROM books b");
    filter.of_desk(who, conn, &mut statement);
    statement.push(&format!(" ORDER BY {} LIMIT ", sort.order_by()));
    statement.number(limit);
    statement.push(" OFFSET ");
    statement.number(offset);
    let order: Vec<IdRow> = statement.query().load(conn)?;
    let order: Vec<BookId> = order.into_iter().map(|row| row.id).collect();
    let mut found: Vec<Book> =
        books::table.filter(books::id.eq_any(order.clone())).select(Book::as_select()).load(conn)?;
    found.sort_by_key(|book| order.iter().position(|id| *id == book.id));
    let ids: Vec<BookId> = found.iter().map(|book| book.id).collect();
    let sellers: Vec<AccountId> = found.iter().map(|book| book.publisher_id).collect();
    let names: HashMap<AccountId, (String, String)> = accounts::table
        .filter(accounts::id.eq_any(sellers))
        .select((accounts::id, (accounts::name, accounts::email)))
        .load(conn)?
        .into_iter()
        .collect();
    let numbers = numbers(conn, &ids)?;
    let mut briefs = Brief::of(conn, &ids)?;
    let mut plans = Plan::of_books(conn, &ids)?;
    let in_review = Review::open_of(conn, &ids)?;
    let row = |book: Book| Row {
        brief: briefs.remove(&book.id),
        publisher: names.get(&book.publisher_id).map_or_else(String::new, |(name, email)| {
            if name.trim().is_empty() { email.clone() } else { name.clone() }
        }),
        newest: numbers.get(&book.id).map_or(0, |(newest, _)| *newest),
        draft: numbers.get(&book.id).map_or(0, |(_, draft)| *draft),
        plan: plans.remove(&book.id),
        in_review: in_review.contains(&book.id),
        book,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The newest published edition of each title, and the one in preparation.
fn numbers(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, (i32, i32)>> {
    let of_titles = || editions::table.filter(editions::book_id.eq_any(ids.to_vec()));
    let number = diesel::dsl::max(editions::number);
    let newest: Vec<(BookId, Option<i32>)> = of_titles()
        .filter(editions::published_at.is_not_null())
        .group_by(editions::book_id)
        .select((editions::book_id, number))
        .load(conn)?;
    let drafts: Vec<(BookId, Option<i32>)> = of_titles()
        .filter(editions::published_at.is_null())
        .group_by(editions::book_id)
        .select((editions::book_id, number))
        .load(conn)?;
    let mut numbers: HashMap<BookId, (i32, i32)> = HashMap::new();
    for (book, number) in newest {
        numbers.entry(book).or_default().0 = number.unwrap_or(0);
    }
    for (book, number) in drafts {
        numbers.entry(book).or_default().1 = number.unwrap_or(0);
    }
    Ok(numbers)
}

/// What the list can be narrowed to beside a state.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Who sells: public id and name, those with most titles first.
    pub publishers: Vec<(String, String)>,
    /// The languages in use.
    pub languages: Vec<String>,
    /// The shelves.
    pub categories: Vec<Category>,
}

#[derive(QueryableByName)]
struct PublisherRow {
    #[diesel(sql_type = Text)]
    public_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
}

/// The most choices of a kind.
const CHOICES: i64 = 200;

impl Choices {
    /// The choices of a desk; publishers are for admins alone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, who: Who) -> QueryResult<Self> {
        let publishers: Vec<PublisherRow> = if who.is_admin {
            let mut statement = Statement::new(
                "SELECT p.public_id, p.name, p.email FROM accounts p JOIN ( \
                     SELECT publisher_id, COUNT(*) AS count FROM books GROUP BY publisher_id \
                 ) AS t ON t.publisher_id = p.id ORDER BY t.count DESC, p.id LIMIT ",
            );
            statement.number(CHOICES);
            statement.query().load(conn)?
        } else {
            Vec::new()
        };
        let mut languages = books::table.select(books::language).distinct().into_boxed();
        if !who.is_admin {
            languages = languages.filter(books::publisher_id.eq(who.id));
        }
        let name = |row: PublisherRow| {
            let name = if row.name.trim().is_empty() { row.email } else { row.name };
            (row.public_id, name)
        };
        Ok(Self {
            publishers: publishers.into_iter().map(name).collect(),
            languages: languages.order(books::language).limit(CHOICES).load(conn)?,
            categories: Category::all(conn)?,
        })
    }
}
