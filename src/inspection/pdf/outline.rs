//! The table of contents that readers show beside a PDF's pages, and where its entries lead.

use std::collections::HashSet;

use super::document::{Damage, Document};
use super::object::{Dict, Object, words};

/// The most entries that are read.
const MOST_ENTRIES: usize = 2000;

/// An entry and those below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Its words, as they are written.
    pub(super) title: Vec<u8>,
    /// Where it leads: a page first, then how it is shown.
    pub(super) to: Option<Vec<Object>>,
    pub(super) below: Vec<Entry>,
}

impl Entry {
    pub(super) fn words(&self) -> String {
        words(&self.title)
    }
}

/// Reads the table of contents. What is damaged in it is left out: the book is more than it.
pub(super) fn read(document: &mut Document) -> Result<Vec<Entry>, Damage> {
    let catalog = document.catalog()?;
    let outlines = document.dict(&catalog, b"Outlines")?;
    let mut seen = HashSet::new();
    match outlines.get(b"First".as_slice()) {
        Some(&Object::Ref(first)) => level(document, &catalog, first, &mut seen, 0),
        _ => Ok(Vec::new()),
    }
}

fn level(
    document: &mut Document,
    catalog: &Dict,
    first: u32,
    seen: &mut HashSet<u32>,
    depth: usize,
) -> Result<Vec<Entry>, Damage> {
    let mut entries = Vec::new();
    let mut next = Some(first);
    while let Some(number) = next {
        if seen.len() >= MOST_ENTRIES || depth > 12 || !seen.insert(number) {
            break;
        }
        let Object::Dict(dict) =
            unless_broken(document.load(number).map(|found| found.object), Object::Null)?
        else {
            break;
        };
        let mut entry = Entry::default();
        if let Some(title) = dict.get(b"Title".as_slice())
            && let Object::Text(title) = unless_broken(document.resolve(title), Object::Null)?
        {
            entry.title = title.into_iter().take(2000).collect();
        }
        entry.to = unless_broken(target(document, catalog, &dict), None)?;
        if let Some(&Object::Ref(below)) = dict.get(b"First".as_slice()) {
            entry.below = level(document, catalog, below, seen, depth + 1)?;
        }
        entries.push(entry);
        next = match dict.get(b"Next".as_slice()) {
            Some(&Object::Ref(number)) => Some(number),
            _ => None,
        };
    }
    Ok(entries)
}

fn unless_broken<T>(result: Result<T, Damage>, otherwise: T) -> Result<T, Damage> {
    match result {
        Err(Damage::Broken) => Ok(otherwise),
        other => other,
    }
}

/// Where an entry or a link leads inside the document; nothing when it leads elsewhere.
pub(super) fn target(
    document: &mut Document,
    catalog: &Dict,
    dict: &Dict,
) -> Result<Option<Vec<Object>>, Damage> {
    let destination = match dict.get(b"Dest".as_slice()) {
        Some(destination) => destination.clone(),
        None => {
            let action = document.dict(dict, b"A")?;
            if !action.get(b"S".as_slice()).is_some_and(|kind| kind.is_name(b"GoTo")) {
                return Ok(None);
            }
            action.get(b"D".as_slice()).cloned().unwrap_or(Object::Null)
        }
    };
    let found = match document.resolve(&destination)? {
        Object::Name(name) => {
            let old = document.dict(catalog, b"Dests")?;
            old.get(&name).cloned()
        }
        Object::Text(name) => named(document, catalog, &name)?,
        array => Some(array),
    };
    let Some(found) = found else { return Ok(None) };
    Ok(match document.resolve(&found)? {
        Object::Array(items) => Some(items),
        Object::Dict(dict) => match dict.get(b"D".as_slice()).map(|d| document.resolve(d)).transpose()? {
            Some(Object::Array(items)) => Some(items),
            _ => None,
        },
        _ => None,
    })
}

/// A destination by its name, in the tree of names (ISO 32000-2 §7.9.6).
fn named(document: &mut Document, catalog: &Dict, name: &[u8]) -> Result<Option<Object>, Damage> {
    let names = document.dict(catalog, b"Names")?;
    let mut node = document.dict(&names, b"Dests")?;
    for _ in 0..24 {
        if let Some(Object::Array(pairs)) =
            node.get(b"Names".as_slice()).map(|names| document.resolve(names)).transpose()?
        {
            return Ok(pairs.chunks_exact(2).find_map(|pair| match pair {
                [Object::Text(key), value] if key == name => Some(value.clone()),
                _ => None,
            }));
        }
        let Some(Object::Array(kids)) =
            node.get(b"Kids".as_slice()).map(|kids| document.resolve(kids)).transpose()?
        else {
            return Ok(None);
        };
        let mut next = None;
        for kid in kids.iter().take(10_000) {
            let Object::Dict(kid) = document.resolve(kid)? else { continue };
            let limits = kid.get(b"Limits".as_slice()).map(|limits| document.resolve(limits)).transpose()?;
            if let Some(Object::Array(limits)) = limits
                && let [Object::Text(least), Object::Text(most)] = limits.as_slice()
                && least.as_slice() <= name
                && name <= most.as_slice()
            {
                next = Some(kid);
                break;
            }
        }
        match next {
            Some(kid) => node = kid,
            None => return Ok(None),
        }
    }
    Ok(None)
}
