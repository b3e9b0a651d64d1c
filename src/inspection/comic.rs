//! Comic books: pictures in a zip archive, in the order of their names (CBZ).

use std::fs::File;
use std::io;

use super::archive::{Archive, Checked};
use super::words::one_line;
use super::{Deadline, Inspection, Limits, Work, xml};

/// The endings of pictures.
const PICTURES: [&str; 8] = ["jpg", "jpeg", "png", "gif", "webp", "avif", "jxl", "bmp"];

/// Looks into a comic book.
pub(super) fn inspect(
    file: File,
    length: u64,
    limits: &Limits,
    deadline: Deadline,
    found: &mut Inspection,
) -> io::Result<()> {
    let mut archive = match Archive::open(file, length, "a CBZ", limits) {
        Ok(archive) => archive,
        Err(refusal) => return super::refused(refusal, found),
    };
    let mut pictures: Vec<_> =
        archive.entries.iter().filter(|entry| is_picture(&entry.name)).cloned().collect();
    pictures.sort_by_cached_key(|entry| natural(&entry.name));
    if pictures.is_empty() {
        found.error("There is no picture in this CBZ.");
        return Ok(());
    }
    found.pages = u32::try_from(pictures.len()).ok();
    match archive.check(deadline) {
        Checked::Whole => {}
        Checked::Damaged(name) => found.error(format!("“{}” in this CBZ is damaged.", one_line(&name, 80))),
        Checked::Late => found.warn("This CBZ is too large to be checked picture by picture."),
    }
    found.cover = pictures.first().and_then(|first| archive.read(first, limits.part));
    if let Some(entry) = archive.find("ComicInfo.xml").cloned()
        && let Some(bytes) = archive.read(&entry, limits.part)
        && let Ok(info) = xml::parse(&bytes)
    {
        let text = |name: &str, most: usize| {
            info.child(name).map_or_else(String::new, |child| one_line(&child.text, most))
        };
        found.metadata.title = text("Title", 300);
        found.metadata.description =
            info.child("Summary").map_or_else(String::new, |child| super::plain(&child.text, 5000));
        found.metadata.language = super::language(&text("LanguageISO", 35));
        for (field, work) in
            [("Writer", Work::Author), ("Penciller", Work::Illustrator), ("Translator", Work::Translator)]
        {
            let names = text(field, 1000);
            let names = names.split(',').map(|name| one_line(name, 200)).filter(|name| !name.is_empty());
            found.metadata.people.extend(names.take(20).map(|name| (name, work)));
        }
    }
    Ok(())
}

fn is_picture(name: &str) -> bool {
    let is_hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    let ending = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    !is_hidden && PICTURES.contains(&ending.as_str())
}

/// A name as people order it: `page 2` before `page 10`.
fn natural(name: &str) -> Vec<(u128, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let words = rest.find(|sign: char| sign.is_ascii_digit()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(words);
        let digits = after.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        parts.push((0, text.to_lowercase()));
        parts.push((number.parse().unwrap_or_default(), String::new()));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stand_in_the_order_of_people() {
        let mut names = ["b10.png", "b9.png", "A1.png", "b9a.png"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["A1.png", "b9.png", "b9a.png", "b10.png"]);
        assert!(
            is_picture("a/1.JPG")
                && !is_picture("__MACOSX/1.jpg")
                && !is_picture("a/.1.jpg")
                && !is_picture("x.svg")
        );
    }
}
