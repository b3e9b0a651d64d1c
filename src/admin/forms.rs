//! Which days the overview is asked for.

use chrono::NaiveDate;
use rocket::form::FromForm;

use super::figures::Span;

/// The days, the currency, and whose money.
#[derive(Debug, FromForm)]
pub struct PeriodForm<'r> {
    days: Option<&'r str>,
    from: Option<&'r str>,
    to: Option<&'r str>,
    currency: Option<&'r str>,
    money: Option<&'r str>,
}

impl PeriodForm<'_> {
    /// Which days.
    #[must_use]
    pub fn span(&self, today: NaiveDate) -> Span {
        Span::new(self.from, self.to, self.days, today)
    }

    /// Whether the sandbox's money is asked for.
    #[must_use]
    pub fn is_play(&self) -> bool {
        self.money == Some("sandbox")
    }

    /// A currency's code, as typed.
    #[must_use]
    pub fn currency(&self) -> String {
        self.currency.unwrap_or_default().chars().take(3).collect()
    }
}
