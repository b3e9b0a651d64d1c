//! What happened to an order, in the order in which it happened.

use super::dossier::Dossier;
use crate::admin::words;
use crate::db::Timestamp;
use crate::orders::payment::PaymentState;
use crate::orders::refund::RefundStatus;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// A symbol of `static/icons.svg`.
    pub icon: &'static str,
    /// What, in a sentence.
    pub what: String,
    /// More of it; empty for nothing.
    pub detail: String,
}

struct Line(Vec<Happening>);

impl Line {
    fn add(&mut self, at: Timestamp, icon: &'static str, what: impl Into<String>, detail: impl Into<String>) {
        self.0.push(Happening { at, icon, what: what.into(), detail: detail.into() });
    }
}

/// What happened to an order, the oldest first.
#[must_use]
pub fn of(dossier: &Dossier) -> Vec<Happening> {
    let mut line = Line(Vec::new());
    let order = &dossier.order;
    line.add(order.created_at, "receipt", "The order was placed", &order.email);
    for attempt in &dossier.attempts {
        let id = attempt.gateway_id.clone().unwrap_or_default();
        let what = match attempt.attempt {
            1 => "The buyer was sent to pay".to_owned(),
            number => format!("The buyer was sent to pay, attempt {number}"),
        };
        line.add(attempt.created_at, "arrow", what, id);
    }
    money(&mut line, dossier);
    for event in &dossier.events {
        let detail = match (&event.processed_at, &event.last_error) {
            (Some(_), _) => event.event_id.clone(),
            (None, Some(error)) => format!("{}, not acted on yet: {error}", event.event_id),
            (None, None) => format!("{}, waits", event.event_id),
        };
        line.add(event.received_at, "info", format!("The gateway rang: {}", event.kind), detail);
    }
    for mail in &dossier.mails {
        line.add(mail.created_at, "mail", format!("A mail was written: {}", mail.subject), &mail.recipient);
        if let Some(at) = mail.sent_at {
            line.add(at, "mail", format!("It went out: {}", mail.subject), "");
        }
        if let Some(at) = mail.failed_at {
            let error = mail.last_error.clone().unwrap_or_default();
            line.add(at, "alert", format!("It could not be sent: {}", mail.subject), error);
        }
    }
    for download in &dossier.downloads {
        line.add(download.at, "download", format!("Downloaded {}", download.file), &download.range);
    }
    for act in &dossier.acts {
        let detail = [act.detail.as_str(), act.outcome.as_str()];
        let detail: Vec<&str> = detail.into_iter().filter(|part| !part.is_empty()).collect();
        line.add(act.at, "user", format!("{}: {}", act.who, act.kind.words()), detail.join(" — "));
    }
    for finding in &dossier.findings {
        line.add(finding.first_seen_at, "flag", words::finding(finding.kind), &finding.detail);
    }
    // Stable: what happened at one moment stays in the order of its making above.
    line.0.sort_by_key(|happening| happening.at);
    line.0
}

fn money(line: &mut Line, dossier: &Dossier) {
    let order = &dossier.order;
    if dossier.payments.is_empty()
        && let Some(at) = order.paid_at
    {
        line.add(at, "check", "The order was settled without money", "");
    }
    for payment in &dossier.payments {
        let amount = order.shown(payment.amount_minor);
        match (payment.status, payment.settled_at) {
            (PaymentState::Succeeded, at) => {
                line.add(
                    at.unwrap_or(payment.created_at),
                    "check",
                    format!("{amount} came"),
                    &payment.gateway_id,
                );
            }
            (PaymentState::Processing, _) => {
                line.add(payment.created_at, "clock", format!("{amount} is on its way"), &payment.gateway_id);
            }
            (PaymentState::Failed, _) => {
                line.add(payment.created_at, "close", format!("{amount} did not come"), &payment.gateway_id);
            }
        }
    }
    for refund in &dossier.refunds {
        let amount = order.shown(refund.amount_minor);
        line.add(refund.created_at, "return", format!("{amount} was to go back"), &refund.reason);
        let id = refund.gateway_id.clone().unwrap_or_default();
        match refund.status {
            RefundStatus::Requested => {}
            RefundStatus::Pending => {
                line.add(refund.updated_at, "return", format!("{amount} is on its way back"), id)
            }
            RefundStatus::Succeeded => {
                line.add(refund.updated_at, "return", format!("{amount} went back"), id)
            }
            RefundStatus::Failed => {
                line.add(refund.updated_at, "alert", format!("{amount} could not go back"), id);
            }
            RefundStatus::Cancelled => {
                line.add(refund.updated_at, "alert", format!("The refund of {amount} was called off"), id);
            }
        }
    }
    for dispute in &dossier.disputes {
        let amount = order.shown(dispute.amount_minor);
        line.add(dispute.created_at, "alert", format!("{amount} was disputed"), &dispute.gateway_id);
        if dispute.updated_at > dispute.created_at {
            line.add(
                dispute.updated_at,
                "alert",
                format!("The dispute: {}", words::dispute(dispute.state).0),
                &dispute.gateway_id,
            );
        }
    }
}
