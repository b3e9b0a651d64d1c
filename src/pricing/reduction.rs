//! Why a line item costs less than its price.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{line_items, line_reductions};
use crate::orders::{LineItemId, OrderId};

/// The parts of a line's discount, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = line_reductions)]
pub struct Reduction {
    /// The title of the bundle that it was bought in; empty without one.
    pub bundle: String,
    /// What the bundle took off.
    pub bundle_minor: i64,
    /// The code; empty without one.
    pub code: String,
    /// What the code took off.
    pub code_minor: i64,
}

/// What was taken off an order for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The bundle's title, or the code.
    pub name: String,
    /// Whether it is a code.
    pub is_code: bool,
    /// What it took off, in minor units of the order's currency.
    pub minor: i64,
}

impl Reduction {
    /// All that was taken off the line.
    #[must_use]
    pub const fn total_minor(&self) -> i64 {
        self.bundle_minor.saturating_add(self.code_minor)
    }

    /// Writes down why a line item costs less; a line that was in no bundle and has nothing off needs no row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record(&self, conn: &mut Conn, item: LineItemId) -> QueryResult<()> {
        if *self == Self::default() {
            return Ok(());
        }
        diesel::insert_into(line_reductions::table)
            .values((
                line_reductions::line_item_id.eq(item),
                line_reductions::bundle.eq(&self.bundle),
                line_reductions::bundle_minor.eq(self.bundle_minor),
                line_reductions::code.eq(&self.code),
                line_reductions::code_minor.eq(self.code_minor),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Why each line item of an order costs less; those at their full price have no entry.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<HashMap<LineItemId, Self>> {
        let rows: Vec<(LineItemId, Self)> = line_reductions::table
            .inner_join(line_items::table)
            .filter(line_items::order_id.eq(order))
            .select((line_reductions::line_item_id, Self::as_select()))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// Why the line costs less, in words: "the bundle “By the water”, the code SPRING"; empty where nothing was taken
    /// off.
    #[must_use]
    pub fn because(&self) -> String {
        let bundle = (self.bundle_minor > 0).then(|| format!("the bundle “{}”", self.bundle));
        let code = (self.code_minor > 0).then(|| format!("the code {}", self.code));
        bundle.into_iter().chain(code).collect::<Vec<_>>().join(", ")
    }

    /// The reasons of a whole order, bundles first, each with all that it took off.
    #[must_use]
    pub fn reasons<'r>(all: impl Iterator<Item = &'r Self>) -> Vec<Because> {
        let mut reasons: Vec<Because> = Vec::new();
        let mut add = |name: &str, is_code: bool, minor: i64| {
            if minor == 0 {
                return;
            }
            match reasons.iter_mut().find(|reason| reason.name == name && reason.is_code == is_code) {
                Some(reason) => reason.minor = reason.minor.saturating_add(minor),
                None => reasons.push(Because { name: name.to_owned(), is_code, minor }),
            }
        };
        for reduction in all {
            add(&reduction.bundle, false, reduction.bundle_minor);
            add(&reduction.code, true, reduction.code_minor);
        }
        reasons.sort_by_key(|reason| reason.is_code);
        reasons
    }
}
