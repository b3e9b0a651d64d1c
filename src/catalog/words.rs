//! Words as the search and the addresses see them: without case, accents and ligatures.
//!
//! Both databases are given words that were folded here and ask for words that were folded here, so that the same
//! query finds the same books in both.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The words of `text`, folded: lower case, no accents, compatibility forms resolved (`ﬁ` → `fi`), `ß` → `ss`,
/// `œ` → `oe`. In scripts that are written without spaces each character is a word.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    runs(text).concat()
}

/// The words of `text`, grouped as the reader wrote them: a run of letters without a space between them. Only scripts
/// without spaces have more than one word in a run.
#[must_use]
pub fn runs(text: &str) -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    for character in fold(text).chars() {
        if is_combining_mark(character) {
            run.mark(character);
        } else if !is_letter(character) {
            // A soft hyphen and the joiners stand inside a word.
            if !matches!(character, '\u{ad}' | '\u{200c}' | '\u{200d}') {
                runs.extend(std::mem::take(&mut run).end());
            }
        } else if is_unspaced(character) {
            run.own_word(character);
        } else {
            run.letter(character);
        }
    }
    runs.extend(run.end());
    runs
}

/// `text` folded as for the search, its words joined by spaces: a key that sorts titles without regard to case and
/// accents.
#[must_use]
pub fn sort_key(text: &str) -> String {
    words(text).join(" ")
}

/// The words of a run so far.
#[derive(Default)]
struct Run {
    words: Vec<String>,
    word: String,
}

impl Run {
    fn letter(&mut self, letter: char) {
        if self.word.chars().next().is_some_and(is_unspaced) {
            self.close();
        }
        self.word.push(letter);
    }

    fn own_word(&mut self, letter: char) {
        self.close();
        self.word.push(letter);
    }

    /// A vowel sign or the like belongs to the letter before it; without one it is nothing.
    fn mark(&mut self, mark: char) {
        if !self.word.is_empty() {
            self.word.push(mark);
        }
    }

    fn close(&mut self) {
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn end(mut self) -> Option<Vec<String>> {
        self.close();
        (!self.words.is_empty()).then_some(self.words)
    }
}

/// `text` in lower case, decomposed for compatibility, without the accents, and composed again (so that a Korean
/// syllable is one character).
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|&character| !is_accent(character)) {
        for lower in character.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'đ' | 'ð' => folded.push('d'),
                'þ' => folded.push_str("th"),
                'ł' => folded.push('l'),
                'ħ' => folded.push('h'),
                'ı' => folded.push('i'),
                'ς' => folded.push('σ'),
                // Lower-casing `İ` leaves a dot behind.
                other if is_accent(other) => {}
                other => folded.push(other),
            }
        }
    }
    folded.nfc().collect()
}

/// Marks that writers leave out: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels. Not the marks that
/// tell Japanese `か` from `が`, nor the vowel signs of India, which make another word.
const fn is_accent(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric()
}

/// Scripts that are written without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer and some beside them.
const fn is_unspaced(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3021}'..='\u{30ff}'
            | '\u{3105}'..='\u{312f}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_ligatures() {
        for (text, expected) in [
            ("Crème Brûlée", "creme brulee"),
            ("CRE\u{300}ME", "creme"),
            ("Straße œuvre Æsop ﬁn", "strasse oeuvre aesop fin"),
            ("Søren Łódź Đorđe İstanbul ılık", "soren lodz dorde istanbul ilik"),
            ("Ёлка Йод", "елка иод"),
            ("Σίσυφος", "σισυφοσ"),
            ("L’Étranger, don't", "l etranger don t"),
            ("hy\u{ad}phen", "hyphen"),
            ("C++, e-mail; 3.14 (x:y)", "c e mail 3 14 x y"),
            ("𝐁𝐨𝐨𝐤 Ｂｏｏｋ ①", "book book 1"),
            ("  \"'*()-  ", ""),
            ("שָׁלוֹם مَرْحَبًا", "שלום مرحبا"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn each_character_is_a_word_where_nobody_writes_spaces() {
        assert_eq!(runs("吾輩は猫である"), [["吾", "輩", "は", "猫", "で", "あ", "る"]]);
        assert_eq!(runs("三体III 2部"), [vec!["三", "体", "iii"], vec!["2", "部"]]);
        assert_eq!(words("ガラス が"), ["ガ", "ラ", "ス", "が"]);
        assert_eq!(words("한국어 책"), ["한국어", "책"]);
        assert_eq!(words("หนังสือ").concat(), "หนังสือ");
    }

    #[test]
    fn the_vowel_signs_of_india_stay_in_their_word() {
        assert_eq!(words("हिन्दी किताब"), ["हिन्दी", "किताब"]);
    }

    #[test]
    fn a_word_is_letters_and_digits_alone() {
        for text in ["' OR 1=1 --", "a\u{0}b", "NEAR(a, b)", "title:x*", "\u{2028}\u{feff}", "🅐 👍🏽"]
        {
            for word in words(text) {
                assert!(word.chars().all(|c| is_letter(c) || is_combining_mark(c)), "{text}: {word}");
                assert!(!word.contains([' ', '\'', '"', '\\', ':', '*']), "{text}: {word}");
            }
        }
    }
}
