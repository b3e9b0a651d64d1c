//! Names of languages, for readers.

/// English names by BCP 47 primary subtag (ISO 639).
const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("la", "Latin"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// The languages that have a name here: their BCP 47 tags with their English names.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    LANGUAGES.iter().copied()
}

/// What some regions and scripts are called, by BCP 47 subtag.
const PLACES: &[(&str, &str)] = &[
    ("at", "Austria"),
    ("au", "Australia"),
    ("br", "Brazil"),
    ("ca", "Canada"),
    ("ch", "Switzerland"),
    ("cn", "China"),
    ("gb", "United Kingdom"),
    ("hans", "simplified"),
    ("hant", "traditional"),
    ("in", "India"),
    ("mx", "Mexico"),
    ("pt", "Portugal"),
    ("tw", "Taiwan"),
    ("us", "United States"),
];

/// The English name of a BCP 47 tag: `pt-BR` is `Portuguese (Brazil)`. A tag that we do not know stands for itself.
#[must_use]
pub fn name(tag: &str) -> String {
    let mut subtags = tag.split(['-', '_']);
    let first = subtags.next().unwrap_or_default();
    let Some(language) = known(LANGUAGES, first) else { return tag.to_owned() };
    match subtags.find_map(|subtag| known(PLACES, subtag)) {
        Some(place) => format!("{language} ({place})"),
        None => language.to_owned(),
    }
}

fn known(names: &[(&str, &'static str)], subtag: &str) -> Option<&'static str> {
    names.iter().find(|(known, _)| known.eq_ignore_ascii_case(subtag)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_language_is_shown_by_its_name() {
        for (tag, shown) in [
            ("en", "English"),
            ("EN-gb", "English (United Kingdom)"),
            ("zh-Hant-TW", "Chinese (traditional)"),
            ("de-1901", "German"),
            ("tlh", "tlh"),
            ("", ""),
        ] {
            assert_eq!(name(tag), shown);
        }
    }
}
