//! Text from inside a file, made fit for a page: bounded, and without what nobody sees.

use unicode_normalization::UnicodeNormalization as _;

/// `text` on one line of at most `most` characters, without controls and marks that turn its order around.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(|sign: char| sign.is_whitespace() || sign.is_control()) {
        let word: String = word.nfc().filter(|&sign| is_seen(sign)).collect();
        if word.is_empty() {
            continue;
        }
        let more = word.chars().count() + usize::from(length > 0);
        if length + more > most {
            if length == 0 {
                line.extend(word.chars().take(most));
            }
            break;
        }
        if length > 0 {
            line.push(' ');
        }
        line.push_str(&word);
        length += more;
    }
    line
}

/// Whether a sign is more than a mark for the order of others, or none at all.
fn is_seen(sign: char) -> bool {
    !matches!(sign, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
}

/// The words of `text`, which may be HTML as in many EPUBs: paragraphs apart by an empty line, at most `most`
/// characters, and nothing in it that Markdown would take for more than words.
#[must_use]
pub fn plain(text: &str, most: usize) -> String {
    let mut paragraphs = vec![String::new()];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        push(&mut paragraphs, before);
        let looks_like_a_tag =
            after.starts_with(|sign: char| sign.is_ascii_alphabetic() || "/!?".contains(sign));
        match after.split_once('>') {
            Some((tag, after)) if looks_like_a_tag => {
                let name =
                    tag.trim_start_matches('/').split(|sign: char| !sign.is_ascii_alphanumeric()).next();
                let name = name.unwrap_or_default().to_ascii_lowercase();
                match name.as_str() {
                    "p" | "div" | "br" | "li" | "ul" | "ol" | "blockquote" | "h1" | "h2" | "h3" | "h4"
                    | "h5" | "h6" => {
                        paragraphs.push(String::new());
                    }
                    "script" | "style" if !tag.starts_with('/') => {
                        // What is in there is no word of the description.
                        let end = after.to_ascii_lowercase().find(&format!("</{name}"));
                        rest = end.and_then(|end| after.get(end..)).unwrap_or_default();
                        continue;
                    }
                    _ => {}
                }
                rest = after;
            }
            _ => {
                push(&mut paragraphs, "<");
                rest = after;
            }
        }
    }
    push(&mut paragraphs, rest);
    let mut whole = String::new();
    for paragraph in paragraphs.iter().flat_map(|paragraph| paragraph.split("\n\n")) {
        let room = most.saturating_sub(whole.chars().count() + 2);
        let line = escaped(&one_line(&unescaped(paragraph), room));
        if line.is_empty() || line.chars().count() > room {
            continue;
        }
        if !whole.is_empty() {
            whole.push_str("\n\n");
        }
        whole.push_str(&line);
    }
    whole
}

fn push(paragraphs: &mut [String], text: &str) {
    if let Some(last) = paragraphs.last_mut() {
        last.push_str(text);
    }
}

/// The entities that descriptions hold in practice.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for (entity, sign) in [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&mdash;", "—"),
        ("&ndash;", "–"),
        ("&hellip;", "…"),
        ("&rsquo;", "’"),
        ("&lsquo;", "‘"),
        ("&rdquo;", "”"),
        ("&ldquo;", "“"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, sign);
    }
    text
}

/// `text` so that Markdown shows it as it is.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        let marks = matches!(sign, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '|');
        let begins = at == 0 && matches!(sign, '#' | '>' | '-' | '+' | '=');
        if marks || begins {
            safe.push('\\');
        }
        safe.push(sign);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_without_tricks() {
        assert_eq!(one_line("  A\n\ttitle\0 of \u{202e}two\u{ad} ", 100), "A title of two");
        assert_eq!(one_line("One two three", 8), "One two");
        assert_eq!(one_line(&"x".repeat(50), 10), "x".repeat(10));
        assert_eq!(one_line("e\u{301}", 10), "é");
    }

    #[test]
    fn html_becomes_words() {
        let html =
            "<p>A <b>fine</b> book &amp; <i>cheap</i>.</p><script>alert('<p>')</script><p>2 < 3, *not* bold";
        assert_eq!(plain(html, 1000), "A fine book & cheap.\n\n2 \\< 3, \\*not\\* bold");
        assert_eq!(plain("One.\n\nTwo.", 1000), "One.\n\nTwo.");
        assert_eq!(plain("&lt;script&gt;", 1000), "\\<script>");
        assert_eq!(plain("<", 10), "\\<");
        assert!(plain(&"word ".repeat(10_000), 500).chars().count() <= 500);
    }
}
