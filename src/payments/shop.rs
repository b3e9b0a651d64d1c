//! Which shop this is, for gateways that serve several.

use diesel::prelude::*;

use crate::db::schema::shop_identity;
use crate::db::{Conn, Timestamp, insert_once};
use crate::ids;

/// The one row.
const ROW: i64 = 1;

/// The shop's own random id, made when it is asked for first. It goes with everything that is made at the gateway, so that
/// another shop in the same account, or a copy of this one with a database of its own, leaves it alone.
///
/// # Errors
/// When the database fails.
pub(super) fn identity(conn: &mut Conn, now: Timestamp) -> QueryResult<String> {
    insert_once!(
        conn,
        shop_identity::table,
        (
            shop_identity::id.eq(ROW),
            shop_identity::public_id.eq(ids::public_id()),
            shop_identity::created_at.eq(now),
        )
    )?;
    shop_identity::table.find(ROW).select(shop_identity::public_id).first(conn)
}
