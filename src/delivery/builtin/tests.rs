use super::*;
use crate::storage::Source;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::io::AsyncReadExt;

/// A stored file with `bytes`, of the time 1,000,000,000 (hexadecimal 3b9aca00).
fn stored(bytes: &[u8]) -> StoredFile {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    StoredFile {
        source: Source::File(Arc::new(file)),
        length: bytes.len() as u64,
        modified: UNIX_EPOCH + Duration::from_secs(1_000_000_000),
    }
}

fn handoff(name: &str) -> Handoff {
    Handoff { key: "a.pdf".parse().unwrap(), length: 0, file_name: name.to_owned() }
}

fn answer(bytes: &[u8], conditions: Conditions) -> Answer {
    send(&handoff("Emma.pdf"), &conditions, stored(bytes)).unwrap()
}

fn range(header: &str) -> Conditions {
    Conditions { range: Some(header.to_owned()), ..Conditions::default() }
}

async fn bytes_of(answer: Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    match answer.body {
        Body::File(mut reader) => {
            let length = reader.length();
            reader.read_to_end(&mut bytes).await.unwrap();
            assert_eq!(bytes.len() as u64, length, "the promised length");
        }
        Body::Text(text) => bytes = text.into_bytes(),
        Body::Archive(_) | Body::Empty => {}
    }
    bytes
}

/// A megabyte in which no two places look alike.
fn book() -> Vec<u8> {
    (0..262_144_u32).flat_map(u32::to_le_bytes).collect()
}

#[tokio::test]
async fn a_whole_file_comes_with_all_that_a_browser_must_know() {
    let book = book();
    let answer = answer(&book, Conditions::default());
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("Content-Type", "application/pdf"),
        ("Content-Disposition", "attachment; filename=\"Emma.pdf\"; filename*=UTF-8''Emma.pdf"),
        ("ETag", "\"3b9aca00-100000\""),
        ("Last-Modified", "Sun, 09 Sep 2001 01:46:40 GMT"),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Cookie"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Accel-Buffering", "no"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let mut names: Vec<_> = answer.headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), answer.headers.len(), "each header once");
    assert!(bytes_of(answer).await == book);
}

#[tokio::test]
async fn a_part_is_the_right_slice() {
    let book = book();
    for (header, part) in
        [("bytes=0-0", 0..1), ("bytes=-7", 1_048_569..1_048_576), ("bytes=131000-400000", 131_000..400_001)]
    {
        let answer = answer(&book, range(header));
        assert_eq!(answer.status, 206);
        let expected = format!("bytes {}-{}/1048576", part.start, part.end - 1);
        assert_eq!(answer.header("Content-Range"), Some(expected.as_str()));
        assert!(bytes_of(answer).await == book[part], "{header}");
    }
}

#[tokio::test]
async fn several_parts_come_as_multipart_of_the_promised_length() {
    let answer = answer(b"0123456789", range("bytes=0-1,8-"));
    assert_eq!(answer.status, 206);
    assert_eq!(answer.header("Content-Range"), None);
    let boundary = answer
        .header("Content-Type")
        .unwrap()
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap()
        .to_owned();
    let text = String::from_utf8(bytes_of(answer).await).unwrap();
    let part = |range: &str, bytes: &str| {
        format!(
            "\r\n--{boundary}\r\nContent-Type: application/pdf\r\nContent-Range: bytes {range}/10\r\n\r\n{bytes}"
        )
    };
    assert_eq!(text, format!("{}{}\r\n--{boundary}--\r\n", part("0-1", "01"), part("8-9", "89")));
}

#[tokio::test]
async fn what_cannot_be_sent_says_why_and_carries_no_file() {
    let answer_416 = answer(b"0123456789", range("bytes=10-"));
    assert_eq!(answer_416.status, 416);
    assert_eq!(answer_416.header("Content-Range"), Some("bytes */10"));
    assert_eq!(answer_416.header("Content-Disposition"), None);
    let mut conditions = range("bytes=0-1");
    conditions.if_match = Some("\"other\"".to_owned());
    let answer_412 = answer(b"0123456789", conditions);
    assert_eq!(answer_412.status, 412);
    assert_eq!(bytes_of(answer_412).await, b"The file has changed.\n");
}

#[tokio::test]
async fn a_file_that_the_client_has_is_not_sent_again() {
    let mut conditions = range("bytes=0-1");
    conditions.if_none_match = Some("\"3b9aca00-a\"".to_owned());
    let answer = answer(b"0123456789", conditions);
    assert_eq!(answer.status, 304);
    assert_eq!(answer.header("ETag"), Some("\"3b9aca00-a\""));
    assert_eq!(answer.header("Content-Type"), None);
    assert!(bytes_of(answer).await.is_empty());
}

#[tokio::test]
async fn a_download_of_another_state_starts_anew() {
    let mut conditions = range("bytes=5-");
    conditions.if_range = Some("\"3b9aca00-b\"".to_owned());
    let answer = answer(b"0123456789", conditions);
    assert_eq!(answer.status, 200);
    assert_eq!(bytes_of(answer).await, b"0123456789");
}

#[tokio::test]
async fn head_ignores_a_range_and_promises_the_whole_length() {
    let answer = answer(b"0123456789", Conditions { head: true, ..range("bytes=5-") });
    assert_eq!(answer.status, 200);
    assert!(matches!(answer.body, Body::File(reader) if reader.length() == 10));
}

#[tokio::test]
async fn an_empty_file_is_sent_whole() {
    let answer = answer(b"", range("bytes=0-0"));
    assert_eq!(answer.status, 200);
    assert!(bytes_of(answer).await.is_empty());
}

#[tokio::test]
async fn a_file_cut_short_while_it_is_sent_breaks_the_download() {
    let mut file = stored(&book());
    file.length += 1;
    let Body::File(mut reader) = send(&handoff("x"), &Conditions::default(), file).unwrap().body else {
        panic!("a file's body");
    };
    let broken = reader.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(broken.kind(), io::ErrorKind::UnexpectedEof);
}
