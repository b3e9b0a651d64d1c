//! An order that is a gift, and the keys to it.

use diesel::prelude::*;

use super::GiftWish;
use crate::accounts::{AccountId, email_key};
use crate::db::schema::{gift_tokens, gifts};
use crate::db::{Conn, Timestamp, row_id};
use crate::ids::{Token, TokenHash, public_id};
use crate::orders::OrderId;
use crate::permission::Viewer;

row_id!(
    /// The row of a gift.
    GiftId
);

/// An order that is a gift.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = gifts)]
pub struct Gift {
    /// The row.
    pub id: GiftId,
    /// The id in the address of the recipient's page.
    pub public_id: String,
    /// Which order.
    pub order_id: OrderId,
    /// Who gives, as the recipient reads it.
    pub giver_name: String,
    /// Whom the mail greets; may be empty.
    pub recipient_name: String,
    /// Where the mail goes.
    pub recipient_email: String,
    /// What two spellings of that address share.
    pub email_key: String,
    /// The giver's words, plain text; may be empty.
    pub message: String,
    /// From when it may be sent, in UTC.
    pub deliver_at: Timestamp,
    /// How many mails went out.
    pub sendings: i64,
    /// When the mail went to the outbox for this address; from then on the recipient may read.
    pub sent_at: Option<Timestamp>,
    /// When the recipient first looked at it.
    pub opened_at: Option<Timestamp>,
    /// The account that keeps it.
    pub claimed_by: Option<AccountId>,
    /// Since when.
    pub claimed_at: Option<Timestamp>,
    /// When the recipient was told that it is gone, if the order was undone after it was sent.
    pub withdrawn_at: Option<Timestamp>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Gift {
    /// Makes an order that was just placed a gift.
    ///
    /// # Errors
    /// When the database fails.
    pub fn place(conn: &mut Conn, order: OrderId, wish: &GiftWish, now: Timestamp) -> QueryResult<()> {
        diesel::insert_into(gifts::table)
            .values((
                gifts::public_id.eq(public_id()),
                gifts::order_id.eq(order),
                gifts::giver_name.eq(wish.giver_name.as_str()),
                gifts::recipient_name.eq(wish.recipient_name.as_str()),
                gifts::recipient_email.eq(wish.recipient_email.as_str()),
                gifts::email_key.eq(email_key(&wish.recipient_email)),
                gifts::message.eq(wish.message.as_str()),
                gifts::deliver_at.eq(wish.deliver_at(now)),
                gifts::created_at.eq(now),
                gifts::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// The gift that an order is, if it is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        gifts::table.filter(gifts::order_id.eq(order)).select(Self::as_select()).first(conn).optional()
    }

    /// The gift that a link opens: one that was sent, by a link that still counts.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_token(conn: &mut Conn, token: &TokenHash) -> QueryResult<Option<Self>> {
        gift_tokens::table
            .inner_join(gifts::table)
            .filter(gift_tokens::token_hash.eq(token.as_str()).and(gift_tokens::revoked_at.is_null()))
            .filter(gifts::sent_at.is_not_null())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The gift of an address, if it is this viewer's: by a link's token, or by the account that keeps it. To others it
    /// does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub fn visible_to(conn: &mut Conn, viewer: &Viewer, public_id: &str) -> QueryResult<Option<Self>> {
        let gift: Option<Self> = gifts::table
            .filter(gifts::public_id.eq(public_id).and(gifts::sent_at.is_not_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        let Some(gift) = gift else { return Ok(None) };
        if viewer.account.is_some_and(|account| gift.claimed_by == Some(account.id)) {
            return Ok(Some(gift));
        }
        let tokens: Vec<String> = viewer.tokens.iter().map(|token| token.as_str().to_owned()).collect();
        let token = gift_tokens::table
            .filter(gift_tokens::gift_id.eq(gift.id).and(gift_tokens::revoked_at.is_null()))
            .filter(gift_tokens::token_hash.eq_any(tokens));
        let is_bearer: bool = diesel::select(diesel::dsl::exists(token)).get_result(conn)?;
        Ok(is_bearer.then_some(gift))
    }

    /// A new secret that opens this gift; it is kept nowhere but in the mail it goes to.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new_token(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<Token> {
        let token = Token::new();
        diesel::insert_into(gift_tokens::table)
            .values((
                gift_tokens::gift_id.eq(self.id),
                gift_tokens::token_hash.eq(token.hash().as_str()),
                gift_tokens::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// Ends every link to this gift.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_tokens(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        let living = gift_tokens::table
            .filter(gift_tokens::gift_id.eq(self.id).and(gift_tokens::revoked_at.is_null()));
        diesel::update(living).set(gift_tokens::revoked_at.eq(now)).execute(conn)?;
        Ok(())
    }

    /// Notes that the recipient has looked at it; the first time counts.
    ///
    /// # Errors
    /// When the database fails.
    pub fn opened(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        let unopened = gifts::table.find(self.id).filter(gifts::opened_at.is_null());
        diesel::update(unopened).set((gifts::opened_at.eq(now), gifts::updated_at.eq(now))).execute(conn)?;
        Ok(())
    }

    /// Whom the giver's pages name: the recipient's name, or the address without one.
    #[must_use]
    pub fn recipient(&self) -> &str {
        if self.recipient_name.is_empty() { &self.recipient_email } else { &self.recipient_name }
    }
}
