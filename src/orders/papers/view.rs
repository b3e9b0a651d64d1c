//! A paper in words: what its page and its PDF both show, written for people.

use super::snapshot::{Party, Snapshot, VatLine};
use super::{Paper, PaperKind};
use crate::country;
use crate::money;
use crate::web::show;

/// A paper in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperView {
    /// What it is: "Invoice".
    pub title: &'static str,
    /// Its number.
    pub number: String,
    /// Whether no real money was moved.
    pub test: bool,
    /// Who sells.
    pub seller: String,
    /// The seller's address, with its country.
    pub seller_address: Vec<String>,
    /// More about the seller, for the foot: mail, VAT number, register.
    pub seller_more: Vec<String>,
    /// Who buys, line by line.
    pub buyer: Vec<String>,
    /// Numbers and dates: what and which.
    pub facts: Vec<(&'static str, String)>,
    /// Why there is this paper; empty for an invoice.
    pub reason: String,
    /// What it is about: title and amount.
    pub lines: Vec<(String, String)>,
    /// What leads to the total: what and how much.
    pub sums: Vec<(&'static str, String)>,
    /// What the total is.
    pub total_label: &'static str,
    /// The total.
    pub total: String,
    /// The tax.
    pub vat: Vec<VatRow>,
    /// Why there is none, or who owes it.
    pub vat_note: String,
    /// How it was paid or goes back.
    pub payment: String,
}

/// What one rate comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatRow {
    /// "VAT 7 % (Germany)".
    pub label: String,
    /// Without tax.
    pub net: String,
    /// The tax.
    pub tax: String,
    /// With tax.
    pub gross: String,
}

impl PaperView {
    /// The paper's words.
    #[must_use]
    pub fn new(paper: &Paper, says: &Snapshot) -> Self {
        let shown = |minor: i64| money::shown(minor, &says.currency);
        let title = title(paper.kind);
        let mut facts = vec![
            ("Number", paper.number.clone()),
            ("Date", show::date(says.issued)),
            ("Supplied", show::date(says.supplied)),
            ("Order", says.order_number.clone()),
        ];
        if let Some(reference) = &says.refers_to {
            let what = if paper.kind == PaperKind::CreditReversal { "Credit note" } else { "Invoice" };
            facts.push((what, reference.number.clone()));
        }
        let mut sums = Vec::new();
        if says.discount_minor > 0 {
            sums.push(("Subtotal", shown(says.subtotal_minor)));
            sums.push(("Discount", shown(-says.discount_minor)));
        }
        if says.added_tax_minor > 0 {
            sums.push(("Tax", shown(says.added_tax_minor)));
        }
        let rows = says.vat.lines.iter().map(|line| VatRow {
            label: rate_label(line),
            net: shown(line.net_minor),
            tax: shown(line.tax_minor),
            gross: shown(line.gross_minor),
        });
        Self {
            title,
            number: paper.number.clone(),
            test: says.test,
            seller: says.seller.name.clone(),
            seller_address: with_country(&says.seller),
            seller_more: seller_more(&says.seller),
            buyer: buyer(&says.buyer),
            facts,
            reason: says.reason.clone(),
            lines: says.lines.iter().map(|line| (line.title.clone(), shown(line.price_minor))).collect(),
            sums,
            total_label: match paper.kind {
                PaperKind::CreditNote => "Credited",
                PaperKind::CreditReversal => "Charged again",
                PaperKind::Invoice | PaperKind::Correction => "Total",
            },
            total: shown(says.total_minor),
            vat: rows.collect(),
            vat_note: says.vat.note.clone(),
            payment: says.payment.clone(),
        }
    }
}

/// What a paper is, for people.
#[must_use]
pub const fn title(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Invoice => "Invoice",
        PaperKind::Correction => "Corrected invoice",
        PaperKind::CreditNote => "Credit note",
        PaperKind::CreditReversal => "Reversal of a credit note",
    }
}

fn rate_label(line: &VatLine) -> String {
    let rate = line.rate.map(|rate| format!(" {} %", percent(rate))).unwrap_or_default();
    match country::name(&line.country) {
        Some(name) => format!("VAT{rate} ({name})"),
        None => format!("VAT{rate}"),
    }
}

/// Hundredths of a percent as people write them: 700 is `7`, 550 is `5.5`.
fn percent(rate: i64) -> String {
    let (whole, part) = (rate / 100, rate % 100);
    match part {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

fn with_country(party: &Party) -> Vec<String> {
    let country = country::name(&party.country).map(str::to_owned);
    party.address.iter().cloned().chain(country).filter(|line| !line.trim().is_empty()).collect()
}

fn seller_more(seller: &Party) -> Vec<String> {
    let vat = if seller.vat_id.is_empty() { String::new() } else { format!("VAT no. {}", seller.vat_id) };
    [seller.email.clone(), vat, seller.register.clone()].into_iter().filter(|part| !part.is_empty()).collect()
}

fn buyer(buyer: &Party) -> Vec<String> {
    let mut lines = vec![buyer.company.clone(), buyer.name.clone()];
    lines.extend(with_country(buyer));
    if !buyer.vat_id.is_empty() {
        lines.push(format!("VAT no. {}", buyer.vat_id));
    }
    lines.push(buyer.email.clone());
    lines.into_iter().filter(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_rate_is_written_without_needless_noughts() {
        assert_eq!([700, 550, 1900, 0, 405].map(percent), ["7", "5.5", "19", "0", "4.05"]);
    }
}
