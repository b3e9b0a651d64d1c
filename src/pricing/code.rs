//! A discount code, and whether it is good for someone now.

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::BookId;
use crate::db::schema::{code_books, discount_codes};
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::money::{self, Currency, Money};
use crate::web::show;

/// The longest code, in characters.
pub const LONGEST: usize = 40;

/// A hundredth of a percent: 10,000 of them are everything.
pub const ALL_BASIS_POINTS: i64 = 10_000;

row_id!(
    /// The row of a code.
    CodeId
);

text_enum! {
    /// What a code takes off.
    pub enum CodeKind {
        /// A part of what its books cost.
        Percent = "percent",
        /// An amount.
        Amount = "amount",
    }
}

/// A discount code.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = discount_codes)]
pub struct Code {
    /// The row.
    pub id: CodeId,
    /// The id in its page's address.
    pub public_id: String,
    /// What is typed: see [`normal`].
    pub code: String,
    /// What it takes off.
    pub kind: CodeKind,
    /// The part that it takes off, in hundredths of a percent; 0 for an amount.
    pub basis_points: i64,
    /// The amount that it takes off, in minor units of `currency`; 0 for a part.
    pub amount_minor: i64,
    /// The currency of its amounts.
    pub currency: String,
    /// Whether it is for every book, or for those in `code_books`.
    pub every_book: bool,
    /// From when it is good.
    pub starts_at: Option<Timestamp>,
    /// Until when it is good.
    pub ends_at: Option<Timestamp>,
    /// How many orders may use it.
    pub use_limit: Option<i64>,
    /// How many orders of one customer may use it.
    pub customer_limit: Option<i64>,
    /// What an order must come to before it, in minor units of `currency`.
    pub minimum_minor: i64,
    /// How many orders hold or have used it.
    pub uses: i64,
    /// For admins.
    pub note: String,
    /// Since when it is switched off, if so.
    pub switched_off_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// For whom a code is to be good.
#[derive(Debug, Clone, Default)]
pub struct Customer {
    /// The signed-in account.
    pub account: Option<AccountId>,
    /// The key of the address, once it is known.
    pub email_key: Option<String>,
    /// What the kept fingerprints of the orders from this customer's cart begin with: a slot that such an order holds
    /// is the customer's own.
    pub cart: Option<String>,
}

/// Why a code takes nothing off. The sentences are for the buyer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    /// There is none like it.
    #[error("There is no code “{0}”. Please check the spelling.")]
    Unknown(String),
    /// It was switched off.
    #[error("The code “{0}” is no longer valid.")]
    Off(String),
    /// Too early.
    #[error("The code “{code}” is valid from {from} on.")]
    NotYet {
        /// The code.
        code: String,
        /// A moment.
        from: String,
    },
    /// Too late.
    #[error("The code “{code}” was valid until {until}.")]
    Over {
        /// The code.
        code: String,
        /// A moment.
        until: String,
    },
    /// As many orders as may have it.
    #[error("The code “{0}” is used up.")]
    UsedUp(String),
    /// This customer has used it as often as they may.
    #[error("You have used the code “{0}” already.")]
    AlreadyUsed(String),
    /// None of its books is in the cart.
    #[error("The code “{0}” is for other books than those in your cart.")]
    OtherBooks(String),
    /// The order is too small.
    #[error("The code “{code}” is for orders of {minimum} or more.")]
    Minimum {
        /// The code.
        code: String,
        /// What an order must come to.
        minimum: Money,
    },
    /// The shop's prices are in another currency.
    #[error("The code “{0}” is for prices in another currency.")]
    OtherCurrency(String),
    /// It would take off nothing.
    #[error("The code “{0}” takes nothing off here.")]
    Nothing(String),
    /// What it leaves can't be charged.
    #[error(
        "With the code “{code}” there would be {left} to pay, and the smallest amount that can be charged is {least}. Please add another book."
    )]
    TooLittleLeft {
        /// The code.
        code: String,
        /// What would be left to pay.
        left: Money,
        /// The least that the gateway takes.
        least: Money,
    },
}

/// A code as it is kept and compared: in upper case, without spaces. Nothing when no code can look like this.
#[must_use]
pub fn normal(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_uppercase();
    let is_plain = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | '%' | '+');
    (!code.is_empty() && code.chars().count() <= LONGEST && code.chars().all(is_plain)).then_some(code)
}

/// One line of a cart, as a code sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeLine {
    /// Which book.
    pub book: BookId,
    /// What it costs before the code, in minor units.
    pub minor: i64,
}

impl Code {
    /// The code that was typed, in any spelling; nothing when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_text(conn: &mut Conn, typed: &str) -> QueryResult<Option<Self>> {
        let Some(code) = normal(typed) else { return Ok(None) };
        discount_codes::table
            .filter(discount_codes::code.eq(code))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The code with this row id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: CodeId) -> QueryResult<Option<Self>> {
        discount_codes::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The code of a page's address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        discount_codes::table
            .filter(discount_codes::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The books that the code is for; of no meaning when it is for every book.
    ///
    /// # Errors
    /// When the database fails.
    pub fn books(&self, conn: &mut Conn) -> QueryResult<Vec<BookId>> {
        code_books::table.filter(code_books::code_id.eq(self.id)).select(code_books::book_id).load(conn)
    }

    /// Whether the code is good at `now`, whoever asks.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check_time(&self, now: Timestamp) -> Result<(), CodeProblem> {
        let code = || self.code.clone();
        if self.switched_off_at.is_some() {
            return Err(CodeProblem::Off(code()));
        }
        if let Some(from) = self.starts_at.filter(|from| *from > now) {
            return Err(CodeProblem::NotYet { code: code(), from: show::moment(from) });
        }
        if let Some(until) = self.ends_at.filter(|until| *until <= now) {
            return Err(CodeProblem::Over { code: code(), until: show::moment(until) });
        }
        Ok(())
    }

    /// What the code takes off each of `lines`, which are all that is bought and add up to what the order costs
    /// without it. `books` are those that it is for. `least` is the least that the gateway charges.
    ///
    /// # Errors
    /// Why it takes nothing off.
    pub fn reduce(
        &self,
        lines: &[CodeLine],
        books: &[BookId],
        currency: Currency,
        least: Money,
    ) -> Result<Vec<i64>, CodeProblem> {
        let code = || self.code.clone();
        let is_in_currency = self.currency == currency.code();
        if !is_in_currency && (self.kind == CodeKind::Amount || self.minimum_minor > 0) {
            return Err(CodeProblem::OtherCurrency(code()));
        }
        let weights: Vec<i64> = lines
            .iter()
            .map(|line| if self.every_book || books.contains(&line.book) { line.minor } else { 0 })
            .collect();
        let is_for = |line: &CodeLine| self.every_book || books.contains(&line.book);
        if !lines.iter().any(is_for) {
            return Err(CodeProblem::OtherBooks(code()));
        }
        let all: i128 = lines.iter().map(|line| i128::from(line.minor)).sum();
        if all < i128::from(self.minimum_minor) {
            let minimum = Money::new(self.minimum_minor, currency);
            return Err(CodeProblem::Minimum { code: code(), minimum });
        }
        let base: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let off = match self.kind {
            CodeKind::Percent => part_of(base, self.basis_points, currency.step()),
            CodeKind::Amount => i128::from(self.amount_minor).min(base),
        };
        let (Ok(off), Ok(left)) = (i64::try_from(off), i64::try_from(all - off)) else {
            return Err(CodeProblem::Nothing(code()));
        };
        if off <= 0 {
            return Err(CodeProblem::Nothing(code()));
        }
        if left > 0 && left < least.minor {
            let left = Money::new(left, currency);
            return Err(CodeProblem::TooLittleLeft { code: code(), left, least });
        }
        Ok(super::spread::spread(off, &weights, currency.step()))
    }

    /// What the code takes off, for people: `10%`, `12.5%`, `€5.00`.
    #[must_use]
    pub fn worth(&self) -> String {
        match self.kind {
            CodeKind::Percent => format!("{}%", percent(self.basis_points)),
            CodeKind::Amount => money::shown(self.amount_minor, &self.currency),
        }
    }
}

/// `basis_points` of `base`, rounded to the nearest step; the half goes to the buyer.
fn part_of(base: i128, basis_points: i64, step: i64) -> i128 {
    let (all, step) = (i128::from(ALL_BASIS_POINTS), i128::from(step.max(1)));
    let exact = base * i128::from(basis_points);
    if i128::from(basis_points) >= all {
        return base;
    }
    let whole = all * step;
    ((exact + whole / 2) / whole * step).min(base)
}

/// Hundredths of a percent as a number: `10`, `12.5`, `0.05`.
#[must_use]
pub fn percent(basis_points: i64) -> String {
    let (whole, part) = (basis_points / 100, basis_points % 100);
    let text = format!("{whole}.{part:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: CodeKind, worth: i64, currency: &str) -> Code {
        Code {
            id: CodeId(1),
            public_id: String::new(),
            code: "TEN".to_owned(),
            kind,
            basis_points: if kind == CodeKind::Percent { worth } else { 0 },
            amount_minor: if kind == CodeKind::Amount { worth } else { 0 },
            currency: currency.to_owned(),
            every_book: true,
            starts_at: None,
            ends_at: None,
            use_limit: None,
            customer_limit: None,
            minimum_minor: 0,
            uses: 0,
            note: String::new(),
            switched_off_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
        }
    }

    fn off(code: &Code, prices: &[i64], currency: &str) -> Result<Vec<i64>, CodeProblem> {
        let currency: Currency = currency.parse().unwrap();
        let lines: Vec<CodeLine> =
            (1..).zip(prices).map(|(id, minor)| CodeLine { book: BookId(id), minor: *minor }).collect();
        code.reduce(&lines, &[BookId(2)], currency, Money::new(50, currency))
    }

    #[test]
    fn a_code_is_found_in_any_spelling() {
        assert_eq!(normal(" welcome 10\t").as_deref(), Some("WELCOME10"));
        assert_eq!(normal("straße").as_deref(), Some("STRASSE"));
        for none in ["", "  ", "a'b", "x\0", &"x".repeat(41)] {
            assert_eq!(normal(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_part_is_rounded_to_the_currencys_step_and_spread_exactly() {
        // 10% of 17.49 is 1.749.
        assert_eq!(off(&code(CodeKind::Percent, 1000, "EUR"), &[499, 1250], "EUR"), Ok(vec![50, 125]));
        // 15% of ¥1,001 is 150.15.
        assert_eq!(off(&code(CodeKind::Percent, 1500, "JPY"), &[500, 501], "JPY"), Ok(vec![75, 75]));
        // 12.5% of KWD 2.500 is 0.3125: 0.310 can be charged.
        assert_eq!(off(&code(CodeKind::Percent, 1250, "KWD"), &[1250, 1250], "KWD"), Ok(vec![160, 150]));
        assert_eq!(off(&code(CodeKind::Percent, 10_000, "EUR"), &[499, 1], "EUR"), Ok(vec![499, 1]));
    }

    #[test]
    fn an_amount_never_takes_more_than_there_is() {
        assert_eq!(off(&code(CodeKind::Amount, 5000, "EUR"), &[499, 1250], "EUR"), Ok(vec![499, 1250]));
        assert_eq!(off(&code(CodeKind::Amount, 500, "EUR"), &[499, 1250], "EUR"), Ok(vec![143, 357]));
        let for_one = Code { every_book: false, ..code(CodeKind::Amount, 500, "EUR") };
        assert_eq!(off(&for_one, &[499, 1250], "EUR"), Ok(vec![0, 500]));
        assert!(matches!(off(&for_one, &[499], "EUR"), Err(CodeProblem::OtherBooks(_))));
    }

    #[test]
    fn what_can_not_be_charged_is_said_instead() {
        let most = code(CodeKind::Amount, 470, "EUR");
        let said = off(&most, &[499], "EUR").unwrap_err().to_string();
        assert!(said.contains("€0.29") && said.contains("€0.50"), "{said}");
        assert!(matches!(off(&most, &[499], "JPY"), Err(CodeProblem::OtherCurrency(_))));
        assert!(matches!(
            off(&code(CodeKind::Percent, 1, "EUR"), &[10], "EUR"),
            Err(CodeProblem::Nothing(_))
        ));
        let large = Code { minimum_minor: 500, ..most };
        assert!(matches!(off(&large, &[499], "EUR"), Err(CodeProblem::Minimum { .. })));
    }

    #[test]
    fn hundredths_of_a_percent_are_written_as_percents() {
        for (points, text) in [(1000, "10"), (1250, "12.5"), (5, "0.05"), (10_000, "100")] {
            assert_eq!(percent(points), text);
        }
    }
}
