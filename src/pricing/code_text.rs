//! A code as an admin types it, and what is wrong with that.

use diesel::prelude::*;

use super::book_list;
use super::code::{ALL_BASIS_POINTS, Code, CodeId, CodeKind, normal, percent};
use crate::catalog::BookId;
use crate::db::schema::{code_books, discount_codes};
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;
use crate::money::{Currency, Money};
use crate::web::Errors;

/// How moments are typed: what a browser's field for a day and a time sends.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// The fields of a code's form, as typed.
#[derive(Debug, Clone, Default)]
pub struct CodeText {
    /// What buyers type.
    pub code: String,
    /// `percent` or `amount`.
    pub kind: String,
    /// How much: `10`, `12.5`, `4.99`.
    pub worth: String,
    /// The books, one a line; empty for every book.
    pub books: String,
    /// From when, in UTC; empty for now.
    pub starts: String,
    /// Until when, in UTC; empty for ever.
    pub ends: String,
    /// How many orders may use it; empty for any number.
    pub limit: String,
    /// How many orders of one customer; empty for any number.
    pub customer_limit: String,
    /// What an order must come to; empty for any sum.
    pub minimum: String,
    /// For admins.
    pub note: String,
}

/// A code to be saved.
#[derive(Debug, Clone)]
pub struct NewCode {
    code: String,
    kind: CodeKind,
    basis_points: i64,
    amount_minor: i64,
    currency: Currency,
    books: Vec<BookId>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    use_limit: Option<i64>,
    customer_limit: Option<i64>,
    minimum_minor: i64,
    note: String,
}

impl CodeText {
    /// The fields of a code that is there, to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, code: &Code, shop: Currency) -> QueryResult<Self> {
        let currency: Currency = code.currency.parse().unwrap_or(shop);
        let amount = |minor: i64| Money::new(minor, currency).plain();
        let moment = |at: Option<Timestamp>| at.map(|at| at.format(MOMENT).to_string()).unwrap_or_default();
        let number = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let books = if code.every_book { Vec::new() } else { code.books(conn)? };
        Ok(Self {
            code: code.code.clone(),
            kind: code.kind.as_str().to_owned(),
            worth: match code.kind {
                CodeKind::Percent => percent(code.basis_points),
                CodeKind::Amount => amount(code.amount_minor),
            },
            books: book_list::text_of(conn, &books)?,
            starts: moment(code.starts_at),
            ends: moment(code.ends_at),
            limit: number(code.use_limit),
            customer_limit: number(code.customer_limit),
            minimum: if code.minimum_minor == 0 { String::new() } else { amount(code.minimum_minor) },
            note: code.note.clone(),
        })
    }

    /// The code that the fields say, in the shop's currency.
    ///
    /// # Errors
    /// The database's; inside, a sentence for each field that can't be used.
    pub fn check(&self, conn: &mut Conn, currency: Currency) -> QueryResult<Result<NewCode, Errors>> {
        let mut errors = Errors::none();
        let code = normal(&self.code).unwrap_or_else(|| {
            errors.add("code", "Please type a code of at most 40 letters and digits.");
            String::new()
        });
        let kind = self.kind.parse().unwrap_or(CodeKind::Percent);
        let (mut basis_points, mut amount_minor) = (0, 0);
        match kind {
            CodeKind::Percent => match basis_points_of(&self.worth) {
                Some(points) => basis_points = points,
                None => {
                    errors.add("worth", "Please type a percentage from 0.01 to 100, for example 10 or 12.5.")
                }
            },
            CodeKind::Amount => match Money::parse(&self.worth, currency) {
                Ok(amount) if amount.minor > 0 => amount_minor = amount.minor,
                Ok(_) => errors.add("worth", "Please type an amount above zero."),
                Err(wrong) => errors.add("worth", wrong.to_string()),
            },
        }
        let minimum_minor = match self.minimum.trim() {
            "" => 0,
            typed => match Money::parse(typed, currency) {
                Ok(amount) => amount.minor,
                Err(wrong) => {
                    errors.add("minimum", wrong.to_string());
                    0
                }
            },
        };
        let starts_at = moment("starts", &self.starts, &mut errors);
        let ends_at = moment("ends", &self.ends, &mut errors);
        if let (Some(from), Some(until)) = (starts_at, ends_at)
            && until <= from
        {
            errors.add("ends", "The end must be after the beginning.");
        }
        let use_limit = number("limit", &self.limit, &mut errors);
        let customer_limit = number("customer_limit", &self.customer_limit, &mut errors);
        if self.note.chars().count() > 500 {
            errors.add("note", "Please shorten the note to 500 characters.");
        }
        let books = match book_list::find(conn, &self.books)? {
            Ok(books) => books,
            Err(sentence) => {
                errors.add("books", sentence);
                Vec::new()
            }
        };
        Ok(errors.or(|| NewCode {
            code,
            kind,
            basis_points,
            amount_minor,
            currency,
            books,
            starts_at,
            ends_at,
            use_limit,
            customer_limit,
            minimum_minor,
            note: self.note.trim().to_owned(),
        }))
    }
}

/// `10`, `12.5`, `12,5`, `10 %` in hundredths of a percent, from 1 to 10,000.
fn basis_points_of(typed: &str) -> Option<i64> {
    let bare = typed.trim().trim_end_matches('%').trim_end().replace(',', ".");
    let (whole, part) = bare.split_once('.').unwrap_or((&bare, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let points: i64 = format!("{whole}{part:0<2}").parse().ok()?;
    (1..=ALL_BASIS_POINTS).contains(&points).then_some(points)
}

fn moment(field: &'static str, typed: &str, errors: &mut Errors) -> Option<Timestamp> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let parsed = Timestamp::parse_from_str(typed, MOMENT)
        .or_else(|_| Timestamp::parse_from_str(typed, "%Y-%m-%dT%H:%M:%S"))
        .or_else(|_| Timestamp::parse_from_str(typed, "%Y-%m-%d %H:%M"));
    match parsed {
        Ok(at) => Some(at),
        Err(_) => {
            errors.add(field, "Please type a day and a time like 2026-12-24T18:00.");
            None
        }
    }
}

fn number(field: &'static str, typed: &str, errors: &mut Errors) -> Option<i64> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    match typed.parse::<i64>() {
        Ok(number) if (1..=1_000_000_000).contains(&number) => Some(number),
        _ => {
            errors.add(field, "Please type a whole number from 1 on, or leave it empty.");
            None
        }
    }
}

impl Code {
    /// How many codes there are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(conn: &mut Conn) -> QueryResult<i64> {
        discount_codes::table.count().get_result(conn)
    }

    /// A page of the codes: those that are on first, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Self>> {
        discount_codes::table
            .order((discount_codes::switched_off_at.is_not_null(), discount_codes::id.desc()))
            .offset(offset)
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// Makes a code; nothing when another one is spelled the same.
    ///
    /// # Errors
    /// When the database fails.
    pub fn create(conn: &mut Conn, new: &NewCode, now: Timestamp) -> QueryResult<Option<Self>> {
        let public_id = ids::public_id();
        let is_new = insert_once!(
            conn,
            discount_codes::table,
            (
                (
                    discount_codes::public_id.eq(public_id.as_str()),
                    discount_codes::code.eq(new.code.as_str()),
                    discount_codes::kind.eq(new.kind),
                    discount_codes::basis_points.eq(new.basis_points),
                    discount_codes::amount_minor.eq(new.amount_minor),
                    discount_codes::currency.eq(new.currency.code()),
                    discount_codes::every_book.eq(new.books.is_empty()),
                ),
                (
                    discount_codes::starts_at.eq(new.starts_at),
                    discount_codes::ends_at.eq(new.ends_at),
                    discount_codes::use_limit.eq(new.use_limit),
                    discount_codes::customer_limit.eq(new.customer_limit),
                    discount_codes::minimum_minor.eq(new.minimum_minor),
                    discount_codes::note.eq(new.note.as_str()),
                    discount_codes::created_at.eq(now),
                    discount_codes::updated_at.eq(now),
                ),
            )
        )?;
        if !is_new {
            return Ok(None);
        }
        let code = Self::find_by_public_id(conn, &public_id)?;
        if let Some(code) = &code {
            write_books(conn, code.id, &new.books)?;
        }
        Ok(code)
    }

    /// Changes a code, for orders from now on; answers whether its spelling was free.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change(&self, conn: &mut Conn, new: &NewCode, now: Timestamp) -> QueryResult<bool> {
        let other = discount_codes::table
            .filter(discount_codes::code.eq(new.code.as_str()).and(discount_codes::id.ne(self.id)));
        if diesel::select(diesel::dsl::exists(other)).get_result(conn)? {
            return Ok(false);
        }
        diesel::update(discount_codes::table.find(self.id))
            .set((
                discount_codes::code.eq(new.code.as_str()),
                discount_codes::kind.eq(new.kind),
                discount_codes::basis_points.eq(new.basis_points),
                discount_codes::amount_minor.eq(new.amount_minor),
                discount_codes::currency.eq(new.currency.code()),
                discount_codes::every_book.eq(new.books.is_empty()),
                discount_codes::starts_at.eq(new.starts_at),
                discount_codes::ends_at.eq(new.ends_at),
                discount_codes::use_limit.eq(new.use_limit),
                discount_codes::customer_limit.eq(new.customer_limit),
                discount_codes::minimum_minor.eq(new.minimum_minor),
                discount_codes::note.eq(new.note.as_str()),
                discount_codes::updated_at.eq(now),
            ))
            .execute(conn)?;
        write_books(conn, self.id, &new.books)?;
        Ok(true)
    }

    /// Switches the code off, or on again. Orders that hold it keep it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn switch(&self, conn: &mut Conn, on: bool, now: Timestamp) -> QueryResult<()> {
        diesel::update(discount_codes::table.find(self.id))
            .set((
                discount_codes::switched_off_at.eq((!on).then_some(now)),
                discount_codes::updated_at.eq(now),
            ))
            .execute(conn)
            .map(drop)
    }
}

fn write_books(conn: &mut Conn, code: CodeId, books: &[BookId]) -> QueryResult<()> {
    diesel::delete(code_books::table.filter(code_books::code_id.eq(code))).execute(conn)?;
    for book in books {
        diesel::insert_into(code_books::table)
            .values((code_books::code_id.eq(code), code_books::book_id.eq(*book)))
            .execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::basis_points_of;

    #[test]
    fn a_percentage_is_read_as_people_write_it() {
        for (typed, points) in [("10", 1000), ("12.5 %", 1250), ("12,5", 1250), ("100%", 10_000), ("0.01", 1)]
        {
            assert_eq!(basis_points_of(typed), Some(points), "{typed}");
        }
        for typed in ["", "0", "100.01", "101", "-5", "ten", "5.123", ".5", "1000"] {
            assert_eq!(basis_points_of(typed), None, "{typed}");
        }
    }
}
