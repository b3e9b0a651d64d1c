//! Why the gate says what it says: its own answer, with every fact that it looked at.

use diesel::QueryResult;

use super::facts::Facts;
use super::rule::Rule;
use super::{Denial, Reason, Viewer, weigh};
use crate::catalog::{BookFile, BookStatus};
use crate::db::Conn;
use crate::orders::{OrderId, OrderStatus};

/// The gate's answer about one file, and how it came to it.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The file that was asked about.
    pub file: BookFile,
    /// The answer, as [`super::can_view`] gives it.
    pub answer: Result<Reason, Denial>,
    /// Every question in its order, up to the one that answered.
    pub steps: Vec<Step>,
    /// Where the book is.
    pub book_status: BookStatus,
    /// Whether the file's edition is out.
    pub edition_is_published: bool,
    /// An admin's yes or no for this account and book.
    pub account_override: Option<bool>,
    /// Every order of this person that holds the book.
    pub purchases: Vec<Considered>,
}

/// One question of the gate.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Which.
    pub rule: Rule,
    /// What it said; nothing when it left the answer to the next.
    pub answer: Option<Result<Reason, Denial>>,
}

/// One order that holds the book, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub struct Considered {
    /// The order.
    pub order: OrderId,
    /// Where it is.
    pub status: OrderStatus,
    /// Whether the money for the book went back.
    pub is_refunded: bool,
    /// Whether it was bought for someone else.
    pub is_given_away: bool,
    /// Whether it came to this person as a gift.
    pub by_gift: bool,
    /// Whether it gives the right to read.
    pub counts: bool,
    /// What stands in the way; nothing for one that counts, and for an attempt that came to nothing.
    pub obstacle: Option<Denial>,
}

/// What [`super::can_view`] answers to `viewer` about the file of this public id, and why; nothing when there is no such
/// file. It asks the same query and the same questions, and hands out no grant.
///
/// # Errors
/// When the database fails.
pub fn explain(conn: &mut Conn, viewer: &Viewer, file_public_id: &str) -> QueryResult<Option<Explanation>> {
    let Some((file, facts, verdict)) = weigh(conn, viewer, file_public_id)? else { return Ok(None) };
    let mut steps = Vec::new();
    for rule in Rule::ALL {
        steps.push(Step { rule: *rule, answer: rule.ask(viewer, &facts) });
        if *rule == verdict.by {
            break;
        }
    }
    let Facts { book_status, edition_is_published, account_override, purchases, .. } = facts;
    let considered = purchases.iter().map(|purchase| Considered {
        order: purchase.order,
        status: purchase.status,
        is_refunded: purchase.is_refunded,
        is_given_away: purchase.is_given_away,
        by_gift: purchase.by_gift,
        counts: purchase.entitles(),
        obstacle: purchase.denial(),
    });
    Ok(Some(Explanation {
        file,
        answer: verdict.answer,
        steps,
        book_status,
        edition_is_published,
        account_override,
        purchases: considered.collect(),
    }))
}
