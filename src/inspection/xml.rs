//! XML from strangers, read into a small tree. Nothing that it refers to is fetched, and it can't grow by itself.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

/// How deep elements may lie in each other.
const DEPTH: usize = 64;
/// The most elements of a file.
const MOST: usize = 300_000;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    /// Its attributes' names, without prefixes, and values.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The text in it and its children.
    pub(super) text: String,
}

/// Why XML is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoXml {
    /// It is no well-formed XML.
    Broken,
    /// It refers to other files, or defines words that stand for others.
    Entities,
}

impl Element {
    /// An attribute's value; empty without one.
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Whether a document begins with a definition of entities, wherever they come from.
pub(super) fn defines_entities(head: &[u8]) -> bool {
    head.windows(8).any(|window| window == b"<!ENTITY")
}

/// The root of a document.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, NoXml> {
    if defines_entities(bytes) {
        return Err(NoXml::Entities);
    }
    let text = decoded(bytes).ok_or(NoXml::Broken)?;
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Element> = vec![Element::default()];
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|_| NoXml::Broken)? {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEPTH || count > MOST {
                    return Err(NoXml::Broken);
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                let element = element(&start)?;
                let parent = open.last_mut().filter(|_| count <= MOST).ok_or(NoXml::Broken)?;
                parent.children.push(element);
            }
            Event::End(_) => {
                let done = open.pop().ok_or(NoXml::Broken)?;
                let parent = open.last_mut().ok_or(NoXml::Broken)?;
                parent.text.push_str(&done.text);
                parent.children.push(done);
            }
            Event::Text(text) => add(&mut open, &text.xml10_content())?,
            Event::CData(text) => add(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let sign = match reference.resolve_char_ref() {
                    Ok(Some(sign)) => sign,
                    Ok(None) => match &*reference.xml10_content() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        // Nobody has said what it stands for.
                        _ => return Err(NoXml::Entities),
                    },
                    Err(_) => return Err(NoXml::Broken),
                };
                add(&mut open, sign.encode_utf8(&mut [0; 4]))?;
            }
            Event::Eof => break,
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    match open.as_mut_slice() {
        [root] if root.children.len() == 1 => root.children.pop().ok_or(NoXml::Broken),
        _ => Err(NoXml::Broken),
    }
}

fn add(open: &mut [Element], text: &str) -> Result<(), NoXml> {
    open.last_mut().ok_or(NoXml::Broken)?.text.push_str(text);
    Ok(())
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, NoXml> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| NoXml::Broken)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| NoXml::Entities)?;
        attributes.push((bare(attribute.key.as_ref()), value.into_owned()));
    }
    Ok(Element { name: bare(start.name().as_ref()), attributes, ..Element::default() })
}

/// A name without its prefix.
fn bare(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

/// The text of a document in UTF-8 or UTF-16.
fn decoded(bytes: &[u8]) -> Option<String> {
    let units = |big: bool, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
        let units = units.map(|pair| if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => units(true, rest).filter(|text| !text.contains("<!ENTITY")),
        [0xff, 0xfe, rest @ ..] => units(false, rest).filter(|text| !text.contains("<!ENTITY")),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let xml = "<?xml version=\"1.0\"?><!DOCTYPE a><a x:b=\"1 &amp; 2\"><c>d &lt;<e/>&#233;</c><c/></a>";
        let root = parse(xml.as_bytes()).unwrap();
        assert_eq!((root.name.as_str(), root.get("b")), ("a", "1 & 2"));
        assert_eq!(root.child("c").unwrap().text, "d <é");
        assert_eq!(root.all("c").count(), 2);
    }

    #[test]
    fn entities_and_bombs_are_refused() {
        let external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
        assert_eq!(parse(external.as_bytes()).unwrap_err(), NoXml::Entities);
        assert_eq!(parse(b"<a>&x;</a>").unwrap_err(), NoXml::Entities);
        assert_eq!(parse(b"<a b=\"&x;\"/>").unwrap_err(), NoXml::Entities);
        for broken in ["", "<a>", "<a></b>", "</a>", "no", "<a/><b/>"] {
            assert_eq!(parse(broken.as_bytes()).unwrap_err(), NoXml::Broken, "{broken}");
        }
        assert_eq!(parse("<a>".repeat(100_000).as_bytes()).unwrap_err(), NoXml::Broken);
    }
}
