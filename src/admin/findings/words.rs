//! What each finding means, and what can be done, in plain words.

use crate::orders::FindingKind;

/// What it means, and what to do.
#[must_use]
pub const fn meaning(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Mismatch => {
            "The money that came is not the money that was asked for: another sum, another currency, another order or \
             mode. The buyer gets nothing until you decide. If it is right as it is, take it; if not, send it back."
        }
        FindingKind::PaidTwice => {
            "The buyer paid one order two times. The second payment goes back by itself; if this stays for long, look at \
             it at the gateway."
        }
        FindingKind::RefundFailed => {
            "The bank did not take the money back, perhaps because the account or card is closed. The money is still \
             ours and the books are open again. Find another way with the buyer, or refund once more."
        }
        FindingKind::RefundUnassigned => {
            "Somebody gave money back at the gateway’s own site, which does not say for which books. Choose the books that \
             it was for: those are closed then."
        }
        FindingKind::Inquiry => {
            "The bank asks about this payment, and no money has moved. Answer it at the gateway in time, or it becomes a \
             dispute."
        }
        FindingKind::Disputed => {
            "The buyer’s bank took the money back until it has decided, and the books are closed meanwhile. Answer at the \
             gateway in time: the downloads on the order’s page are evidence."
        }
        FindingKind::DisputeLost => {
            "The bank decided for the buyer: the money is gone, and so is access. There is nothing left to do but to know."
        }
        FindingKind::Unclear => {
            "The gateway said something that this version does not know, so nothing was done about it. Look at it at the \
             gateway; a newer version of the shop may know it."
        }
        FindingKind::PaymentUnknown => {
            "The gateway holds money, and the shop’s books don’t have it. Asking again usually puts it right. Money that is \
             for no order can be sent back."
        }
        FindingKind::PaymentMissing => {
            "An order counts as paid, and the gateway holds no such money. Ask again; if it stays, somebody has changed \
             the books by hand, or they were restored from an old copy."
        }
        FindingKind::RefundDiffers => {
            "What went back by the gateway, by our books, and what is open or closed to the buyer are not the same. Asking \
             again usually puts it right."
        }
        FindingKind::DisputeDiffers => {
            "The gateway and our books do not tell the same of a dispute. Asking again usually puts it right."
        }
        FindingKind::ReceiptMissing => {
            "The order is paid, and the buyer was never sent a receipt. Send it now."
        }
        FindingKind::Stuck => {
            "Something has waited much longer than it should. Ask again; an unpaid order can be closed."
        }
        FindingKind::Withdrawal => {
            "A buyer stated to withdraw, and got an acknowledgement if the order is theirs. Answer it: send the money \
             back, or dismiss it with the reason that you gave the buyer, such as a right that was given up."
        }
    }
}
