//! What would go back, before it does.

use super::dossier::Dossier;
use crate::db::Conn;
use crate::orders::refund::{self, Items, RefundError, RefundStatus};
use crate::orders::{LineItem, LineItemId};

/// Which books of an order, by their place in it (1, 2, …): row ids never show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(Vec<usize>);

impl Places {
    /// The places that are ticked, each once.
    #[must_use]
    pub fn new(mut ticked: Vec<usize>) -> Self {
        ticked.sort_unstable();
        ticked.dedup();
        Self(ticked)
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What would go back.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The books with their places, and what goes back for each in minor units of the payment's currency.
    pub items: Vec<(usize, LineItem, i64)>,
    /// The sum, in minor units.
    pub amount_minor: i64,
    /// Whether these are all that are left.
    pub is_rest: bool,
}

/// Whether a book can still be refunded: it is open, and no refund for it is on its way.
#[must_use]
pub fn is_open(dossier: &Dossier, item: &LineItem) -> bool {
    let waits = |status| matches!(status, RefundStatus::Requested | RefundStatus::Pending);
    let under_way =
        dossier.refunds.iter().any(|refund| waits(refund.status) && refund.items.contains(&item.id));
    item.refunded_at.is_none() && !under_way
}

/// Whether anything of the order can be refunded.
#[must_use]
pub fn is_possible(dossier: &Dossier) -> bool {
    dossier.order.status.refund().is_ok() && dossier.items.iter().any(|item| is_open(dossier, item))
}

impl Plan {
    /// What refunding `places` would give back; all that is left without any.
    ///
    /// # Errors
    /// When nothing can, or the database fails.
    pub fn load(conn: &mut Conn, dossier: &Dossier, places: Option<&Places>) -> Result<Self, RefundError> {
        let numbered = || dossier.items.iter().enumerate().map(|(index, item)| (index + 1, item.clone()));
        let chosen: Vec<(usize, LineItem)> = match places {
            None => numbered().filter(|(_, item)| is_open(dossier, item)).collect(),
            Some(places) => numbered().filter(|(place, _)| places.0.contains(place)).collect(),
        };
        let open = dossier.items.iter().filter(|item| is_open(dossier, item)).count();
        let is_rest = open == chosen.len();
        let ids: Vec<LineItemId> = chosen.iter().map(|(_, item)| item.id).collect();
        let parts = refund::preview(conn, &dossier.order, &ids, is_rest)?;
        let part = |id| parts.iter().find(|(of, _)| *of == id).map_or(0, |(_, part)| *part);
        Ok(Self {
            amount_minor: parts.iter().map(|(_, part)| part).sum(),
            is_rest,
            items: chosen
                .into_iter()
                .map(|(place, item)| {
                    let part = part(item.id);
                    (place, item, part)
                })
                .collect(),
        })
    }

    /// What to ask for.
    #[must_use]
    pub fn what(&self) -> Items {
        let ids: Vec<LineItemId> = self.items.iter().map(|(_, item, _)| item.id).collect();
        if self.is_rest { Items::All } else { Items::These(ids) }
    }

    /// The titles, for people.
    #[must_use]
    pub fn titles(&self) -> String {
        let titles: Vec<String> = self.items.iter().map(|(_, item, _)| format!("“{}”", item.title)).collect();
        titles.join(", ")
    }
}
