//! The words around a book's text, in the book's own language.

use chrono::Datelike;

use super::books::{DemoBook, Extent, Role};

/// The imprint of the demo's books.
pub const IMPRINT: &str = "Quoin & Lantern";

/// The fixed words of a book in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The heading of the table of contents.
    pub contents: &'static str,
    /// The heading of the imprint page.
    pub colophon: &'static str,
    /// The name of the cover.
    pub cover: &'static str,
    /// The name of the title page.
    pub title_page: &'static str,
    /// What a sample calls itself.
    pub sample: &'static str,
    german: bool,
}

const ENGLISH: Words = Words {
    contents: "Contents",
    colophon: "About this book",
    cover: "Cover",
    title_page: "Title page",
    sample: "Sample: the first chapter",
    german: false,
};

const GERMAN: Words = Words {
    contents: "Inhalt",
    colophon: "Zu diesem Buch",
    cover: "Umschlag",
    title_page: "Titel",
    sample: "Leseprobe: das erste Kapitel",
    german: true,
};

/// The words for a language tag; English for what isn't German.
pub fn words(language: &str) -> Words {
    if language.starts_with("de") { GERMAN } else { ENGLISH }
}

impl Words {
    fn role(self, role: Role) -> &'static str {
        match (role, self.german) {
            (Role::Author, false) => "Written by",
            (Role::Editor, false) => "Edited by",
            (Role::Translator, false) => "Translated by",
            (Role::Illustrator, false) => "Illustrated by",
            (Role::Author, true) => "Geschrieben von",
            (Role::Editor, true) => "Herausgegeben von",
            (Role::Translator, true) => "Übersetzt von",
            (Role::Illustrator, true) => "Mit Bildern von",
        }
    }
}

/// “Translated by …” and so on, for everyone but the authors.
pub fn credits(book: &DemoBook) -> Vec<String> {
    let words = words(&book.language);
    let others = book.contributors.iter().filter(|person| person.role != Role::Author);
    others.map(|person| format!("{} {}", words.role(person.role), person.name)).collect()
}

/// “The Harbourmaster Mysteries, 2”, for a book of a series.
pub fn series_line(book: &DemoBook) -> Option<String> {
    book.series.map(|(series, position)| format!("{}, {position}", series.name))
}

/// The paragraphs of the imprint page.
pub fn paragraphs(book: &DemoBook, extent: Extent) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let year = book.published.year();
    let authors = book.authors().join(", ");
    if words(&book.language).german {
        paragraphs.push(format!("© {year} {authors}. Erschienen bei {IMPRINT}."));
        paragraphs.push(
            "Dieses Buch wurde für die Vorführung von Bookplate geschrieben, einem Laden für E-Books, den man \
             selbst betreibt. Personen und Orte sind erfunden. Es darf mit dem Programm und unter dessen Lizenz \
             (MIT oder Apache 2.0) weitergegeben werden."
                .to_owned(),
        );
        paragraphs.push("Gesetzt aus der EB Garamond von Georg Duffner und Octavio Pardo.".to_owned());
        if extent == Extent::Sample {
            paragraphs.push("Dies ist eine Leseprobe. Das ganze Buch gibt es im Laden.".to_owned());
        }
    } else {
        paragraphs.push(format!("© {year} {authors}. Published by {IMPRINT}."));
        paragraphs.push(
            "This book was written for the demo of Bookplate, a shop for ebooks that you run yourself. Its people \
             and places are invented. It may be passed on with the program, under the program’s own licence (MIT \
             or Apache 2.0)."
                .to_owned(),
        );
        paragraphs.push("Set in EB Garamond by Georg Duffner and Octavio Pardo.".to_owned());
        if extent == Extent::Sample {
            paragraphs.push("This is a sample. The whole book is in the shop.".to_owned());
        }
    }
    paragraphs
}
