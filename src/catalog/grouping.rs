//! What groups books: categories, series and contributors, as the back office cares for them.
//!
//! Each has a name and, made from it, an address. When it is renamed or becomes part of another one, its old address
//! leads to the new one ([`Grouping::current`]).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::slug::{first_free, is_slug, slug};
use super::{BookId, search};
use crate::db::statement::anywhere;
use crate::db::{Conn, Statement, Timestamp, text_enum};

text_enum! {
    /// What groups books.
    pub enum Grouping {
        /// Shelves, in an order of their own.
        Category = "categories",
        /// Books that belong together, in an order.
        Series = "series",
        /// People.
        Contributor = "contributors",
    }
}

/// The most categories: forms show all of them.
pub const MOST_CATEGORIES: i64 = 500;

/// One category, series or contributor.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Group {
    /// The row.
    #[diesel(sql_type = BigInt)]
    id: i64,
    /// Its name in addresses.
    #[diesel(sql_type = Text)]
    pub slug: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// A category's sentence, a contributor's life in Markdown; a series has none.
    #[diesel(sql_type = Text)]
    pub text: String,
    /// A category's place among the others.
    #[diesel(sql_type = Integer)]
    pub position: i32,
    /// How many books it groups.
    #[diesel(sql_type = BigInt)]
    pub titles: i64,
}

/// Why something can't be done. The sentences are for an admin.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// Nothing was typed.
    #[error("Please type a name.")]
    NoName,
    /// There is one.
    #[error("There is one of this name already: “{0}”. To make one of both, open the one that is to go.")]
    Taken(String),
    /// It can't become a part of itself.
    #[error("Please choose another one.")]
    Itself,
    /// The other one is not there.
    #[error("There is none of this name. Please check the spelling.")]
    NoOther,
    /// More than pages can show.
    #[error("A shop has at most {MOST_CATEGORIES} categories.")]
    TooMany,
    /// Somebody was faster.
    #[error("The titles have changed meanwhile. Please look at it again.")]
    Changed,
    /// The database.
    #[error("It couldn't be saved.")]
    Database(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    title: String,
}

impl Grouping {
    /// What one is called in a sentence.
    #[must_use]
    pub const fn one(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Series => "series",
            Self::Contributor => "contributor",
        }
    }

    /// The column of `former_names` that names it.
    const fn key(self) -> &'static str {
        match self {
            Self::Category => "category_id",
            Self::Series => "series_id",
            Self::Contributor => "contributor_id",
        }
    }

    /// SQL of the text that it has.
    const fn text(self) -> &'static str {
        match self {
            Self::Category => "g.description",
            Self::Series => "''",
            Self::Contributor => "g.bio",
        }
    }

    /// SQL of the books of `g`, as rows with a `book_id`.
    const fn books(self) -> &'static str {
        match self {
            Self::Category => "SELECT x.book_id FROM book_categories x WHERE x.category_id = g.id",
            Self::Series => "SELECT x.id AS book_id FROM books x WHERE x.series_id = g.id",
            Self::Contributor => {
                "SELECT DISTINCT x.book_id FROM book_contributors x WHERE x.contributor_id = g.id"
            }
        }
    }

    fn select(self) -> String {
        let position = if self == Self::Category { "g.position" } else { "0" };
        format!(
            "SELECT g.id, g.slug, g.name, {} AS text, {position} AS position, \
                    (SELECT COUNT(*) FROM ({}) AS b) AS titles FROM {self} g",
            self.text(),
            self.books()
        )
    }

    fn narrow(statement: &mut Statement, search: &str) {
        let search = search.trim();
        if !search.is_empty() {
            statement.condition("(lower(g.name) LIKE ");
            statement.text(anywhere(&search.to_lowercase()));
            statement.push(" ESCAPE '!' OR g.name LIKE ");
            statement.text(anywhere(search));
            statement.push(" ESCAPE '!')");
        }
    }

    /// How many have `search` in their name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(self, conn: &mut Conn, search: &str) -> QueryResult<i64> {
        let mut statement = Statement::new(format!("SELECT COUNT(*) AS count FROM {self} g"));
        Self::narrow(&mut statement, search);
        let row: CountRow = statement.query().get_result(conn)?;
        Ok(row.count)
    }

    /// A page of those with `search` in their name: categories in the shop's order, others by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(self, conn: &mut Conn, search: &str, offset: i64, limit: i64) -> QueryResult<Vec<Group>> {
        let mut statement = Statement::new(self.select());
        Self::narrow(&mut statement, search);
        let order = if self == Self::Category { "g.position, g.name" } else { "g.name" };
        statement.push(&format!(" ORDER BY {order}, g.id LIMIT "));
        statement.number(limit);
        statement.push(" OFFSET ");
        statement.number(offset);
        statement.query().load(conn)
    }

    /// The one of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(self, conn: &mut Conn, slug: &str) -> QueryResult<Option<Group>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        let mut statement = Statement::new(self.select());
        statement.condition("g.slug = ");
        statement.text(slug);
        statement.query().get_result(conn).optional()
    }

    /// The one of a name as somebody typed it, or of its address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_named(self, conn: &mut Conn, typed: &str) -> QueryResult<Option<Group>> {
        let mut statement = Statement::new(self.select());
        statement.condition("g.name = ");
        statement.text(typed.trim().replace('\0', ""));
        statement.push(" ORDER BY g.id LIMIT 1");
        match statement.query().get_result(conn).optional()? {
            Some(group) => Ok(Some(group)),
            None => match self.find(conn, typed.trim())? {
                Some(group) => Ok(Some(group)),
                None => self.find(conn, &slug(typed)),
            },
        }
    }

    /// The present address of what had this one before, if something had.
    ///
    /// # Errors
    /// When the database fails.
    pub fn current(self, conn: &mut Conn, former: &str) -> QueryResult<Option<String>> {
        if !is_slug(former) {
            return Ok(None);
        }
        let mut statement = Statement::new(format!(
            "SELECT g.slug, g.name AS title FROM former_names f JOIN {self} g ON g.id = f.{}",
            self.key()
        ));
        statement.condition("f.kind = ");
        statement.text(self.as_str());
        statement.condition("f.slug = ");
        statement.text(former);
        let found: Option<NameRow> = statement.query().get_result(conn).optional()?;
        Ok(found.map(|row| row.slug))
    }

    /// Makes one; a category stands behind the others.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn create(self, conn: &mut Conn, name: &str, text: &str) -> Result<Group, GroupError> {
        let name = one_line(name);
        if name.is_empty() {
            return Err(GroupError::NoName);
        }
        if let Some(other) = self.find_named(conn, &name)? {
            return Err(GroupError::Taken(other.name));
        }
        let slug = slug(&name);
        match self {
            Self::Category => {
                if self.count(conn, "")? >= MOST_CATEGORIES {
                    return Err(GroupError::TooMany);
                }
                diesel::sql_query(
                    "INSERT INTO categories (slug, name, description, position) \
                     SELECT $1, $2, $3, COALESCE(MAX(position), 0) + 1 FROM categories",
                )
                .bind::<Text, _>(&slug)
                .bind::<Text, _>(&name)
                .bind::<Text, _>(text.trim())
                .execute(conn)?
            }
            Self::Series => diesel::sql_query("INSERT INTO series (slug, name) VALUES ($1, $2)")
                .bind::<Text, _>(&slug)
                .bind::<Text, _>(&name)
                .execute(conn)?,
            Self::Contributor => {
                diesel::sql_query("INSERT INTO contributors (slug, name, bio) VALUES ($1, $2, $3)")
                    .bind::<Text, _>(&slug)
                    .bind::<Text, _>(&name)
                    .bind::<Text, _>(text.trim())
                    .execute(conn)?
            }
        };
        Ok(self.find(conn, &slug)?.ok_or(diesel::result::Error::NotFound)?)
    }

    /// Gives one another name and text. Another name is another address, to which the old one leads.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn change(
        self,
        conn: &mut Conn,
        group: &Group,
        name: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<Group, GroupError> {
        let name = one_line(name);
        if name.is_empty() {
            return Err(GroupError::NoName);
        }
        if let Some(other) = self.find_named(conn, &name)?.filter(|other| other.id != group.id) {
            return Err(GroupError::Taken(other.name));
        }
        let wanted = slug(&name);
        let address = if wanted == group.slug || wanted == slug(&group.name) {
            group.slug.clone()
        } else {
            first_free(&wanted, |slug| self.find(conn, slug).map(|found| found.is_some()))?
        };
        let set = match self {
            Self::Category => ", description = ",
            Self::Series => "",
            Self::Contributor => ", bio = ",
        };
        let mut statement = Statement::new(format!("UPDATE {self} SET slug = "));
        statement.text(address.as_str());
        statement.push(", name = ");
        statement.text(name.as_str());
        if !set.is_empty() {
            statement.push(set);
            statement.text(text.trim());
        }
        statement.condition("id = ");
        statement.number(group.id);
        statement.query().execute(conn)?;
        if address != group.slug {
            self.lead(conn, &group.slug, group.id, now)?;
        }
        if name != group.name {
            self.index(conn, group)?;
        }
        Ok(self.find(conn, &address)?.ok_or(diesel::result::Error::NotFound)?)
    }

    /// Some of its titles, by title, with their public ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn titles(self, conn: &mut Conn, group: &Group, limit: i64) -> QueryResult<Vec<(String, String)>> {
        let mut statement = Statement::new(format!(
            "SELECT b.public_id AS slug, b.title FROM {self} g JOIN books b ON b.id IN ({})",
            self.books()
        ));
        statement.condition("g.id = ");
        statement.number(group.id);
        statement.push(" ORDER BY b.sort_title, b.id LIMIT ");
        statement.number(limit);
        let rows: Vec<NameRow> = statement.query().load(conn)?;
        Ok(rows.into_iter().map(|row| (row.slug, row.title)).collect())
    }

    /// Takes one away: its books go to `into`, to which its address leads then, or just lose it. Books stay as they are
    /// otherwise, and stay for sale.
    ///
    /// `seen` is how many books somebody was told it has.
    ///
    /// # Errors
    /// Why not, in a sentence; then nothing has changed.
    pub fn remove(
        self,
        conn: &mut Conn,
        group: &Group,
        into: Option<&Group>,
        seen: i64,
        now: Timestamp,
    ) -> Result<(), GroupError> {
        if group.titles != seen {
            return Err(GroupError::Changed);
        }
        if into.is_some_and(|into| into.id == group.id) {
            return Err(GroupError::Itself);
        }
        let books = self.book_ids(conn, group)?;
        if let Some(into) = into {
            self.hand_over(conn, group, into)?;
            let mut statement = Statement::new(format!("UPDATE former_names SET {} = ", self.key()));
            statement.number(into.id);
            statement.condition(&format!("{} = ", self.key()));
            statement.number(group.id);
            statement.query().execute(conn)?;
            self.lead(conn, &group.slug, into.id, now)?;
        }
        let away: &[&str] = match self {
            Self::Category => &["DELETE FROM categories WHERE id = $1"],
            Self::Series => &[
                "UPDATE books SET series_id = NULL, series_position = NULL WHERE series_id = $1",
                "DELETE FROM series WHERE id = $1",
            ],
            Self::Contributor => &[
                "DELETE FROM book_contributors WHERE contributor_id = $1",
                "DELETE FROM contributors WHERE id = $1",
            ],
        };
        for sql in away {
            diesel::sql_query(*sql).bind::<BigInt, _>(group.id).execute(conn)?;
        }
        if self != Self::Category {
            books.into_iter().try_for_each(|book| search::index(conn, book))?;
        }
        Ok(())
    }

    /// Gives the books of `group` to `into`; a book that has both has one after.
    fn hand_over(self, conn: &mut Conn, group: &Group, into: &Group) -> QueryResult<()> {
        let sql = match self {
            Self::Category => {
                "INSERT INTO book_categories (book_id, category_id) \
                 SELECT x.book_id, $1 FROM book_categories x WHERE x.category_id = $2 AND NOT EXISTS \
                     (SELECT 1 FROM book_categories y WHERE y.book_id = x.book_id AND y.category_id = $1)"
            }
            Self::Series => "UPDATE books SET series_id = $1 WHERE series_id = $2",
            Self::Contributor => {
                "UPDATE book_contributors SET contributor_id = $1 WHERE contributor_id = $2 AND NOT EXISTS \
                     (SELECT 1 FROM book_contributors y WHERE y.book_id = book_contributors.book_id \
                      AND y.role = book_contributors.role AND y.contributor_id = $1)"
            }
        };
        diesel::sql_query(sql).bind::<BigInt, _>(into.id).bind::<BigInt, _>(group.id).execute(conn).map(drop)
    }

    /// Lets an old address lead to a row.
    fn lead(self, conn: &mut Conn, former: &str, to: i64, now: Timestamp) -> QueryResult<()> {
        let mut statement = Statement::new("DELETE FROM former_names");
        statement.condition("kind = ");
        statement.text(self.as_str());
        statement.condition("slug = ");
        statement.text(former);
        statement.query().execute(conn)?;
        let mut statement = Statement::new(format!(
            "INSERT INTO former_names (kind, slug, {}, created_at) VALUES (",
            self.key()
        ));
        statement.text(self.as_str());
        statement.push(", ");
        statement.text(former);
        statement.push(", ");
        statement.number(to);
        statement.push(", ");
        statement.moment(now);
        statement.push(")");
        statement.query().execute(conn).map(drop)
    }

    fn book_ids(self, conn: &mut Conn, group: &Group) -> QueryResult<Vec<BookId>> {
        let mut statement =
            Statement::new(format!("SELECT b.id FROM {self} g JOIN books b ON b.id IN ({})", self.books()));
        statement.condition("g.id = ");
        statement.number(group.id);
        let rows: Vec<IdRow> = statement.query().load(conn)?;
        Ok(rows.into_iter().map(|row| BookId(row.id)).collect())
    }

    /// The search finds the books by the new name.
    fn index(self, conn: &mut Conn, group: &Group) -> QueryResult<()> {
        if self == Self::Category {
            return Ok(());
        }
        self.book_ids(conn, group)?.into_iter().try_for_each(|book| search::index(conn, book))
    }
}

/// Moves a category one place up or down; `false` when it stands at that end already.
///
/// # Errors
/// When the database fails.
pub fn reorder(conn: &mut Conn, category: &Group, up: bool) -> QueryResult<bool> {
    let rows: Vec<IdRow> =
        diesel::sql_query("SELECT id FROM categories ORDER BY position, name, id").load(conn)?;
    let mut order: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
    let Some(place) = order.iter().position(|id| *id == category.id) else { return Ok(false) };
    let other = if up { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < order.len()) };
    let Some(other) = other else { return Ok(false) };
    order.swap(place, other);
    for (position, id) in (1_i32..).zip(order) {
        diesel::sql_query("UPDATE categories SET position = $1 WHERE id = $2 AND position <> $1")
            .bind::<Integer, _>(position)
            .bind::<BigInt, _>(id)
            .execute(conn)?;
    }
    Ok(true)
}

fn one_line(text: &str) -> String {
    let spaced = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    spaced.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
