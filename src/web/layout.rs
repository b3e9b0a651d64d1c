//! What the frame of every page shows: the shop, who is signed in, the cart, the categories, a message.

use diesel::prelude::*;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use super::Flash;
use super::cookies::ShopCookie;
use crate::accounts::guards::current_account;
use crate::accounts::{Account, Role};
use crate::catalog::category::Category;
use crate::checkout::cart;
use crate::config::{GatewayKind, Settings};
use crate::db::Db;
use crate::ids::Token;
use crate::orders::Finding;
use crate::publishing::{PublisherRequest, Review};
use crate::shop::Identity;

/// How many categories the header has room for.
const SHELVES: i64 = 30;

/// What the frame of every page shows.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The shop's name.
    pub shop_name: String,
    /// Who is signed in.
    pub account: Option<LayoutAccount>,
    /// How many books the cart holds.
    pub cart_count: i64,
    /// A message from the page before.
    pub flash: Option<LayoutFlash>,
    /// Whether no real money is taken.
    pub sandbox: bool,
    /// Whether there is a page to withdraw from a contract.
    pub withdrawal: bool,
    /// The address of the shop's own colours; empty where it has none.
    pub look: String,
    /// The shop's logo.
    pub logo: Option<LayoutLogo>,
    /// The legal texts that there are: their addresses and titles.
    pub legal: Vec<(String, &'static str)>,
    /// The page's path, to mark where one is.
    pub path: String,
    /// What was searched for.
    pub search: String,
    /// The categories, in the shop's order.
    pub categories: Vec<LayoutCategory>,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct LayoutAccount {
    /// The name to greet with.
    pub name: String,
    /// The address.
    pub email: String,
    /// What the account may do.
    pub role: Role,
    /// For an admin: how many findings want a look.
    pub open_findings: i64,
    /// For an admin: how many reviews wait for an answer.
    pub open_reviews: i64,
    /// For an admin: how many accounts ask to become publishers.
    pub open_requests: i64,
}

impl LayoutAccount {
    /// Whether the way to the back office is shown.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the way to the publisher's desk is shown.
    #[must_use]
    pub fn publishes(&self) -> bool {
        matches!(self.role, Role::Publisher | Role::Admin)
    }
}

/// A message from the page before.
#[derive(Debug, Clone)]
pub struct LayoutFlash {
    /// `success`, `error` or `info`.
    pub kind: &'static str,
    /// A sentence.
    pub text: String,
}

/// The shop's logo, at half of its pixels.
#[derive(Debug, Clone)]
pub struct LayoutLogo {
    /// Its address.
    pub href: String,
    /// How wide it is shown.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// A category of the navigation.
#[derive(Debug, Clone)]
pub struct LayoutCategory {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

impl Layout {
    /// The frame without anything from the database: for error pages when it is down, and for tests.
    #[must_use]
    pub fn bare(settings: &Settings, identity: &Identity) -> Self {
        let face = identity.face();
        Self {
            shop_name: identity.name(),
            look: if face.look.is_plain() { String::new() } else { format!("/look/{}.css", face.revision) },
            logo: face.logo.as_ref().map(|logo| LayoutLogo {
                href: format!("/look/logo/{}.png", face.revision),
                width: (logo.width / 2).max(1),
                height: (logo.height / 2).max(1),
            }),
            legal: face.texts.iter().map(|text| (format!("/legal/{text}"), text.title())).collect(),
            sandbox: settings.payments.gateway == GatewayKind::Sandbox,
            withdrawal: settings.checkout.withdrawal,
            ..Self::default()
        }
    }

    /// The same frame with a message.
    #[must_use]
    pub fn with_flash(mut self, flash: Flash) -> Self {
        self.flash = Some(flash.into());
        self
    }

    async fn load(request: &Request<'_>) -> Result<Self, diesel::result::Error> {
        let rocket = request.rocket();
        let (Some(settings), Some(db), Some(identity)) =
            (rocket.state::<Settings>(), rocket.state::<Db>(), rocket.state::<Identity>())
        else {
            return Ok(Self::default());
        };
        let fresh = identity.clone();
        let account = current_account(request).await?;
        let cookie = ShopCookie::Cart.get(request.cookies(), &settings.base_url).and_then(Token::parse);
        let owner =
            cart::Owner::new(account.as_ref().map(|account| account.id), cookie.map(|token| token.hash()));
        let is_admin = account.as_ref().is_some_and(|account| account.role == Role::Admin);
        let (cart_count, categories, (open_findings, open_reviews, open_requests)) = db
            .read(move |conn| {
                fresh.refresh(conn)?;
                let open = match is_admin {
                    true => (
                        Finding::count_open(conn)?,
                        Review::count_open(conn)?,
                        PublisherRequest::count_open(conn)?,
                    ),
                    false => (0, 0, 0),
                };
                QueryResult::Ok((cart::count(conn, &owner)?, Category::first(conn, SHELVES)?, open))
            })
            .await?;
        let categories = categories
            .into_iter()
            .map(|category| LayoutCategory { slug: category.slug, name: category.name });
        Ok(Self {
            account: account.as_ref().map(|account| LayoutAccount {
                open_findings,
                open_reviews,
                open_requests,
                ..LayoutAccount::from(account)
            }),
            cart_count,
            flash: Flash::take(request.cookies(), &settings.base_url).map(LayoutFlash::from),
            path: request.uri().path().to_string(),
            search: request.query_value::<String>("q").and_then(Result::ok).unwrap_or_default(),
            categories: categories.collect(),
            ..Self::bare(settings, identity)
        })
    }
}

impl From<&Account> for LayoutAccount {
    fn from(account: &Account) -> Self {
        Self {
            name: account.display_name().to_owned(),
            email: account.email.clone(),
            role: account.role,
            open_findings: 0,
            open_reviews: 0,
            open_requests: 0,
        }
    }
}

impl From<Flash> for LayoutFlash {
    fn from(flash: Flash) -> Self {
        Self { kind: flash.kind.as_str(), text: flash.text }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Layout {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match Self::load(request).await {
            Ok(layout) => Outcome::Success(layout),
            Err(error) => {
                tracing::error!(%error, request_id = %super::request_id::of(request), "the page's frame could not be loaded");
                Outcome::Error((Status::ServiceUnavailable, ()))
            }
        }
    }
}
