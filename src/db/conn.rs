//! A connection to either database, chosen by the URL's scheme.
//!
//! Diesel's own `establish` for a multi-connection tries its variants in turn, so that with PostgreSQL down it would
//! open an empty SQLite file of that name: here the scheme alone decides.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::r2d2::{ManageConnection, R2D2Connection as _};
use diesel::{Connection, ConnectionError, ConnectionResult, PgConnection, SqliteConnection};

/// A connection to SQLite or PostgreSQL; queries are written once against it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A database server.
    Postgres(PgConnection),
}

/// Where the data lives: `database_url` of the settings.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://path/to/file.db`, relative to the working folder, or absolute with three slashes.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`, in libpq's URL form.
    Postgres(String),
}

/// A `database_url` of neither kind.
#[derive(Debug, thiserror::Error)]
#[error("it must start with sqlite:// or postgres://, for example sqlite://data/bookplate.db")]
pub struct InvalidDatabaseUrl;

impl std::str::FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let path = path.trim();
            if path.is_empty() {
                return Err(InvalidDatabaseUrl);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(InvalidDatabaseUrl)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for DatabaseUrl {
    /// The URL without its password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

/// `url` with the password of its authority, and any `password=` parameter, replaced by stars.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".to_owned() };
    let (base, query) = rest.split_once('?').map_or((rest, None), |(b, q)| (b, Some(q)));
    let (authority, path) = base.split_once('/').map_or((base, None), |(a, p)| (a, Some(p)));
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => format!("{user}@{host}"),
        },
        None => authority.to_owned(),
    };
    let mut shown = format!("{scheme}://{authority}");
    if let Some(path) = path {
        shown.push('/');
        shown.push_str(path);
    }
    if let Some(query) = query {
        let parts: Vec<&str> = query
            .split('&')
            .map(|part| if part.to_ascii_lowercase().contains("password=") { "password=***" } else { part })
            .collect();
        shown.push('?');
        shown.push_str(&parts.join("&"));
    }
    shown
}

/// What a connection is for; on SQLite it decides the pragmas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reads only.
    Read,
    /// Reads and writes, with every commit on disk before it counts (`synchronous = FULL`): these are orders.
    Write,
}

/// How long a connection that answered is believed to answer still: asking each time would cost as much as a query.
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection in a pool.
pub(super) struct Kept {
    pub conn: Conn,
    /// When it last answered for certain; never, since something failed on it.
    answered: Option<Instant>,
}

impl Kept {
    /// Has it asked whether it still answers before it is used again.
    pub(super) fn doubt(&mut self) {
        self.answered = None;
    }
}

/// Opens connections for a pool.
#[derive(Debug)]
pub(super) struct Manager {
    pub url: DatabaseUrl,
    pub purpose: Purpose,
}

impl Manager {
    pub(super) fn open(&self) -> ConnectionResult<Conn> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, self.purpose).map(Conn::Sqlite),
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute("SET TIME ZONE 'UTC'")
                    .and_then(|()| conn.batch_execute(INDEXES_ARE_CHEAP))
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

/// PostgreSQL plans for disks with heads unless it is told otherwise: then it reads a table of some thousand rows from end
/// to end where an index would give it the one, and the gate's question takes ten times as long. An operator who has set
/// it knows better (PostgreSQL 20.7.2).
const INDEXES_ARE_CHEAP: &str = "SELECT set_config('random_page_cost', '1.1', false) FROM pg_settings \
     WHERE name = 'random_page_cost' AND source = 'default'";

impl ManageConnection for Manager {
    type Connection = Kept;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Kept, Self::Error> {
        let conn = self.open().map_err(diesel::r2d2::Error::ConnectionError)?;
        Ok(Kept { conn, answered: Some(Instant::now()) })
    }

    fn is_valid(&self, kept: &mut Kept) -> Result<(), Self::Error> {
        if kept.answered.is_some_and(|answered| answered.elapsed() < TRUSTED) {
            return Ok(());
        }
        kept.conn.ping().map_err(diesel::r2d2::Error::QueryError)?;
        kept.answered = Some(Instant::now());
        Ok(())
    }

    fn has_broken(&self, kept: &mut Kept) -> bool {
        std::thread::panicking() || kept.conn.is_broken()
    }
}

fn open_sqlite(path: &Path, purpose: Purpose) -> ConnectionResult<SqliteConnection> {
    let Some(path) = path.to_str() else {
        return Err(ConnectionError::InvalidConnectionUrl("the path must be valid UTF-8".to_owned()));
    };
    let mut conn = SqliteConnection::establish(path)?;
    // The busy timeout first: switching to WAL needs the lock.
    let mut pragmas = String::from(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
         PRAGMA mmap_size = 268435456; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;",
    );
    pragmas.push_str(match purpose {
        Purpose::Read => "PRAGMA query_only = ON;",
        Purpose::Write => "PRAGMA synchronous = FULL;",
    });
    conn.batch_execute(&pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://shop:s3cret@db.example/shop", "postgres://shop:***@db.example/shop"),
            ("postgres://shop@db.example/shop", "postgres://shop@db.example/shop"),
            (
                "postgresql:///shop?host=/run/pg&password=s3cret",
                "postgresql:///shop?host=/run/pg&password=***",
            ),
            ("sqlite://data/bookplate.db", "sqlite://data/bookplate.db"),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn only_the_scheme_chooses_the_database() {
        assert!("mysql://x".parse::<DatabaseUrl>().is_err());
        assert!("data/bookplate.db".parse::<DatabaseUrl>().is_err());
        assert!("sqlite://".parse::<DatabaseUrl>().is_err());
    }
}
