//! The gate: who may have which file, and why.
//!
//! [`can_view`] is the only maker of a [`ViewGrant`], and without one no bytes leave. The answer is computed from facts
//! at the moment of the request and never copied at the sale: a refund counts at the next request, and so does a new
//! edition.

mod explain;
mod facts;
mod holding;
mod rule;

use diesel::QueryResult;

use crate::accounts::{Account, AccountId, Role};
use crate::catalog::BookFile;
use crate::db::{Conn, text_enum};
use crate::ids::TokenHash;
use crate::orders::OrderId;

pub use explain::{Considered, Explanation, Step, explain};
pub use holding::{Holding, open_books, override_of};
pub use rule::Rule;

use facts::Facts;
use rule::Verdict;

/// Who asks: nobody, an account, the bearer of orders' access tokens, or both.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    /// The signed-in account.
    pub account: Option<ViewerAccount>,
    /// The hashes of the order tokens that the browser brought.
    pub tokens: Vec<TokenHash>,
}

/// What the gate needs to know of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewerAccount {
    /// Its row.
    pub id: AccountId,
    /// What it may do.
    pub role: Role,
    /// Whether an admin keeps it out.
    pub is_blocked: bool,
}

impl Viewer {
    /// Someone of whom nothing is known.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A signed-in account. One that an admin blocked has no session; were it asked about, it gets what anyone gets.
    #[must_use]
    pub fn account(account: &Account) -> Self {
        let is_blocked = account.blocked_at.is_some();
        let account = ViewerAccount { id: account.id, role: account.role, is_blocked };
        Self { account: Some(account), tokens: Vec::new() }
    }
}

/// Why a viewer may have a file; kept in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A sample: anyone may.
    Sample,
    /// A free book that is for sale.
    Free,
    /// The book's own publisher.
    Publisher,
    /// An admin.
    Admin,
    /// An admin said so.
    Override,
    /// It was bought in this order.
    Bought(OrderId),
    /// Somebody else bought it in this order, as a gift for the viewer.
    Given(OrderId),
}

impl Reason {
    /// The spelling in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Free => "free",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
            Self::Override => "override",
            Self::Bought(_) => "bought",
            Self::Given(_) => "gift",
        }
    }
}

text_enum! {
    /// Why a viewer may not have a file. For the ledger, the buyer's own order page, and admins; nobody else is told.
    pub enum Denial {
        /// Nobody is signed in, and no order's token was brought.
        NotSignedIn = "not_signed_in",
        /// No order of this viewer holds the book.
        NotBought = "not_bought",
        /// It was ordered, and the money is not there.
        PaymentPending = "payment_pending",
        /// The money for it went back.
        Refunded = "refunded",
        /// The buyer's bank asks, or asked, for the money back.
        Disputed = "disputed",
        /// The viewer bought it as a gift: it is the recipient's.
        GivenAway = "given_away",
        /// An admin said no.
        Revoked = "revoked",
        /// An admin keeps the account out, and the orders that it keeps with it.
        Blocked = "blocked",
        /// It is not out, or no longer for sale and was not bought.
        Unpublished = "unpublished",
    }
}

/// Proof that the gate was asked for one file and said yes. Its fields are private: only [`can_view`] makes one.
#[derive(Debug)]
pub struct ViewGrant {
    file: BookFile,
    reason: Reason,
}

impl ViewGrant {
    /// The file that may be had.
    #[must_use]
    pub const fn file(&self) -> &BookFile {
        &self.file
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

/// The answer of the gate.
#[derive(Debug)]
pub enum Decision {
    /// The file may be had.
    Allowed(ViewGrant),
    /// It may not.
    Denied {
        /// The file that was asked for, for the ledger.
        file: Box<BookFile>,
        /// Why not.
        reason: Denial,
    },
    /// There is no such file; to the visitor it looks the same as a denial.
    Unknown,
}

/// Asks whether `viewer` may have the file of this public id, in one query.
///
/// In this order: a sample or a free book that is out; a block, which shuts out all else; the book's publisher, or an
/// admin; an admin's override; a line item of the book in an order of this viewer whose payment is settled, that was not
/// refunded and not disputed. A buyer keeps what was bought, in every edition that was published, whatever becomes of
/// the book. The questions are those of [`Rule::ALL`].
///
/// An order that is a gift is the recipient's from the moment it was sent, by the gift's link or with the account that
/// keeps it, and never its buyer's.
///
/// # Errors
/// When the database fails; then nobody may.
pub fn can_view(conn: &mut Conn, viewer: &Viewer, file_public_id: &str) -> QueryResult<Decision> {
    Ok(match weigh(conn, viewer, file_public_id)? {
        None => Decision::Unknown,
        Some((file, _, verdict)) => match verdict.answer {
            Ok(reason) => Decision::Allowed(ViewGrant { file, reason }),
            Err(reason) => Decision::Denied { file: Box::new(file), reason },
        },
    })
}

/// The facts and what they come to: all that [`can_view`] does, and all that [`explain()`] tells of.
fn weigh(
    conn: &mut Conn,
    viewer: &Viewer,
    file_public_id: &str,
) -> QueryResult<Option<(BookFile, Facts, Verdict)>> {
    let Some((file, facts)) = facts::load(conn, viewer, file_public_id)? else { return Ok(None) };
    let verdict = rule::decide(viewer, &facts);
    Ok(Some((file, facts, verdict)))
}
