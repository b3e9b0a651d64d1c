//! One object of the bucket, to be read from or sent a reader to.

use super::{Bucket, PATIENCE, to_io};
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path as ObjectPath;
use object_store::signer::{Method, SignedUrlOptions, Signer as _};
use object_store::{GetOptions, GetRange, ObjectStore as _};
use std::io;
use std::ops::Range;
use std::time::Duration;

/// An object as it was found. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Object {
    bucket: Bucket,
    path: ObjectPath,
    /// The service's own tag: what is read later must still be this object.
    tag: Option<String>,
}

impl Object {
    pub(super) fn new(bucket: Bucket, path: ObjectPath, tag: Option<String>) -> Object {
        Object { bucket, path, tag }
    }

    /// The bytes of `range`, which must not be empty, as the service sends them. A connection that breaks is made anew
    /// where it broke; an object that was replaced meanwhile is an error.
    ///
    /// # Errors
    /// When the service doesn't answer, or not with these bytes.
    pub async fn read(self, range: Range<u64>) -> io::Result<BoxStream<'static, io::Result<Bytes>>> {
        let options =
            GetOptions { range: Some(GetRange::Bounded(range)), if_match: self.tag, ..GetOptions::default() };
        let got = tokio::time::timeout(PATIENCE, self.bucket.0.service.get_opts(&self.path, options)).await;
        let got = got.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map_err(to_io)?;
        Ok(got.into_stream().map_err(to_io).boxed())
    }

    /// All bytes of `range`, which must not be empty; an answer that ends before it does is an error.
    pub(super) async fn read_all(self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
        let mut stream = self.read(range).await?;
        let mut bytes = Vec::with_capacity(length);
        while let Some(block) = stream.try_next().await? {
            bytes.extend_from_slice(&block);
        }
        if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// An address at the service's own host that gives the bytes to whoever has it, for `time`: for a web server that
    /// fetches them for a reader. It is good for `GET`.
    ///
    /// # Errors
    /// When it can't be signed.
    pub async fn address_for_us(&self, time: Duration) -> io::Result<String> {
        let signed = self.bucket.0.service.signed_url(Method::GET, &self.path, time).await;
        signed.map(String::from).map_err(to_io)
    }

    /// As [`Object::address_for_us`], at the address that readers reach, good for `HEAD` or `GET`; the service answers
    /// with what `headers` say, each under the name of its parameter, such as `response-content-type`.
    ///
    /// # Errors
    /// When it can't be signed.
    pub async fn address_for_readers(
        &self,
        head: bool,
        time: Duration,
        headers: &[(&str, &str)],
    ) -> io::Result<String> {
        let method = if head { Method::HEAD } else { Method::GET };
        let options = SignedUrlOptions::default().with_query(headers.iter().copied());
        let signed = self.bucket.0.public.signed_url_opts(method, &self.path, time, &options).await;
        signed.map(String::from).map_err(to_io)
    }
}
