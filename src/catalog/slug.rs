//! Names in addresses, made from titles and names: `Crème brûlée: a memoir` is `creme-brulee-a-memoir`.

use sha2::{Digest as _, Sha256};

use super::words::words;

/// The longest slug in bytes, before a number is appended.
const LONGEST: usize = 80;

/// The slug of a title or a name: ASCII letters and digits in lower case with hyphens between words, never empty, the
/// same each time. What has no ASCII letters is told apart by a few digits of its hash.
#[must_use]
pub fn slug(text: &str) -> String {
    // "d’Urbervilles" is one word here.
    let words = words(&text.replace(['\'', '\u{2019}'], ""));
    let mut slug = String::new();
    for word in words.iter().filter(|word| word.is_ascii()) {
        if slug.len() + 1 + word.len() > LONGEST && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().take(LONGEST));
    }
    if slug.is_empty() || words.iter().any(|word| !word.is_ascii()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        let digest = crate::ids::hex(&Sha256::digest(text.trim().as_bytes()));
        slug.extend(digest.chars().take(10));
    }
    slug
}

/// Whether a slug could look like this. What cannot is not asked of the database, which may refuse its characters.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=2 * LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// `slug`, or `slug-2`, `slug-3`, …: the first that `taken` says no to.
///
/// # Errors
/// Those of `taken`.
pub(crate) fn first_free<E>(slug: &str, mut taken: impl FnMut(&str) -> Result<bool, E>) -> Result<String, E> {
    if !taken(slug)? {
        return Ok(slug.to_owned());
    }
    let mut number = 2_u32;
    loop {
        let numbered = format!("{slug}-{number}");
        if !taken(&numbered)? {
            return Ok(numbered);
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_short_plain_ascii() {
        for (text, expected) in [
            ("Crème brûlée: a memoir", "creme-brulee-a-memoir"),
            ("  What?! (2nd ed.)  ", "what-2nd-ed"),
            ("Tess of the d’Urbervilles", "tess-of-the-durbervilles"),
            ("C", "c"),
        ] {
            assert_eq!(slug(text), expected);
        }
        for text in
            ["", "***", "吾輩は猫である", "Лев Толстой", &"very ".repeat(100), &"x".repeat(500), "三体 III"]
        {
            let slug = slug(text);
            assert!(!slug.is_empty() && slug.len() <= LONGEST + 11, "{text}: {slug}");
            assert!(is_slug(&slug), "{text}: {slug}");
        }
    }

    #[test]
    fn names_in_other_scripts_have_slugs_of_their_own() {
        assert_ne!(slug("夏目漱石"), slug("村上春樹"));
        assert_ne!(slug("三体 III"), slug("四体 III"));
        assert_eq!(slug("夏目漱石"), slug(" 夏目漱石 "));
    }

    #[test]
    fn what_no_slug_looks_like_is_none() {
        for text in ["", "a b", "a/b", "\u{0}", "é", &"x".repeat(1000)] {
            assert!(!is_slug(text), "{text}");
        }
    }

    #[test]
    fn a_taken_slug_gets_a_number() {
        let taken = ["emma", "emma-2"];
        let free = first_free("emma", |slug| Ok::<_, ()>(taken.contains(&slug)));
        assert_eq!(free, Ok("emma-3".to_owned()));
    }
}
