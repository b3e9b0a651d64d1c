//! Whether mails go out.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Check, unreadable};
use crate::checkout::Till;
use crate::config::{Settings, Transport};
use crate::db::schema::mails;
use crate::db::{Conn, Timestamp};

/// How long a mail may wait.
const WAITS: TimeDelta = TimeDelta::hours(1);

/// How far back mails that were given up count.
const RECENT: TimeDelta = TimeDelta::days(30);

pub(super) async fn checks(till: &Till, settings: &Settings) -> Vec<Check> {
    let mut checks = vec![match settings.mail.transport {
        Transport::Smtp => Check::good("Transport", "Mails go to a mail server."),
        Transport::Folder => Check::warning(
            "Transport",
            "Mails are written into a folder, and go to nobody.",
            "Set bookplate.mail.transport = \"smtp\".",
        ),
    }];
    let now = till.clock.now();
    checks.push(match till.db.read(move |conn| count(conn, now)).await {
        Ok((0, 0)) => Check::good("Outbox", "No mail was given up, and none waits for long."),
        Ok((given_up, 0)) => Check::bad(
            "Outbox",
            format!("{given_up} mails of the last 30 days were given up."),
            "Orders show their mails in the back office; receipts can be sent again there.",
        ),
        Ok((given_up, waiting)) => Check::bad(
            "Outbox",
            format!("{waiting} mails have waited for more than an hour, {given_up} were given up."),
            "Look at the mail server’s settings, and at the log.",
        ),
        Err(error) => unreadable("Outbox", &error),
    });
    checks
}

/// How many were given up, and how many wait.
fn count(conn: &mut Conn, now: Timestamp) -> QueryResult<(i64, i64)> {
    let given_up = mails::table.filter(mails::failed_at.ge(now - RECENT)).count().get_result(conn)?;
    let waiting = mails::table
        .filter(mails::sent_at.is_null().and(mails::failed_at.is_null()))
        .filter(mails::created_at.le(now - WAITS))
        .count()
        .get_result(conn)?;
    Ok((given_up, waiting))
}
