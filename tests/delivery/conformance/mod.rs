//! One table of cases that holds for every way by which a file comes to its reader, asked of the real servers.
//!
//! Each room of the table is a module with rows (`CASES`) and a `walk` that asks for each of them; one shop per way
//! walks through all rooms, on a connection that is kept: whatever an answer was, the next one must begin where it
//! ended.
//!
//! | room | what its rows are |
//! |---|---|
//! | [`ranges`], [`conditions`] | headers of a request for a file of 1000 bytes, and the part that comes |
//! | [`headers`] | what stands in the answer, each once; and that the connection is kept |
//! | [`names`] | a file's name, and how the answer spells it |
//! | [`methods`] | a method, and its refusal |
//! | [`paths`] | an address that must lead to no file |
//! | [`permission`] | who asks, and whether they may; what nobody can learn |
//! | [`files`], [`under_way`] | what becomes of a file in the store, and what readers get then |
//!
//! To add a case, write a row into its room; every way is then asked. Where a server answers otherwise and the shop
//! can't help it, the row's `but` says who, what comes instead, and why that does no harm. A new way is one more line
//! in `ways!` below. The way of readers who are sent on (`redirect`) is followed to the service: its rows are about
//! what comes from there, and each step to it is looked at, too ([`sent_on`]).

mod answers;
mod conditions;
mod files;
mod harm;
mod headers;
mod methods;
mod names;
mod parts;
mod paths;
mod people;
mod permission;
mod ranges;
mod secrets;
mod sent_on;
mod under_way;
mod walk;

use std::sync::LazyLock;

use bookplate::config::{Backend, Denied};

use crate::shop::{OnSale, Shop, Way};
use walk::Walk;

/// An answer that comes by some ways instead.
pub struct But<A: 'static> {
    pub ways: &'static [Way],
    pub answer: A,
    /// Why that can't be helped, and does no harm.
    pub why: &'static str,
}

/// What `way` answers: the table's answer, or its own and why.
fn answer_of<A: Copy>(way: Way, expected: A, but: &[But<A>]) -> (A, &'static str) {
    but.iter().find(|but| but.ways.contains(&way)).map_or((expected, ""), |but| (but.answer, but.why))
}

/// The file that most rooms ask for, and the same book in another format.
const BOOK: &str = "emma-epub";
const ANOTHER_FORMAT: &str = "emma-mobi";
const WORDS_AS_MOBI: &[u8] = b"The same words for other readers";

/// A thousand bytes in which no two places look alike.
fn book() -> &'static [u8] {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| (0..500_u16).flat_map(u16::to_be_bytes).collect());
    &BYTES
}

/// Opens a shop and goes through all rooms; says all that was wrong at once.
fn walk_through(way: Way) {
    let first = OnSale { id: BOOK, name: "Emma.epub", bytes: book() };
    let on_sale: Vec<_> = [first].into_iter().chain(names::on_sale()).chain(files::on_sale()).collect();
    let shop = Shop::open(way, &on_sale, &[]);
    shop.add_format(BOOK, &OnSale { id: ANOTHER_FORMAT, name: "Emma.mobi", bytes: WORDS_AS_MOBI });
    let mut walk = Walk::begin(shop);
    answers::walk(&mut walk, ranges::CASES);
    answers::walk(&mut walk, conditions::CASES);
    headers::walk(&mut walk);
    names::walk(&mut walk);
    methods::walk(&mut walk);
    paths::walk(&mut walk);
    let people = people::enter(&mut walk);
    permission::walk(&mut walk, &people, Denied::NotFound);
    files::walk(&mut walk);
    walk.open_again(&[("BOOKPLATE_DENIED", "forbidden")]);
    permission::walk(&mut walk, &people, Denied::Forbidden);
    walk.end();
}

/// A test for each way, so that they go side by side.
macro_rules! ways {
    ($($name:ident: $way:expr;)*) => {
        $(#[test] fn $name() { walk_through($way); })*
    };
}

ways! {
    the_built_in_server_gives_the_answers_of_the_table: Way::Local(Backend::Builtin);
    nginx_gives_the_answers_of_the_table: Way::Local(Backend::Nginx);
    apache_gives_the_answers_of_the_table: Way::Local(Backend::Apache);
    lighttpd_gives_the_answers_of_the_table: Way::Local(Backend::Lighttpd);
    caddy_gives_the_answers_of_the_table: Way::Local(Backend::Caddy);
    the_built_in_server_gives_the_answers_of_the_table_from_a_bucket: Way::S3(Backend::Builtin);
    nginx_gives_the_answers_of_the_table_from_a_bucket: Way::S3(Backend::Nginx);
    a_bucket_gives_the_answers_of_the_table_to_readers_who_are_sent_on: Way::S3(Backend::Redirect);
}
