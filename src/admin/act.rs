//! What an admin did: written down before it is done, with what came of it after.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::accounts::Account;
use crate::db::schema::{admin_acts, orders};
use crate::db::statement::Statement;
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::orders::OrderId;

row_id!(
    /// The row of an act.
    ActId
);

text_enum! {
    /// What was done.
    pub enum ActKind {
        /// Money was given back.
        Refund = "refund",
        /// The gateway was asked.
        Sync = "sync",
        /// The receipt was sent again.
        Receipt = "receipt",
        /// An unpaid order was closed.
        Cancel = "cancel",
        /// A payment that does not fit was taken as it is.
        Accept = "accept",
        /// A refund was given its books.
        Assign = "assign",
        /// A finding was closed by word.
        Dismiss = "dismiss",
        /// A price, a bundle or a code was changed.
        Price = "price",
        /// A title was published, archived or changed for its publisher.
        Title = "title",
        /// What a publisher wants to put out was approved or given back.
        Review = "review",
        /// An account became a publisher or an admin, or is none any more; someone was invited.
        Role = "role",
        /// An account was signed out, kept out or let in again, or got a link.
        Account = "account",
        /// Someone was given a book, or it was closed to them.
        Access = "access",
        /// An order was given another address.
        Address = "address",
        /// A category, a series or a contributor was made, changed or taken away.
        Shelf = "shelf",
        /// The shop's name, look, texts or sender were changed.
        Shop = "shop",
        /// Titles were taken in from a table.
        Import = "import",
        /// Downloads were taken out of a buyer's count.
        Forgive = "forgive",
    }
}

impl ActKind {
    /// In words, for the log.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Refund => "Gave money back",
            Self::Sync => "Asked the gateway",
            Self::Receipt => "Sent the receipt again",
            Self::Cancel => "Closed the order",
            Self::Accept => "Took the payment as it is",
            Self::Assign => "Said what a refund was for",
            Self::Dismiss => "Closed a finding",
            Self::Price => "Changed a price",
            Self::Title => "Cared for a title",
            Self::Review => "Answered a review",
            Self::Role => "Changed what an account may do",
            Self::Account => "Cared for an account",
            Self::Access => "Opened or closed a book",
            Self::Address => "Gave the order another address",
            Self::Shelf => "Cared for the shelves",
            Self::Shop => "Changed the shop",
            Self::Import => "Took titles in",
            Self::Forgive => "Opened downloads again",
        }
    }
}

/// What is about to be done.
#[derive(Debug, Clone)]
pub struct Doing {
    /// What.
    pub kind: ActKind,
    /// In which order, if in one.
    pub order: Option<OrderId>,
    /// To what, as people call it: an order's number, a finding's title.
    pub subject: String,
    /// How, and why.
    pub detail: String,
}

/// Something that was done.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = admin_acts)]
pub struct Act {
    /// The row.
    pub id: ActId,
    /// Whose address it was.
    pub who: String,
    /// What.
    pub kind: ActKind,
    /// To what.
    pub subject: String,
    /// How, and why.
    pub detail: String,
    /// What came of it; empty when the program was cut off before its end.
    pub outcome: String,
    /// How it was before; empty when nothing that has a name was changed.
    pub was: String,
    /// How it was to be after.
    pub became: String,
    /// When.
    pub at: Timestamp,
}

/// What an act changes.
#[derive(Debug, Clone)]
pub struct Change {
    /// How it is before.
    pub was: String,
    /// How it is to be after.
    pub became: String,
}

impl Change {
    /// From the one to the other.
    #[must_use]
    pub fn new(was: impl Into<String>, became: impl Into<String>) -> Self {
        Self { was: was.into(), became: became.into() }
    }
}

/// Which acts.
#[derive(Debug, Clone, Default)]
pub struct ActFilter {
    /// A part of the address of who did it; empty for anyone.
    pub who: String,
    /// What was done, if one thing.
    pub kind: Option<ActKind>,
    /// A part of what it was done to, or of how and why; empty for all.
    pub search: String,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: ActId,
}

impl Act {
    /// Writes down what is about to be done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(conn: &mut Conn, by: &Account, doing: &Doing, now: Timestamp) -> QueryResult<ActId> {
        diesel::insert_into(admin_acts::table)
            .values((
                admin_acts::account_id.eq(by.id),
                admin_acts::who.eq(by.email.as_str()),
                admin_acts::kind.eq(doing.kind),
                admin_acts::order_id.eq(doing.order),
                admin_acts::subject.eq(doing.subject.as_str()),
                admin_acts::detail.eq(doing.detail.as_str()),
                admin_acts::at.eq(now),
            ))
            .returning(admin_acts::id)
            .get_result(conn)
    }

    /// Writes down what is about to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_change(conn: &mut Conn, id: ActId, change: &Change) -> QueryResult<()> {
        diesel::update(admin_acts::table.find(id))
            .set((admin_acts::was.eq(change.was.as_str()), admin_acts::became.eq(change.became.as_str())))
            .execute(conn)?;
        Ok(())
    }

    /// Writes down what came of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end(conn: &mut Conn, id: ActId, outcome: &str) -> QueryResult<()> {
        diesel::update(admin_acts::table.find(id)).set(admin_acts::outcome.eq(outcome)).execute(conn)?;
        Ok(())
    }

    /// What was done to an order, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<Self>> {
        admin_acts::table
            .filter(admin_acts::order_id.eq(order))
            .order(admin_acts::id)
            .select(Self::as_select())
            .load(conn)
    }

    /// The newest acts whose subject is this: an address, an order's number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn about(conn: &mut Conn, subject: &str, limit: i64) -> QueryResult<Vec<Self>> {
        admin_acts::table
            .filter(admin_acts::subject.eq(subject))
            .order((admin_acts::at.desc(), admin_acts::id.desc()))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }
}

impl ActFilter {
    /// How many fit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        self.narrow("SELECT COUNT(*) AS count FROM admin_acts a").count(conn)
    }

    /// A page of those that fit, the newest first, each with the public id of its order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<(Act, Option<String>)>> {
        let mut statement = self.narrow("SELECT a.id FROM admin_acts a");
        statement.page("a.at DESC, a.id DESC", offset, limit);
        let ids: Vec<ActId> = statement.load::<IdRow>(conn)?.into_iter().map(|row| row.id).collect();
        admin_acts::table
            .left_join(orders::table)
            .filter(admin_acts::id.eq_any(ids))
            .order((admin_acts::at.desc(), admin_acts::id.desc()))
            .select((Act::as_select(), orders::public_id.nullable()))
            .load(conn)
    }

    fn narrow(&self, select: &str) -> Statement {
        let mut statement = Statement::new(select);
        if let Some(kind) = self.kind {
            let kind = statement.hold(kind.as_str());
            statement.condition(&format!("a.kind = {kind}"));
        }
        statement.search(&self.who, &[], &["a.who"]);
        statement.search(&self.search, &[], &["a.subject", "a.detail", "a.was", "a.became"]);
        statement
    }
}
