//! What an admin did: written down before it is done, with what came of it after.

use diesel::prelude::*;

use crate::accounts::Account;
use crate::db::schema::{admin_acts, orders};
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
        /// An account became a publisher, or is none any more.
        Role = "role",
        /// A category, a series or a contributor was made, changed or taken away.
        Shelf = "shelf",
        /// The shop's name, look, texts or sender were changed.
        Shop = "shop",
        /// Titles were taken in from a table.
        Import = "import",
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
            Self::Shelf => "Cared for the shelves",
            Self::Shop => "Changed the shop",
            Self::Import => "Took titles in",
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
    /// When.
    pub at: Timestamp,
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

    /// How many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(conn: &mut Conn) -> QueryResult<i64> {
        admin_acts::table.count().get_result(conn)
    }

    /// A page of them, the newest first, each with the public id of its order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<(Self, Option<String>)>> {
        admin_acts::table
            .left_join(orders::table)
            .order((admin_acts::at.desc(), admin_acts::id.desc()))
            .offset(offset)
            .limit(limit)
            .select((Self::as_select(), orders::public_id.nullable()))
            .load(conn)
    }
}
