//! Zip archives from strangers: bounded before anything is unpacked, and read file by file.

use std::cell::Cell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::{CompressionMethod, ZipArchive};

use super::{Deadline, Limits};

/// The most bytes that the list of an archive's files may take.
const LONGEST_LIST: u64 = 6 << 20;
/// Files smaller than this may be packed as tightly as they like.
const SMALL: u64 = 1 << 20;

/// Why an archive is refused, in a sentence; or the disk failed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What is wrong with it.
    Sentence(String),
    /// The disk failed.
    Disk(io::Error),
}

impl Refusal {
    fn of(sentence: &str) -> Self {
        Self::Sentence(sentence.to_owned())
    }
}

/// A file that reads no more bytes than it may: a list of files can't claim to be longer than it should.
#[derive(Debug)]
struct Measured {
    file: File,
    left: Rc<Cell<u64>>,
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other("more than may be read"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}

impl Seek for Measured {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A file in an archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its name, with `/` between folders.
    pub(super) name: String,
    /// Its bytes once unpacked, as it says itself.
    pub(super) size: u64,
    /// Whether it is kept as it is.
    pub(super) is_stored: bool,
    /// Where it begins in the archive.
    pub(super) start: u64,
    index: usize,
}

/// An archive that keeps the limits.
#[derive(Debug)]
pub(super) struct Archive {
    zip: ZipArchive<Measured>,
    /// Its files without folders, in the order of its list.
    pub(super) entries: Vec<Entry>,
}

impl Archive {
    /// Opens an archive; `what` it is called, `a CBZ` for example.
    pub(super) fn open(file: File, length: u64, what: &str, limits: &Limits) -> Result<Self, Refusal> {
        let left = Rc::new(Cell::new(LONGEST_LIST));
        let zip = match ZipArchive::new(Measured { file, left: Rc::clone(&left) }) {
            Ok(zip) => zip,
            Err(zip::result::ZipError::Io(error)) if error.raw_os_error().is_some() => {
                return Err(Refusal::Disk(error));
            }
            Err(_) => {
                return Err(Refusal::Sentence(format!(
                    "This isn't {what} that can be opened: the list of its files is damaged, cut off or far too long. \
                     Please save it again."
                )));
            }
        };
        if zip.len() > limits.entries {
            return Err(Refusal::Sentence(format!(
                "This archive holds more than {} files: no book needs that many, so it is not opened.",
                limits.entries
            )));
        }
        // From here on what is read is bounded by what is asked for.
        left.set(u64::MAX);
        let mut archive = Self { zip, entries: Vec::new() };
        archive.list(length, limits)?;
        Ok(archive)
    }

    /// Checks what the archive says of its files, before any is unpacked.
    fn list(&mut self, length: u64, limits: &Limits) -> Result<(), Refusal> {
        let bomb = || {
            Refusal::of(
                "This archive would fill the disk when it is unpacked (a “zip bomb”). It is not opened.",
            )
        };
        let mut names = HashSet::new();
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        for index in 0..self.zip.len() {
            let file = self.zip.by_index_data(index).map_err(|_| damaged())?;
            let name = file.name().map_err(|_| damaged())?.into_owned();
            if file.encrypted() {
                return Err(Refusal::of(
                    "This archive is locked with a password. Please make it again without one.",
                ));
            }
            if file.is_symlink() || !is_inside(&name) {
                return Err(Refusal::of(
                    "This archive names a file outside of its own folder. That is how programs are attacked, so it \
                     is not opened.",
                ));
            }
            if !names.insert(name.clone()) {
                return Err(Refusal::Sentence(format!(
                    "This archive has two files named “{}”.",
                    super::one_line(&name, 80)
                )));
            }
            let (small, large) = (file.compressed_size(), file.size());
            packed = packed.saturating_add(small);
            unpacked = unpacked.saturating_add(large);
            if large > SMALL && large / small.max(1) > limits.ratio {
                return Err(bomb());
            }
            if file.is_dir() {
                continue;
            }
            self.entries.push(Entry {
                name,
                size: large,
                is_stored: file.compression() == CompressionMethod::Stored,
                start: file.header_start(),
                index,
            });
        }
        // Files that share their bytes are how a small archive becomes a large one.
        if unpacked > limits.unpacked || packed > length {
            return Err(bomb());
        }
        match self.zip.has_overlapping_entries() {
            Ok(false) => Ok(()),
            Ok(true) => Err(bomb()),
            Err(_) => Err(damaged()),
        }
    }

    /// The entry of a name.
    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// All of a file; nothing when it is larger than `most`, or damaged.
    pub(super) fn read(&mut self, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        if entry.size > most as u64 {
            return None;
        }
        let file = self.zip.by_index(entry.index).ok()?;
        let mut bytes = Vec::new();
        let read = file.take(most as u64 + 1).read_to_end(&mut bytes).ok()?;
        (read <= most).then_some(bytes)
    }

    /// Unpacks every file to nowhere: whether each is whole, and as long as it says.
    pub(super) fn check(&mut self, deadline: Deadline) -> Checked {
        let mut block = vec![0; 128 << 10];
        for entry in self.entries.clone() {
            let Ok(mut file) = self.zip.by_index(entry.index) else { return Checked::Damaged(entry.name) };
            let mut length = 0_u64;
            loop {
                if deadline.is_over() {
                    return Checked::Late;
                }
                match file.read(&mut block) {
                    Ok(0) => break,
                    Ok(read) => length += read as u64,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return Checked::Damaged(entry.name),
                }
                if length > entry.size {
                    return Checked::Damaged(entry.name);
                }
            }
            if length != entry.size {
                return Checked::Damaged(entry.name);
            }
        }
        Checked::Whole
    }
}

/// What came of unpacking everything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Whole,
    /// This file is damaged.
    Damaged(String),
    /// It took too long.
    Late,
}

fn damaged() -> Refusal {
    Refusal::of("This archive is damaged. Please make it again.")
}

/// Whether a name stays in its folder.
fn is_inside(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('/')
        && !name.contains(['\\', '\0', ':'])
        && name.split('/').all(|part| part != "..")
}
