//! Every fact with the move that it makes, from everywhere it can be heard.

use super::*;
use OrderStatus::*;

const TOTAL: i64 = 1749;

fn case(was: OrderStatus, payments: Vec<Charge>) -> Case {
    let items = [1, 2].map(|id| Item { id: LineItemId(id), is_closed_by_hand: false });
    Case { was, items: items.to_vec(), newest: Some(AttemptEnd::Complete), payments }
}

fn charge(id: i64, state: PaymentState) -> Charge {
    Charge {
        id: PaymentId(id),
        subject: format!("pay_{id}"),
        state,
        amount_minor: TOTAL,
        is_newest: true,
        mismatch: String::new(),
        refunds: Vec::new(),
        disputes: Vec::new(),
    }
}

fn paid() -> Charge {
    charge(1, PaymentState::Succeeded)
}

fn refund(status: RefundStatus, purpose: Purpose, amount_minor: i64, items: &[(i64, i64)]) -> Return {
    Return {
        subject: format!("re_{amount_minor}"),
        public_id: format!("own_{amount_minor}"),
        status,
        is_unclear: false,
        purpose,
        amount_minor,
        items: items.iter().map(|(id, part)| (LineItemId(*id), *part)).collect(),
    }
}

fn with_refund(refund: Return) -> Charge {
    Charge { refunds: vec![refund], ..paid() }
}

fn with_dispute(state: DisputeState) -> Charge {
    Charge { disputes: vec![Claim { subject: "dp_1".to_owned(), state }], ..paid() }
}

fn closed(standing: &Standing) -> Vec<i64> {
    standing.items.iter().filter(|item| item.is_closed).map(|item| item.id.0).collect()
}

fn kinds(standing: &Standing) -> Vec<FindingKind> {
    standing.findings.iter().map(|found| found.kind).collect()
}

#[test]
fn money_that_fits_pays_the_order_wherever_it_was() {
    for &was in OrderStatus::ALL {
        let standing = of(&case(was, vec![paid()]));
        assert_eq!(standing.status, Paid, "{was}");
        assert_eq!(standing.letters, [Due::Receipt]);
        assert!(standing.findings.is_empty() && closed(&standing).is_empty());
        assert_eq!(was.follow(Paid), Ok(Paid));
    }
}

#[test]
fn money_that_does_not_fit_gives_nothing_until_an_admin_took_it() {
    for state in [PaymentState::Succeeded, PaymentState::Processing] {
        for &was in OrderStatus::ALL {
            let wrong = Charge { mismatch: "amount 1 instead of 2".to_owned(), ..charge(1, state) };
            let standing = of(&case(was, vec![wrong]));
            assert_eq!(standing.status, NeedsReview, "{was}");
            assert_eq!(kinds(&standing), [FindingKind::Mismatch]);
            assert_eq!(standing.letters, [Due::Review("pay_1".to_owned())]);
        }
    }
    let back = Charge {
        mismatch: "x".to_owned(),
        ..with_refund(refund(RefundStatus::Succeeded, Purpose::Amount, TOTAL, &[]))
    };
    let standing = of(&case(NeedsReview, vec![back]));
    assert_eq!(standing.status, Refunded);
    assert!(standing.findings.is_empty());
    assert_eq!(closed(&standing), [1, 2]);
}

#[test]
fn a_payment_that_fits_goes_before_one_that_does_not() {
    let wrong = Charge { mismatch: "x".to_owned(), ..charge(1, PaymentState::Succeeded) };
    let standing = of(&case(NeedsReview, vec![wrong, charge(2, PaymentState::Succeeded)]));
    assert_eq!((standing.status, standing.rests_on), (Paid, Some(PaymentId(2))));
    assert_eq!(kinds(&standing), [FindingKind::Mismatch]);
    assert!(standing.to_send_back.is_empty());
}

#[test]
fn without_money_the_end_of_the_attempt_counts_and_what_was_decided_stays() {
    use AttemptEnd::*;
    let processing = || vec![charge(1, PaymentState::Processing)];
    let failed = || vec![charge(1, PaymentState::Failed)];
    for (was, newest, payments, expected) in [
        (Pending, Open, vec![], Pending),
        (Pending, Complete, processing(), Processing),
        (Failed, Complete, processing(), Processing),
        (OrderStatus::Expired, Complete, processing(), Processing),
        (Cancelled, Complete, processing(), Processing),
        (Processing, Complete, failed(), Failed),
        (Pending, Complete, failed(), Failed),
        (Cancelled, Complete, failed(), Cancelled),
        (OrderStatus::Expired, Complete, failed(), OrderStatus::Expired),
        (Pending, AttemptEnd::Expired, vec![], OrderStatus::Expired),
        (Failed, AttemptEnd::Expired, vec![], OrderStatus::Expired),
        (Cancelled, AttemptEnd::Expired, vec![], Cancelled),
        (Failed, Open, vec![], Failed),
        (NeedsReview, Complete, failed(), Failed),
        (Paid, AttemptEnd::Expired, vec![], Paid),
        (Refunded, Complete, failed(), Refunded),
        (Processing, Complete, vec![], Processing),
    ] {
        let standing = of(&Case { newest: Some(newest), ..case(was, payments) });
        assert_eq!(standing.status, expected, "{was} {newest:?}");
        assert!(was == expected || was.follow(expected).is_ok(), "{was} {expected}");
    }
    let told = of(&case(Processing, failed())).letters;
    assert_eq!(told, [Due::PaymentFailed("pay_1".to_owned())]);
    assert!(of(&case(Pending, failed())).letters.is_empty(), "a decline is seen at the gateway's page");
    assert_eq!(of(&case(Pending, processing())).letters, [Due::OnItsWay(PaymentId(1))]);
}

#[test]
fn a_failure_of_an_older_attempt_is_no_news() {
    let old = Charge { is_newest: false, ..charge(1, PaymentState::Failed) };
    let standing = of(&Case { newest: Some(AttemptEnd::Open), ..case(Pending, vec![old]) });
    assert_eq!(standing.status, Pending);
}

#[test]
fn refunds_close_what_they_name_and_all_of_it_when_all_went_back() {
    use RefundStatus::*;
    let item = [(1, 499)];
    for (status, purpose, amount, items, expected, shut, found) in [
        (Succeeded, Purpose::Items, 499, &item[..], PartiallyRefunded, vec![1], vec![]),
        (Pending, Purpose::Items, 499, &item[..], PartiallyRefunded, vec![1], vec![]),
        (Requested, Purpose::Items, 499, &item[..], Paid, vec![], vec![]),
        (Failed, Purpose::Items, 499, &item[..], Paid, vec![], vec![FindingKind::RefundFailed]),
        (Cancelled, Purpose::Items, 499, &item[..], Paid, vec![], vec![FindingKind::RefundFailed]),
        (
            Succeeded,
            Purpose::Items,
            TOTAL,
            &[(1, 499), (2, 1250)][..],
            OrderStatus::Refunded,
            vec![1, 2],
            vec![],
        ),
        (Succeeded, Purpose::Amount, 100, &[][..], PartiallyRefunded, vec![], vec![]),
        (
            Succeeded,
            Purpose::Outside,
            499,
            &[][..],
            PartiallyRefunded,
            vec![],
            vec![FindingKind::RefundUnassigned],
        ),
        (Succeeded, Purpose::Outside, 499, &item[..], PartiallyRefunded, vec![1], vec![]),
        (Pending, Purpose::Outside, TOTAL, &[][..], OrderStatus::Refunded, vec![1, 2], vec![]),
        (Failed, Purpose::Outside, TOTAL, &[][..], Paid, vec![], vec![FindingKind::RefundFailed]),
    ] {
        for &was in OrderStatus::ALL {
            let standing = of(&case(was, vec![with_refund(refund(status, purpose, amount, items))]));
            assert_eq!(standing.status, expected, "{status} {purpose} {amount}");
            assert_eq!(closed(&standing), shut, "{status} {purpose} {amount}");
            assert_eq!(kinds(&standing), found, "{status} {purpose} {amount}");
        }
    }
}

#[test]
fn a_refund_in_an_unknown_state_counts_as_money_that_left() {
    let unclear = Return {
        is_unclear: true,
        ..refund(RefundStatus::Pending, Purpose::Items, TOTAL, &[(1, 499), (2, 1250)])
    };
    let standing = of(&case(Paid, vec![with_refund(unclear)]));
    assert_eq!(standing.status, Refunded);
    assert_eq!(kinds(&standing), [FindingKind::Unclear]);
}

#[test]
fn parts_add_up_to_the_whole() {
    let parts = vec![
        refund(RefundStatus::Succeeded, Purpose::Outside, 1000, &[]),
        refund(RefundStatus::Succeeded, Purpose::Amount, 749, &[]),
    ];
    let standing = of(&case(Paid, vec![Charge { refunds: parts, ..paid() }]));
    assert_eq!(standing.status, Refunded);
    assert_eq!(closed(&standing), [1, 2]);
    assert!(standing.findings.is_empty(), "nothing is left to be assigned");
}

#[test]
fn disputes_close_reopen_and_end() {
    use DisputeState::*;
    for (state, expected, found, told) in [
        (Inquiry, Paid, vec![FindingKind::Inquiry], vec![Due::Receipt]),
        (InquiryClosed, Paid, vec![], vec![Due::Receipt, Due::DisputeWon("dp_1".to_owned())]),
        (
            Open,
            Disputed,
            vec![FindingKind::Disputed],
            vec![Due::Receipt, Due::DisputeOpened("dp_1".to_owned())],
        ),
        (
            Unclear,
            Disputed,
            vec![FindingKind::Unclear],
            vec![Due::Receipt, Due::DisputeOpened("dp_1".to_owned())],
        ),
        (Won, Paid, vec![], vec![Due::Receipt, Due::DisputeWon("dp_1".to_owned())]),
        (
            Lost,
            ChargedBack,
            vec![FindingKind::DisputeLost],
            vec![Due::Receipt, Due::DisputeLost("dp_1".to_owned())],
        ),
    ] {
        for &was in OrderStatus::ALL {
            let standing = of(&case(was, vec![with_dispute(state)]));
            assert_eq!(standing.status, expected, "{was} {state}");
            assert_eq!(kinds(&standing), found, "{state}");
            assert_eq!(standing.letters, told, "{state}");
            assert!(was.follow(expected).is_ok());
        }
    }
    let won = Claim { subject: "dp_1".to_owned(), state: Won };
    let part = refund(RefundStatus::Succeeded, Purpose::Items, 499, &[(1, 499)]);
    let standing = of(&case(Disputed, vec![Charge { disputes: vec![won], ..with_refund(part) }]));
    assert_eq!((standing.status, closed(&standing)), (PartiallyRefunded, vec![1]));
}

#[test]
fn a_second_payment_is_sent_back_and_moves_nothing() {
    let standing = of(&case(Paid, vec![paid(), charge(2, PaymentState::Succeeded)]));
    assert_eq!((standing.status, standing.rests_on), (Paid, Some(PaymentId(1))));
    assert_eq!(standing.to_send_back, [PaymentId(2)]);
    assert_eq!(kinds(&standing), [FindingKind::PaidTwice]);
    for (status, found) in [
        (RefundStatus::Requested, vec![FindingKind::PaidTwice]),
        (RefundStatus::Succeeded, vec![]),
        (RefundStatus::Failed, vec![FindingKind::PaidTwice, FindingKind::RefundFailed]),
    ] {
        let back = refund(status, Purpose::SecondPayment, TOTAL, &[]);
        let second = Charge { refunds: vec![back], ..charge(2, PaymentState::Succeeded) };
        let standing = of(&case(Paid, vec![paid(), second]));
        assert_eq!((standing.status, standing.rests_on), (Paid, Some(PaymentId(1))), "{status}");
        assert!(standing.to_send_back.is_empty() && closed(&standing).is_empty(), "{status}");
        assert_eq!(kinds(&standing), found, "{status}");
        assert!(standing.letters.contains(&Due::PaidTwice("pay_2".to_owned())));
    }
}

#[test]
fn an_order_rests_on_the_payment_that_is_still_ours() {
    let gone = with_refund(refund(RefundStatus::Succeeded, Purpose::Outside, TOTAL, &[]));
    let standing = of(&case(Paid, vec![gone, charge(2, PaymentState::Succeeded)]));
    assert_eq!((standing.status, standing.rests_on), (Paid, Some(PaymentId(2))));
    assert!(standing.to_send_back.is_empty());
}

#[test]
fn a_dispute_about_a_second_payment_leaves_the_books_open() {
    for state in [DisputeState::Open, DisputeState::Lost] {
        let claim = Claim { subject: "dp_2".to_owned(), state };
        let second = Charge { disputes: vec![claim], ..charge(2, PaymentState::Succeeded) };
        assert_eq!(of(&case(Paid, vec![paid(), second])).status, Paid);
    }
}

#[test]
fn what_costs_nothing_can_be_taken_back_by_hand() {
    let mut free = Case { newest: None, ..case(Paid, vec![]) };
    assert_eq!(of(&free).status, Paid);
    free.items[0].is_closed_by_hand = true;
    assert_eq!((of(&free).status, closed(&of(&free))), (PartiallyRefunded, vec![1]));
    free.items[1].is_closed_by_hand = true;
    assert_eq!(of(&free).status, Refunded);
}

/// Every order in which a number of things can be heard.
fn orders_of(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders_of(count - 1);
    let all = shorter.iter().flat_map(|order| {
        (0..count).map(|at| {
            let mut order = order.clone();
            order.insert(at, count - 1);
            order
        })
    });
    all.collect()
}

#[test]
fn facts_heard_in_any_order_end_the_same() {
    let returned = refund(RefundStatus::Succeeded, Purpose::Items, 499, &[(1, 499)]);
    let failed =
        Return { status: RefundStatus::Failed, ..refund(RefundStatus::Succeeded, Purpose::Amount, 200, &[]) };
    let won = Claim { subject: "dp_1".to_owned(), state: DisputeState::Won };
    let outside = refund(RefundStatus::Succeeded, Purpose::Outside, 50, &[]);
    type Update<'a> = Box<dyn Fn(&mut Charge) + 'a>;
    let updates: Vec<Update<'_>> = vec![
        Box::new(|charge| charge.state = PaymentState::Succeeded),
        Box::new(|charge| charge.refunds.push(returned.clone())),
        Box::new(|charge| charge.refunds.push(failed.clone())),
        Box::new(|charge| charge.disputes.push(won.clone())),
        Box::new(|charge| charge.refunds.push(outside.clone())),
    ];
    let mut ends = Vec::new();
    for order in orders_of(updates.len()) {
        let mut heard = case(Pending, vec![charge(1, PaymentState::Processing)]);
        for step in order {
            updates[step](&mut heard.payments[0]);
            heard.payments[0].refunds.sort_by(|a, b| a.subject.cmp(&b.subject));
            // What the step made of the order is what the next begins from.
            let was = heard.was;
            heard.was = of(&heard).status;
            assert!(was.follow(heard.was).is_ok(), "{was} {}", heard.was);
        }
        ends.push(of(&heard));
    }
    assert_eq!(ends.len(), 120);
    assert_eq!((ends[0].status, closed(&ends[0])), (PartiallyRefunded, vec![1]));
    assert!(ends.iter().all(|end| *end == ends[0]));
}
