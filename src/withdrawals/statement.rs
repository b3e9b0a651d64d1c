//! What a buyer states, and what the shop does with it.

use diesel::prelude::*;

use crate::accounts::{EmailAddress, email_key};
use crate::db::schema::{orders, withdrawals};
use crate::db::{Conn, Timestamp};
use crate::ids;
use crate::mail::messages::{Letter as _, LetterError};
use crate::mail::order_messages::Withdrawal;
use crate::mail::{Sender, outbox};
use crate::orders::waiver::Waiver;
use crate::orders::{Finding, FindingKind, OrderId};
use crate::web::{Errors, show};

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 200;

/// A statement of withdrawal with all that the law lets a shop ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who withdraws.
    pub name: String,
    /// The order's number.
    pub number: String,
    /// The address of the order, where the acknowledgement goes.
    pub email: String,
}

/// Why a statement was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The acknowledgement could not be written.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// The statement could not be kept.
    #[error("Your statement can't be written down just now. Please try again in a moment.")]
    Database(#[from] diesel::result::Error),
}

impl Statement {
    /// The statement, if every field can be understood.
    ///
    /// # Errors
    /// What is wrong, at its field.
    pub fn new(name: &str, number: &str, email: &str) -> Result<Self, Errors> {
        let mut errors = Errors::none();
        let (name, number) = (name.trim(), number.trim().to_uppercase());
        if name.is_empty() {
            errors.add("name", "Please tell us your name.");
        } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            errors.add("name", "Please give a name of at most 200 characters, in one line.");
        }
        let is_number =
            |text: &str| text.len() <= 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if number.is_empty() || !is_number(&number) {
            errors
                .add("order", "Please copy the order’s number from its mail: it looks like 20260131-A1B2C.");
        }
        let email = email.parse::<EmailAddress>().map_err(|wrong| errors.add("email", wrong.to_string()));
        let email = email.map(|email| email.as_str().to_owned()).unwrap_or_default();
        errors.or(|| Self { name: name.to_owned(), number, email })
    }

    /// Keeps the statement, acknowledges it by mail if it fits an order, and puts it before an admin. The same statement
    /// again changes nothing, and nobody learns from it which orders there are.
    ///
    /// # Errors
    /// When it could not be kept; then nothing of it is.
    pub fn receive(&self, conn: &mut Conn, sender: &Sender, now: Timestamp) -> Result<(), StatementError> {
        let key = email_key(&self.email);
        let known = withdrawals::table
            .filter(withdrawals::order_number.eq(self.number.as_str()))
            .filter(withdrawals::email_key.eq(key.as_str()));
        if diesel::select(diesel::dsl::exists(known)).get_result(conn)? {
            return Ok(());
        }
        let order: Option<OrderId> = orders::table
            .filter(orders::number.eq(self.number.as_str()).and(orders::email_key.eq(key.as_str())))
            .select(orders::id)
            .first(conn)
            .optional()?;
        diesel::insert_into(withdrawals::table)
            .values((
                withdrawals::public_id.eq(ids::public_id()),
                withdrawals::order_id.eq(order),
                withdrawals::order_number.eq(self.number.as_str()),
                withdrawals::name.eq(self.name.as_str()),
                withdrawals::email.eq(self.email.as_str()),
                withdrawals::email_key.eq(key.as_str()),
                withdrawals::statement.eq(self.words()),
                withdrawals::received_at.eq(now),
            ))
            .execute(conn)?;
        let letter = self.acknowledgement(sender, now);
        let unique_key = format!("withdrawal/{}/{key}", self.number);
        match order {
            Some(_) => {
                outbox::enqueue(conn, &letter.to(&self.email)?, Some(&unique_key), now)?;
            }
            // The same work for an order that is not there.
            None => outbox::rehearse(conn, &letter.to(&self.email)?, now)?,
        }
        let detail = self.for_admins(conn, order, now)?;
        let subject = format!("{} {key}", self.number);
        Finding::raise(conn, FindingKind::Withdrawal, &subject, order, &detail, now)?;
        Ok(())
    }

    /// What is stated, in words.
    fn words(&self) -> String {
        format!("I, {}, withdraw from the contract about order {}.", self.name, self.number)
    }

    fn acknowledgement(&self, sender: &Sender, now: Timestamp) -> Withdrawal {
        Withdrawal {
            shop_name: sender.shop_name.clone(),
            base_url: sender.base_url.clone(),
            name: self.name.clone(),
            number: self.number.clone(),
            words: self.words(),
            received: format!("{} at {} UTC", show::date(now), now.format("%H:%M")),
        }
    }

    fn for_admins(&self, conn: &mut Conn, order: Option<OrderId>, now: Timestamp) -> QueryResult<String> {
        let (name, email, number) = (&self.name, &self.email, &self.number);
        let stated = format!("{name} ({email}) withdrew on {} from order {number}", show::date(now));
        let Some(order) = order else {
            return Ok(format!("{stated}: no order has this number and address"));
        };
        Ok(match Waiver::of(conn, order)? {
            Some(waiver) => format!(
                "{stated}; the right was given up on {} for books at once",
                show::date(waiver.agreed_at)
            ),
            None => stated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_own_sentence() {
        let errors = Statement::new(" ", "", "nobody").unwrap_err();
        assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["email", "name", "order"]);
        let fine = Statement::new(" Jane ", " 20260301-abcde", "jane@example.org").unwrap();
        assert_eq!((fine.name.as_str(), fine.number.as_str()), ("Jane", "20260301-ABCDE"));
        assert!(Statement::new("Jane", "20260301'; --", "jane@example.org").is_err());
    }
}
