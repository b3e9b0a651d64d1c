//! What an order's page says of the gift that the order is.

use super::{Order, OrderStatus};
use crate::db::Timestamp;
use crate::gifts::Gift;
use crate::web::show;

/// A gift, as its buyer's page shows it.
#[derive(Debug, Clone)]
pub struct GiftBox {
    /// Whom it is for: a name, or the address without one.
    pub recipient: String,
    /// Where it goes.
    pub email: String,
    /// Who gives, as the recipient reads it.
    pub giver: String,
    /// The words to go with it.
    pub message: String,
    /// What became of it so far, each a sentence.
    pub news: Vec<String>,
    /// Whether it went out.
    pub is_sent: bool,
    /// Whether the address or the day can be changed.
    pub can_change: bool,
    /// Whether its mail can be sent once more.
    pub can_send_again: bool,
}

impl GiftBox {
    /// The box at `now`.
    #[must_use]
    pub fn new(gift: &Gift, order: &Order, now: Timestamp) -> Self {
        let is_paid = OrderStatus::ENTITLING.contains(&order.status);
        let waits =
            matches!(order.status, OrderStatus::Pending | OrderStatus::Processing | OrderStatus::NeedsReview);
        let is_sent = gift.sent_at.is_some();
        Self {
            recipient: gift.recipient().to_owned(),
            email: gift.recipient_email.clone(),
            giver: gift.giver_name.clone(),
            message: gift.message.clone(),
            news: news(gift, order, now),
            is_sent,
            can_change: (is_paid || waits) && gift.opened_at.is_none(),
            can_send_again: is_paid && is_sent,
        }
    }
}

fn news(gift: &Gift, order: &Order, now: Timestamp) -> Vec<String> {
    let mut news = Vec::new();
    let is_paid = OrderStatus::ENTITLING.contains(&order.status);
    let is_over = matches!(order.status, OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Cancelled);
    match gift.sent_at {
        Some(sent) => news.push(format!("Sent on {}.", show::date(sent))),
        None if is_over || matches!(order.status, OrderStatus::Refunded | OrderStatus::ChargedBack) => {
            news.push("It was not sent.".to_owned());
        }
        None => {
            let day = show::date(gift.deliver_at);
            news.push(match (gift.deliver_at > now, is_paid) {
                (true, true) => format!("Goes out in the morning of {day} (8:00 UTC)."),
                (true, false) => {
                    format!("Goes out in the morning of {day} (8:00 UTC), if the order is paid then.")
                }
                (false, true) => "Goes out within a minute.".to_owned(),
                (false, false) => "Goes out as soon as the order is paid.".to_owned(),
            });
        }
    }
    if let Some(opened) = gift.opened_at {
        news.push(format!("Opened on {}.", show::date(opened)));
        // A gift that went to an account's address is in its library at once: that is nobody's business but the
        // recipient's.
        if let Some(kept) = gift.claimed_at.filter(|kept| *kept > opened) {
            news.push(format!("In the recipient’s library since {}.", show::date(kept)));
        }
    }
    if gift.sent_at.is_some() && !is_paid {
        let undone = matches!(order.status, OrderStatus::Refunded | OrderStatus::ChargedBack);
        news.push(if undone {
            "The recipient can’t download it any more.".to_owned()
        } else {
            "The recipient can’t download it at the moment.".to_owned()
        });
    }
    news
}
