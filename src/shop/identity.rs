//! The shop's face in memory, over the operator's settings.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use diesel::QueryResult;

use super::Face;
use crate::config::Settings;
use crate::db::{Conn, Db};
use crate::jobs::Task;
use crate::mail::messages::Sender;

/// The shop's face in memory. Cloning is cheap, and all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The operator's name for the shop.
    name: String,
    /// The shop's public address.
    base_url: String,
    face: RwLock<Arc<Face>>,
}

impl Identity {
    /// The face of a shop that says nothing of itself yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let inner = Inner {
            name: settings.shop_name.clone(),
            base_url: settings.base_url.as_str().to_owned(),
            face: RwLock::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The face as it was read last.
    #[must_use]
    pub fn face(&self) -> Arc<Face> {
        self.inner.face.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The shop's name.
    #[must_use]
    pub fn name(&self) -> String {
        match self.face().row.name.trim() {
            "" => self.inner.name.clone(),
            name => name.to_owned(),
        }
    }

    /// The operator's name for the shop.
    #[must_use]
    pub fn operators_name(&self) -> &str {
        &self.inner.name
    }

    /// What letters show of the shop.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender { shop_name: self.name(), base_url: self.inner.base_url.clone() }
    }

    /// The mailbox that letters come from, if the shop has one of its own.
    #[must_use]
    pub fn mailbox(&self) -> Option<(String, String)> {
        let face = self.face();
        let (name, address) = (face.row.sender_name.trim(), face.row.sender_address.trim());
        (!address.is_empty()).then(|| {
            let name = if name.is_empty() { self.name() } else { name.to_owned() };
            (name, address.to_owned())
        })
    }

    /// Reads the face again if it was changed, here or by another process.
    ///
    /// # Errors
    /// When the database fails; then it stays as it was.
    pub fn refresh(&self, conn: &mut Conn) -> QueryResult<()> {
        if Face::revision(conn)? != self.face().revision {
            self.reload(conn)?;
        }
        Ok(())
    }

    fn reload(&self, conn: &mut Conn) -> QueryResult<()> {
        let face = Arc::new(Face::load(conn)?);
        *self.inner.face.write().unwrap_or_else(PoisonError::into_inner) = face;
        Ok(())
    }
}

/// The task's name.
pub const TASK: &str = "shop face";

/// Looks every few seconds whether another process has changed the face, for mails and invoices; pages look themselves.
#[must_use]
pub fn task(db: Db, identity: Identity) -> Task {
    Task::new(TASK, Duration::from_secs(5), move || {
        let (db, identity) = (db.clone(), identity.clone());
        async move { Ok(db.read(move |conn| identity.refresh(conn)).await?) }
    })
}
