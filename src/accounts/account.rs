//! Someone who can sign in.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{EmailAddress, Session};
use crate::db::schema::accounts;
use crate::db::{Conn, Timestamp, insert_once, row_id, text_enum};
use crate::ids::public_id;

row_id!(
    /// The row of an account.
    AccountId
);

text_enum! {
    /// What an account may do.
    pub enum Role {
        /// Buys books.
        Customer = "customer",
        /// Also uploads and sells their own.
        Publisher = "publisher",
        /// Also runs the shop.
        Admin = "admin",
    }
}

/// Someone who can sign in.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// The row.
    pub id: AccountId,
    /// The id that shows.
    pub public_id: String,
    /// The address as typed.
    pub email: String,
    /// What two spellings of one address share: see [`email_key`].
    pub email_key: String,
    /// When the address was proved, if it was.
    pub email_confirmed_at: Option<Timestamp>,
    /// The name on the bookplate; may be empty.
    pub name: String,
    /// argon2id, in PHC string form.
    pub password_hash: String,
    /// What the account may do.
    pub role: Role,
    /// Since when an admin keeps the account out, if so.
    pub blocked_at: Option<Timestamp>,
    /// Why, for admins; empty while none does.
    pub blocked_reason: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Account {
    /// The account with this row id, if it is still there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Self>> {
        accounts::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The account of an address in any spelling, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<Self>> {
        accounts::table
            .filter(accounts::email_key.eq(email_key(email)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// All admins, the oldest account first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn admins(conn: &mut Conn) -> QueryResult<Vec<Self>> {
        accounts::table
            .filter(accounts::role.eq(Role::Admin))
            .order(accounts::id)
            .select(Self::as_select())
            .load(conn)
    }

    /// Makes an account; none when the address has one already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn create(conn: &mut Conn, new: &NewAccount<'_>, now: Timestamp) -> QueryResult<Option<Self>> {
        let values = (
            accounts::public_id.eq(public_id()),
            accounts::email.eq(new.email.as_str()),
            accounts::email_key.eq(new.email.key()),
            accounts::email_confirmed_at.eq(new.is_confirmed.then_some(now)),
            accounts::name.eq(new.name.trim()),
            accounts::password_hash.eq(new.password_hash),
            accounts::role.eq(new.role),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        );
        if insert_once!(conn, accounts::table, values)? {
            Self::find_by_email(conn, new.email.as_str())
        } else {
            Ok(None)
        }
    }

    /// Gives the account another name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rename(&self, conn: &mut Conn, name: &str, now: Timestamp) -> QueryResult<()> {
        let changed = (accounts::name.eq(name.trim()), accounts::updated_at.eq(now));
        diesel::update(accounts::table.find(self.id)).set(changed).execute(conn)?;
        Ok(())
    }

    /// Keeps another password's hash.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_password(&self, conn: &mut Conn, hash: &str, now: Timestamp) -> QueryResult<()> {
        let changed = (accounts::password_hash.eq(hash), accounts::updated_at.eq(now));
        diesel::update(accounts::table.find(self.id)).set(changed).execute(conn)?;
        Ok(())
    }

    /// Gives the account another role, and ends its sessions: none that was begun as the one goes on as the other.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_role(&self, conn: &mut Conn, role: Role, now: Timestamp) -> QueryResult<()> {
        let changed = (accounts::role.eq(role), accounts::updated_at.eq(now));
        diesel::update(accounts::table.find(self.id)).set(changed).execute(conn)?;
        Session::end_all(conn, self.id).map(drop)
    }

    /// Notes that the account is in use: one that nobody has proved is kept a month longer.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        diesel::update(accounts::table.find(self.id)).set(accounts::updated_at.eq(now)).execute(conn)?;
        Ok(())
    }

    /// Notes that the account's owner has proved this address, the account's own or a new one, and returns the account
    /// as it is then.
    ///
    /// # Errors
    /// When the database fails; a unique violation when another account has the address.
    pub fn prove(self, conn: &mut Conn, email: &str, now: Timestamp) -> QueryResult<Self> {
        diesel::update(accounts::table.find(self.id))
            .set((
                accounts::email.eq(email.trim()),
                accounts::email_key.eq(email_key(email)),
                accounts::email_confirmed_at.eq(now),
                accounts::updated_at.eq(now),
            ))
            .execute(conn)?;
        accounts::table.find(self.id).select(Self::as_select()).first(conn)
    }

    /// Removes an account whose address nobody has proved; it can hold nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_unproved(&self, conn: &mut Conn) -> QueryResult<()> {
        let unproved = accounts::table.find(self.id).filter(accounts::email_confirmed_at.is_null());
        diesel::delete(unproved).execute(conn)?;
        Ok(())
    }

    /// Removes accounts whose address nobody has proved for a month, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sweep_unproved(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
        let forgotten = accounts::table
            .filter(accounts::email_confirmed_at.is_null().and(accounts::role.eq(Role::Customer)))
            .filter(accounts::updated_at.lt(now - TimeDelta::days(30)));
        diesel::delete(forgotten).execute(conn)
    }

    /// Whether the account may be signed in to: its address is proved and no admin keeps it out.
    #[must_use]
    pub const fn may_sign_in(&self) -> bool {
        self.email_confirmed_at.is_some() && self.blocked_at.is_none()
    }

    /// The name that pages greet with: the given name, or the part of the address before the `@`.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let name = self.name.trim();
        if name.is_empty() { self.email.split('@').next().unwrap_or(&self.email) } else { name }
    }
}

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// The name on the bookplate.
    pub name: &'a str,
    /// The password's hash: see [`super::password::hash`].
    pub password_hash: &'a str,
    /// What the account may do.
    pub role: Role,
    /// Whether the address counts as proved from the start.
    pub is_confirmed: bool,
}

/// What two spellings of one e-mail address share: trimmed and in lower case.
///
/// RFC 5321 §2.4 lets a host tell `A@x` from `a@x`; none that people use does.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
