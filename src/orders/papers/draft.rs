//! What a new paper says, worked out from the order's facts or from the papers before it.

use diesel::QueryResult;
use diesel::result::Error as DieselError;

use super::snapshot::{Line, Party, Snapshot, Vat, VatLine};
use super::{Paper, PaperKind, Rules, vat};
use crate::config::TaxKind;
use crate::country;
use crate::db::Timestamp;
use crate::orders::billing::{Details, OrderTax};
use crate::orders::{LineItem, Order, vat_id};
use crate::web::show;

/// What an invoice is written from.
pub(super) struct Draft {
    pub rules: Rules,
    pub order: Order,
    pub items: Vec<LineItem>,
    pub details: Details,
    pub tax: OrderTax,
    pub supplied: Timestamp,
}

impl Draft {
    /// The invoice.
    pub(super) fn invoice(&self, now: Timestamp) -> Snapshot {
        let order = &self.order;
        let total = order.total_minor.saturating_add(self.tax.added_tax_minor);
        let lines = self.items.iter().map(|item| Line {
            title: item.title.clone(),
            detail: String::new(),
            price_minor: item.price_minor,
            discount_minor: item.discount_minor,
        });
        Snapshot {
            issued: now,
            supplied: self.supplied,
            order_number: order.number.clone(),
            currency: order.currency.clone(),
            test: !order.livemode,
            seller: self.seller(),
            buyer: buyer(&self.details, &order.email),
            lines: lines.collect(),
            subtotal_minor: order.subtotal_minor,
            discount_minor: order.discount_minor,
            added_tax_minor: self.tax.added_tax_minor,
            total_minor: total,
            vat: self.vat(total),
            payment: self.payment(),
            refers_to: None,
            reason: String::new(),
        }
    }

    fn seller(&self) -> Party {
        let seller = &self.rules.seller;
        let is_nameless = seller.name.trim().is_empty();
        let name = if is_nameless { self.rules.identity.name() } else { seller.name.clone() };
        Party {
            name,
            company: String::new(),
            address: seller.address.clone(),
            country: seller.country.clone(),
            email: seller.email.clone(),
            vat_id: seller.vat_id.clone(),
            register: seller.register.clone(),
        }
    }

    fn payment(&self) -> String {
        let day = show::date(self.supplied);
        if self.order.livemode {
            return format!("Paid in full on {day}.");
        }
        format!("Paid in a sandbox on {day}: no real money was taken, and this is no invoice for tax.")
    }

    fn vat(&self, gross: i64) -> Vat {
        let (tax, rules) = (&self.tax, &self.rules.tax);
        let line = |rate: Option<i64>| VatLine {
            country: tax.country.clone(),
            rate,
            gross_minor: gross,
            net_minor: gross - tax.tax_minor,
            tax_minor: tax.tax_minor,
        };
        match rules.mode {
            TaxKind::None => Vat { lines: Vec::new(), note: rules.note.clone() },
            TaxKind::Included if tax.rate.is_none() => Vat { lines: Vec::new(), note: outside(&tax.country) },
            TaxKind::Included => Vat { lines: vec![line(tax.rate)], note: String::new() },
            TaxKind::StripeInclusive | TaxKind::StripeExclusive if tax.tax_minor == 0 => {
                let note = if self.is_reverse_charge() {
                    "Reverse charge: the customer owes the VAT (directive 2006/112/EC, articles 44 and 196)."
                        .to_owned()
                } else if rules.note.is_empty() {
                    outside(&tax.country)
                } else {
                    rules.note.clone()
                };
                Vat { lines: vec![line(Some(0))], note }
            }
            TaxKind::StripeInclusive | TaxKind::StripeExclusive => {
                Vat { lines: vec![line(tax.rate)], note: String::new() }
            }
        }
    }

    /// Whether the buyer is a company of another EU country, by its VAT number, and the operator wants that said.
    fn is_reverse_charge(&self) -> bool {
        let at = vat_id::country_of(&self.details.vat_id);
        let home = self.rules.seller.country.as_str();
        self.rules.tax.reverse_charge && country::is_in_eu(at) && country::is_in_eu(home) && at != home
    }
}

/// Why there is no tax on a sale to this country.
fn outside(code: &str) -> String {
    match country::name(code) {
        Some(name) => format!("No VAT: supplied to {name}."),
        None => "No VAT.".to_owned(),
    }
}

fn buyer(details: &Details, email: &str) -> Party {
    Party {
        name: details.name.clone(),
        company: details.company.clone(),
        address: details.address.clone(),
        country: details.country.clone(),
        email: email.to_owned(),
        vat_id: details.vat_id.clone(),
        register: String::new(),
    }
}

/// The same invoice with other details of the buyer; nothing when `newest` says these already.
pub(super) fn correction(
    newest: &Paper,
    invoice: &Paper,
    details: &Details,
    now: Timestamp,
) -> QueryResult<Option<Snapshot>> {
    let says = read(newest)?;
    let buyer = buyer(details, &says.buyer.email);
    if buyer == says.buyer {
        return Ok(None);
    }
    let reason = format!(
        "Corrects the customer’s details on invoice {} of {}. No amount changes.",
        invoice.number,
        show::date(invoice.issued_at)
    );
    Ok(Some(Snapshot { issued: now, buyer, refers_to: Some(invoice.reference()), reason, ..says }))
}

/// The credit note for `amount` that went back for `items` of an invoice; `papers` are the order's so far.
pub(super) fn credit_note(
    invoice: &Paper,
    papers: &[Paper],
    items: &[(String, i64)],
    amount: i64,
    now: Timestamp,
) -> QueryResult<Snapshot> {
    let billed = read(invoice)?;
    // The buyer as on the newest correction.
    let newest = papers.iter().rfind(|paper| paper.kind == PaperKind::Correction);
    let buyer = match newest {
        Some(paper) => read(paper)?.buyer,
        None => billed.buyer.clone(),
    };
    let so_far: i64 = papers
        .iter()
        .map(|paper| match paper.kind {
            PaperKind::CreditNote => paper.total_minor,
            PaperKind::CreditReversal => -paper.total_minor,
            PaperKind::Invoice | PaperKind::Correction => 0,
        })
        .sum();
    let mut lines: Vec<Line> = items.iter().map(|(title, amount)| line(title, *amount)).collect();
    let rest = amount - items.iter().map(|(_, amount)| amount).sum::<i64>();
    if lines.is_empty() {
        let title = format!("Part of invoice {}", invoice.number);
        let title = if amount >= billed.total_minor { format!("Invoice {}", invoice.number) } else { title };
        lines.push(line(&title, amount));
    } else if rest != 0 {
        lines.push(line("Tax and rounding", rest));
    }
    let vat_lines = billed.vat.lines.iter().map(|billed| back(billed, so_far, amount));
    let day = show::date(now);
    let payment = if billed.test {
        format!("Refunded in a sandbox on {day}: no real money was moved.")
    } else {
        format!("Refunded the way it was paid, on {day}.")
    };
    Ok(Snapshot {
        issued: now,
        lines,
        buyer,
        subtotal_minor: amount,
        discount_minor: 0,
        added_tax_minor: 0,
        total_minor: amount,
        vat: Vat { lines: vat_lines.collect(), note: billed.vat.note.clone() },
        payment,
        refers_to: Some(invoice.reference()),
        reason: format!("Corrects invoice {} of {}.", invoice.number, show::date(invoice.issued_at)),
        ..billed
    })
}

/// The share of a tax that goes back with `amount`, after `so_far` went back: all shares together are the whole tax,
/// to the minor unit.
fn back(billed: &VatLine, so_far: i64, amount: i64) -> VatLine {
    let until = |sum: i64| vat::share(sum.max(0), billed.tax_minor, billed.gross_minor);
    let tax_minor = until(so_far + amount) - until(so_far);
    VatLine {
        country: billed.country.clone(),
        rate: billed.rate,
        gross_minor: amount,
        net_minor: amount - tax_minor,
        tax_minor,
    }
}

/// Takes a credit note back.
pub(super) fn reversal(note: &Paper, now: Timestamp) -> QueryResult<Snapshot> {
    let says = read(note)?;
    let reason = format!(
        "Takes credit note {} of {} back: the refund did not reach the customer.",
        note.number,
        show::date(note.issued_at)
    );
    let payment = format!("The refund was returned to us on {}.", show::date(now));
    Ok(Snapshot { issued: now, refers_to: Some(note.reference()), reason, payment, ..says })
}

fn line(title: &str, amount: i64) -> Line {
    Line { title: title.to_owned(), detail: String::new(), price_minor: amount, discount_minor: 0 }
}

fn read(paper: &Paper) -> QueryResult<Snapshot> {
    paper.read().map_err(|error| DieselError::DeserializationError(Box::new(error)))
}
