//! The pages of a PDF, in their order.

use std::collections::HashSet;

use super::document::{Damage, Document};
use super::object::{Dict, Object};

/// The most pages that are looked at one by one.
const MOST_PAGES: usize = 50_000;
/// What pages inherit from the nodes above them (ISO 32000-2 §7.7.3.4).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// A page: its object's number, and its dictionary with what it inherits.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) number: u32,
    pub(super) dict: Dict,
}

/// Gives each page to `see`, in order, until it returns false.
///
/// # Errors
/// When the tree of pages, or a page, can't be read.
pub(super) fn walk(
    document: &mut Document,
    mut see: impl FnMut(&mut Document, Page) -> Result<bool, Damage>,
) -> Result<(), Damage> {
    let catalog = document.catalog()?;
    let Some(Object::Ref(root)) = catalog.get(b"Pages".as_slice()) else { return Err(Damage::Broken) };
    let mut waiting: Vec<(u32, Dict, usize)> = vec![(*root, Dict::new(), 0)];
    let mut nodes = HashSet::new();
    let mut count = 0;
    while let Some((number, inherited, depth)) = waiting.pop() {
        let Object::Dict(mut dict) = document.load(number)?.object else { return Err(Damage::Broken) };
        for (key, value) in &inherited {
            dict.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let kids = match dict.get(b"Kids".as_slice()) {
            Some(kids) => Some(document.resolve(kids)?),
            None => None,
        };
        if let Some(Object::Array(kids)) = kids {
            if depth > 50 || !nodes.insert(number) {
                return Err(Damage::Broken);
            }
            let passed_on: Dict =
                dict.into_iter().filter(|(key, _)| INHERITED.contains(&key.as_slice())).collect();
            if waiting.len() + kids.len() > MOST_PAGES * 4 {
                return Err(Damage::Late);
            }
            for kid in kids.iter().rev() {
                if let Object::Ref(kid) = kid {
                    waiting.push((*kid, passed_on.clone(), depth + 1));
                }
            }
        } else {
            count += 1;
            if count > MOST_PAGES {
                return Err(Damage::Late);
            }
            if !see(document, Page { number, dict })? {
                return Ok(());
            }
        }
    }
    Ok(())
}
