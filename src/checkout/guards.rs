//! Whose cart a request is about.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use super::cart::Owner;
use crate::accounts::guards::current_account;
use crate::config::Settings;
use crate::ids::Token;
use crate::web::cookies::ShopCookie;

/// How long a visitor's cart is kept.
const CART_DAYS: u32 = 60;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Owner {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let Some(settings) = request.rocket().state::<Settings>() else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        match current_account(request).await {
            Ok(account) => {
                let cookie = ShopCookie::Cart.get(request.cookies(), &settings.base_url);
                let token = cookie.and_then(Token::parse).map(|token| token.hash());
                Outcome::Success(Self::new(account.map(|account| account.id), token))
            }
            Err(error) => {
                tracing::error!(%error, request_id = %crate::web::request_id::of(request), "who asks could not be looked up");
                Outcome::Error((Status::ServiceUnavailable, ()))
            }
        }
    }
}

/// The same owner, for whom a cart can be kept: a visitor without a cookie gets one.
pub struct KeptOwner(pub Owner);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for KeptOwner {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let owner = match Owner::from_request(request).await {
            Outcome::Success(owner) => owner,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        if owner.account.is_some() || owner.token.is_some() {
            return Outcome::Success(Self(owner));
        }
        let token = Token::new();
        if let Some(settings) = request.rocket().state::<Settings>() {
            let secret = token.secret().to_owned();
            ShopCookie::Cart.set(request.cookies(), &settings.base_url, secret, Some(CART_DAYS));
        }
        Outcome::Success(Self(Owner::new(None, Some(token.hash()))))
    }
}
