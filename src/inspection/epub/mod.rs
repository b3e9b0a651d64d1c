//! EPUBs: whether a reading app can open one, and what it says of itself (EPUB 3.3, OCF).

mod package;

use std::collections::HashSet;
use std::fs::File;
use std::io;

use super::archive::{Archive, Checked, Entry};
use super::words::one_line;
use super::xml::{self, Element, NoXml};
use super::{Deadline, Inspection, Limits};
use package::Package;

/// How much of a chapter is looked at for definitions of entities: they stand before its first element.
const HEAD: usize = 4 << 20;
/// Ways to hide fonts, which are no encryption of the book.
const FONTS: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// Looks into an EPUB.
pub(super) fn inspect(
    file: File,
    length: u64,
    limits: &Limits,
    deadline: Deadline,
    found: &mut Inspection,
) -> io::Result<()> {
    let mut archive = match Archive::open(file, length, "an EPUB", limits) {
        Ok(archive) => archive,
        Err(refusal) => return super::refused(refusal, found),
    };
    mimetype(&mut archive, found);
    if !found.is_sound() {
        return Ok(());
    }
    match archive.check(deadline) {
        Checked::Whole => {}
        Checked::Damaged(name) => {
            found.error(format!(
                "“{}” in this EPUB is damaged. Please make the EPUB again.",
                one_line(&name, 80)
            ));
            return Ok(());
        }
        Checked::Late => found.warn("This EPUB is too large to be checked file by file."),
    }
    is_locked(&mut archive, limits, found);
    if let Some((package, path)) = package(&mut archive, limits, found) {
        look(&mut archive, &package, &path, limits, deadline, found);
    }
    Ok(())
}

/// The first file of an EPUB says that it is one, and is kept as it is, so that programs can tell from its first bytes.
fn mimetype(archive: &mut Archive, found: &mut Inspection) {
    let Some(entry) = archive.find("mimetype").cloned() else {
        found.error("This isn't an EPUB: it has no file “mimetype” that says so.");
        return;
    };
    let says = archive.read(&entry, 1024).unwrap_or_default();
    if says.trim_ascii() != b"application/epub+zip" {
        found.error("This isn't an EPUB: its file “mimetype” says that it is something else.");
    } else if entry.start != 0 || !entry.is_stored || says != b"application/epub+zip" {
        found.error(
            "The file “mimetype” must be the first one in an EPUB, uncompressed and without a line's end; some reading \
             apps refuse the book otherwise. Please make the EPUB with a program for EPUBs, not for zip archives.",
        );
    }
}

/// Whether parts of the book are encrypted.
fn is_locked(archive: &mut Archive, limits: &Limits, found: &mut Inspection) {
    let sentence = "This EPUB is encrypted (DRM): nobody but its first buyer could read it.";
    if archive.find("META-INF/rights.xml").is_some() {
        found.error(sentence);
    }
    let Some(Ok(encryption)) = read_xml(archive, "META-INF/encryption.xml", limits) else { return };
    let is_locked = |data: &Element| {
        data.child("EncryptionMethod").is_none_or(|method| !FONTS.contains(&method.get("Algorithm")))
    };
    if encryption.all("EncryptedData").any(is_locked) {
        found.error(sentence);
    }
}

fn read_xml(archive: &mut Archive, name: &str, limits: &Limits) -> Option<Result<Element, NoXml>> {
    let entry = archive.find(name).cloned()?;
    Some(archive.read(&entry, limits.part).ok_or(NoXml::Broken).and_then(|bytes| xml::parse(&bytes)))
}

fn no_xml(name: &str, why: NoXml) -> String {
    let name = one_line(name, 80);
    match why {
        NoXml::Broken => {
            format!("“{name}” in this EPUB is no well-formed XML, so that reading apps can't open the book.")
        }
        NoXml::Entities => format!(
            "“{name}” in this EPUB defines or uses entities, by which a file can draw in others. Reading apps refuse \
             that, and so does this shop."
        ),
    }
}

/// The book's package, by way of the container that names it.
fn package(archive: &mut Archive, limits: &Limits, found: &mut Inspection) -> Option<(Package, String)> {
    const CONTAINER: &str = "META-INF/container.xml";
    let container = match read_xml(archive, CONTAINER, limits) {
        Some(Ok(container)) => container,
        Some(Err(why)) => {
            found.error(no_xml(CONTAINER, why));
            return None;
        }
        None => {
            found.error("This EPUB has no file “META-INF/container.xml”, which says where the book begins.");
            return None;
        }
    };
    let path = container
        .child("rootfiles")
        .and_then(|files| files.all("rootfile").next())
        .and_then(|file| package::joined("", file.get("full-path")));
    let root = path.as_ref().and_then(|path| read_xml(archive, path, limits));
    let (Some(path), Some(root)) = (path, root) else {
        found.error("This EPUB's container names a package that isn't there.");
        return None;
    };
    match root {
        Ok(root) => match Package::read(&root, &path) {
            Some(package) => Some((package, path)),
            None => {
                found.error("This EPUB's package lacks the list of its files, or their order.");
                None
            }
        },
        Err(why) => {
            found.error(no_xml(&path, why));
            None
        }
    }
}

fn look(
    archive: &mut Archive,
    package: &Package,
    path: &str,
    limits: &Limits,
    deadline: Deadline,
    found: &mut Inspection,
) {
    found.metadata = package.metadata.clone();
    let names: HashSet<String> = archive.entries.iter().map(|entry| entry.name.clone()).collect();
    for item in &package.items {
        if !item.path.is_empty() && !names.contains(&item.path) {
            found
                .error(format!("“{}” belongs to the book, but isn't in the EPUB.", one_line(&item.path, 80)));
        }
    }
    if package.spine.is_empty() {
        found.error("This EPUB has nothing to read: its order of reading is empty.");
    }
    let mut chapters = Vec::new();
    for id in &package.spine {
        match package.item(id) {
            Some(item) => chapters.push(item.path.clone()),
            None => found.error(format!(
                "The order of reading in “{}” names “{}”, which doesn't belong to the book.",
                one_line(path, 80),
                one_line(id, 80)
            )),
        }
    }
    entities(archive, &chapters, limits, deadline, found);
    let cover = package.cover().and_then(|item| archive.find(&item.path).cloned());
    found.cover = cover.and_then(|entry: Entry| archive.read(&entry, limits.part));
    for (is_missing, sentence) in [
        (package.metadata.title.is_empty(), "This EPUB doesn't say its title."),
        (
            package.metadata.language.is_empty(),
            "This EPUB doesn't say its language, which programs that read aloud need.",
        ),
        (
            !package.has_contents(),
            "This EPUB has no table of contents: readers can't go to a chapter by its name.",
        ),
        (found.cover.is_none(), "This EPUB has no picture of a cover: reading apps will show an empty one."),
        (
            !package.says_access,
            "This EPUB says nothing about its accessibility (schema:accessMode and others), which shops in the EU must \
             tell their readers.",
        ),
    ] {
        if is_missing {
            found.warn(sentence);
        }
    }
}

/// Whether a chapter defines entities that draw in other files.
fn entities(
    archive: &mut Archive,
    chapters: &[String],
    limits: &Limits,
    deadline: Deadline,
    found: &mut Inspection,
) {
    for chapter in chapters {
        if deadline.is_over() {
            return;
        }
        let Some(entry) = archive.find(chapter).cloned() else { continue };
        let Some(bytes) = archive.read(&entry, limits.part) else { continue };
        if xml::defines_entities(bytes.get(..HEAD).unwrap_or(&bytes)) {
            found.error(no_xml(chapter, NoXml::Entities));
        }
    }
}
