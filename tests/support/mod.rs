//! A shop for one test: its own database, store and clock, behind Rocket's local client.
//!
//! The test binary says which database by its `DATABASE` constant: `tests/http` uses SQLite, `tests/postgres` runs the
//! same modules on PostgreSQL.
#![allow(dead_code, unused_imports, reason = "each test binary uses its part")]

pub mod answer;
pub mod browser;
pub mod builders;
pub mod database;
pub mod fake_stripe;
pub mod mail;
pub mod purchase;

use std::path::{Path, PathBuf};

use bookplate::app::{self, Parts};
use bookplate::clock::Clock;
use bookplate::config::{GatewayKind, Secret, Secrets, Settings};
use bookplate::db::Db;
use bookplate::storage::Store;
use rocket::figment::Figment;
use rocket::local::asynchronous::Client;

pub use answer::Answer;
pub use browser::Browser;
pub use builders::TestBook;
pub use database::Database;
pub use fake_stripe::FakeStripe;

/// The moment at which every test's clock starts.
pub fn start_of_time() -> bookplate::db::Timestamp {
    chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

/// A shop for one test; everything it made is gone when it is dropped.
pub struct TestShop {
    // Before the folder and the database, so that nothing is open when they go.
    pub client: Client,
    pub db: Db,
    pub store: Store,
    pub clock: Clock,
    pub settings: Settings,
    folder: tempfile::TempDir,
    _database: database::Fresh,
}

impl TestShop {
    /// A shop with default settings.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A shop with settings changed by `change`.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::at(Clock::at(start_of_time()), change).await
    }

    /// A shop that takes money by Stripe, and the Stripe that it talks to.
    pub async fn with_stripe() -> (Self, FakeStripe) {
        Self::with_stripe_and(|_| {}).await
    }

    /// The same, with more settings changed.
    pub async fn with_stripe_and(change: impl FnOnce(&mut Settings)) -> (Self, FakeStripe) {
        let clock = Clock::at(start_of_time());
        let stripe = FakeStripe::start(clock.clone());
        let base = stripe.base();
        let shop = Self::at(clock, |settings| {
            settings.payments.gateway = GatewayKind::Stripe;
            settings.payments.stripe_secret_key = Secret::new(fake_stripe::KEY);
            settings.payments.stripe_webhook_secrets =
                Secrets(vec![Secret::new(fake_stripe::WEBHOOK_SECRET)]);
            settings.payments.stripe_api_base = base;
            change(settings);
            settings.validate().expect("the settings are right");
        });
        (shop.await, stripe)
    }

    /// A shop with this clock.
    async fn at(clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = database::Fresh::new(crate::DATABASE, folder.path());
        let mut settings = Settings { database_url: database.url.clone(), ..Settings::default() };
        settings.storage.root = folder.path().join("store");
        settings.mail.folder = folder.path().join("mail");
        settings.base_url = "http://localhost".parse().unwrap();
        change(&mut settings);
        let db = Db::open(&settings.database_url).expect("the database opens");
        db.check_migrations().expect("the migrations apply");
        let store = Store::from_settings(&settings.storage).expect("the store opens");
        let figment = Figment::from(rocket::Config::debug_default())
            .merge(("log_level", "off"))
            .merge(("ident", false))
            .merge(("workers", 2));
        let parts = Parts {
            figment,
            settings: settings.clone(),
            db: db.clone(),
            store: store.clone(),
            clock: clock.clone(),
        };
        let client = Client::untracked(app::build(parts)).await.expect("the shop ignites");
        Self { client, db, store, clock, settings, folder, _database: database }
    }

    /// The test's own folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of `.eml` files.
    pub fn mail_folder(&self) -> PathBuf {
        self.settings.mail.folder.clone()
    }

    /// One more process of the same shop: the same database, store and clock.
    pub async fn one_more_process(&self) -> Client {
        let figment =
            Figment::from(rocket::Config::debug_default()).merge(("log_level", "off")).merge(("workers", 2));
        let parts = Parts {
            figment,
            settings: self.settings.clone(),
            db: Db::open(&self.settings.database_url).expect("the database opens once more"),
            store: self.store.clone(),
            clock: self.clock.clone(),
        };
        Client::untracked(app::build(parts)).await.expect("the shop ignites once more")
    }

    /// A browser without any cookie.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(&self.client)
    }
}
