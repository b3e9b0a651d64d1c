//! Colours, and whether words can be read in them.

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// A text that is no colour.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("Please type a colour as six hexadecimal digits, for example #1d4a40.")]
pub struct InvalidColour;

impl std::str::FromStr for Colour {
    type Err = InvalidColour;

    /// `#1d4a40` or `1d4a40`, nothing else: what comes of it stands in a style sheet.
    fn from_str(text: &str) -> Result<Self, InvalidColour> {
        let digits = text.trim().strip_prefix('#').unwrap_or(text.trim());
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidColour);
        }
        let part = |from: usize| {
            let digits = digits.get(from..from + 2).ok_or(InvalidColour)?;
            u8::from_str_radix(digits, 16).map_err(|_| InvalidColour)
        };
        Ok(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl Colour {
    /// A colour of its three parts.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How bright it is, from 0 to 1 (WCAG 2.2, relative luminance).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let part = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(self.red) + 0.7152 * part(self.green) + 0.0722 * part(self.blue)
    }

    /// The contrast between two colours, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// So many hundredths of this, the rest of `other`.
    #[must_use]
    pub fn mixed(self, hundredths: u8, other: Self) -> Self {
        let part = |one: u8, two: u8| {
            let sum = u32::from(one) * u32::from(hundredths.min(100))
                + u32::from(two) * (100 - u32::from(hundredths.min(100)));
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self {
            red: part(self.red, other.red),
            green: part(self.green, other.green),
            blue: part(self.blue, other.blue),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white) = (Colour::new(0, 0, 0), Colour::new(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        // The grey that just passes and the one that just does not, as WCAG's examples have them.
        let grey = |text: &str| text.parse::<Colour>().unwrap().contrast(white);
        assert!(grey("#767676") >= 4.5 && grey("#777777") < 4.5);
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!("#1D4a40".parse::<Colour>().unwrap().to_string(), "#1d4a40");
        for text in ["", "#fff", "red", "#1d4a4g", "#1d4a40;", "url(x)", "#1d4a40 }", "１d4a40"] {
            assert_eq!(text.parse::<Colour>(), Err(InvalidColour), "{text}");
        }
    }
}
