//! A PDF on disk: its table of objects, and objects read one at a time.
//!
//! The crates that read PDFs want all of a file in memory. A shop takes files of gigabytes on a small machine, and has
//! few questions; so this reads the table and then only what is asked for.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::object::{Bad, Dict, Object, Parser};
use super::unpack;
use crate::inspection::Deadline;

/// The largest object number that is believed; about what readers take (ISO 32000-1 annex C).
const MOST_OBJECTS: u64 = 4_000_000;
/// The most bytes of one object without a stream.
const LONGEST_OBJECT: usize = 4 << 20;
/// How many tables may refer to each other: one for each time that the file was saved.
const MOST_TABLES: usize = 1000;

/// Why a PDF, or an object in it, can't be read.
#[derive(Debug)]
pub(in crate::inspection) enum Damage {
    /// It is not as it should be.
    Broken,
    /// It takes too long.
    Late,
    /// The disk failed.
    Disk(io::Error),
}

impl From<io::Error> for Damage {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Where an object is: packed, since a file may have millions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place(u64);

impl Place {
    const FREE: Place = Place(1 << 62);
    const PACKED: u64 = 2 << 62;
    const MASK: u64 = 3 << 62;

    fn at(offset: u64) -> Place {
        Place((offset & !Self::MASK) | Self::MASK)
    }

    fn packed(stream: u64, index: u64) -> Place {
        Place(Self::PACKED | ((stream & 0xffff_ffff) << 24) | (index & 0xff_ffff))
    }

    /// The offset, when it lies by itself.
    fn offset(self) -> Option<u64> {
        (self.0 & Self::MASK == Self::MASK).then_some(self.0 & !Self::MASK)
    }

    /// The stream that it lies in, and its place there.
    fn stream(self) -> Option<(u32, usize)> {
        (self.0 & Self::MASK == Self::PACKED).then_some((
            u32::try_from((self.0 >> 24) & 0xffff_ffff).unwrap_or_default(),
            usize::try_from(self.0 & 0xff_ffff).unwrap_or_default(),
        ))
    }
}

/// An object with a stream: its dictionary, and where its bytes are.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) object: Object,
    /// The offset and the length of its stream, if it has one.
    pub(super) stream: Option<(u64, u64)>,
}

/// An unpacked stream of objects: its number, where each object begins, and its bytes.
#[derive(Debug)]
struct Unpacked {
    number: u32,
    starts: Vec<usize>,
    bytes: Vec<u8>,
}

/// A PDF on disk.
#[derive(Debug)]
pub(super) struct Document {
    file: File,
    length: u64,
    /// What precedes the header; offsets count from there in some files.
    junk: u64,
    places: Vec<Place>,
    /// The newest trailer.
    pub(super) trailer: Dict,
    unpacked: Vec<Unpacked>,
    deadline: Deadline,
}

impl Document {
    /// Reads the table of objects.
    pub(super) fn open(file: File, length: u64, deadline: Deadline) -> Result<Self, Damage> {
        let mut document = Self {
            file,
            length,
            junk: 0,
            places: Vec::new(),
            trailer: Dict::new(),
            unpacked: Vec::new(),
            deadline,
        };
        let head = document.bytes(0, 1024)?;
        let at = head.windows(5).position(|window| window == b"%PDF-").ok_or(Damage::Broken)?;
        document.junk = at as u64;
        let start = document.start()?;
        document.tables(start)?;
        if document.trailer.is_empty() {
            return Err(Damage::Broken);
        }
        Ok(document)
    }

    /// Some bytes; fewer at the file's end.
    fn bytes(&self, offset: u64, most: usize) -> Result<Vec<u8>, Damage> {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; most.min(there)];
        self.file.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// The bytes of a stream's part, for copying.
    pub(super) fn raw(&self, offset: u64, most: usize) -> Result<Vec<u8>, Damage> {
        if self.deadline.is_over() {
            return Err(Damage::Late);
        }
        self.bytes(offset, most)
    }

    /// Where the newest table is, as the end of the file says.
    fn start(&self) -> Result<u64, Damage> {
        let from = self.length.saturating_sub(16 << 10);
        let tail = self.bytes(from, 16 << 10)?;
        let word = b"startxref";
        let at = tail.windows(word.len()).rposition(|window| window == word).ok_or(Damage::Broken)?;
        let mut rest = tail.get(at + word.len()..).unwrap_or_default().to_vec();
        rest.push(b' ');
        Parser::new(&rest).number().map_err(|_| Damage::Broken)
    }

    /// Reads a table and those that it refers to; what is read first is newer.
    fn tables(&mut self, start: u64) -> Result<(), Damage> {
        let mut next = vec![start];
        let mut seen = HashSet::new();
        while let Some(offset) = next.pop() {
            if seen.len() > MOST_TABLES || self.deadline.is_over() {
                return Err(Damage::Late);
            }
            if !seen.insert(offset) {
                continue;
            }
            let trailer = match self.table(offset) {
                Err(Damage::Broken) if self.junk > 0 => self.table(offset + self.junk)?,
                other => other?,
            };
            let linked =
                |key: &[u8]| trailer.get(key).and_then(Object::as_int).and_then(|at| u64::try_from(at).ok());
            // What is hidden in a stream for newer readers goes before the older table.
            next.extend(linked(b"Prev"));
            next.extend(linked(b"XRefStm"));
            if self.trailer.is_empty() {
                self.trailer = trailer;
            }
        }
        Ok(())
    }

    fn table(&mut self, offset: u64) -> Result<Dict, Damage> {
        if offset >= self.length {
            return Err(Damage::Broken);
        }
        let head = self.bytes(offset, 64)?;
        let mut parser = Parser::new(&head);
        if parser.word(b"xref") { self.classic(offset + parser.at as u64) } else { self.streamed(offset) }
    }

    /// A table of lines (ISO 32000-2 §7.5.4).
    fn classic(&mut self, mut offset: u64) -> Result<Dict, Damage> {
        loop {
            if self.deadline.is_over() {
                return Err(Damage::Late);
            }
            let head = self.bytes(offset, 128)?;
            let mut parser = Parser::new(&head);
            if parser.word(b"trailer") {
                let (trailer, _) = self.parse(offset + parser.at as u64, LONGEST_OBJECT)?;
                return match trailer {
                    Object::Dict(dict) => Ok(dict),
                    _ => Err(Damage::Broken),
                };
            }
            let (Ok(first), Ok(count)) = (parser.number(), parser.number()) else {
                return Err(Damage::Broken);
            };
            parser.skip();
            offset += parser.at as u64;
            if first.saturating_add(count) > MOST_OBJECTS || offset + count * 18 > self.length {
                return Err(Damage::Broken);
            }
            offset = self.lines(offset, first, count)?;
        }
    }

    /// `count` lines of a table, which have twenty bytes each, or nineteen as some programs write them. Returns where
    /// they end.
    fn lines(&mut self, mut offset: u64, first: u64, count: u64) -> Result<u64, Damage> {
        let mut number = first;
        let mut left = count;
        while left > 0 {
            let block = self.bytes(offset, 64 << 10)?;
            let mut parser = Parser::new(&block);
            let mut done = 0;
            let mut end = 0;
            while done < left {
                let (Ok(place), Ok(_)) = (parser.number(), parser.number()) else { break };
                parser.skip();
                let Some(kind) = block.get(parser.at) else { break };
                let place = match kind {
                    b'n' => Place::at(place),
                    b'f' => Place::FREE,
                    _ => return Err(Damage::Broken),
                };
                parser.at += 1;
                self.set(number, place);
                number += 1;
                done += 1;
                end = parser.at;
            }
            if done == 0 {
                return Err(Damage::Broken);
            }
            left -= done;
            offset += end as u64;
        }
        Ok(offset)
    }

    /// A table in a stream (ISO 32000-2 §7.5.8).
    fn streamed(&mut self, offset: u64) -> Result<Dict, Damage> {
        let found = self.indirect(offset, None)?;
        let Object::Dict(dict) = &found.object else { return Err(Damage::Broken) };
        if !dict.get(b"Type".as_slice()).is_some_and(|kind| kind.is_name(b"XRef")) {
            return Err(Damage::Broken);
        }
        let numbers = |key: &[u8]| -> Option<Vec<u64>> {
            match dict.get(key)? {
                Object::Array(items) => items
                    .iter()
                    .map(|item| item.as_int().and_then(|number| u64::try_from(number).ok()))
                    .collect(),
                _ => None,
            }
        };
        let widths = numbers(b"W").ok_or(Damage::Broken)?;
        let &[kind, second, third] = widths.as_slice() else { return Err(Damage::Broken) };
        let width = kind.saturating_add(second).saturating_add(third);
        if width == 0 || width > 24 {
            return Err(Damage::Broken);
        }
        let size =
            dict.get(b"Size".as_slice()).and_then(Object::as_int).and_then(|size| u64::try_from(size).ok());
        let index = numbers(b"Index").unwrap_or_else(|| vec![0, size.unwrap_or_default()]);
        let bytes = self.unpack(&found)?;
        let mut rows = bytes.chunks_exact(usize::try_from(width).unwrap_or(1));
        let field = |row: &mut &[u8], width: u64| {
            let width = usize::try_from(width).unwrap_or_default();
            let (field, rest) = row.split_at_checked(width).unwrap_or((&[], &[]));
            *row = rest;
            field.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte))
        };
        for pair in index.chunks_exact(2) {
            let &[first, count] = pair else { continue };
            if first.saturating_add(count) > MOST_OBJECTS {
                return Err(Damage::Broken);
            }
            for number in first..first + count {
                let Some(mut row) = rows.next() else { break };
                let is_plain = kind == 0;
                let kind = field(&mut row, kind);
                let (second, third) = (field(&mut row, second), field(&mut row, third));
                let place = match kind {
                    _ if is_plain => Place::at(second),
                    0 => Place::FREE,
                    1 => Place::at(second),
                    2 => Place::packed(second, third),
                    _ => continue,
                };
                self.set(number, place);
            }
        }
        let Object::Dict(dict) = found.object else { return Err(Damage::Broken) };
        Ok(dict)
    }

    /// Notes where an object is, unless a newer table has said it.
    fn set(&mut self, number: u64, place: Place) {
        let Ok(at) = usize::try_from(number) else { return };
        if at >= self.places.len() {
            self.places.resize(at + 1, Place::default());
        }
        if let Some(known) = self.places.get_mut(at)
            && *known == Place::default()
        {
            *known = place;
        }
    }

    /// An object at an offset and where it ends, read through a window that grows with it.
    fn parse(&self, offset: u64, most: usize) -> Result<(Object, u64), Damage> {
        let mut window = 4096;
        loop {
            let mut bytes = self.bytes(offset, window)?;
            let is_whole = offset + bytes.len() as u64 >= self.length;
            if is_whole {
                // Where a number ends here, no reference begins.
                bytes.extend_from_slice(b" ]");
            }
            let mut parser = Parser::new(&bytes);
            match parser.object() {
                Ok(object) => return Ok((object, offset + parser.at as u64)),
                Err(Bad::Short) if !is_whole && window < most => window *= 4,
                Err(_) => return Err(Damage::Broken),
            }
        }
    }

    /// The object that begins at an offset with `12 0 obj`.
    fn indirect(&self, offset: u64, number: Option<u32>) -> Result<Found, Damage> {
        if offset >= self.length {
            return Err(Damage::Broken);
        }
        let head = self.bytes(offset, 128)?;
        let mut parser = Parser::new(&head);
        let own = parser.number().map_err(|_| Damage::Broken)?;
        let named = parser.number().is_ok() && parser.word(b"obj");
        if !named || number.is_some_and(|number| u64::from(number) != own) {
            return Err(Damage::Broken);
        }
        let (object, end) = self.parse(offset + parser.at as u64, LONGEST_OBJECT)?;
        let Object::Dict(dict) = &object else { return Ok(Found { object, stream: None }) };
        let mut tail = self.bytes(end, 64)?;
        tail.push(b' ');
        let mut parser = Parser::new(&tail);
        if !parser.word(b"stream") {
            return Ok(Found { object, stream: None });
        }
        // The word is followed by CR LF or LF, then come the bytes.
        let mut at = parser.at;
        if tail.get(at) == Some(&13) {
            at += 1;
        }
        if tail.get(at) == Some(&10) {
            at += 1;
        }
        let start = end + at as u64;
        let length = match dict.get(b"Length".as_slice()) {
            Some(Object::Int(length)) => u64::try_from(*length).ok(),
            // A number by itself, never in a stream of objects that may need it.
            Some(Object::Ref(number)) => match self.place(*number).offset() {
                Some(offset) if Some(*number) != u32::try_from(own).ok() => self.plain_number(offset),
                _ => self.packed_number(*number),
            },
            _ => None,
        };
        let length = length.ok_or(Damage::Broken)?;
        if start.saturating_add(length) > self.length {
            return Err(Damage::Broken);
        }
        Ok(Found { object, stream: Some((start, length)) })
    }

    /// `12 0 obj 34`.
    fn plain_number(&self, offset: u64) -> Option<u64> {
        for offset in [offset, offset + self.junk] {
            let head = self.bytes(offset, 128).ok()?;
            let mut parser = Parser::new(&head);
            if parser.number().is_ok() && parser.number().is_ok() && parser.word(b"obj") {
                return parser.number().ok();
            }
        }
        None
    }

    /// A length that lies in a stream of objects, if that is unpacked already.
    fn packed_number(&self, number: u32) -> Option<u64> {
        let (stream, index) = self.place(number).stream()?;
        let unpacked = self.unpacked.iter().find(|unpacked| unpacked.number == stream)?;
        let bytes = unpacked.bytes.get(*unpacked.starts.get(index)?..)?;
        Parser::new(bytes).number().ok()
    }

    fn place(&self, number: u32) -> Place {
        usize::try_from(number).ok().and_then(|at| self.places.get(at)).copied().unwrap_or_default()
    }

    /// The object of a number; one that isn't there is null (ISO 32000-2 §7.3.10).
    pub(super) fn load(&mut self, number: u32) -> Result<Found, Damage> {
        if self.deadline.is_over() {
            return Err(Damage::Late);
        }
        let place = self.place(number);
        if let Some(offset) = place.offset() {
            return match self.indirect(offset, Some(number)) {
                Err(Damage::Broken) if self.junk > 0 => self.indirect(offset + self.junk, Some(number)),
                other => other,
            };
        }
        let Some((stream, index)) = place.stream() else {
            return Ok(Found { object: Object::Null, stream: None });
        };
        let unpacked = self.objects_of(stream)?;
        let start = unpacked.starts.get(index).copied().ok_or(Damage::Broken)?;
        let bytes = unpacked.bytes.get(start..).ok_or(Damage::Broken)?;
        let object = Parser::new(bytes).object().map_err(|_| Damage::Broken)?;
        Ok(Found { object, stream: None })
    }

    /// A stream of objects, unpacked; the last few are kept.
    fn objects_of(&mut self, number: u32) -> Result<&Unpacked, Damage> {
        if let Some(at) = self.unpacked.iter().position(|unpacked| unpacked.number == number) {
            let unpacked = self.unpacked.remove(at);
            self.unpacked.push(unpacked);
        } else {
            let offset = self.place(number).offset().ok_or(Damage::Broken)?;
            let found = self.indirect(offset, Some(number))?;
            let Object::Dict(dict) = &found.object else { return Err(Damage::Broken) };
            let number_at =
                |key: &[u8]| dict.get(key).and_then(Object::as_int).and_then(|n| usize::try_from(n).ok());
            let (count, first) = (number_at(b"N"), number_at(b"First"));
            let (Some(count), Some(first)) = (count, first) else { return Err(Damage::Broken) };
            let mut bytes = self.unpack(&found)?;
            bytes.extend_from_slice(b" ]");
            let mut parser = Parser::new(&bytes);
            let mut starts = Vec::new();
            for _ in 0..count.min(1_000_000) {
                let (Ok(_), Ok(start)) = (parser.number(), parser.number()) else {
                    return Err(Damage::Broken);
                };
                starts.push(first.saturating_add(usize::try_from(start).unwrap_or(usize::MAX)));
            }
            let kept: usize = self.unpacked.iter().map(|unpacked| unpacked.bytes.len()).sum();
            if self.unpacked.len() >= 8 || kept > 8 << 20 {
                self.unpacked.remove(0);
            }
            self.unpacked.push(Unpacked { number, starts, bytes });
        }
        self.unpacked.last().ok_or(Damage::Broken)
    }

    /// The bytes of a stream that is stored plainly or by Flate.
    fn unpack(&self, found: &Found) -> Result<Vec<u8>, Damage> {
        let (Object::Dict(dict), Some((start, length))) = (&found.object, found.stream) else {
            return Err(Damage::Broken);
        };
        if length > unpack::LONGEST {
            return Err(Damage::Broken);
        }
        unpack::unpack(self.bytes(start, usize::try_from(length).unwrap_or_default())?, dict)
    }

    /// What an object is once references are followed.
    pub(super) fn resolve(&mut self, object: &Object) -> Result<Object, Damage> {
        let mut object = object.clone();
        for _ in 0..8 {
            match object {
                Object::Ref(number) => object = self.load(number)?.object,
                other => return Ok(other),
            }
        }
        Err(Damage::Broken)
    }

    /// The dictionary under a key of another one; empty when there is none.
    pub(super) fn dict(&mut self, of: &Dict, key: &[u8]) -> Result<Dict, Damage> {
        match of.get(key).map(|object| self.resolve(object)).transpose()? {
            Some(Object::Dict(dict)) => Ok(dict),
            _ => Ok(Dict::new()),
        }
    }

    /// The document's catalogue.
    pub(super) fn catalog(&mut self) -> Result<Dict, Damage> {
        let trailer = self.trailer.clone();
        let catalog = self.dict(&trailer, b"Root")?;
        if catalog.contains_key(b"Pages".as_slice()) { Ok(catalog) } else { Err(Damage::Broken) }
    }
}
