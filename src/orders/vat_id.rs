//! VAT numbers: whether a text has the shape of one. No register is asked, so a number of the right shape may still
//! be nobody's.

use crate::country;

/// The shapes of VAT numbers, after the two letters: `9` a digit, `A` a letter, `X` either, all else itself.
const SHAPES: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["9999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CH", &["E999999999", "E999999999MWST", "E999999999TVA", "E999999999IVA"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["X9999999X"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9X99999A", "9999999AA"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99", "XXXXXXXXXXXX"]),
    ("NO", &["999999999", "999999999MVA"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// A text that is no VAT number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This isn’t a VAT number. It begins with the letters of its country, as in DE123456789.")]
pub struct NotVatId;

/// A VAT number without its spaces, dots and dashes, in upper case; empty stays empty.
///
/// # Errors
/// When it has not the shape that its country's numbers have. Numbers of countries outside the EU whose shape is not
/// known here only need their country's letters.
pub fn parse(text: &str) -> Result<String, NotVatId> {
    let plain: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !".-".contains(*letter)).collect();
    let plain = plain.to_uppercase();
    if plain.is_empty() {
        return Ok(plain);
    }
    if !plain.is_ascii() || !(4..=20).contains(&plain.len()) {
        return Err(NotVatId);
    }
    let (country, rest) = plain.split_at(2);
    let fits = match SHAPES.iter().find(|(known, _)| *known == country) {
        Some((_, shapes)) => shapes.iter().any(|shape| has_shape(rest, shape)),
        // Greece's numbers begin with EL.
        None => {
            country::name(country).is_some()
                && country != "GR"
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    };
    if fits { Ok(plain) } else { Err(NotVatId) }
}

/// The country of a number that [`parse`] took, as ISO 3166-1 has it; empty for none.
#[must_use]
pub fn country_of(vat_id: &str) -> &str {
    match vat_id.get(..2).unwrap_or_default() {
        "EL" => "GR",
        "XI" => "GB",
        country => country,
    }
}

fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'9' => byte.is_ascii_digit(),
            b'X' => byte.is_ascii_alphanumeric(),
            b'A' if !shape.starts_with("HA") => byte.is_ascii_uppercase(),
            same => byte == same,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_right_shape_are_kept_plain() {
        for (typed, kept) in [
            ("de 123 456 789", "DE123456789"),
            ("ATU12345678", "ATU12345678"),
            ("FR XX 123456789", "FRXX123456789"),
            ("NL123456789B01", "NL123456789B01"),
            ("IE1234567FA", "IE1234567FA"),
            ("EL123456789", "EL123456789"),
            ("CHE-123.456.789 MWST", "CHE123456789MWST"),
            ("ES X1234567X", "ESX1234567X"),
            ("AU51824753556", "AU51824753556"),
            ("", ""),
        ] {
            assert_eq!(parse(typed), Ok(kept.to_owned()), "{typed}");
        }
        assert_eq!(country_of("EL123456789"), "GR");
    }

    #[test]
    fn other_texts_are_none() {
        for typed in [
            "123456789",
            "DE12345678",
            "DE1234567890",
            "GR123456789",
            "ZZ123456",
            "DEÄ23456789",
            "AT12345678",
        ] {
            assert_eq!(parse(typed), Err(NotVatId), "{typed}");
        }
    }
}
