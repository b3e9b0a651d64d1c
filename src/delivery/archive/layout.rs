//! Where everything stands in a zip (PKWARE's APPNOTE 6.3.10), with zip64 where 32 bits are not enough.

use std::collections::HashSet;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::storage::StorageKey;

/// What 32 bits can't hold: the place for it says so, and an extra field holds it.
const LIMIT: u64 = 0xffff_ffff;
/// 2.0: the first version that knows folders; 4.5: zip64.
const VERSION: u16 = 20;
const VERSION_ZIP64: u16 = 45;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// A plain file that its owner may write and all may read, as Unix says it.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// The longest name, in bytes.
const LONGEST: usize = 200;

/// A file that goes into a zip.
#[derive(Debug, Clone)]
pub struct Member {
    /// What it is called; any text.
    pub name: String,
    /// Which bytes of the store.
    pub key: StorageKey,
    /// How many.
    pub length: u64,
    /// Their CRC-32.
    pub crc32: u32,
    /// When it was made: seconds since 1970.
    pub made_at: i64,
}

/// A piece of a zip.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    File(StorageKey, u64),
}

impl Piece {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, length) => *length,
        }
    }
}

/// A zip that is not made yet. The same members make the same bytes.
#[derive(Debug, Clone)]
pub struct Layout {
    pieces: Vec<Piece>,
    /// Where each member's bytes are.
    places: Vec<Range<u64>>,
    length: u64,
    etag: String,
}

impl Layout {
    /// The zip of `members`, in their order. Of equal names the later ones get a number.
    #[must_use]
    pub fn new(members: &[Member]) -> Self {
        let (mut pieces, mut places, mut directory) = (Vec::new(), Vec::new(), Vec::new());
        let mut at = 0;
        let mut hash = Sha256::new();
        let mut names = HashSet::new();
        for member in members {
            let name = unique(&clean(&member.name), &mut names);
            let head = local_header(&name, member);
            directory.extend(central_header(&name, member, at));
            hash.update(&head);
            hash.update(member.key.as_str());
            at += head.len() as u64;
            pieces.push(Piece::Bytes(head));
            places.push(at..at + member.length);
            pieces.push(Piece::File(member.key.clone(), member.length));
            at += member.length;
        }
        let end = end(members.len() as u64, directory.len() as u64, at);
        at += (directory.len() + end.len()) as u64;
        directory.extend(end);
        pieces.push(Piece::Bytes(directory));
        let etag: String = crate::ids::hex(&hash.finalize()).chars().take(32).collect();
        Self { pieces, places, length: at, etag: format!("\"{etag}-{at:x}\"") }
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Where the bytes of each member are, in the order of the members.
    #[must_use]
    pub fn places(&self) -> &[Range<u64>] {
        &self.places
    }

    pub(super) fn etag(&self) -> String {
        self.etag.clone()
    }

    /// The pieces that `part` touches, each with what is wanted of it.
    pub(super) fn cut(self, part: &Range<u64>) -> Vec<(Piece, Range<u64>)> {
        let mut at = 0;
        let mut cut = Vec::new();
        for piece in self.pieces {
            let length = piece.length();
            let from = part.start.clamp(at, at + length) - at;
            let to = part.end.clamp(at, at + length) - at;
            if from < to {
                cut.push((piece, from..to));
            }
            at += length;
        }
        cut
    }
}

/// A name that every program can write: no folders, no control characters, no hidden files.
fn clean(name: &str) -> String {
    let mut clean: String = name
        .chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .collect::<String>()
        .trim_matches(|c: char| c == '.' || c.is_whitespace())
        .to_owned();
    if clean.len() > LONGEST {
        let (stem, extension) =
            clean.rsplit_once('.').filter(|(_, ext)| ext.len() < 12).unwrap_or((&clean, ""));
        let mut end = LONGEST.min(stem.len());
        while !stem.is_char_boundary(end) {
            end -= 1;
        }
        let stem = stem.get(..end).unwrap_or_default();
        clean = if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") };
    }
    if clean.is_empty() { "file".to_owned() } else { clean }
}

/// `name`, with a number before its extension if one like it was there: some file systems don't tell a from A.
fn unique(name: &str, names: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 1;
    while !names.insert(candidate.to_lowercase()) {
        number += 1;
        candidate = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
            None => format!("{name} ({number})"),
        };
    }
    candidate
}

/// Little-endian fields, one after the other.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    /// The value, or the mark that it stands in the extra field.
    fn u32_or_mark(self, value: u64) -> Self {
        self.u32(u32::try_from(value.min(LIMIT)).unwrap_or(u32::MAX))
    }

    fn u16_or_mark(self, value: u64) -> Self {
        self.u16(u16::try_from(value.min(0xffff)).unwrap_or(u16::MAX))
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn local_header(name: &str, member: &Member) -> Vec<u8> {
    let extra = if member.length >= LIMIT {
        Fields::default().u16(1).u16(16).u64(member.length).u64(member.length).0
    } else {
        Vec::new()
    };
    let length = if extra.is_empty() { member.length } else { LIMIT };
    let (time, date) = dos_time(member.made_at);
    Fields::default()
        .u32(0x0403_4b50)
        .u16(if extra.is_empty() { VERSION } else { VERSION_ZIP64 })
        .u16(FLAGS)
        .u16(0)
        .u16(time)
        .u16(date)
        .u32(member.crc32)
        .u32_or_mark(length)
        .u32_or_mark(length)
        .u16(short(name.len()))
        .u16(short(extra.len()))
        .bytes(name.as_bytes())
        .bytes(&extra)
        .0
}

fn central_header(name: &str, member: &Member, at: u64) -> Vec<u8> {
    let mut long = Fields::default();
    if member.length >= LIMIT {
        long = long.u64(member.length).u64(member.length);
    }
    if at >= LIMIT {
        long = long.u64(at);
    }
    let extra = match long.0.len() {
        0 => Vec::new(),
        length => Fields::default().u16(1).u16(short(length)).bytes(&long.0).0,
    };
    let version = if extra.is_empty() { VERSION } else { VERSION_ZIP64 };
    let (time, date) = dos_time(member.made_at);
    Fields::default()
        .u32(0x0201_4b50)
        // Made on Unix.
        .u16((3 << 8) | version)
        .u16(version)
        .u16(FLAGS)
        .u16(0)
        .u16(time)
        .u16(date)
        .u32(member.crc32)
        .u32_or_mark(member.length)
        .u32_or_mark(member.length)
        .u16(short(name.len()))
        .u16(short(extra.len()))
        .u16(0)
        .u16(0)
        .u16(0)
        .u32(ATTRIBUTES)
        .u32_or_mark(at)
        .bytes(name.as_bytes())
        .bytes(&extra)
        .0
}

/// What closes a zip whose directory of `size` bytes begins at `at`.
fn end(count: u64, size: u64, at: u64) -> Vec<u8> {
    let mut fields = Fields::default();
    if count >= 0xffff || size >= LIMIT || at >= LIMIT {
        fields = fields
            .u32(0x0606_4b50)
            .u64(44)
            .u16((3 << 8) | VERSION_ZIP64)
            .u16(VERSION_ZIP64)
            .u32(0)
            .u32(0)
            .u64(count)
            .u64(count)
            .u64(size)
            .u64(at)
            .u32(0x0706_4b50)
            .u32(0)
            .u64(at + size)
            .u32(1);
    }
    fields
        .u32(0x0605_4b50)
        .u16(0)
        .u16(0)
        .u16_or_mark(count)
        .u16_or_mark(count)
        .u32_or_mark(size)
        .u32_or_mark(at)
        .u16(0)
        .0
}

/// Time and date as DOS wrote them: from 1980, in steps of two seconds.
fn dos_time(seconds: i64) -> (u16, u16) {
    use chrono::{Datelike as _, Timelike as _};
    let first = (0, (1 << 5) | 1);
    let Some(time) = chrono::DateTime::from_timestamp(seconds, 0) else { return first };
    let (Ok(year), false) = (u16::try_from(time.year() - 1980), time.year() > 2107) else { return first };
    let part = |value: u32| u16::try_from(value).unwrap_or(0);
    let date = (year << 9) | (part(time.month()) << 5) | part(time.day());
    let clock = (part(time.hour()) << 11) | (part(time.minute()) << 5) | part(time.second() / 2);
    (clock, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, length: u64) -> Member {
        let key = "ab/cd/ef.pdf".parse().unwrap();
        Member { name: name.to_owned(), key, length, crc32: 7, made_at: 1_767_225_600 }
    }

    #[test]
    fn the_same_members_make_the_same_zip_and_others_another() {
        let one = Layout::new(&[member("Emma.pdf", 10)]);
        assert_eq!(one.etag(), Layout::new(&[member("Emma.pdf", 10)]).etag());
        assert_ne!(one.etag(), Layout::new(&[member("Emma.pdf", 11)]).etag());
        assert_ne!(one.etag(), Layout::new(&[Member { crc32: 8, ..member("Emma.pdf", 10) }]).etag());
    }

    #[test]
    fn what_32_bits_cannot_hold_stands_in_the_long_fields() {
        let large = 5 << 30;
        let layout = Layout::new(&[member("Large.pdf", large), member("Small.pdf", 3)]);
        let directory = match layout.pieces.last() {
            Some(Piece::Bytes(bytes)) => bytes.clone(),
            other => panic!("{other:?}"),
        };
        let has = |needle: &[u8]| directory.windows(needle.len()).any(|window| window == needle);
        assert!(has(&large.to_le_bytes()), "the length of the large one");
        let start_of_small = layout.places[1].start - 30 - "Small.pdf".len() as u64;
        assert!(has(&start_of_small.to_le_bytes()), "where the small one begins");
        assert!(has(&0x0606_4b50_u32.to_le_bytes()) && has(&0x0706_4b50_u32.to_le_bytes()));
        assert!(!Layout::new(&[member("Small.pdf", 3)]).pieces.iter().any(|piece| matches!(piece,
            Piece::Bytes(bytes) if bytes.windows(4).any(|window| window == 0x0606_4b50_u32.to_le_bytes()))));
    }

    #[test]
    fn every_byte_belongs_to_one_piece_however_it_is_cut() {
        let layout = Layout::new(&[member("a.pdf", 100), member("a.pdf", 0), member("A.pdf", 7)]);
        let length = layout.length();
        for at in 0..length {
            let sum = |part: Range<u64>| -> u64 {
                layout.clone().cut(&part).iter().map(|(_, range)| range.end - range.start).sum()
            };
            assert_eq!((sum(0..at), sum(at..length)), (at, length - at));
        }
    }

    #[test]
    fn names_lead_nowhere_and_none_is_there_twice() {
        for (name, expected) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            (".hidden", "hidden"),
            ("C:\\x\n.pdf", "C__x_.pdf"),
            ("", "file"),
            ("…", "…"),
        ] {
            assert_eq!(clean(name), expected);
        }
        assert!(clean(&format!("{}.pdf", "ä".repeat(300))).ends_with("ä.pdf"));
        let mut names = HashSet::new();
        let all: Vec<String> =
            ["a.pdf", "A.pdf", "a.pdf", "b"].iter().map(|name| unique(name, &mut names)).collect();
        assert_eq!(all, ["a.pdf", "A (2).pdf", "a (3).pdf", "b"]);
    }
}
