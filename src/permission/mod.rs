//! The gate: who may have which file, and why.
//!
//! [`can_view`] is the only maker of a [`ViewGrant`], and without one no bytes leave. The answer is computed from facts
//! at the moment of the request and never copied at the sale: a refund counts at the next request, and so does a new
//! edition.

mod facts;
mod holding;

use diesel::QueryResult;

use crate::accounts::{Account, AccountId, Role};
use crate::catalog::{BookFile, BookStatus};
use crate::db::{Conn, text_enum};
use crate::ids::TokenHash;
use crate::orders::{OrderId, OrderStatus};

use facts::{Facts, Purchase};
pub use holding::{Holding, open_books, override_of};

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
}

impl Viewer {
    /// Someone of whom nothing is known.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A signed-in account. One that an admin blocked is nobody.
    #[must_use]
    pub fn account(account: &Account) -> Self {
        let account =
            account.blocked_at.is_none().then_some(ViewerAccount { id: account.id, role: account.role });
        Self { account, tokens: Vec::new() }
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
/// In this order: a sample or a free book that is out; the book's publisher, or an admin; an admin's override; a line
/// item of the book in an order of this viewer whose payment is settled, that was not refunded and not disputed. A
/// buyer keeps what was bought, in every edition that was published, whatever becomes of the book.
///
/// An order that is a gift is the recipient's from the moment it was sent, by the gift's link or with the account that
/// keeps it, and never its buyer's.
///
/// # Errors
/// When the database fails; then nobody may.
pub fn can_view(conn: &mut Conn, viewer: &Viewer, file_public_id: &str) -> QueryResult<Decision> {
    let Some((file, facts)) = facts::load(conn, viewer, file_public_id)? else {
        return Ok(Decision::Unknown);
    };
    Ok(match decide(viewer, &facts) {
        Ok(reason) => Decision::Allowed(ViewGrant { file, reason }),
        Err(reason) => Decision::Denied { file: Box::new(file), reason },
    })
}

/// The rule itself, on facts alone.
fn decide(viewer: &Viewer, facts: &Facts) -> Result<Reason, Denial> {
    let out = facts.book_status == BookStatus::Published && facts.edition_is_published;
    if out && facts.is_sample {
        return Ok(Reason::Sample);
    }
    if out && facts.price_minor == 0 && facts.account_override != Some(false) {
        return Ok(Reason::Free);
    }
    match viewer.account {
        Some(account) if account.role == Role::Admin => return Ok(Reason::Admin),
        Some(account) if account.id == facts.publisher => return Ok(Reason::Publisher),
        _ => {}
    }
    match facts.account_override {
        Some(true) => return Ok(Reason::Override),
        Some(false) => return Err(Denial::Revoked),
        None => {}
    }
    if !facts.edition_is_published {
        return Err(Denial::Unpublished);
    }
    if let Some(order) = facts.purchases.iter().find(|purchase| purchase.entitles()) {
        return Ok(if order.by_gift { Reason::Given(order.order) } else { Reason::Bought(order.order) });
    }
    Err(denial(viewer, facts))
}

/// The reason that says most to the buyer: what became of the purchase, if there was one.
fn denial(viewer: &Viewer, facts: &Facts) -> Denial {
    let of_purchase = facts.purchases.iter().filter_map(Purchase::denial).min_by_key(|reason| match reason {
        Denial::Disputed => 0,
        Denial::Refunded => 1,
        Denial::GivenAway => 3,
        _ => 2,
    });
    match of_purchase {
        Some(reason) => reason,
        None if facts.book_status != BookStatus::Published => Denial::Unpublished,
        None if viewer.account.is_none() && viewer.tokens.is_empty() => Denial::NotSignedIn,
        None => Denial::NotBought,
    }
}

impl Purchase {
    /// Whether this purchase gives the right to read.
    fn entitles(&self) -> bool {
        OrderStatus::ENTITLING.contains(&self.status) && !self.is_refunded && !self.is_given_away
    }

    /// What stands in the way, if this purchase was more than an attempt.
    fn denial(&self) -> Option<Denial> {
        match self.status {
            _ if self.is_given_away => Some(Denial::GivenAway),
            OrderStatus::Disputed | OrderStatus::ChargedBack => Some(Denial::Disputed),
            OrderStatus::Refunded => Some(Denial::Refunded),
            _ if self.is_refunded => Some(Denial::Refunded),
            OrderStatus::Pending | OrderStatus::Processing | OrderStatus::NeedsReview => {
                Some(Denial::PaymentPending)
            }
            OrderStatus::Paid | OrderStatus::PartiallyRefunded => None,
            OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Cancelled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: AccountId = AccountId(1);
    const PAT: AccountId = AccountId(2);

    fn someone(id: AccountId, role: Role) -> Viewer {
        Viewer { account: Some(ViewerAccount { id, role }), tokens: Vec::new() }
    }

    fn facts() -> Facts {
        Facts {
            is_sample: false,
            book_status: BookStatus::Published,
            price_minor: 499,
            publisher: PAT,
            edition_is_published: true,
            account_override: None,
            purchases: Vec::new(),
        }
    }

    fn purchase(order: i64, status: OrderStatus, is_refunded: bool) -> Purchase {
        Purchase { order: OrderId(order), status, is_refunded, is_given_away: false, by_gift: false }
    }

    fn with_order(status: OrderStatus, is_refunded: bool) -> Facts {
        Facts { purchases: vec![purchase(7, status, is_refunded)], ..facts() }
    }

    #[test]
    fn only_a_settled_order_entitles() {
        let alice = someone(ALICE, Role::Customer);
        for &status in OrderStatus::ALL {
            let answer = decide(&alice, &with_order(status, false));
            let expected = match status {
                OrderStatus::Paid | OrderStatus::PartiallyRefunded => Ok(Reason::Bought(OrderId(7))),
                OrderStatus::Pending | OrderStatus::Processing | OrderStatus::NeedsReview => {
                    Err(Denial::PaymentPending)
                }
                OrderStatus::Refunded => Err(Denial::Refunded),
                OrderStatus::Disputed | OrderStatus::ChargedBack => Err(Denial::Disputed),
                OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Cancelled => Err(Denial::NotBought),
            };
            assert_eq!(answer, expected, "{status}");
        }
    }

    #[test]
    fn a_refunded_item_is_closed_in_an_order_that_is_otherwise_paid() {
        let alice = someone(ALICE, Role::Customer);
        for status in OrderStatus::ENTITLING {
            assert_eq!(decide(&alice, &with_order(status, true)), Err(Denial::Refunded));
        }
    }

    #[test]
    fn a_book_bought_again_after_a_refund_is_open() {
        let mut facts = with_order(OrderStatus::Refunded, true);
        facts.purchases.push(purchase(8, OrderStatus::Paid, false));
        assert_eq!(decide(&someone(ALICE, Role::Customer), &facts), Ok(Reason::Bought(OrderId(8))));
    }

    #[test]
    fn a_gift_is_its_recipients_and_never_its_buyers() {
        let alice = someone(ALICE, Role::Customer);
        for &status in OrderStatus::ALL {
            for is_refunded in [false, true] {
                let bought = purchase(7, status, is_refunded);
                let given =
                    Facts { purchases: vec![Purchase { is_given_away: true, ..bought.clone() }], ..facts() };
                assert_eq!(decide(&alice, &given), Err(Denial::GivenAway), "{status}");
                let got = Facts { purchases: vec![Purchase { by_gift: true, ..bought }], ..facts() };
                let as_buyer = decide(&alice, &with_order(status, is_refunded));
                let expected = as_buyer.map(|_| Reason::Given(OrderId(7)));
                assert_eq!(decide(&alice, &got), expected, "{status}");
            }
        }
    }

    #[test]
    fn who_gives_a_book_away_keeps_a_copy_of_their_own() {
        let alice = someone(ALICE, Role::Customer);
        let given = Purchase { is_given_away: true, ..purchase(7, OrderStatus::Paid, false) };
        let own = purchase(8, OrderStatus::Paid, false);
        let both = Facts { purchases: vec![given.clone(), own], ..facts() };
        assert_eq!(decide(&alice, &both), Ok(Reason::Bought(OrderId(8))));
        let lost = purchase(8, OrderStatus::Refunded, true);
        let both = Facts { purchases: vec![given, lost], ..facts() };
        assert_eq!(decide(&alice, &both), Err(Denial::Refunded));
    }

    #[test]
    fn an_override_goes_before_order_history_both_ways() {
        let alice = someone(ALICE, Role::Customer);
        let given = Facts { account_override: Some(true), ..facts() };
        assert_eq!(decide(&alice, &given), Ok(Reason::Override));
        let revoked = Facts { account_override: Some(false), ..with_order(OrderStatus::Paid, false) };
        assert_eq!(decide(&alice, &revoked), Err(Denial::Revoked));
        let revoked_free = Facts { account_override: Some(false), price_minor: 0, ..facts() };
        assert_eq!(decide(&alice, &revoked_free), Err(Denial::Revoked));
    }

    #[test]
    fn buyers_keep_an_archived_book_and_nobody_else_gets_it() {
        for status in [BookStatus::Archived, BookStatus::Draft, BookStatus::InReview] {
            let bought = Facts { book_status: status, ..with_order(OrderStatus::Paid, false) };
            assert_eq!(decide(&someone(ALICE, Role::Customer), &bought), Ok(Reason::Bought(OrderId(7))));
            for is_sample in [false, true] {
                let gone = Facts { book_status: status, is_sample, price_minor: 0, ..facts() };
                assert_eq!(decide(&Viewer::nobody(), &gone), Err(Denial::Unpublished), "{status}");
            }
        }
    }

    #[test]
    fn an_edition_in_preparation_is_for_its_publisher_and_admins() {
        let unpublished = Facts { edition_is_published: false, ..with_order(OrderStatus::Paid, false) };
        assert_eq!(decide(&someone(ALICE, Role::Customer), &unpublished), Err(Denial::Unpublished));
        assert_eq!(decide(&someone(PAT, Role::Publisher), &unpublished), Ok(Reason::Publisher));
        assert_eq!(decide(&someone(AccountId(9), Role::Admin), &unpublished), Ok(Reason::Admin));
        assert_eq!(decide(&someone(AccountId(9), Role::Publisher), &unpublished), Err(Denial::Unpublished));
    }

    #[test]
    fn anyone_may_have_a_sample_and_a_free_book() {
        assert_eq!(decide(&Viewer::nobody(), &Facts { is_sample: true, ..facts() }), Ok(Reason::Sample));
        assert_eq!(decide(&Viewer::nobody(), &Facts { price_minor: 0, ..facts() }), Ok(Reason::Free));
        assert_eq!(decide(&Viewer::nobody(), &facts()), Err(Denial::NotSignedIn));
    }
}
