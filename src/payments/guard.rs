//! Keeps a shop that sells from giving its books away by a slip in its settings.

use diesel::prelude::*;

use crate::config::{GatewayKind, NO_MONEY, Payments};
use crate::db::Conn;
use crate::db::schema::orders;

/// Why the shop does not open. The sentence is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// It has sold for real money, and would now take none.
    #[error(
        "this shop has sold books for real money, and the setting bookplate.payments.gateway = \"sandbox\" would give \
         them away: set it to \"stripe\", or bookplate.payments.allow_sandbox_after_sales = \"{NO_MONEY}\" if that is meant"
    )]
    AfterSales,
    /// The orders could not be read.
    #[error("the shop's orders could not be read: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Refuses the sandbox in a shop that has an order for real money, unless it is allowed in so many words.
///
/// # Errors
/// When it is refused, or the database fails.
pub fn check(conn: &mut Conn, settings: &Payments) -> Result<(), GuardError> {
    if settings.gateway != GatewayKind::Sandbox || settings.allow_sandbox_after_sales.trim() == NO_MONEY {
        return Ok(());
    }
    let live = orders::table.filter(orders::livemode.eq(true));
    if diesel::select(diesel::dsl::exists(live)).get_result(conn)? {
        return Err(GuardError::AfterSales);
    }
    Ok(())
}
