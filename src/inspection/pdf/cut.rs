//! The first pages of a PDF as a PDF of their own.

use std::collections::{HashMap, VecDeque};
use std::io::Write;

use super::document::{Damage, Document};
use super::object::{Dict, Object, write_dict};
use super::outline::{self, Entry};
use super::{CutError, pages};

/// What a page takes along; all else belongs to the whole book, or runs.
const OF_A_PAGE: [&[u8]; 10] = [
    b"Resources",
    b"Contents",
    b"MediaBox",
    b"CropBox",
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
    b"Rotate",
    b"Group",
    b"UserUnit",
];
/// Notes on a page that are seen, and lead nowhere.
const SEEN: [&[u8]; 10] = [
    b"Highlight",
    b"Underline",
    b"StrikeOut",
    b"Squiggly",
    b"Square",
    b"Circle",
    b"Line",
    b"Polygon",
    b"Ink",
    b"Stamp",
];
/// The most objects that are copied.
const MOST_OBJECTS: usize = 1_000_000;

/// A PDF that is being written.
struct Cutter<'d, W> {
    document: &'d mut Document,
    to: W,
    written: u64,
    largest: u64,
    /// Where each object of the new PDF begins; the first has the number 1.
    offsets: Vec<u64>,
    /// The new numbers of old objects.
    numbers: HashMap<u32, u32>,
    /// The new numbers of the kept pages.
    kept: HashMap<u32, u32>,
    /// Old objects that have a number and are not written yet.
    waiting: VecDeque<u32>,
}

/// See [`super::first_pages`].
pub(super) fn first_pages(
    document: &mut Document,
    count: u32,
    largest: u64,
    to: impl Write,
) -> Result<(), CutError> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let mut kept = Vec::new();
    pages::walk(document, |_, page| {
        kept.push(page);
        Ok(kept.len() < most)
    })?;
    if kept.is_empty() {
        return Err(CutError::Unreadable);
    }
    let catalog = document.catalog()?;
    let entries = outline::read(document)?;
    let mut cutter = Cutter {
        document,
        to,
        written: 0,
        largest,
        offsets: Vec::new(),
        numbers: HashMap::new(),
        kept: HashMap::new(),
        waiting: VecDeque::new(),
    };
    cutter.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
    let root = cutter.number();
    let tree = cutter.number();
    let mut own = Vec::new();
    for page in &kept {
        let number = cutter.number();
        // A page that is named twice keeps the first place for what leads to it.
        cutter.kept.entry(page.number).or_insert(number);
        own.push(number);
    }
    for (page, &number) in kept.iter().zip(&own) {
        cutter.page(&catalog, page, number, tree)?;
    }
    let kids = own.iter().map(|&number| Object::Ref(number)).collect();
    let count = i64::try_from(own.len()).unwrap_or(i64::MAX);
    cutter.object(
        tree,
        &dict([
            (b"Type", Object::Name(b"Pages".to_vec())),
            (b"Kids", Object::Array(kids)),
            (b"Count", Object::Int(count)),
        ]),
    )?;
    let mut new = dict([(b"Type", Object::Name(b"Catalog".to_vec())), (b"Pages", Object::Ref(tree))]);
    if let Some(language) = catalog.get(b"Lang".as_slice()) {
        let language = cutter.document.resolve(language)?;
        if matches!(language, Object::Text(_)) {
            new.insert(b"Lang".to_vec(), language);
        }
    }
    // What is shown of layers is part of what the pages show.
    if let Some(layers) = catalog.get(b"OCProperties".as_slice()) {
        let layers = cutter.moved(layers.clone());
        new.insert(b"OCProperties".to_vec(), layers);
    }
    if let Some(outlines) = cutter.outlines(&entries)? {
        new.insert(b"Outlines".to_vec(), Object::Ref(outlines));
    }
    cutter.object(root, &new)?;
    let info = cutter.info()?;
    cutter.rest()?;
    cutter.end(root, info)
}

fn dict<const N: usize>(entries: [(&[u8], Object); N]) -> Dict {
    entries.into_iter().map(|(key, value)| (key.to_vec(), value)).collect()
}

impl<W: Write> Cutter<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), CutError> {
        self.written += bytes.len() as u64;
        if self.written > self.largest {
            return Err(CutError::TooLarge);
        }
        Ok(self.to.write_all(bytes)?)
    }

    /// A number for a new object.
    fn number(&mut self) -> u32 {
        self.offsets.push(0);
        u32::try_from(self.offsets.len()).unwrap_or(u32::MAX)
    }

    /// Notes that an object begins here.
    fn begin(&mut self, number: u32) {
        let at = usize::try_from(number).unwrap_or_default().wrapping_sub(1);
        if let Some(offset) = self.offsets.get_mut(at) {
            *offset = self.written;
        }
    }

    fn object(&mut self, number: u32, dict: &Dict) -> Result<(), CutError> {
        self.begin(number);
        let mut bytes = format!("{number} 0 obj\n").into_bytes();
        write_dict(dict, &mut bytes);
        bytes.extend_from_slice(b"\nendobj\n");
        self.put(&bytes)
    }

    /// `object` with the numbers that its references have in the new PDF.
    fn moved(&mut self, object: Object) -> Object {
        match object {
            Object::Ref(old) => {
                if let Some(&page) = self.kept.get(&old) {
                    return Object::Ref(page);
                }
                if let Some(&known) = self.numbers.get(&old) {
                    return Object::Ref(known);
                }
                let new = self.number();
                self.numbers.insert(old, new);
                self.waiting.push_back(old);
                Object::Ref(new)
            }
            Object::Array(items) => Object::Array(items.into_iter().map(|item| self.moved(item)).collect()),
            Object::Dict(dict) => Object::Dict(self.moved_dict(dict)),
            other => other,
        }
    }

    fn moved_dict(&mut self, dict: Dict) -> Dict {
        // The book's structure and its makers' own data stay behind.
        let stays = |key: &[u8]| matches!(key, b"StructParents" | b"StructParent" | b"PieceInfo" | b"AA");
        dict.into_iter().filter(|(key, _)| !stays(key)).map(|(key, value)| (key, self.moved(value))).collect()
    }

    fn page(&mut self, catalog: &Dict, page: &pages::Page, number: u32, tree: u32) -> Result<(), CutError> {
        let mut new = dict([(b"Type", Object::Name(b"Page".to_vec())), (b"Parent", Object::Ref(tree))]);
        for key in OF_A_PAGE {
            if let Some(value) = page.dict.get(key) {
                let value = self.moved(value.clone());
                new.insert(key.to_vec(), value);
            }
        }
        new.entry(b"Resources".to_vec()).or_insert_with(|| Object::Dict(Dict::new()));
        let mut notes = Vec::new();
        if let Some(annotations) = page.dict.get(b"Annots".as_slice())
            && let Object::Array(annotations) = self.document.resolve(annotations)?
        {
            for annotation in annotations.iter().take(5000) {
                let resolved = match self.document.resolve(annotation) {
                    Err(Damage::Broken) => continue,
                    other => other?,
                };
                if let Object::Dict(annotation) = resolved
                    && let Some(annotation) = self.annotation(catalog, annotation, number)?
                {
                    let new = self.number();
                    self.object(new, &annotation)?;
                    notes.push(Object::Ref(new));
                }
            }
        }
        if !notes.is_empty() {
            new.insert(b"Annots".to_vec(), Object::Array(notes));
        }
        self.object(number, &new)
    }

    /// A note on a page as the sample has it: links into the web and to kept pages, and what is only seen.
    fn annotation(&mut self, catalog: &Dict, mut note: Dict, page: u32) -> Result<Option<Dict>, CutError> {
        let Some(Object::Name(kind)) = note.get(b"Subtype".as_slice()).cloned() else { return Ok(None) };
        if kind == b"Link" {
            let action = self.document.dict(&note, b"A")?;
            let web = action.get(b"URI".as_slice()).map(|uri| self.document.resolve(uri)).transpose()?;
            let is_web = action.get(b"S".as_slice()).is_some_and(|kind| kind.is_name(b"URI"));
            let target = outline::target(self.document, catalog, &note)?;
            for key in [b"A".as_slice(), b"Dest", b"PA"] {
                note.remove(key);
            }
            match (web, target.and_then(|target| self.destination(&target))) {
                (Some(uri @ Object::Text(_)), _) if is_web => {
                    let action = dict([(b"S", Object::Name(b"URI".to_vec())), (b"URI", uri)]);
                    note.insert(b"A".to_vec(), Object::Dict(action));
                }
                (_, Some(destination)) => {
                    note.insert(b"Dest".to_vec(), destination);
                }
                _ => return Ok(None),
            }
        } else if SEEN.contains(&kind.as_slice()) {
            note.remove(b"A".as_slice());
        } else {
            return Ok(None);
        }
        for key in [b"P".as_slice(), b"Parent", b"Popup", b"IRT"] {
            note.remove(key);
        }
        let mut note = self.moved_dict(note);
        note.insert(b"P".to_vec(), Object::Ref(page));
        Ok(Some(note))
    }

    /// A destination, if it lies on a page that is kept.
    fn destination(&self, target: &[Object]) -> Option<Object> {
        let (page, how) = target.split_first()?;
        let Object::Ref(old) = page else { return None };
        let mut new = vec![Object::Ref(*self.kept.get(old)?)];
        let is_plain = |object: &&Object| {
            matches!(object, Object::Name(_) | Object::Int(_) | Object::Real(_) | Object::Null)
        };
        new.extend(how.iter().filter(is_plain).take(5).cloned());
        Some(Object::Array(new))
    }

    /// The entries of the table of contents that lead to kept pages, with those above them.
    fn outlines(&mut self, entries: &[Entry]) -> Result<Option<u32>, CutError> {
        if !entries.iter().any(|entry| self.leads_here(entry)) {
            return Ok(None);
        }
        let root = self.number();
        let (first, last, count) = self.level(entries, root)?;
        let mut new = dict([(b"Type", Object::Name(b"Outlines".to_vec())), (b"Count", Object::Int(count))]);
        if let (Some(first), Some(last)) = (first, last) {
            new.insert(b"First".to_vec(), Object::Ref(first));
            new.insert(b"Last".to_vec(), Object::Ref(last));
        }
        self.object(root, &new)?;
        Ok(Some(root))
    }

    fn leads_here(&self, entry: &Entry) -> bool {
        let here = entry.to.as_ref().is_some_and(|to| self.destination(to).is_some());
        here || entry.below.iter().any(|entry| self.leads_here(entry))
    }

    /// Writes one level below `parent`; returns its first and last number and how many entries are seen.
    fn level(&mut self, entries: &[Entry], parent: u32) -> Result<(Option<u32>, Option<u32>, i64), CutError> {
        let here: Vec<&Entry> = entries.iter().filter(|entry| self.leads_here(entry)).collect();
        let numbers: Vec<u32> = here.iter().map(|_| self.number()).collect();
        let mut seen = 0;
        for (at, entry) in here.iter().enumerate() {
            let Some(&number) = numbers.get(at) else { continue };
            let (first, last, count) = self.level(&entry.below, number)?;
            let mut new =
                dict([(b"Title", Object::Text(entry.title.clone())), (b"Parent", Object::Ref(parent))]);
            if let Some(destination) = entry.to.as_ref().and_then(|to| self.destination(to)) {
                new.insert(b"Dest".to_vec(), destination);
            }
            if let Some(&before) = at.checked_sub(1).and_then(|at| numbers.get(at)) {
                new.insert(b"Prev".to_vec(), Object::Ref(before));
            }
            if let Some(&after) = numbers.get(at + 1) {
                new.insert(b"Next".to_vec(), Object::Ref(after));
            }
            if let (Some(first), Some(last)) = (first, last) {
                new.insert(b"First".to_vec(), Object::Ref(first));
                new.insert(b"Last".to_vec(), Object::Ref(last));
                new.insert(b"Count".to_vec(), Object::Int(count));
            }
            self.object(number, &new)?;
            seen += 1 + count;
        }
        Ok((numbers.first().copied(), numbers.last().copied(), seen))
    }

    /// Title and author, which a reader shows at the sample, too.
    fn info(&mut self) -> Result<u32, CutError> {
        let trailer = self.document.trailer.clone();
        let old = match self.document.dict(&trailer, b"Info") {
            Err(Damage::Broken) => Dict::new(),
            other => other?,
        };
        let mut new = Dict::new();
        for key in [b"Title".as_slice(), b"Author"] {
            if let Some(value) = old.get(key)
                && let text @ Object::Text(_) = self.document.resolve(value)?
            {
                new.insert(key.to_vec(), text);
            }
        }
        let number = self.number();
        self.object(number, &new)?;
        Ok(number)
    }

    /// Writes what is referred to, until nothing is left.
    fn rest(&mut self) -> Result<(), CutError> {
        while let Some(old) = self.waiting.pop_front() {
            if self.offsets.len() > MOST_OBJECTS {
                return Err(CutError::TooLarge);
            }
            let Some(&new) = self.numbers.get(&old) else { continue };
            let found = self.document.load(old)?;
            self.begin(new);
            let object = match found.object {
                // What leads to the rest of the book leads nowhere.
                Object::Dict(dict) if is_of_the_book(&dict) => Object::Null,
                other => other,
            };
            let Some((start, length)) = found.stream else {
                let mut bytes = format!("{new} 0 obj\n").into_bytes();
                self.moved(object).write(&mut bytes);
                bytes.extend_from_slice(b"\nendobj\n");
                self.put(&bytes)?;
                continue;
            };
            let Object::Dict(dict) = object else { return Err(CutError::Unreadable) };
            let mut dict = self.moved_dict(dict);
            dict.insert(b"Length".to_vec(), Object::Int(i64::try_from(length).unwrap_or(i64::MAX)));
            let mut bytes = format!("{new} 0 obj\n").into_bytes();
            write_dict(&dict, &mut bytes);
            bytes.extend_from_slice(b"\nstream\n");
            self.put(&bytes)?;
            let mut done = 0;
            while done < length {
                let most = usize::try_from(length - done).unwrap_or(usize::MAX).min(256 << 10);
                let block = self.document.raw(start + done, most)?;
                if block.is_empty() {
                    return Err(CutError::Unreadable);
                }
                done += block.len() as u64;
                self.put(&block)?;
            }
            self.put(b"\nendstream\nendobj\n")?;
        }
        Ok(())
    }

    /// The table of objects.
    fn end(&mut self, root: u32, info: u32) -> Result<(), CutError> {
        let start = self.written;
        let count = self.offsets.len() + 1;
        self.put(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes())?;
        for offset in std::mem::take(&mut self.offsets) {
            self.put(format!("{offset:010} 00000 n \n").as_bytes())?;
        }
        let trailer = format!(
            "trailer\n<</Size {count}/Root {root} 0 R/Info {info} 0 R>>\nstartxref\n{start}\n%%EOF\n"
        );
        self.put(trailer.as_bytes())?;
        Ok(self.to.flush()?)
    }
}

/// Whether an object is a page that was not kept, or what holds the book together.
fn is_of_the_book(dict: &Dict) -> bool {
    dict.get(b"Type".as_slice()).is_some_and(|kind| {
        [b"Page".as_slice(), b"Pages", b"Catalog", b"StructTreeRoot", b"StructElem", b"Outlines"]
            .iter()
            .any(|name| kind.is_name(name))
    })
}
