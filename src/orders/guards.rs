//! The keys to a guest's orders, in the browser that placed or opened them.

use rocket::http::CookieJar;

use crate::config::BaseUrl;
use crate::ids::Token;
use crate::web::cookies::ShopCookie;

/// How many orders a browser keeps the keys of.
const MOST: usize = 10;

/// How long it keeps them.
const DAYS: u32 = 365;

/// Puts an order's key in front of those that the browser has; the oldest goes when there are too many.
pub fn remember(cookies: &CookieJar<'_>, base_url: &BaseUrl, token: &Token) {
    let kept = ShopCookie::Orders.get(cookies, base_url).unwrap_or_default().to_owned();
    let others = kept.split('.').filter(|other| Token::parse(other).is_some() && *other != token.secret());
    let keys: Vec<&str> = std::iter::once(token.secret()).chain(others).take(MOST).collect();
    ShopCookie::Orders.set(cookies, base_url, keys.join("."), Some(DAYS));
}
