//! A store in a bucket of a service that speaks S3.

mod object;
mod strays;
mod upload;

pub use object::Object;

use super::open::whole_seconds;
use super::{Incoming, Local, Part, PartError, Source, StorageKey, StoreError, StoredFile};
use crate::config;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as ObjectPath;
use object_store::{
    Attribute, Attributes, ClientOptions, Error, GetOptions, GetResult, ObjectStore, ObjectStoreExt as _,
    RetryConfig,
};
use std::fmt;
use std::future::Future;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::runtime::Runtime;

/// How long a question about one object may take before the customer is told to come again later.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long nothing may come from the service while something is expected.
const SILENCE: Duration = Duration::from_secs(300);
/// How often `/readyz` proves that the bucket can be written: each proof is a request that the operator pays for.
const WRITE_PROOF: Duration = Duration::from_secs(60);
/// The object that proves it. No storage key has a segment that begins with a dot.
const PROOF: &str = ".ready";
/// Where an object keeps the time of its bytes, in seconds since 1970: by this name rclone keeps it, too, so that a
/// store that was copied with it goes on with the same validators.
const TIME: &str = "mtime";

/// The threads on which those wait who can't wait by themselves: uploads and commands.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("bucket").enable_all().build()
});

/// A bucket, or a folder in it, that holds files under their storage keys. Cloning is cheap.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    service: AmazonS3,
    /// The same bucket by the address that readers reach.
    public: AmazonS3,
    /// Scheme and host that requests go to, with the bucket where its name is part of the host.
    origin: String,
    /// For people: `s3://bucket/prefix`.
    name: String,
    /// Without a slash at its end; empty for none.
    prefix: String,
    /// The folder where files wait until the bucket has them.
    waiting: Local,
    /// When it was last seen that the bucket can be written.
    proved: Mutex<Option<Instant>>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.0.name).finish()
    }
}

impl Bucket {
    /// The bucket that `settings` describe; they must have been validated. Nothing is asked of the service yet.
    pub(super) fn from_settings(settings: &config::Storage) -> Result<Bucket, StoreError> {
        let prefix = settings.s3_prefix.trim_matches('/').to_owned();
        let slash = if prefix.is_empty() { "" } else { "/" };
        let name = format!("s3://{}{slash}{prefix}", settings.s3_bucket);
        let problem = |cause: Error| StoreError::Bucket { bucket: name.clone(), problem: cause.to_string() };
        let public = match settings.s3_public_endpoint.as_str() {
            "" => &settings.s3_endpoint,
            other => other,
        };
        let (origin, public) = (origin(settings, &settings.s3_endpoint), origin(settings, public));
        let service = connect(settings, &origin).map_err(problem)?;
        let public = connect(settings, &public).map_err(problem)?;
        let (waiting, proved) = (Local::create(&settings.root)?, Mutex::new(None));
        Ok(Bucket(Arc::new(Inner { service, public, origin, name, prefix, waiting, proved })))
    }

    /// The scheme and the host that the objects' addresses begin with.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// See [`super::Store::open_async`].
    pub(super) async fn open(&self, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
        let path = self.path(key.as_str());
        let unreadable = |cause| StoreError::Unreadable { key: key.clone(), cause };
        let found = self.look(path.clone()).await.map_err(unreadable)?;
        let found = found.ok_or_else(|| StoreError::Missing { key: key.clone() })?;
        let length = found.meta.size;
        if length != expected_len {
            return Err(StoreError::WrongLength { key: key.clone(), expected: expected_len, actual: length });
        }
        let modified = time_of(&found);
        let object = Object::new(self.clone(), path, found.meta.e_tag);
        Ok(StoredFile { source: Source::Object(object), length, modified })
    }

    /// See [`super::Store::open`].
    pub(super) fn open_blocking(
        &self,
        key: &StorageKey,
        expected_len: u64,
    ) -> Result<StoredFile, StoreError> {
        let (this, wanted) = (self.clone(), key.clone());
        wait(async move { this.open(&wanted, expected_len).await })
            .unwrap_or_else(|cause| Err(StoreError::Unreadable { key: key.clone(), cause }))
    }

    /// See [`super::Store::read`].
    pub(super) fn read_blocking(&self, key: &StorageKey, expected_len: u64) -> Result<Vec<u8>, StoreError> {
        let unreadable = |cause| StoreError::Unreadable { key: key.clone(), cause };
        let Source::Object(object) = self.open_blocking(key, expected_len)?.source else {
            return Ok(Vec::new());
        };
        if expected_len == 0 {
            return Ok(Vec::new());
        }
        let whole = wait(async move { object.read_all(0..expected_len).await });
        whole.and_then(|bytes| bytes).map_err(unreadable)
    }

    /// The folder where files wait until the bucket has them.
    pub(super) fn waiting(&self) -> &Local {
        &self.0.waiting
    }

    /// See [`super::Store::receive`].
    pub(super) fn receive(&self) -> Result<Incoming, StoreError> {
        let root = self.waiting().root();
        Incoming::create(root.to_owned(), Some(self.clone()))
            .map_err(|cause| StoreError::Write { root: root.to_owned(), cause })
    }

    /// See [`super::Store::open_part`].
    pub(super) fn open_part(&self, name: &str) -> Result<Part, PartError> {
        Part::open(self.waiting().root(), Some(self.clone()), name)
    }

    /// The object `key`, of `expected_len` bytes, as a file of this machine that is gone when it is dropped.
    pub(super) fn copy(&self, key: &StorageKey, expected_len: u64) -> Result<Incoming, StoreError> {
        let mut copy = self.receive()?;
        self.each_block(key, expected_len, |block| {
            copy.write_all(block).map_err(|cause| copy.write_error(cause))
        })?;
        Ok(copy)
    }

    /// See [`super::Store::each_block`]; stops at the first error of `each`.
    pub(super) fn each_block(
        &self,
        key: &StorageKey,
        expected_len: u64,
        mut each: impl FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let unreadable = |cause| StoreError::Unreadable { key: key.clone(), cause };
        let Source::Object(object) = self.open_blocking(key, expected_len)?.source else { return Ok(()) };
        let mut from = 0;
        while from < expected_len {
            let (object, to) = (object.clone(), (from + upload::PART).min(expected_len));
            let block = wait(async move { object.read_all(from..to).await });
            each(&block.and_then(|bytes| bytes).map_err(unreadable)?)?;
            from = to;
        }
        Ok(())
    }

    /// Puts the bytes of the local file `file` under `key`, whole or not at all; for [`Incoming::keep`].
    ///
    /// When the bucket already holds them, the older object stays as it is, with its time.
    pub(super) fn keep(&self, file: &Path, key: &StorageKey, length: u64) -> Result<(), StoreError> {
        let path = self.path(key.as_str());
        let (this, wanted) = (self.clone(), key.clone());
        let there = wait(async move { this.holds(&wanted, length).await });
        let kept = there.and_then(|there| there).and_then(|is_there| match is_there {
            true => Ok(()),
            false => upload::put(self, file, path, length),
        });
        kept.map_err(|cause| self.problem(&cause))
    }

    /// See [`super::Store::remove`].
    pub(super) fn remove(&self, key: &StorageKey) -> Result<(), StoreError> {
        let (this, path) = (self.clone(), self.path(key.as_str()));
        let removed = wait(async move { this.delete(&path).await });
        removed.and_then(|removed| removed).map_err(|cause| self.problem(&cause))
    }

    /// Removes an object; one that is not there is no error.
    async fn delete(&self, path: &ObjectPath) -> io::Result<()> {
        match in_time(self.0.service.delete(path)).await {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
            _ => Ok(()),
        }
    }

    /// See [`super::Store::ready`].
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        // What comes in waits on this machine first.
        self.receive().map(drop)?;
        let this = self.clone();
        let proof = wait(async move { this.prove().await });
        proof.and_then(|proof| proof).map_err(|cause| self.problem(&cause))
    }

    /// Writes an object and reads it back, or only reads it when it was written a moment ago.
    async fn prove(&self) -> io::Result<()> {
        let path = self.path(PROOF);
        let is_recent = |at: Instant| at.elapsed() < WRITE_PROOF;
        let proved = self.0.proved.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(is_recent);
        if !proved {
            in_time(self.0.service.put(&path, PROOF.into())).await?;
        }
        let read = in_time(async { self.0.service.get(&path).await?.bytes().await }).await?;
        if read != PROOF.as_bytes() {
            return Err(io::Error::other("what was written did not come back"));
        }
        if !proved {
            *self.0.proved.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        Ok(())
    }

    /// What the service says of an object, if it is there.
    async fn look(&self, path: ObjectPath) -> io::Result<Option<GetResult>> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match in_time(self.0.service.get_opts(&path, options)).await {
            Ok(found) => Ok(Some(found)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    fn path(&self, key: &str) -> ObjectPath {
        match self.0.prefix.as_str() {
            "" => ObjectPath::from(key),
            prefix => ObjectPath::from(format!("{prefix}/{key}")),
        }
    }

    fn problem(&self, cause: &io::Error) -> StoreError {
        StoreError::Bucket { bucket: self.0.name.clone(), problem: cause.to_string() }
    }
}

/// `endpoint`, with the bucket in front of its host where the settings want it there.
fn origin(settings: &config::Storage, endpoint: &str) -> String {
    match endpoint.split_once("://") {
        Some((scheme, host)) if !settings.s3_path_style => {
            format!("{scheme}://{}.{host}", settings.s3_bucket)
        }
        _ => endpoint.to_owned(),
    }
}

fn connect(settings: &config::Storage, endpoint: &str) -> Result<AmazonS3, Error> {
    // The project's one provider; whoever came first has set it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A large book takes as long as its reader does: what is bounded is silence.
    let client = ClientOptions::new()
        .with_allow_http(endpoint.starts_with("http://"))
        .with_connect_timeout(Duration::from_secs(5))
        .with_read_timeout(SILENCE)
        .with_timeout_disabled();
    let retry =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(60), ..RetryConfig::default() };
    AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_region(&settings.s3_region)
        .with_bucket_name(&settings.s3_bucket)
        .with_access_key_id(settings.s3_access_key_id.reveal())
        .with_secret_access_key(settings.s3_secret_access_key.reveal())
        .with_virtual_hosted_style_request(!settings.s3_path_style)
        .with_client_options(client)
        .with_retry(retry)
        // Not every service that speaks S3 knows these two.
        .with_disable_bulk_delete(true)
        .with_disable_tagging(true)
        .build()
}

/// The time of an object's bytes: what was noted when they were put there, or else when the service got them.
fn time_of(found: &GetResult) -> SystemTime {
    let noted = found.attributes.get(&Attribute::Metadata(TIME.into()));
    // rclone writes a fraction, too.
    let seconds = noted.and_then(|text| text.as_ref().split('.').next()?.parse().ok());
    match seconds {
        Some(seconds) => UNIX_EPOCH + Duration::from_secs(seconds),
        None => whole_seconds(found.meta.last_modified.into()),
    }
}

/// What is noted of a file that was written at `modified`.
fn notes(modified: SystemTime) -> Attributes {
    let seconds = modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Attributes::from_iter([(Attribute::Metadata(TIME.into()), seconds.to_string())])
}

/// What the service answers, unless it takes too long.
async fn in_time<T>(answer: impl Future<Output = Result<T, Error>>) -> io::Result<T> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(to_io),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

fn to_io(cause: Error) -> io::Error {
    let kind = match cause {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, cause)
}

/// Does `work` on threads of our own while the caller's waits, whatever the caller's is.
fn wait<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
    let runtime = RUNTIME.as_ref().map_err(|cause| io::Error::new(cause.kind(), cause.to_string()))?;
    let (done, result) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Nobody listens only when the caller's thread is gone.
        let _ = done.send(work.await);
    });
    result.recv().map_err(io::Error::other)
}
