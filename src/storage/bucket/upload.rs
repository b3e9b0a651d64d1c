//! From a file of this machine into the bucket: in one request, or in parts when it is large.

use super::{Bucket, notes, to_io, wait};
use object_store::path::Path as ObjectPath;
use object_store::{MultipartUpload, ObjectStore as _, PutMultipartOptions, PutOptions, PutPayload};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How many bytes go in one request, and so how much of a file is in memory. The protocol wants parts of 5 MiB at least.
pub(super) const PART: u64 = 8 << 20;
/// The most parts that the protocol takes.
const PARTS: u64 = 10_000;

type Upload = Box<dyn MultipartUpload>;

/// Puts the `length` bytes of `file` under `path`. The object is there with its last byte, or not at all.
pub(super) fn put(bucket: &Bucket, file: &Path, path: ObjectPath, length: u64) -> io::Result<()> {
    let mut file = File::open(file)?;
    let attributes = notes(file.metadata()?.modified()?);
    if length <= PART {
        let payload = block(&mut file, length)?;
        let bucket = bucket.clone();
        let options = PutOptions { attributes, ..PutOptions::default() };
        return wait(async move {
            bucket.0.service.put_opts(&path, payload, options).await.map(drop).map_err(to_io)
        })?;
    }
    let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
    let this = bucket.clone();
    let begun = wait(async move { this.0.service.put_multipart_opts(&path, options).await.map_err(to_io) })?;
    let mut upload = Some(begun?);
    let sent = in_parts(&mut upload, &mut file, length);
    // What was sent of an upload that failed must not lie there unseen, and be paid for. When not even this reaches the
    // service, its own rule for unfinished uploads is what is left.
    if let (Err(_), Some(mut upload)) = (&sent, upload) {
        let _ = wait(async move { upload.abort().await });
    }
    sent
}

/// Sends part after part. `upload` is taken out only while a request is under way.
fn in_parts(upload: &mut Option<Upload>, file: &mut File, length: u64) -> io::Result<()> {
    let part = part_size(length);
    let mut left = length;
    while left > 0 {
        let size = part.min(left);
        let payload = block(file, size)?;
        left -= size;
        step(upload, Some(payload))?;
    }
    step(upload, None)
}

/// Sends one part, or completes the upload when there is none left.
fn step(upload: &mut Option<Upload>, part: Option<PutPayload>) -> io::Result<()> {
    let mut taken = upload.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let (back, result) = wait(async move {
        let result = match part {
            Some(part) => taken.put_part(part).await,
            None => taken.complete().await.map(drop),
        };
        (taken, result)
    })?;
    *upload = Some(back);
    result.map_err(to_io)
}

/// How long the parts are of a file of `length` bytes: whole MiB.
fn part_size(length: u64) -> u64 {
    length.div_ceil(PARTS).max(PART).next_multiple_of(1 << 20)
}

/// The next `length` bytes of the file; one that ends before is an error.
fn block(file: &mut File, length: u64) -> io::Result<PutPayload> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
    let read = file.take(length).read_to_end(&mut bytes)?;
    if read as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_object_that_the_protocol_knows_fits_into_its_parts() {
        assert_eq!(part_size(PART + 1), PART);
        let largest: u64 = 5 << 40;
        assert!(largest.div_ceil(part_size(largest)) <= PARTS && part_size(largest).is_multiple_of(1 << 20));
    }
}
