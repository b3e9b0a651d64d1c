//! An EPUB's package: what the book is called, what belongs to it, and in which order it is read (EPUB 3.3 §5).

use super::super::words::{one_line, plain};
use super::super::xml::Element;
use super::super::{Metadata, Work};

/// A file that belongs to the book.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    /// Its name in the archive; empty when it lies elsewhere.
    pub(super) path: String,
    pub(super) media_type: String,
    pub(super) properties: String,
}

/// What a package says.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) metadata: Metadata,
    pub(super) items: Vec<Item>,
    /// The ids of what is read, in order.
    pub(super) spine: Vec<String>,
    /// The id of EPUB 2's table of contents.
    pub(super) ncx: String,
    /// The id of the cover's picture, where EPUB 2 says it.
    pub(super) old_cover: String,
    /// Whether anything is said of how accessible the book is.
    pub(super) says_access: bool,
}

impl Package {
    /// Reads the package `root`, which lies at `path` in the archive.
    pub(super) fn read(root: &Element, path: &str) -> Option<Self> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let manifest = root.child("manifest")?;
        let spine = root.child("spine")?;
        let mut package = Self {
            spine: spine.all("itemref").map(|item| item.get("idref").to_owned()).collect(),
            ncx: spine.get("toc").to_owned(),
            ..Self::default()
        };
        for item in manifest.all("item") {
            package.items.push(Item {
                id: item.get("id").to_owned(),
                path: joined(folder, item.get("href")).unwrap_or_default(),
                media_type: item.get("media-type").to_owned(),
                properties: item.get("properties").to_owned(),
            });
        }
        if let Some(metadata) = root.child("metadata") {
            // Older files keep Dublin Core apart.
            let nested = metadata.child("dc-metadata");
            let all: Vec<&Element> = metadata
                .children
                .iter()
                .chain(nested.into_iter().flat_map(|nested| &nested.children))
                .collect();
            package.read_metadata(&all);
        }
        Some(package)
    }

    /// The item of an id.
    pub(super) fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The picture of the cover.
    pub(super) fn cover(&self) -> Option<&Item> {
        let has = |item: &&Item| item.properties.split_whitespace().any(|property| property == "cover-image");
        let is_picture = |item: &&Item| item.media_type.starts_with("image/");
        let by_name = |item: &&Item| is_picture(item) && item.id.to_ascii_lowercase().contains("cover");
        self.items
            .iter()
            .find(has)
            .or_else(|| self.item(&self.old_cover).filter(is_picture))
            .or_else(|| self.items.iter().find(by_name))
    }

    /// Whether there is a table of contents.
    pub(super) fn has_contents(&self) -> bool {
        self.items.iter().any(|item| item.properties.split_whitespace().any(|property| property == "nav"))
            || self.item(&self.ncx).is_some()
            || self.items.iter().any(|item| item.media_type == "application/x-dtbncx+xml")
    }

    fn read_metadata(&mut self, all: &[&Element]) {
        let refined = |id: &str, property: &str| -> String {
            let refines = format!("#{id}");
            let about = |element: &&&Element| {
                element.name == "meta"
                    && element.get("refines") == refines
                    && element.get("property") == property
            };
            if id.is_empty() {
                String::new()
            } else {
                all.iter().find(about).map_or_else(String::new, |meta| meta.text.trim().to_owned())
            }
        };
        let metadata = &mut self.metadata;
        for element in all {
            let text = || one_line(&element.text, 300);
            match element.name.as_str() {
                "title" => match refined(element.get("id"), "title-type").as_str() {
                    "subtitle" => metadata.subtitle = text(),
                    "main" => metadata.title = text(),
                    "" if metadata.title.is_empty() => metadata.title = text(),
                    _ => {}
                },
                "creator" | "contributor" => {
                    let role = match element.get("role") {
                        "" => refined(element.get("id"), "role"),
                        role => role.to_owned(),
                    };
                    let work = match (role.to_ascii_lowercase().as_str(), element.name.as_str()) {
                        ("aut", _) | ("", "creator") => Some(Work::Author),
                        ("edt", _) => Some(Work::Editor),
                        ("trl", _) => Some(Work::Translator),
                        ("ill" | "art", _) => Some(Work::Illustrator),
                        _ => None,
                    };
                    let name = one_line(&element.text, 200);
                    if let Some(work) = work
                        && !name.is_empty()
                        && metadata.people.len() < 40
                        && !metadata.people.contains(&(name.clone(), work))
                    {
                        metadata.people.push((name, work));
                    }
                }
                "language" if metadata.language.is_empty() => {
                    metadata.language = super::super::language(&element.text);
                }
                "description" if metadata.description.is_empty() => {
                    metadata.description = plain(&element.text, 10_000);
                }
                "identifier" if metadata.isbn.is_empty() => metadata.isbn = isbn(&element.text),
                "meta" => match (element.get("name"), element.get("property")) {
                    ("cover", _) => self.old_cover = element.get("content").to_owned(),
                    ("schema:accessMode" | "schema:accessibilityFeature", _)
                    | (
                        _,
                        "schema:accessMode" | "schema:accessibilityFeature" | "schema:accessibilitySummary",
                    ) => {
                        self.says_access = true;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

/// An ISBN in an identifier; empty for any other.
fn isbn(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches("urn:").trim_start_matches("isbn").trim_start_matches(':');
    let digits: String = text.chars().filter(|sign| !matches!(sign, '-' | ' ')).collect();
    let values: Vec<u32> =
        digits.chars().map(|sign| if sign == 'x' { 10 } else { sign.to_digit(10).unwrap_or(99) }).collect();
    if values.contains(&99) {
        return String::new();
    }
    let is_valid = match values.len() {
        13 => {
            digits.starts_with("97")
                && values.iter().zip([1, 3].into_iter().cycle()).map(|(digit, by)| digit * by).sum::<u32>()
                    % 10
                    == 0
        }
        10 => values.iter().zip((1..=10).rev()).map(|(digit, by)| digit * by).sum::<u32>() % 11 == 0,
        _ => false,
    };
    if is_valid { digits.to_ascii_uppercase() } else { String::new() }
}

/// The name in the archive that `href` means in a file of `folder`; nothing when it leads out of the archive.
pub(super) fn joined(folder: &str, href: &str) -> Option<String> {
    let href = href.split('#').next().unwrap_or_default();
    if href.is_empty() || href.contains("://") || href.starts_with("data:") {
        return None;
    }
    let mut parts: Vec<String> = match href.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
    };
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(unescaped(part)?),
        }
    }
    Some(parts.join("/"))
}

/// `a%20b` without its escapes.
fn unescaped(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_in_the_archive() {
        assert_eq!(joined("OEBPS", "a%20b.xhtml#x").as_deref(), Some("OEBPS/a b.xhtml"));
        assert_eq!(joined("OEBPS/text", "../img/c.png").as_deref(), Some("OEBPS/img/c.png"));
        assert_eq!(joined("", "./c.png").as_deref(), Some("c.png"));
        for outside in ["../../x", "https://example.org/x", "data:text/html,x", "%zz", ""] {
            assert_eq!(joined("a", outside), None, "{outside}");
        }
    }

    #[test]
    fn an_isbn_has_a_right_check_digit() {
        assert_eq!(isbn("urn:isbn:978-3-16-148410-0"), "9783161484100");
        assert_eq!(isbn("ISBN 0-8044-2957-X"), "080442957X");
        assert_eq!(isbn("9783161484101"), "");
        assert_eq!(isbn("urn:uuid:0a0a"), "");
    }
}
