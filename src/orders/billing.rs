//! Who an order's invoice is for, and what of its money is tax.

use diesel::prelude::*;

use super::papers::{Rules, vat};
use super::{Order, OrderId};
use crate::config::TaxKind;
use crate::country;
use crate::db::schema::{order_billing, order_tax, papers};
use crate::db::{Conn, Timestamp, insert_once, text_enum};
use crate::payments::CheckoutFacts;

text_enum! {
    /// Who said who the invoice is for.
    pub enum BillingSource {
        /// The gateway's page asked.
        Gateway = "gateway",
        /// The buyer, at the order's page.
        Buyer = "buyer",
    }
}

/// Who an order's invoice is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The name.
    pub name: String,
    /// The company.
    pub company: String,
    /// The lines of the address without the country.
    pub address: Vec<String>,
    /// ISO 3166-1 alpha-2 code; empty where it is not known.
    pub country: String,
    /// The VAT number, plain; empty for none.
    pub vat_id: String,
}

/// What of an order's money is tax.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = order_tax)]
pub struct OrderTax {
    /// Who worked it out, in the setting's spelling.
    pub mode: String,
    /// The buyer's country, as the tax took it.
    pub country: String,
    /// In hundredths of a percent, where one rate is known.
    pub rate: Option<i64>,
    /// The tax in what was paid, in minor units.
    pub tax_minor: i64,
    /// The part of it that was put on top of the order's total.
    pub added_tax_minor: i64,
}

impl Details {
    /// What is known of an order's buyer.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        type Row = (String, String, String, String, String);
        let row: Option<Row> = order_billing::table
            .find(order)
            .select((
                order_billing::name,
                order_billing::company,
                order_billing::address,
                order_billing::country,
                order_billing::vat_id,
            ))
            .first(conn)
            .optional()?;
        Ok(row.map(|(name, company, address, country, vat_id)| Self {
            name,
            company,
            address: address.lines().map(str::to_owned).collect(),
            country,
            vat_id,
        }))
    }

    /// Writes the details down, over those that are there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save(
        &self,
        conn: &mut Conn,
        order: OrderId,
        source: BillingSource,
        now: Timestamp,
    ) -> QueryResult<()> {
        let address = self.address.join("\n");
        let values = (
            order_billing::name.eq(self.name.as_str()),
            order_billing::company.eq(self.company.as_str()),
            order_billing::address.eq(address.as_str()),
            order_billing::country.eq(self.country.as_str()),
            order_billing::vat_id.eq(self.vat_id.as_str()),
            order_billing::source.eq(source),
            order_billing::changed_at.eq(now),
        );
        if !insert_once!(conn, order_billing::table, (order_billing::order_id.eq(order), values))? {
            diesel::update(order_billing::table.find(order)).set(values).execute(conn)?;
        }
        Ok(())
    }
}

impl OrderTax {
    /// What is known of an order's tax.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        order_tax::table.find(order).select(Self::as_select()).first(conn).optional()
    }

    /// The tax in words, under a total of the order: "plus VAT €0.35" or "including VAT €0.33"; empty without any.
    #[must_use]
    pub fn in_words(&self, order: &Order) -> String {
        match (self.added_tax_minor, self.tax_minor) {
            (added, _) if added > 0 => format!("plus VAT {}", order.shown(added)),
            (_, within) if within > 0 => format!("including VAT {}", order.shown(within)),
            _ => String::new(),
        }
    }

    fn save(&self, conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<()> {
        let values = (
            order_tax::mode.eq(self.mode.as_str()),
            order_tax::country.eq(self.country.as_str()),
            order_tax::rate.eq(self.rate),
            order_tax::tax_minor.eq(self.tax_minor),
            order_tax::added_tax_minor.eq(self.added_tax_minor),
            order_tax::changed_at.eq(now),
        );
        if !insert_once!(conn, order_tax::table, (order_tax::order_id.eq(order), values))? {
            diesel::update(order_tax::table.find(order)).set(values).execute(conn)?;
        }
        Ok(())
    }
}

/// Notes the country that the buyer chose at the checkout, until the gateway knows better.
///
/// # Errors
/// When the database fails.
pub fn choose_country(
    conn: &mut Conn,
    rules: &Rules,
    order: OrderId,
    country: &str,
    now: Timestamp,
) -> QueryResult<()> {
    let tax = OrderTax {
        mode: rules.tax.mode.as_str().to_owned(),
        country: country.to_owned(),
        ..OrderTax::default()
    };
    tax.save(conn, order, now)
}

/// Takes over what the gateway says of the buyer and the tax of an order whose money is there. What the buyer wrote at
/// the order's page stays, and once there is an invoice nothing is changed by facts. Wants the order locked.
///
/// # Errors
/// When the database fails.
pub fn record(
    conn: &mut Conn,
    rules: &Rules,
    order: &Order,
    facts: &CheckoutFacts,
    now: Timestamp,
) -> QueryResult<()> {
    let invoices = papers::table.filter(papers::order_id.eq(order.id));
    if diesel::select(diesel::dsl::exists(invoices)).get_result(conn)? {
        return Ok(());
    }
    let billing = facts.billing.clone().unwrap_or_default();
    // A gateway may know a country by a code that ISO does not.
    let country = if country::name(&billing.country).is_some() { billing.country } else { String::new() };
    let known = Details::of(conn, order.id)?;
    let says_something = !billing.name.is_empty() || !billing.address.is_empty() || !country.is_empty();
    if known.is_none() && says_something {
        let details = Details {
            name: billing.name,
            company: String::new(),
            address: billing.address,
            country: country.clone(),
            vat_id: billing.vat_id,
        };
        details.save(conn, order.id, BillingSource::Gateway, now)?;
    }
    let before = OrderTax::of(conn, order.id)?.unwrap_or_default();
    let country = [country, before.country, rules.home().to_owned()]
        .into_iter()
        .find(|country| !country.is_empty())
        .unwrap_or_default();
    work_out(rules, order, country, facts.amount_minor, facts).save(conn, order.id, now)
}

fn work_out(rules: &Rules, order: &Order, country: String, paid: i64, facts: &CheckoutFacts) -> OrderTax {
    let mode = rules.tax.mode.as_str().to_owned();
    match rules.tax.mode {
        TaxKind::None => OrderTax { mode, country, ..OrderTax::default() },
        TaxKind::Included => rules.included(order.total_minor, country),
        TaxKind::StripeInclusive | TaxKind::StripeExclusive => {
            let rate = vat::rate_that_fits(&rules.tax, &country, paid, facts.tax_minor);
            let (tax_minor, added_tax_minor) = (facts.tax_minor.max(0), facts.added_tax_minor.max(0));
            OrderTax { mode, country, rate, tax_minor, added_tax_minor }
        }
    }
}

impl Rules {
    /// The tax of an order that nothing was noted for: at home, where prices include it.
    #[must_use]
    pub(super) fn included_or_none(&self, total_minor: i64) -> OrderTax {
        match self.tax.mode {
            TaxKind::Included => self.included(total_minor, self.home().to_owned()),
            mode => OrderTax { mode: mode.as_str().to_owned(), ..OrderTax::default() },
        }
    }

    /// The tax in a total that includes it, for a buyer of this country.
    #[must_use]
    pub(super) fn included(&self, total_minor: i64, country: String) -> OrderTax {
        let rate = vat::rate_of(&self.tax, &self.seller, &country);
        OrderTax {
            mode: TaxKind::Included.as_str().to_owned(),
            rate,
            tax_minor: rate.map_or(0, |rate| vat::within(total_minor, rate)),
            added_tax_minor: 0,
            country,
        }
    }
}
