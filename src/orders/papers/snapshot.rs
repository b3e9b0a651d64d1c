//! All that a paper says, as it was when it was written. Kept as JSON, so that later settings, titles and names change
//! nothing of it.

use serde::{Deserialize, Serialize};

use crate::db::Timestamp;

/// All that a paper says. Money is in minor units of `currency`; a credit note's amounts are positive, its kind says
/// that they go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was written, in UTC.
    pub issued: Timestamp,
    /// When the books were supplied, in UTC.
    pub supplied: Timestamp,
    /// The order's number.
    pub order_number: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether no real money was moved.
    pub test: bool,
    /// Who sells.
    pub seller: Party,
    /// Who buys.
    pub buyer: Party,
    /// What it is about.
    pub lines: Vec<Line>,
    /// The sum of the lines' prices.
    pub subtotal_minor: i64,
    /// What was taken off.
    pub discount_minor: i64,
    /// Tax that was put on top of the lines.
    pub added_tax_minor: i64,
    /// All of it: subtotal less discount plus added tax.
    pub total_minor: i64,
    /// The tax in it.
    pub vat: Vat,
    /// How and when it was paid or goes back, as a sentence.
    pub payment: String,
    /// The paper that this one changes.
    pub refers_to: Option<Reference>,
    /// Why there is this paper, as a sentence; empty for an invoice.
    pub reason: String,
}

/// Who sells or buys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The company, for buyers.
    pub company: String,
    /// The lines of the address without the country.
    pub address: Vec<String>,
    /// ISO 3166-1 alpha-2 code; empty where it is not known.
    pub country: String,
    /// Where mail goes.
    pub email: String,
    /// The VAT number.
    pub vat_id: String,
    /// For sellers: the commercial register and the like.
    pub register: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What.
    pub title: String,
    /// More about it, in small.
    pub detail: String,
    /// What it cost.
    pub price_minor: i64,
    /// What was taken off that.
    pub discount_minor: i64,
}

/// The tax of a paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vat {
    /// One for each rate.
    pub lines: Vec<VatLine>,
    /// A sentence: why there is none, or who owes it.
    pub note: String,
}

/// What one rate comes to; gross is net and tax together, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatLine {
    /// Whose tax: ISO 3166-1 alpha-2 code; empty where it is not known.
    pub country: String,
    /// In hundredths of a percent, where one rate is known.
    pub rate: Option<i64>,
    /// With tax.
    pub gross_minor: i64,
    /// Without.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// Another paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its number.
    pub number: String,
    /// When it was written.
    pub issued: Timestamp,
}
