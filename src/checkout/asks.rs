//! What law has the checkout ask beside an address: for the buyer's country, where prices include its VAT, and for the
//! word that the books come at once, where the operator sells to the EU.

use crate::config::{Settings, TaxKind};
use crate::country;
use crate::orders::waiver::WaiverText;
use crate::web::Errors;

/// What the settings have the checkout ask.
#[derive(Debug, Clone)]
pub struct Asks {
    /// The words that a buyer must agree to, if to any.
    waiver: Option<WaiverText>,
    /// The country that is chosen before the buyer chooses, where one must be known.
    home: Option<String>,
    /// Whether the payment page puts VAT on top of what the checkout shows.
    adds_tax: bool,
}

impl From<&Settings> for Asks {
    fn from(settings: &Settings) -> Self {
        // Stripe Tax asks by itself, and without VAT nobody needs to know.
        let is_asked = settings.tax.mode == TaxKind::Included;
        Self {
            waiver: WaiverText::of(&settings.checkout),
            adds_tax: settings.tax.mode == TaxKind::StripeExclusive,
            home: is_asked.then(|| settings.tax.home(&settings.seller).to_owned()),
        }
    }
}

/// What a buyer has answered.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The words that they agreed to.
    pub waiver: Option<WaiverText>,
    /// Their country, as an ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
}

/// The fields, as the page shows them.
#[derive(Debug, Clone)]
pub struct AskBox {
    /// The words to agree to; empty for none.
    pub waiver: String,
    /// Whether the box is ticked. It never is before the buyer does it.
    pub agreed: bool,
    /// The countries to choose from, with their names; none where it is not asked.
    pub countries: &'static [(&'static str, &'static str)],
    /// The code of the chosen one.
    pub country: String,
    /// Whether the payment page puts VAT on top of the total.
    pub adds_tax: bool,
}

impl Asks {
    /// The fields before anything was typed.
    #[must_use]
    pub fn fresh(&self) -> AskBox {
        self.filled(false, self.home.as_deref().unwrap_or_default())
    }

    /// The fields as they were sent.
    #[must_use]
    pub fn filled(&self, agreed: bool, country: &str) -> AskBox {
        AskBox {
            waiver: self.waiver.as_ref().map(|words| words.text.clone()).unwrap_or_default(),
            agreed,
            countries: if self.home.is_some() { country::ALL } else { &[] },
            country: country.to_owned(),
            adds_tax: self.adds_tax,
        }
    }

    /// The answers, with a sentence in `errors` for each that is missing. What was not asked counts for nothing.
    pub fn check(&self, agreed: bool, country: &str, errors: &mut Errors) -> Answers {
        if self.waiver.is_some() && !agreed {
            errors.add("agreed", "Please tick this box: we deliver at once, and need your word for it.");
        }
        let is_known = country::name(country).is_some();
        if self.home.is_some() && !is_known {
            errors.add("country", "Please choose your country: its VAT is part of the price.");
        }
        Answers {
            waiver: self.waiver.clone().filter(|_| agreed),
            country: self.home.as_ref().filter(|_| is_known).map(|_| country.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_is_not_taken() {
        let asks = Asks::from(&Settings::default());
        let mut errors = Errors::none();
        let answers = asks.check(true, "DE", &mut errors);
        assert!(errors.is_empty() && answers.waiver.is_none() && answers.country.is_none());
        let shown = asks.fresh();
        assert!(shown.waiver.is_empty() && shown.countries.is_empty() && !shown.agreed);
    }
}
