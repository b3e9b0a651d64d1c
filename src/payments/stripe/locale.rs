//! In which language Stripe's page greets the buyer.

use stripe_shared::CheckoutSessionLocale;

/// The first language of an `Accept-Language` that Stripe's page has; else Stripe looks at the browser itself.
pub(super) fn of(accept_language: &str) -> CheckoutSessionLocale {
    let mut wishes: Vec<(f32, &str)> = accept_language
        .split(',')
        .filter_map(|wish| {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().filter(|tag| !tag.is_empty())?;
            let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.trim().parse().ok());
            Some((weight.unwrap_or(1.0), tag))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    // A stable sort: equal wishes stay in the browser's order.
    wishes.sort_by(|one, other| other.0.total_cmp(&one.0));
    wishes.into_iter().find_map(|(_, tag)| known(tag)).unwrap_or(CheckoutSessionLocale::Auto)
}

fn known(tag: &str) -> Option<CheckoutSessionLocale> {
    let tag = tag.to_ascii_lowercase();
    let (language, rest) = tag.split_once('-').unwrap_or((&tag, ""));
    let name = match (language, rest) {
        ("en", "gb") => "en-GB",
        ("fr", "ca") => "fr-CA",
        ("pt", "br") => "pt-BR",
        ("zh", "hk" | "hant-hk" | "mo") => "zh-HK",
        ("zh", "tw" | "hant" | "hant-tw") => "zh-TW",
        ("es", "" | "es") => "es",
        ("es", _) => "es-419",
        ("no" | "nn", _) => "nb",
        (language, _) => language,
    };
    match name.parse::<CheckoutSessionLocale>() {
        Ok(CheckoutSessionLocale::Unknown(_) | CheckoutSessionLocale::Auto) => None,
        Ok(locale) => Some(locale),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_first_language_that_it_knows() {
        for (said, expected) in [
            ("", "auto"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en-GB", "en-GB"),
            ("en-US,en;q=0.5", "en"),
            ("cy, fr-CA;q=0.7, fr;q=0.5", "fr-CA"),
            ("en;q=0.2, ja", "ja"),
            ("es-MX", "es-419"),
            ("zh-Hant-TW;q=1", "zh-TW"),
            ("nn-NO", "nb"),
            ("tlh, *;q=0.5, auto", "auto"),
            ("ja;q=0, ;q=1, ,", "auto"),
        ] {
            assert_eq!(of(said).as_str(), expected, "{said:?}");
        }
    }
}
