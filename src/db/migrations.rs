//! Bringing the tables to the state that this program knows, and refusing to run on any other.

use diesel::migration::{Migration, MigrationSource, Result as MigrationResult};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Db};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Why the tables do not fit this program. The sentence is for the operator, on the terminal.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The program is newer than the tables.
    #[error(
        "the database lacks {count} of this version's migrations (the first is {first}): make a backup, then run `bookplate migrate`"
    )]
    Missing {
        /// How many are missing.
        count: usize,
        /// The name of the oldest one.
        first: String,
    },
    /// The tables are newer than the program.
    #[error(
        "the database is newer than this program: it has the migration {0}, which this version does not know; start the version that made it"
    )]
    Newer(String),
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Failed(String),
    /// The database did not answer.
    #[error("the database could not be asked for its migrations: {0}")]
    Database(#[from] diesel::result::Error),
}

impl Db {
    /// Applies the missing migrations, oldest first, and returns their names.
    ///
    /// # Errors
    /// When the database is newer than the program, or a migration fails (it is undone then).
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.refuse_newer()?;
        self.on_connection(|conn| match conn {
            Conn::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
            Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES)),
        })
    }

    /// Undoes every migration, newest first: all data is gone. For tests.
    ///
    /// # Errors
    /// When a migration cannot be undone.
    pub fn revert_all_migrations(&self) -> Result<Vec<String>, MigrationError> {
        self.on_connection(|conn| match conn {
            Conn::Sqlite(conn) => names(conn.revert_all_migrations(SQLITE)),
            Conn::Postgres(conn) => names(conn.revert_all_migrations(POSTGRES)),
        })
    }

    /// Checks that the tables are exactly those that this program knows; an empty database is set up on the way.
    ///
    /// # Errors
    /// [`MigrationError::Missing`] or [`MigrationError::Newer`], with what to do.
    pub fn check_migrations(&self) -> Result<(), MigrationError> {
        self.refuse_newer()?;
        let applied = self.applied()?;
        if applied.is_empty() {
            self.migrate()?;
            return Ok(());
        }
        let missing: Vec<(String, String)> =
            self.known()?.into_iter().filter(|(version, _)| !applied.contains(version)).collect();
        match missing.first() {
            None => Ok(()),
            Some((_, first)) => Err(MigrationError::Missing { count: missing.len(), first: first.clone() }),
        }
    }

    fn refuse_newer(&self) -> Result<(), MigrationError> {
        let known = self.known()?;
        match self.applied()?.into_iter().find(|version| !known.iter().any(|(v, _)| v == version)) {
            Some(version) => Err(MigrationError::Newer(version)),
            None => Ok(()),
        }
    }

    /// The versions that the database says it has.
    fn applied(&self) -> Result<Vec<String>, MigrationError> {
        self.on_connection(|conn| {
            let versions = match conn {
                Conn::Sqlite(conn) => conn.applied_migrations(),
                Conn::Postgres(conn) => conn.applied_migrations(),
            };
            versions
                .map(|versions| versions.iter().map(ToString::to_string).collect())
                .map_err(|error| MigrationError::Failed(error.to_string()))
        })
    }

    /// Version and name of each migration in this program, oldest first.
    fn known(&self) -> Result<Vec<(String, String)>, MigrationError> {
        let listed: MigrationResult<Vec<(String, String)>> = if self.is_sqlite() {
            MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)
                .map(|all| all.iter().map(|one| version_and_name(one.as_ref())).collect())
        } else {
            MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)
                .map(|all| all.iter().map(|one| version_and_name(one.as_ref())).collect())
        };
        let mut listed = listed.map_err(|error| MigrationError::Failed(error.to_string()))?;
        listed.sort();
        Ok(listed)
    }

    /// Outside of a transaction: Diesel gives each migration its own.
    fn on_connection<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, MigrationError> + Send + 'static,
    ) -> Result<T, MigrationError> {
        self.with_writing_connection(work)
    }
}

fn version_and_name<DB: diesel::backend::Backend>(migration: &dyn Migration<DB>) -> (String, String) {
    (migration.name().version().to_string(), migration.name().to_string())
}

fn names<V: std::fmt::Display>(applied: MigrationResult<Vec<V>>) -> Result<Vec<String>, MigrationError> {
    applied
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| MigrationError::Failed(error.to_string()))
}
