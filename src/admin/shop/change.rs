//! Changes of the shop's face, as typed, checked, and written down with what was before.

use lettre::Address;

use crate::shop::face::Row;
use crate::shop::look::Pair;
use crate::web::Errors;

/// The longest name, in characters.
const LONGEST: usize = 100;

/// The fields of name and sender, as typed.
#[derive(Debug, Clone, Default)]
pub struct NameText {
    /// The shop's name.
    pub name: String,
    /// The sender's name.
    pub sender_name: String,
    /// The sender's address.
    pub sender_address: String,
}

/// The fields of colours, as typed.
#[derive(Debug, Clone, Default)]
pub struct ColourText {
    /// The main colour on light paper.
    pub main_light: String,
    /// The same on dark paper.
    pub main_dark: String,
    /// The second colour on light paper.
    pub accent_light: String,
    /// The same on dark paper.
    pub accent_dark: String,
}

impl NameText {
    /// The face with these fields.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn check(&self, before: &Row) -> Result<Row, Errors> {
        let mut errors = Errors::none();
        let mut line = |field: &'static str, text: &str| {
            let line = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
            let line = line.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            if line.chars().count() > LONGEST {
                errors.add(field, format!("Please shorten this to {LONGEST} characters."));
            }
            line
        };
        let name = line("name", &self.name);
        let sender_name = line("sender_name", &self.sender_name);
        let sender_address = self.sender_address.trim().to_owned();
        if sender_address.is_empty() && !sender_name.is_empty() {
            errors.add("sender_address", "Please type the address that belongs to this name.");
        }
        if !sender_address.is_empty() && sender_address.parse::<Address>().is_err() {
            errors.add("sender_address", "This isn’t an e-mail address; one looks like shop@books.example.");
        }
        errors.or(|| Row { name, sender_name, sender_address, ..before.clone() })
    }
}

impl ColourText {
    /// The face with these colours.
    ///
    /// # Errors
    /// A sentence for each colour that can't be used.
    pub fn check(&self, before: &Row) -> Result<Row, Errors> {
        let mut errors = Errors::none();
        let mut pair = |fields: (&'static str, &'static str), light: &str, dark: &str| {
            Pair::parse(light, dark).unwrap_or_else(|(is_dark, error)| {
                errors.add(if is_dark { fields.1 } else { fields.0 }, error.to_string());
                None
            })
        };
        let main = pair(("main_light", "main_dark"), &self.main_light, &self.main_dark);
        let accent = pair(("accent_light", "accent_dark"), &self.accent_light, &self.accent_dark);
        let light = |pair: Option<Pair>| pair.map(|pair| pair.light.to_string()).unwrap_or_default();
        let dark = |pair: Option<Pair>| pair.map(|pair| pair.dark.to_string()).unwrap_or_default();
        errors.or(|| Row {
            main_light: light(main),
            main_dark: dark(main),
            accent_light: light(accent),
            accent_dark: dark(accent),
            ..before.clone()
        })
    }
}

/// What differs, for the log: `Name: “Sea Books” → “Harbour Books”`.
#[must_use]
pub fn differences(before: &Row, after: &Row) -> String {
    let fields = [
        ("Name", &before.name, &after.name),
        ("Sender", &before.sender_name, &after.sender_name),
        ("Sender’s address", &before.sender_address, &after.sender_address),
        ("Main colour", &before.main_light, &after.main_light),
        ("Main colour in the dark", &before.main_dark, &after.main_dark),
        ("Second colour", &before.accent_light, &after.accent_light),
        ("Second colour in the dark", &before.accent_dark, &after.accent_dark),
    ];
    let differs = fields.into_iter().filter(|(_, before, after)| before != after);
    differs
        .map(|(name, before, after)| format!("{name}: “{before}” → “{after}”"))
        .collect::<Vec<_>>()
        .join(". ")
}
