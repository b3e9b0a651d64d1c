//! An order's slot of a code: held when the order is placed, used once money is on its way, given back when the order
//! comes to nothing.
//!
//! The number of slots moves by one conditional update in the transaction that places the order, so that the database
//! itself keeps the limit. Money wins: an order that had given its slot back and is paid after all takes it again, even
//! beyond the limit, and the row says so.

use diesel::prelude::*;

use super::code::{Code, CodeId, CodeProblem, Customer};
use crate::db::schema::{code_uses, discount_codes, orders};
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::orders::{Order, OrderId, OrderStatus};

row_id!(
    /// The row of a use.
    CodeUseId
);

text_enum! {
    /// Where a slot is.
    pub enum UseState {
        /// Held by an order that waits for its money.
        Held = "held",
        /// Used by an order that was paid.
        Used = "used",
        /// Given back.
        Released = "released",
    }
}

/// One order's slot of a code.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = code_uses)]
pub struct CodeUse {
    /// The row.
    pub id: CodeUseId,
    /// Of which code.
    pub code_id: CodeId,
    /// Whose.
    pub order_id: OrderId,
    /// Where it is.
    pub state: UseState,
    /// What it took off, in minor units of the order's currency.
    pub discount_minor: i64,
    /// Whether it is one more than the code had.
    pub over_limit: bool,
    /// When the order was placed.
    pub created_at: Timestamp,
}

/// Why an order got no slot.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// The code has none for it.
    #[error(transparent)]
    Problem(#[from] CodeProblem),
    /// The slot could not be written.
    #[error("The order can't be placed just now.")]
    Database(#[from] diesel::result::Error),
}

/// Whether a slot of the code is free for this customer: for the pages. [`hold`] decides.
///
/// # Errors
/// Why none is, or the database's error.
pub fn look(conn: &mut Conn, code: &Code, customer: &Customer) -> Result<(), HoldError> {
    let own = own_holds(conn, code.id, customer)?;
    if code.use_limit.is_some_and(|limit| code.uses - own >= limit) {
        return Err(CodeProblem::UsedUp(code.code.clone()).into());
    }
    if let Some(limit) = code.customer_limit
        && uses_of(conn, code.id, customer)? - own >= limit
    {
        return Err(CodeProblem::AlreadyUsed(code.code.clone()).into());
    }
    Ok(())
}

/// Takes a slot of `code` for an order that was just placed. Wants to be in the transaction that places it, which an
/// error must undo.
///
/// # Errors
/// When the code is switched off, used up, or used by this customer as often as it may be.
pub fn hold(
    conn: &mut Conn,
    order: &Order,
    code: &Code,
    discount_minor: i64,
    now: Timestamp,
) -> Result<(), HoldError> {
    take(conn, code)?;
    // The update has locked the code: nobody else counts this customer's uses at the same moment.
    check_customer(conn, code, order)?;
    diesel::insert_into(code_uses::table)
        .values((
            code_uses::code_id.eq(code.id),
            code_uses::order_id.eq(order.id),
            code_uses::account_id.eq(order.account_id),
            code_uses::email_key.eq(order.email_key.as_str()),
            code_uses::state.eq(UseState::Held),
            code_uses::discount_minor.eq(discount_minor),
            code_uses::created_at.eq(now),
            code_uses::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the slot again for an order that gave it back and is to be paid after all, as long as one is free. An order
/// without a code, or with its slot still, is left alone. Wants the order locked; an error must undo the transaction.
///
/// # Errors
/// When no slot is free any more, or the database fails.
pub fn hold_again(conn: &mut Conn, order: &Order, now: Timestamp) -> Result<(), HoldError> {
    let Some(held) = CodeUse::of_order(conn, order.id)? else { return Ok(()) };
    if held.state != UseState::Released {
        return Ok(());
    }
    let Some(code) = Code::find(conn, held.code_id)? else { return Ok(()) };
    take(conn, &code)?;
    check_customer(conn, &code, order)?;
    set(conn, &held, UseState::Held, false, now)?;
    Ok(())
}

/// Follows an order to where it moves. Called by the one function that moves orders, in its transaction.
///
/// # Errors
/// When the database fails.
pub fn follow(conn: &mut Conn, order: OrderId, to: OrderStatus, now: Timestamp) -> QueryResult<()> {
    match to {
        OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Cancelled => release(conn, order, now),
        OrderStatus::Processing => keep(conn, order, UseState::Held, now),
        OrderStatus::Paid
        | OrderStatus::PartiallyRefunded
        | OrderStatus::Refunded
        | OrderStatus::Disputed
        | OrderStatus::ChargedBack => keep(conn, order, UseState::Used, now),
        // Nobody knows yet whether there is money.
        OrderStatus::Pending | OrderStatus::NeedsReview => Ok(()),
    }
}

/// Gives an order's slot back, if it holds one; a used one stays used.
///
/// # Errors
/// When the database fails.
pub fn release(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<()> {
    let held = CodeUse::of_order(conn, order)?.filter(|slot| slot.state == UseState::Held);
    let Some(held) = held else { return Ok(()) };
    if set(conn, &held, UseState::Released, false, now)? {
        let code = discount_codes::table.find(held.code_id).filter(discount_codes::uses.gt(0));
        diesel::update(code).set(discount_codes::uses.eq(discount_codes::uses - 1)).execute(conn)?;
    }
    Ok(())
}

/// Gives back what the unpaid orders from one cart hold, but for the order that is being placed or found again now: the
/// buyer has given them up. `cart` is what their kept fingerprints begin with.
///
/// # Errors
/// When the database fails.
pub fn release_others(conn: &mut Conn, cart: &str, current: &str, now: Timestamp) -> QueryResult<()> {
    let given_up: Vec<OrderId> = code_uses::table
        .inner_join(orders::table)
        .filter(code_uses::state.eq(UseState::Held))
        .filter(orders::cart_fingerprint.like(format!("{cart}%")).and(orders::cart_fingerprint.ne(current)))
        .filter(orders::status.eq_any([OrderStatus::Pending, OrderStatus::Failed]))
        .select(code_uses::order_id)
        .load(conn)?;
    given_up.into_iter().try_for_each(|order| release(conn, order, now))
}

/// The codes that the unpaid orders from one cart hold.
///
/// # Errors
/// When the database fails.
pub fn held_from(conn: &mut Conn, cart: &str) -> QueryResult<Vec<CodeId>> {
    code_uses::table
        .inner_join(orders::table)
        .filter(code_uses::state.eq(UseState::Held))
        .filter(orders::cart_fingerprint.like(format!("{cart}%")))
        .select(code_uses::code_id)
        .load(conn)
}

/// Gives back what orders hold that came to nothing: one that failed and was tried again until its time was over has no
/// move left that would do it.
///
/// # Errors
/// When the database fails.
pub fn release_stale(conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
    let over = [OrderStatus::Failed, OrderStatus::Expired, OrderStatus::Cancelled];
    let stale: Vec<OrderId> = code_uses::table
        .inner_join(orders::table)
        .filter(code_uses::state.eq(UseState::Held).and(orders::status.eq_any(over)))
        .filter(orders::expires_at.le(now))
        .order(code_uses::code_id)
        .select(code_uses::order_id)
        .limit(200)
        .load(conn)?;
    stale.into_iter().try_for_each(|order| release(conn, order, now))
}

/// Locks codes until the transaction ends, in the order of their rows, so that two transactions that want both never
/// wait for each other in a circle. SQLite has one writer at a time already.
///
/// # Errors
/// When the database fails.
pub fn lock(conn: &mut Conn, mut codes: Vec<CodeId>) -> QueryResult<()> {
    codes.sort_unstable();
    codes.dedup();
    if let Conn::Postgres(conn) = conn
        && !codes.is_empty()
    {
        discount_codes::table
            .filter(discount_codes::id.eq_any(codes))
            .order(discount_codes::id)
            .select(discount_codes::id)
            .for_update()
            .load::<CodeId>(conn)?;
    }
    Ok(())
}

impl CodeUse {
    /// The slot of an order, if it has or had one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        code_uses::table
            .filter(code_uses::order_id.eq(order))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The slots of a code with their orders, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_code(
        conn: &mut Conn,
        code: CodeId,
        limit: i64,
        offset: i64,
    ) -> QueryResult<Vec<(Self, Order)>> {
        code_uses::table
            .inner_join(orders::table)
            .filter(code_uses::code_id.eq(code))
            .order(code_uses::id.desc())
            .limit(limit)
            .offset(offset)
            .select((Self::as_select(), Order::as_select()))
            .load(conn)
    }
}

/// One more slot, if one is free: the database decides.
fn take(conn: &mut Conn, code: &Code) -> Result<(), HoldError> {
    let is_free =
        discount_codes::use_limit.is_null().or(discount_codes::uses.nullable().lt(discount_codes::use_limit));
    let free = discount_codes::table
        .find(code.id)
        .filter(discount_codes::switched_off_at.is_null())
        .filter(is_free.assume_not_null());
    let taken = diesel::update(free).set(discount_codes::uses.eq(discount_codes::uses + 1)).execute(conn)?;
    if taken == 1 {
        return Ok(());
    }
    let off = Code::find(conn, code.id)?.is_none_or(|code| code.switched_off_at.is_some());
    let problem = if off { CodeProblem::Off } else { CodeProblem::UsedUp };
    Err(problem(code.code.clone()).into())
}

fn check_customer(conn: &mut Conn, code: &Code, order: &Order) -> Result<(), HoldError> {
    let Some(limit) = code.customer_limit else { return Ok(()) };
    let customer =
        Customer { account: order.account_id, email_key: Some(order.email_key.clone()), cart: None };
    if uses_of(conn, code.id, &customer)? >= limit {
        return Err(CodeProblem::AlreadyUsed(code.code.clone()).into());
    }
    Ok(())
}

/// An order that is or may be paid keeps its slot, or takes it again whatever the limit says.
fn keep(conn: &mut Conn, order: OrderId, to: UseState, now: Timestamp) -> QueryResult<()> {
    let Some(slot) = CodeUse::of_order(conn, order)? else { return Ok(()) };
    match slot.state {
        UseState::Released => {
            let code = discount_codes::table.find(slot.code_id);
            diesel::update(code).set(discount_codes::uses.eq(discount_codes::uses + 1)).execute(conn)?;
            let code = Code::find(conn, slot.code_id)?;
            let is_over = code.is_some_and(|code| code.use_limit.is_some_and(|limit| code.uses > limit));
            if is_over {
                tracing::warn!(order = order.0, "an order was paid late and took a code beyond its limit");
            }
            set(conn, &slot, to, is_over, now)?;
        }
        UseState::Held if to == UseState::Used => {
            set(conn, &slot, to, slot.over_limit, now)?;
        }
        UseState::Held | UseState::Used => {}
    }
    Ok(())
}

/// Moves a slot on the condition that it is still where it was; answers whether it was.
fn set(conn: &mut Conn, slot: &CodeUse, to: UseState, over: bool, now: Timestamp) -> QueryResult<bool> {
    let unchanged = code_uses::table.find(slot.id).filter(code_uses::state.eq(slot.state));
    let moved = diesel::update(unchanged)
        .set((code_uses::state.eq(to), code_uses::over_limit.eq(over), code_uses::updated_at.eq(now)))
        .execute(conn)?;
    Ok(moved == 1)
}

/// How many slots of the code this customer's orders hold or have used, by account or by address.
fn uses_of(conn: &mut Conn, code: CodeId, customer: &Customer) -> QueryResult<i64> {
    let taken =
        code_uses::table.filter(code_uses::code_id.eq(code).and(code_uses::state.ne(UseState::Released)));
    match (customer.account, &customer.email_key) {
        (Some(account), Some(key)) => taken
            .filter(code_uses::account_id.eq(account).or(code_uses::email_key.eq(key).nullable()))
            .count()
            .get_result(conn),
        (Some(account), None) => taken.filter(code_uses::account_id.eq(account)).count().get_result(conn),
        (None, Some(key)) => taken.filter(code_uses::email_key.eq(key)).count().get_result(conn),
        (None, None) => Ok(0),
    }
}

/// How many slots of the code are held by unpaid orders from the customer's own cart: placing the next one frees them.
fn own_holds(conn: &mut Conn, code: CodeId, customer: &Customer) -> QueryResult<i64> {
    let Some(cart) = &customer.cart else { return Ok(0) };
    code_uses::table
        .inner_join(orders::table)
        .filter(code_uses::code_id.eq(code).and(code_uses::state.eq(UseState::Held)))
        .filter(orders::cart_fingerprint.like(format!("{cart}%")))
        .filter(orders::status.eq_any([OrderStatus::Pending, OrderStatus::Failed]))
        .count()
        .get_result(conn)
}
