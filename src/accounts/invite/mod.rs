//! Inviting someone by mail: the link is where they choose their password, which proves the address.

pub mod routes;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Account, AccountError, AccountId, EmailAddress, NewAccount, Role, Session};
use crate::db::schema::invitations;
use crate::db::{Conn, Timestamp, row_id};
use crate::ids::{Token, TokenHash, public_id};
use crate::orders::join_account;

row_id!(
    /// The row of an invitation.
    InvitationId
);

/// How long an invitation can be accepted, in days: as long as an account that nobody has proved is kept.
pub const DAYS: i64 = 30;

/// An invitation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// The row.
    pub id: InvitationId,
    /// The id that shows.
    pub public_id: String,
    /// To whom.
    pub email: String,
    /// What two spellings of that address share.
    pub email_key: String,
    /// What the account may do.
    pub role: Role,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// A new invitation and the secret of its link; earlier ones to this address count no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn issue(
        conn: &mut Conn,
        email: &EmailAddress,
        role: Role,
        by: AccountId,
        now: Timestamp,
    ) -> QueryResult<Token> {
        let earlier = invitations::table
            .filter(invitations::email_key.eq(email.key()))
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()));
        diesel::update(earlier).set(invitations::withdrawn_at.eq(now)).execute(conn)?;
        let token = Token::new();
        diesel::insert_into(invitations::table)
            .values((
                invitations::public_id.eq(public_id()),
                invitations::token_hash.eq(token.hash().as_str()),
                invitations::email.eq(email.as_str()),
                invitations::email_key.eq(email.key()),
                invitations::role.eq(role),
                invitations::invited_by.eq(by),
                invitations::created_at.eq(now),
                invitations::expires_at.eq(now + TimeDelta::days(DAYS)),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// The invitation of a link, if it still counts.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_token(conn: &mut Conn, token: &TokenHash, now: Timestamp) -> QueryResult<Option<Self>> {
        invitations::table
            .filter(invitations::token_hash.eq(token.as_str()).and(invitations::expires_at.gt(now)))
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The invitations to run the shop that wait, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(conn: &mut Conn, limit: i64, now: Timestamp) -> QueryResult<Vec<Self>> {
        invitations::table
            .filter(invitations::role.ne(Role::Customer).and(invitations::expires_at.gt(now)))
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()))
            .order(invitations::id.desc())
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// The invitation of a public id, if it still waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_open(conn: &mut Conn, public_id: &str, now: Timestamp) -> QueryResult<Option<Self>> {
        invitations::table
            .filter(invitations::public_id.eq(public_id).and(invitations::expires_at.gt(now)))
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Takes it back; `false` when it was accepted or taken back meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn withdraw(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<bool> {
        let waiting = invitations::table
            .find(self.id)
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()));
        Ok(diesel::update(waiting).set(invitations::withdrawn_at.eq(now)).execute(conn)? == 1)
    }

    /// Accepts it: the account is made, or it is proved and gets the password; its role only ever grows. Nothing when
    /// the invitation was used meanwhile, or an admin keeps the account out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn accept(
        &self,
        conn: &mut Conn,
        name: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Account>, AccountError> {
        let known = Account::find_by_email(conn, &self.email)?;
        if known.as_ref().is_some_and(|account| account.blocked_at.is_some()) {
            return Ok(None);
        }
        let waiting = invitations::table
            .find(self.id)
            .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()));
        if diesel::update(waiting).set(invitations::accepted_at.eq(now)).execute(conn)? == 0 {
            return Ok(None);
        }
        let account = match known {
            Some(account) => {
                account.set_password(conn, password_hash, now)?;
                if !name.is_empty() {
                    account.rename(conn, name, now)?;
                }
                if rank(self.role) > rank(account.role) {
                    account.set_role(conn, self.role, now)?;
                }
                Session::end_all(conn, account.id)?;
                let email = self.email.clone();
                Some(account.prove(conn, &email, now)?)
            }
            None => {
                let Ok(email) = self.email.parse::<EmailAddress>() else { return Ok(None) };
                let new =
                    NewAccount { email: &email, name, password_hash, role: self.role, is_confirmed: true };
                Account::create(conn, &new, now)?
            }
        };
        if let Some(account) = &account {
            join_account(conn, account, now)?;
        }
        Ok(account)
    }
}

/// How much a role may do.
const fn rank(role: Role) -> u8 {
    match role {
        Role::Customer => 0,
        Role::Publisher => 1,
        Role::Admin => 2,
    }
}
