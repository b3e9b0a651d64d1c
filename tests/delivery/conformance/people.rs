//! Who asks: people in all states in which one can be, each a row.

use bookplate::accounts::{AccountId, Role, Session};
use bookplate::catalog::BookId;
use bookplate::db::schema::{access_overrides, accounts, books, line_items, orders};
use bookplate::db::{Conn, Timestamp};
use bookplate::ids::Token;
use bookplate::orders::OrderId;
use diesel::prelude::*;

use super::walk::Walk;
use super::{BOOK, book};
use crate::stock::{give_key, sell};

/// Someone, what they bought, what became of it, and whether the book is theirs.
struct Case {
    who: &'static str,
    known_by: KnownBy,
    bought: Option<&'static str>,
    then: Option<Loss>,
    /// What the setting `denied = "forbidden"` answers; nothing to whom the book is sent.
    forbidden: Option<u16>,
}

/// What the browser brings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KnownBy {
    /// This cookie, or nothing at all.
    Cookie(&'static str),
    /// The token of an order without an account.
    Order,
    /// A session of an account of this role.
    Session(Role),
    /// A session of the account that published the book.
    PublishersSession,
}

/// What takes away a right that was there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    OrderRefunded,
    ItemRefunded,
    ChargedBack,
    KeyWithdrawn,
    Blocked,
    ClosedByAnAdmin,
    SignedOut,
}

use KnownBy::{Cookie, Order, PublishersSession, Session as Of};

const NO_ORDER: &str = "bookplate-orders=00000000000000000000000000";
const NO_SESSION: &str = "bookplate-session=00000000000000000000000000";
const IT: Option<&str> = Some(BOOK);
const ANOTHER: Option<&str> = Some("name-plain");

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { who: "a guest who bought it", known_by: Order, bought: IT, then: None, forbidden: None },
    Case { who: "a customer who bought it", known_by: Of(Role::Customer), bought: IT, then: None, forbidden: None },
    Case { who: "its publisher", known_by: PublishersSession, bought: None, then: None, forbidden: None },
    Case { who: "an admin", known_by: Of(Role::Admin), bought: None, then: None, forbidden: None },
    // Nobody of whom the shop knows.
    Case { who: "nobody", known_by: Cookie(""), bought: None, then: None, forbidden: Some(401) },
    Case { who: "someone with a session of their own making", known_by: Cookie(NO_SESSION), bought: None, then: None, forbidden: Some(401) },
    Case { who: "someone with an order of their own making", known_by: Cookie(NO_ORDER), bought: None, then: None, forbidden: Some(403) },
    // Others.
    Case { who: "a guest who bought another book", known_by: Order, bought: ANOTHER, then: None, forbidden: Some(403) },
    Case { who: "a customer who bought another book", known_by: Of(Role::Customer), bought: ANOTHER, then: None, forbidden: Some(403) },
    Case { who: "another publisher", known_by: Of(Role::Publisher), bought: None, then: None, forbidden: Some(403) },
    // Those who had it.
    Case { who: "a guest whose order was refunded", known_by: Order, bought: IT, then: Some(Loss::OrderRefunded), forbidden: Some(403) },
    Case { who: "a customer whose book was refunded", known_by: Of(Role::Customer), bought: IT, then: Some(Loss::ItemRefunded), forbidden: Some(403) },
    Case { who: "a customer whose bank took the money back", known_by: Of(Role::Customer), bought: IT, then: Some(Loss::ChargedBack), forbidden: Some(403) },
    Case { who: "a guest whose order got another key", known_by: Order, bought: IT, then: Some(Loss::KeyWithdrawn), forbidden: Some(403) },
    Case { who: "a customer to whom an admin closed it", known_by: Of(Role::Customer), bought: IT, then: Some(Loss::ClosedByAnAdmin), forbidden: Some(403) },
    Case { who: "a customer who is blocked", known_by: Of(Role::Customer), bought: IT, then: Some(Loss::Blocked), forbidden: Some(401) },
    Case { who: "a customer who has signed out", known_by: Of(Role::Customer), bought: IT, then: Some(Loss::SignedOut), forbidden: Some(401) },
    Case { who: "an admin who is blocked", known_by: Of(Role::Admin), bought: None, then: Some(Loss::Blocked), forbidden: Some(401) },
];

/// Someone who asks.
pub struct Person {
    pub who: &'static str,
    pub cookie: String,
    /// What the setting `denied = "forbidden"` answers; nothing to whom the book is sent.
    pub forbidden: Option<u16>,
    /// Whether the shop knows anything of them.
    pub is_known: bool,
}

/// What the database knows of someone.
struct Rows {
    account: Option<AccountId>,
    order: Option<OrderId>,
    token: Token,
}

/// Everybody comes in. Who will lose the book gets it once more before that.
pub fn enter(walk: &mut Walk) -> Vec<Person> {
    let mut people = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let (book_id, rows) = write(walk, move |conn, now| arrive(conn, case, number, now));
        let token = rows.token.secret();
        let cookie = match case.known_by {
            Cookie(cookie) => cookie.to_owned(),
            Order => format!("bookplate-orders={token}"),
            Of(_) | PublishersSession => format!("bookplate-session={token}"),
        };
        if let Some(loss) = case.then {
            let reply = walk.get_as(&cookie, "GET", BOOK, &[]);
            let is_sent = reply.status == 200 && reply.body == book();
            walk.expect(is_sent, || format!("{}, before that: the book was expected", case.who), &reply);
            write(walk, move |conn, now| lose(conn, loss, book_id, &rows, now));
        }
        let is_known = case.forbidden != Some(401);
        people.push(Person { who: case.who, cookie, forbidden: case.forbidden, is_known });
    }
    people
}

fn write<T: Send + 'static>(
    walk: &Walk,
    work: impl FnOnce(&mut Conn, Timestamp) -> QueryResult<T> + Send + 'static,
) -> T {
    let now = chrono::Utc::now().naive_utc();
    walk.shop.db.write_blocking(move |conn| work(conn, now)).unwrap()
}

fn arrive(conn: &mut Conn, case: &Case, number: usize, now: Timestamp) -> QueryResult<(BookId, Rows)> {
    let book = |conn: &mut Conn, id: &str| -> QueryResult<BookId> {
        books::table.filter(books::public_id.eq(id)).select(books::id).first(conn).map(BookId)
    };
    let name = format!("person-{number}");
    let account = match case.known_by {
        Cookie(_) | Order => None,
        Of(role) => Some(insert_account(conn, &name, role, now)?),
        PublishersSession => {
            let its = accounts::table.filter(accounts::public_id.eq("publisher"));
            Some(its.select(accounts::id).first(conn).map(AccountId)?)
        }
    };
    let order = match case.bought {
        None => None,
        Some(id) => {
            let bought = book(conn, id)?;
            Some(sell(conn, &name, account, &[bought], now)?)
        }
    };
    let token = match account {
        Some(account) => Session::begin(conn, account, "a test", 30, now)?,
        None => Token::new(),
    };
    if let (Some(order), Order) = (order, case.known_by) {
        give_key(conn, order, token.hash().as_str(), now)?;
    }
    Ok((book(conn, BOOK)?, Rows { account, order, token }))
}

fn insert_account(conn: &mut Conn, name: &str, role: Role, now: Timestamp) -> QueryResult<AccountId> {
    let email = format!("{name}@localhost");
    diesel::insert_into(accounts::table)
        .values((
            accounts::public_id.eq(name),
            accounts::email.eq(&email),
            accounts::email_key.eq(&email),
            accounts::email_confirmed_at.eq(now),
            accounts::name.eq(name),
            accounts::password_hash.eq("none"),
            accounts::role.eq(role),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        ))
        .returning(accounts::id)
        .get_result(conn)
        .map(AccountId)
}

fn lose(conn: &mut Conn, loss: Loss, book: BookId, rows: &Rows, now: Timestamp) -> QueryResult<()> {
    use bookplate::db::schema::order_tokens;
    let (account, order) = (rows.account, rows.order);
    let changed = match loss {
        Loss::OrderRefunded | Loss::ChargedBack => {
            let status = if loss == Loss::ChargedBack { "charged_back" } else { "refunded" };
            let order = orders::table.filter(orders::id.nullable().eq(order.map(|order| order.0)));
            diesel::update(order).set(orders::status.eq(status)).execute(conn)?
        }
        Loss::ItemRefunded => {
            let item =
                line_items::table.filter(line_items::order_id.nullable().eq(order.map(|order| order.0)));
            diesel::update(item).set(line_items::refunded_at.eq(now)).execute(conn)?
        }
        Loss::KeyWithdrawn => {
            let hash = rows.token.hash();
            let key = order_tokens::table.filter(order_tokens::token_hash.eq(hash.as_str()));
            diesel::update(key).set(order_tokens::revoked_at.eq(now)).execute(conn)?
        }
        Loss::Blocked => {
            let account =
                accounts::table.filter(accounts::id.nullable().eq(account.map(|account| account.0)));
            diesel::update(account).set(accounts::blocked_at.eq(now)).execute(conn)?
        }
        Loss::ClosedByAnAdmin => diesel::insert_into(access_overrides::table)
            .values((
                access_overrides::book_id.eq(book),
                access_overrides::account_id.eq(account.expect("an account")),
                access_overrides::allowed.eq(false),
                access_overrides::reason.eq("a test"),
                access_overrides::created_at.eq(now),
            ))
            .execute(conn)?,
        Loss::SignedOut => {
            Session::end(conn, &rows.token.hash())?;
            1
        }
    };
    assert_eq!(changed, 1, "someone has lost the book");
    Ok(())
}
