//! Who asks, as routes want to know it.

use std::net::IpAddr;
use std::sync::Arc;

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use super::sign_in::{self, Entry};
use super::{Account, Limits, Passwords, Role, Session, SessionId};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Conn, Db, Timestamp};
use crate::ids::{Token, TokenHash};
use crate::jobs::Jobs;
use crate::mail::{self, Sender};
use crate::permission::Viewer;
use crate::shop::Identity;
use crate::web::cookies::ShopCookie;

type DbResult<T> = Result<T, diesel::result::Error>;

/// What the session cookie stands for, looked up once for each request.
#[derive(Clone)]
struct Current(Result<Option<Account>, String>);

/// The account that is signed in, if one is.
///
/// # Errors
/// When the database fails: then nobody can be called signed in or out.
pub async fn current_account(request: &Request<'_>) -> DbResult<Option<Account>> {
    let current = request
        .local_cache_async(async { Current(look_up(request).await.map_err(|error| error.to_string())) })
        .await;
    current.0.clone().map_err(|message| {
        let kind = diesel::result::DatabaseErrorKind::ClosedConnection;
        diesel::result::Error::DatabaseError(kind, Box::new(message))
    })
}

async fn look_up(request: &Request<'_>) -> DbResult<Option<Account>> {
    let rocket = request.rocket();
    let (Some(settings), Some(db), Some(clock)) =
        (rocket.state::<Settings>(), rocket.state::<Db>(), rocket.state::<Clock>())
    else {
        return Ok(None);
    };
    let Some(token) = session_token(request, settings) else { return Ok(None) };
    let now = clock.now();
    let found = db.read(move |conn| Session::find(conn, &token, now)).await?;
    let Some((session, account)) = found else { return Ok(None) };
    if session.is_due_for_touch(now) {
        let days = settings.accounts.session_days;
        // A session that cannot be prolonged just now is still a session.
        if let Err(error) = db.write(move |conn| Session::touch(conn, session.id, days, now)).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
    }
    Ok(Some(account))
}

/// The hash of the session's token that the browser brought.
pub fn session_token(request: &Request<'_>, settings: &Settings) -> Option<TokenHash> {
    let value = ShopCookie::Session.get(request.cookies(), &settings.base_url)?;
    Token::parse(value).map(|token| token.hash())
}

/// The order tokens that the browser brought: at most ten, the newest first.
#[must_use]
pub fn order_tokens(request: &Request<'_>) -> Vec<TokenHash> {
    let Some(settings) = request.rocket().state::<Settings>() else { return Vec::new() };
    let value = ShopCookie::Orders.get(request.cookies(), &settings.base_url).unwrap_or_default();
    tokens_in(value)
}

fn tokens_in(orders: &str) -> Vec<TokenHash> {
    orders.split('.').filter_map(Token::parse).map(|token| token.hash()).take(10).collect()
}

/// The signed-in account, or nothing: for pages that are for everyone.
#[derive(Debug, Clone)]
pub struct MaybeAccount(pub Option<Account>);

/// The signed-in account; others get 401, with the way to sign in.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Account);

/// A signed-in admin; other accounts get 403.
#[derive(Debug, Clone)]
pub struct Admin(pub Account);

/// A signed-in publisher or admin; other accounts get 403.
#[derive(Debug, Clone)]
pub struct Publisher(pub Account);

fn failed<T>(request: &Request<'_>, error: &diesel::result::Error) -> Outcome<T, ()> {
    tracing::error!(%error, request_id = %crate::web::request_id::of(request), "who asks could not be looked up");
    Outcome::Error((Status::ServiceUnavailable, ()))
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for MaybeAccount {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match current_account(request).await {
            Ok(account) => Outcome::Success(Self(account)),
            Err(error) => failed(request, &error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for SignedIn {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match current_account(request).await {
            Ok(Some(account)) => Outcome::Success(Self(account)),
            Ok(None) => Outcome::Error((Status::Unauthorized, ())),
            Err(error) => failed(request, &error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match current_account(request).await {
            Ok(Some(account)) if account.role == Role::Admin => Outcome::Success(Self(account)),
            Ok(Some(_)) => Outcome::Error((Status::Forbidden, ())),
            Ok(None) => Outcome::Error((Status::Unauthorized, ())),
            Err(error) => failed(request, &error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Publisher {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match current_account(request).await {
            Ok(Some(account)) if matches!(account.role, Role::Publisher | Role::Admin) => {
                Outcome::Success(Self(account))
            }
            Ok(Some(_)) => Outcome::Error((Status::Forbidden, ())),
            Ok(None) => Outcome::Error((Status::Unauthorized, ())),
            Err(error) => failed(request, &error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Viewer {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match current_account(request).await {
            Ok(account) => {
                let viewer = account.as_ref().map_or_else(Self::nobody, Self::account);
                Outcome::Success(Self { tokens: order_tokens(request), ..viewer })
            }
            Err(error) => failed(request, &error),
        }
    }
}

/// Who asks, not yet looked up: what the browser brought. For a route that looks it up on the connection on which it
/// asks its own question.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    session: Option<TokenHash>,
    tokens: Vec<TokenHash>,
}

impl Asker {
    /// What a browser brings: the values of its cookies for the session and for its orders.
    #[must_use]
    pub fn new(session: Option<&str>, orders: Option<&str>) -> Self {
        Self {
            session: session.and_then(Token::parse).map(|token| token.hash()),
            tokens: tokens_in(orders.unwrap_or_default()),
        }
    }

    /// Who it is, and the session whose use is worth [writing down](Session::touch), if it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn look_up(self, conn: &mut Conn, now: Timestamp) -> DbResult<(Viewer, Option<SessionId>)> {
        let found = match &self.session {
            Some(token) => Session::viewer_of(conn, token, now)?,
            None => None,
        };
        let (account, due) = found.map_or((None, None), |(account, due)| (Some(account), due));
        Ok((Viewer { account, tokens: self.tokens }, due))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asker {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session =
            request.rocket().state::<Settings>().and_then(|settings| session_token(request, settings));
        Outcome::Success(Self { session, tokens: order_tokens(request) })
    }
}

/// What the routes of accounts work with, and what they know of the browser that asks.
pub struct Desk<'r> {
    pub(super) db: &'r Db,
    pub(super) settings: &'r Settings,
    pub(super) passwords: &'r Passwords,
    pub(super) limits: &'r Limits,
    clock: &'r Clock,
    jobs: &'r Jobs,
    request: &'r Request<'r>,
}

impl Desk<'_> {
    /// Now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The network address that asks. Behind a proxy it is the one that the proxy names: see `app.rs`.
    pub(super) fn from(&self) -> Option<IpAddr> {
        self.request.client_ip()
    }

    /// What letters show of the shop.
    pub(super) fn sender(&self) -> Sender {
        let identity = self.request.rocket().state::<Identity>();
        identity.map_or_else(|| Sender::from(self.settings), Identity::sender)
    }

    /// Lets the mails that were just written go out at once.
    pub(super) fn mail_waits(&self) {
        self.jobs.wake(mail::TASK);
    }

    /// The hash of the session's token that the browser brought.
    pub(super) fn session(&self) -> Option<TokenHash> {
        session_token(self.request, self.settings)
    }

    /// The browser, as [`sign_in::enter`] wants to know it.
    pub(super) fn entry(&self) -> Entry {
        let cart = ShopCookie::Cart.get(self.request.cookies(), &self.settings.base_url);
        Entry {
            session: self.session(),
            cart: cart.and_then(Token::parse).map(|token| token.hash()),
            user_agent: self.request.headers().get_one("User-Agent").unwrap_or_default().to_owned(),
            days: self.settings.accounts.session_days,
        }
    }

    /// Gives the browser its session, and takes the visitor's cart, which is the account's now.
    pub(super) fn let_in(&self, token: &Token) {
        let (cookies, base_url) = (self.request.cookies(), &self.settings.base_url);
        let days = self.settings.accounts.session_days;
        ShopCookie::Session.set(cookies, base_url, token.secret().to_owned(), Some(days));
        if ShopCookie::Cart.get(cookies, base_url).is_some() {
            ShopCookie::Cart.remove(cookies, base_url);
        }
    }

    /// Begins a session of the account in this browser.
    pub(super) async fn sign_in(&self, account: Account) -> DbResult<()> {
        let (entry, now) = (self.entry(), self.now());
        let token = self.db.write(move |conn| sign_in::enter(conn, &account, &entry, now)).await?;
        self.let_in(&token);
        Ok(())
    }

    /// Takes the browser's session.
    pub(super) fn let_out(&self) {
        ShopCookie::Session.remove(self.request.cookies(), &self.settings.base_url);
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Desk<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let rocket = request.rocket();
        let parts = (
            rocket.state::<Db>(),
            rocket.state::<Settings>(),
            rocket.state::<Passwords>(),
            rocket.state::<Arc<Limits>>(),
            rocket.state::<Clock>(),
            rocket.state::<Jobs>(),
        );
        match parts {
            (Some(db), Some(settings), Some(passwords), Some(limits), Some(clock), Some(jobs)) => {
                Outcome::Success(Self { db, settings, passwords, limits, clock, jobs, request })
            }
            _ => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
