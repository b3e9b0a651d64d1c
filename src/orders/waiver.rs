//! The buyer's word that the books come at once and that the right of withdrawal ends with that (directive 2011/83/EU,
//! article 16 m): kept in the words that were shown, and confirmed in the receipt's mail.

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::OrderId;
use crate::config::Checkout;
use crate::db::schema::order_waivers;
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;
use crate::web::show;

/// The words where the operator set none.
pub const BUILT_IN: &str = "I agree that the books are delivered to me at once, before the withdrawal period of 14 days \
                            has ended, and I know that I lose my right of withdrawal once they are delivered.";

/// The words that the settings ask buyers to agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverText {
    /// The words.
    pub text: String,
    /// Changes with them.
    pub version: String,
}

impl WaiverText {
    /// The words; nothing where the settings ask for no waiver.
    #[must_use]
    pub fn of(settings: &Checkout) -> Option<Self> {
        if !settings.waiver {
            return None;
        }
        let text = settings.waiver_text.trim();
        let text = if text.is_empty() { BUILT_IN } else { text };
        let version = ids::hex(&Sha256::digest(text.as_bytes())).chars().take(12).collect();
        Some(Self { text: text.to_owned(), version })
    }
}

/// What a buyer agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = order_waivers)]
pub struct Waiver {
    /// The words.
    pub text: String,
    /// Which words they were.
    pub version: String,
    /// When, in UTC.
    pub agreed_at: Timestamp,
}

impl Waiver {
    /// What the buyer of an order agreed to, if so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        order_waivers::table.find(order).select(Self::as_select()).first(conn).optional()
    }

    /// Writes down that the buyer agreed; the first time counts, unless the words were other ones.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agree(conn: &mut Conn, order: OrderId, to: &WaiverText, now: Timestamp) -> QueryResult<()> {
        let values = (
            order_waivers::text.eq(to.text.as_str()),
            order_waivers::version.eq(to.version.as_str()),
            order_waivers::agreed_at.eq(now),
        );
        if !insert_once!(conn, order_waivers::table, (order_waivers::order_id.eq(order), values))? {
            let other =
                order_waivers::table.find(order).filter(order_waivers::version.ne(to.version.as_str()));
            diesel::update(other).set(values).execute(conn)?;
        }
        Ok(())
    }

    /// The confirmation, in one sentence with the buyer's own words.
    #[must_use]
    pub fn confirmation(&self) -> String {
        let (day, time) = (show::date(self.agreed_at), self.agreed_at.format("%H:%M"));
        format!("You agreed on {day} at {time} UTC: “{}”", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_are_another_version() {
        assert_eq!(WaiverText::of(&Checkout::default()), None);
        let built_in = WaiverText::of(&Checkout { waiver: true, ..Checkout::default() }).unwrap();
        let own = Checkout { waiver: true, waiver_text: " I agree. ".into(), ..Checkout::default() };
        let own = WaiverText::of(&own).unwrap();
        assert_eq!(own.text, "I agree.");
        assert_ne!(own.version, built_in.version);
        assert_eq!(built_in.version.len(), 12);
    }
}
