//! The texts that a shop must show.

use diesel::prelude::*;

use crate::db::schema::shop_texts;
use crate::db::{Conn, Timestamp, text_enum};

text_enum! {
    /// A text that a shop must show.
    pub enum LegalText {
        /// Who answers for the shop.
        Imprint = "imprint",
        /// On which terms it sells.
        Terms = "terms",
        /// What it does with data.
        Privacy = "privacy",
        /// How one withdraws from a contract.
        Withdrawal = "withdrawal",
    }
}

/// The longest text, in characters.
pub const LONGEST: usize = 20_000;

impl LegalText {
    /// What its page and its link are called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Imprint => "Imprint",
            Self::Terms => "Terms and conditions",
            Self::Privacy => "Privacy",
            Self::Withdrawal => "Right of withdrawal",
        }
    }

    /// Which texts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Self>> {
        let known: Vec<Self> = shop_texts::table.select(shop_texts::kind).load(conn)?;
        Ok(Self::ALL.iter().copied().filter(|text| known.contains(text)).collect())
    }

    /// The text in Markdown and when it was changed; nothing while there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(self, conn: &mut Conn) -> QueryResult<Option<(String, Timestamp)>> {
        shop_texts::table.find(self).select((shop_texts::body, shop_texts::changed_at)).first(conn).optional()
    }

    /// Sets the text; an empty one is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set(self, conn: &mut Conn, body: &str, now: Timestamp) -> QueryResult<()> {
        diesel::delete(shop_texts::table.find(self)).execute(conn)?;
        if !body.trim().is_empty() {
            diesel::insert_into(shop_texts::table)
                .values((
                    shop_texts::kind.eq(self),
                    shop_texts::body.eq(body.trim()),
                    shop_texts::changed_at.eq(now),
                ))
                .execute(conn)?;
        }
        Ok(())
    }
}
