//! The rule itself, on facts alone: questions in an order, and the first that answers decides.

use super::facts::{Facts, Purchase};
use super::{Denial, Reason, Viewer};
use crate::accounts::Role;
use crate::catalog::BookStatus;
use crate::orders::OrderStatus;

/// One question of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Is it a sample of a book that is out?
    Sample,
    /// Is the book free and out?
    Free,
    /// Does an admin keep the account out?
    Block,
    /// Is it an admin who asks?
    Admin,
    /// Is it the book's own publisher?
    Publisher,
    /// Has an admin said yes or no for this account and book?
    Override,
    /// Is the edition still in preparation?
    Edition,
    /// Is it in an order that is theirs, settled, and neither refunded nor disputed?
    Purchase,
}

/// What the questions came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The answer.
    pub answer: Result<Reason, Denial>,
    /// Which question gave it.
    pub by: Rule,
}

/// Asks one question after the other.
pub(super) fn decide(viewer: &Viewer, facts: &Facts) -> Verdict {
    Rule::ALL
        .iter()
        .find_map(|rule| rule.ask(viewer, facts).map(|answer| Verdict { answer, by: *rule }))
        // The last question always answers; were it not so, nobody may.
        .unwrap_or(Verdict { answer: Err(Denial::NotBought), by: Rule::Purchase })
}

impl Rule {
    /// All questions, in the order in which they are asked.
    pub const ALL: &[Self] = &[
        Self::Sample,
        Self::Free,
        Self::Block,
        Self::Admin,
        Self::Publisher,
        Self::Override,
        Self::Edition,
        Self::Purchase,
    ];

    /// The answer, if this question has one.
    pub(super) fn ask(self, viewer: &Viewer, facts: &Facts) -> Option<Result<Reason, Denial>> {
        let out = facts.book_status == BookStatus::Published && facts.edition_is_published;
        let account = viewer.account.as_ref();
        match self {
            Self::Sample => (out && facts.is_sample).then_some(Ok(Reason::Sample)),
            Self::Free => {
                let is_free = out && facts.price_minor == 0 && facts.account_override != Some(false);
                is_free.then_some(Ok(Reason::Free))
            }
            Self::Block => account.is_some_and(|account| account.is_blocked).then_some(Err(Denial::Blocked)),
            Self::Admin => {
                account.is_some_and(|account| account.role == Role::Admin).then_some(Ok(Reason::Admin))
            }
            Self::Publisher => {
                account.is_some_and(|account| account.id == facts.publisher).then_some(Ok(Reason::Publisher))
            }
            Self::Override => match facts.account_override? {
                true => Some(Ok(Reason::Override)),
                false => Some(Err(Denial::Revoked)),
            },
            Self::Edition => (!facts.edition_is_published).then_some(Err(Denial::Unpublished)),
            Self::Purchase => Some(match facts.purchases.iter().find(|purchase| purchase.entitles()) {
                Some(order) if order.by_gift => Ok(Reason::Given(order.order)),
                Some(order) => Ok(Reason::Bought(order.order)),
                None => Err(denial(viewer, facts)),
            }),
        }
    }
}

/// The reason that says most to the buyer: what became of the purchase, if there was one.
fn denial(viewer: &Viewer, facts: &Facts) -> Denial {
    let of_purchase = facts.purchases.iter().filter_map(Purchase::denial).min_by_key(|reason| match reason {
        Denial::Blocked => 0,
        Denial::Disputed => 1,
        Denial::Refunded => 2,
        Denial::GivenAway => 4,
        _ => 3,
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
    pub(super) fn entitles(&self) -> bool {
        let is_settled = OrderStatus::ENTITLING.contains(&self.status);
        is_settled && !self.is_refunded && !self.is_given_away && !self.is_blocked
    }

    /// What stands in the way, if this purchase was more than an attempt.
    pub(super) fn denial(&self) -> Option<Denial> {
        match self.status {
            _ if self.is_given_away => Some(Denial::GivenAway),
            OrderStatus::Disputed | OrderStatus::ChargedBack => Some(Denial::Disputed),
            OrderStatus::Refunded => Some(Denial::Refunded),
            _ if self.is_refunded => Some(Denial::Refunded),
            OrderStatus::Pending | OrderStatus::Processing | OrderStatus::NeedsReview => {
                Some(Denial::PaymentPending)
            }
            OrderStatus::Paid | OrderStatus::PartiallyRefunded if self.is_blocked => Some(Denial::Blocked),
            OrderStatus::Paid | OrderStatus::PartiallyRefunded => None,
            OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Cancelled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::AccountId;
    use crate::orders::OrderId;
    use crate::permission::ViewerAccount;

    const ALICE: AccountId = AccountId(1);
    const PAT: AccountId = AccountId(2);

    fn someone(id: AccountId, role: Role) -> Viewer {
        Viewer { account: Some(ViewerAccount { id, role, is_blocked: false }), tokens: Vec::new() }
    }

    fn decide(viewer: &Viewer, facts: &Facts) -> Result<Reason, Denial> {
        super::decide(viewer, facts).answer
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
        Purchase {
            order: OrderId(order),
            status,
            is_refunded,
            is_given_away: false,
            by_gift: false,
            is_blocked: false,
        }
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

    #[test]
    fn who_is_kept_out_gets_what_anyone_gets_and_nothing_of_their_own() {
        for role in [Role::Customer, Role::Publisher, Role::Admin] {
            let mut viewer = someone(PAT, role);
            viewer.account = viewer.account.map(|account| ViewerAccount { is_blocked: true, ..account });
            let given = Facts { account_override: Some(true), ..with_order(OrderStatus::Paid, false) };
            assert_eq!(decide(&viewer, &given), Err(Denial::Blocked), "{role}");
            assert_eq!(decide(&viewer, &Facts { price_minor: 0, ..facts() }), Ok(Reason::Free));
        }
        // By a link to an order that a blocked account keeps, without a session.
        let kept = Purchase { is_blocked: true, ..purchase(7, OrderStatus::Paid, false) };
        let mut facts = Facts { purchases: vec![kept], ..facts() };
        assert_eq!(decide(&Viewer::nobody(), &facts), Err(Denial::Blocked));
        facts.purchases.push(purchase(8, OrderStatus::Paid, false));
        assert_eq!(decide(&Viewer::nobody(), &facts), Ok(Reason::Bought(OrderId(8))));
    }

    #[test]
    fn the_question_that_decided_is_told() {
        let alice = someone(ALICE, Role::Customer);
        for (facts, rule) in [
            (Facts { is_sample: true, ..facts() }, Rule::Sample),
            (Facts { price_minor: 0, ..facts() }, Rule::Free),
            (Facts { account_override: Some(false), ..facts() }, Rule::Override),
            (Facts { edition_is_published: false, ..facts() }, Rule::Edition),
            (with_order(OrderStatus::Paid, false), Rule::Purchase),
            (facts(), Rule::Purchase),
        ] {
            assert_eq!(super::decide(&alice, &facts).by, rule);
        }
    }
}
