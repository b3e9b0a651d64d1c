//! A shop for one test: its own database, store and clock, behind Rocket's local client.
//!
//! The test binary says which database by its `DATABASE` constant: `tests/http` uses SQLite, `tests/postgres` runs the
//! same modules on PostgreSQL.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod answer;
pub mod browser;
pub mod builders;
pub mod database;
pub mod mail;
pub mod purchase;

use std::path::{Path, PathBuf};

use bookplate::app::{self, Parts};
use bookplate::clock::Clock;
use bookplate::config::Settings;
use bookplate::db::Db;
use bookplate::storage::Store;
use rocket::figment::Figment;
use rocket::local::asynchronous::Client;

pub use answer::Answer;
pub use browser::Browser;
pub use builders::TestBook;
pub use database::Database;

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
        let clock = Clock::at(start_of_time());
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

    /// A browser without any cookie.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(&self.client)
    }
}
