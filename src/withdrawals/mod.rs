//! Withdrawing from a contract without signing in (directive 2011/83/EU, article 11a, as amended by 2023/2673): a
//! statement, confirmed in a second step, acknowledged by mail, and put before an admin.

mod forms;
mod pages;
pub mod routes;
pub mod statement;
