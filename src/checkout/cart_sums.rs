//! Adding up what is bought: overflow is refused, never wrapped.

use super::cart_lines::Sale;
use crate::money::{Currency, Money, SumError};
use crate::pricing::code::CodeLine;

/// The sums of a cart or an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// Of the list prices.
    pub subtotal: Money,
    /// Of what is taken off them.
    pub discount: Money,
    /// What is to be paid.
    pub total: Money,
}

/// The sums of what is bought: the total is the sum of what is paid for each book, and the subtotal less the discount.
///
/// # Errors
/// When a sum does not fit, or a book would cost less than nothing.
pub fn add_up(sales: &[Sale], currency: Currency) -> Result<Sums, SumError> {
    let zero = Money::zero(currency);
    let (mut subtotal, mut discount) = (zero, zero);
    for sale in sales {
        if sale.net_minor() < 0 {
            return Err(SumError);
        }
        subtotal = subtotal.checked_add(Money::new(sale.price_minor, currency))?;
        discount = discount.checked_add(Money::new(sale.reduction.total_minor(), currency))?;
    }
    Ok(Sums { subtotal, discount, total: subtotal.checked_sub(discount)? })
}

/// What is bought, as a code sees it.
#[must_use]
pub fn code_lines(sales: &[Sale]) -> Vec<CodeLine> {
    sales.iter().map(|sale| CodeLine { book: sale.book, minor: sale.net_minor() }).collect()
}
