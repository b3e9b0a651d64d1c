//! The parts of an answer to a range.

use std::ops::Range;

use crate::client::Reply;

/// The bytes of a 206 answer with what each part says of its place, whether it is one part or several.
pub fn parts(reply: &Reply) -> Vec<(String, Vec<u8>)> {
    if let Some(place) = reply.header("Content-Range") {
        return vec![(place.to_owned(), reply.body.clone())];
    }
    let media_type = reply.header("Content-Type").unwrap();
    let boundary =
        media_type.strip_prefix("multipart/byteranges; boundary=").expect(media_type).trim_matches('"');
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may stand at the very beginning (RFC 2046 §5.1.1).
    let body = [b"\r\n", reply.body.as_slice()].concat();
    let mut rest = body.as_slice();
    let mut parts = Vec::new();
    let find =
        |text: &[u8], what: &str| text.windows(what.len()).position(|window| window == what.as_bytes());
    while let Some(at) = find(rest, &delimiter) {
        rest = &rest[at + delimiter.len()..];
        if rest.starts_with(b"--") {
            return parts;
        }
        let head_end = find(rest, "\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let place = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("Content-Range").then(|| value.trim().to_owned())
        });
        rest = &rest[head_end + 4..];
        let end = find(rest, &delimiter).unwrap();
        parts.push((place.unwrap(), rest[..end].to_vec()));
    }
    panic!("the last delimiter is missing")
}

/// `bytes 0-9/1000`, counted from 0 without its end.
pub fn place_of(text: &str) -> Option<Range<usize>> {
    let (first, last) = text.strip_prefix("bytes ")?.strip_suffix("/1000")?.split_once('-')?;
    Some(first.parse().ok()?..last.parse::<usize>().ok()? + 1)
}
