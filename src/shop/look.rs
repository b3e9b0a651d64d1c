//! The shop's colours: whether they can be read on its paper, and the style sheet that has them.

use super::Colour;
use super::colour::InvalidColour;

/// What text needs beside its background (WCAG 2.2, 1.4.3, level AA).
const READABLE: f64 = 4.5;

/// The surfaces of the light scheme on which words stand in a colour, and the words that stand on it: `--paper`,
/// `--leaf`, `--well` and `--on-cloth` of `static/css/tokens.css`.
const LIGHT: [Colour; 4] = [
    Colour::new(0xf5, 0xf3, 0xed),
    Colour::new(0xfd, 0xfc, 0xf9),
    Colour::new(0xeb, 0xe8, 0xdf),
    Colour::new(0xfb, 0xf8, 0xf0),
];

/// The same of the dark scheme.
const DARK: [Colour; 4] = [
    Colour::new(0x13, 0x18, 0x15),
    Colour::new(0x1b, 0x22, 0x1e),
    Colour::new(0x0d, 0x11, 0x0f),
    Colour::new(0x0f, 0x17, 0x13),
];

/// The words on the footer, which is as dark as the main colour in either scheme.
const ON_DEEP: Colour = Colour::new(0xe9, 0xef, 0xe9);

const WHITE: Colour = Colour::new(255, 255, 255);
const BLACK: Colour = Colour::new(0, 0, 0);

/// A colour in both schemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// On light paper.
    pub light: Colour,
    /// On dark paper.
    pub dark: Colour,
}

/// The colours of a shop that has its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Buttons, links, bindings.
    pub main: Option<Pair>,
    /// Initials and labels.
    pub accent: Option<Pair>,
}

/// Why a colour can't be used. The sentences are for an admin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LookError {
    /// It is none.
    #[error(transparent)]
    Colour(#[from] InvalidColour),
    /// It can't be read.
    #[error(
        "Words in {colour} can't be read well on the shop’s {scheme} paper: the contrast is {contrast} to 1, and 4.5 to 1 is the least (WCAG AA). {advice}"
    )]
    Contrast {
        /// The colour.
        colour: Colour,
        /// `light` or `dark`.
        scheme: &'static str,
        /// The contrast, rounded down to a tenth.
        contrast: String,
        /// What would help.
        advice: &'static str,
    },
}

impl Pair {
    /// The colours as typed; nothing when none is given. Without one for dark paper it is made from the other.
    ///
    /// # Errors
    /// When one is no colour, or can't be read; with whether it is the one for dark paper.
    pub fn parse(light: &str, dark: &str) -> Result<Option<Self>, (bool, LookError)> {
        if light.trim().is_empty() && dark.trim().is_empty() {
            return Ok(None);
        }
        let light: Colour = light.parse().map_err(|error: InvalidColour| (false, LookError::from(error)))?;
        check(light, "light", &LIGHT, "Please choose a darker one.").map_err(|error| (false, error))?;
        check(light, "light", &[tint(light, LIGHT[0])], "Please choose a darker one.")
            .map_err(|error| (false, error))?;
        let dark = match dark.trim() {
            "" => lightened(light),
            typed => typed.parse().map_err(|error: InvalidColour| (true, LookError::from(error)))?,
        };
        check(dark, "dark", &DARK, "Please choose a lighter one.").map_err(|error| (true, error))?;
        check(dark, "dark", &[tint(dark, DARK[1])], "Please choose a lighter one.")
            .map_err(|error| (true, error))?;
        Ok(Some(Self { light, dark }))
    }
}

fn check(
    colour: Colour,
    scheme: &'static str,
    papers: &[Colour],
    advice: &'static str,
) -> Result<(), LookError> {
    let least = papers.iter().map(|paper| colour.contrast(*paper)).fold(f64::INFINITY, f64::min);
    if least >= READABLE {
        return Ok(());
    }
    let contrast = format!("{:.1}", (least * 10.0).floor() / 10.0);
    Err(LookError::Contrast { colour, scheme, contrast, advice })
}

/// A breath of the colour on paper: what lies behind a link under the pointer.
fn tint(colour: Colour, paper: Colour) -> Colour {
    colour.mixed(9, paper)
}

/// The colour, lighter until it can be read on dark paper.
fn lightened(colour: Colour) -> Colour {
    let steps = (0..=20_u8).map(|step| colour.mixed(100 - step * 5, WHITE));
    let readable = |colour: &Colour| {
        let papers = DARK.iter().copied().chain([tint(*colour, DARK[1])]);
        papers.map(|paper| colour.contrast(paper)).fold(f64::INFINITY, f64::min) >= 7.0
    };
    steps.into_iter().find(readable).unwrap_or(WHITE)
}

/// The colour, darker until the footer's words can be read on it.
fn deep(colour: Colour) -> Colour {
    let steps = (0..=20_u8).map(|step| colour.mixed(100 - step * 5, BLACK));
    steps.into_iter().find(|colour| colour.contrast(ON_DEEP) >= 7.0).unwrap_or(BLACK)
}

impl Look {
    /// Whether there is a style sheet at all.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.main.is_none() && self.accent.is_none()
    }

    /// The style sheet: the same names as in `static/css/tokens.css`, after which it is loaded.
    #[must_use]
    pub fn sheet(&self) -> String {
        let mut css = String::from("@layer tokens {\n  :root {\n");
        let mut set = |name: &str, light: Colour, dark: Colour| {
            css.push_str(&format!("    --{name}: light-dark({light}, {dark});\n"));
        };
        if let Some(Pair { light, dark }) = self.main {
            set("cloth", light, dark);
            set("cloth-hover", light.mixed(75, BLACK), dark.mixed(70, WHITE));
            set("cloth-deep", deep(light), deep(light).mixed(80, BLACK));
            set("cloth-print", deep(light).mixed(80, WHITE), deep(light).mixed(70, BLACK));
            set("cloth-tint", tint(light, LIGHT[0]), tint(dark, DARK[1]));
        }
        if let Some(Pair { light, dark }) = self.accent {
            set("rubric", light, dark);
        }
        css.push_str("  }\n}\n");
        css
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_cant_be_read_is_refused_with_its_figures() {
        let (is_dark, error) = Pair::parse("#8fcbb0", "").unwrap_err();
        assert!(!is_dark);
        assert!(error.to_string().contains("to 1, and 4.5 to 1 is the least"), "{error}");
        let (is_dark, error) = Pair::parse("#1d4a40", "#333333").unwrap_err();
        assert!(is_dark && error.to_string().contains("dark paper"), "{error}");
        assert_eq!(Pair::parse("", " "), Ok(None));
        assert!(Pair::parse("", "#ffffff").is_err());
    }

    #[test]
    fn what_is_made_of_any_readable_colour_can_be_read() {
        for light in ["#000000", "#1d4a40", "#7a0019", "#003399", "#5a2d82", "#4d4d00"] {
            let pair = Pair::parse(light, "").unwrap().unwrap();
            assert!(DARK.iter().all(|paper| pair.dark.contrast(*paper) >= READABLE), "{light}");
            assert!(deep(pair.light).contrast(ON_DEEP) >= READABLE, "{light}");
        }
    }

    #[test]
    fn the_style_sheet_holds_nothing_but_colours() {
        let main = Pair::parse("#7a0019", "").unwrap();
        let sheet = Look { main, accent: None }.sheet();
        assert!(sheet.contains("--cloth: light-dark(#7a0019, #"), "{sheet}");
        assert!(!sheet.contains("rubric"));
        let values = sheet.lines().filter(|line| line.contains("--"));
        for value in values {
            let bare = value.split_once(": ").unwrap().1;
            assert!(
                bare.chars().all(|sign| sign.is_ascii_alphanumeric() || "-(#, );".contains(sign)),
                "{value}"
            );
        }
    }
}
