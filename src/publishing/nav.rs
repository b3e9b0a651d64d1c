//! The way through the publisher's desk: one list, which its frame shows on every page.

/// A place of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its address.
    pub href: &'static str,
    /// What it is called.
    pub text: &'static str,
    /// A symbol of `static/icons.svg`.
    pub icon: &'static str,
}

/// The places, in the order of the list.
pub const PLACES: &[Place] = &[
    Place { href: "/publish", text: "Titles", icon: "book" },
    Place { href: "/publish/titles/new", text: "New title", icon: "mark" },
    Place { href: "/publish/sales", text: "Sales", icon: "receipt" },
];

impl Place {
    /// What `aria-current` says on the page at `path`: the page itself, a page within, or nothing.
    #[must_use]
    pub fn current(&self, path: &str) -> &'static str {
        let is_new = path == "/publish/titles/new";
        match path.strip_prefix(self.href) {
            Some("") => "page",
            Some(rest) if self.href == "/publish" => match rest.starts_with("/titles/") && !is_new {
                true => "true",
                false => "",
            },
            Some(rest) if rest.starts_with('/') => "true",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PLACES;

    #[test]
    fn a_page_belongs_to_one_place() {
        for (path, place) in [
            ("/publish", "Titles"),
            ("/publish/titles/abc", "Titles"),
            ("/publish/titles/abc/edit", "Titles"),
            ("/publish/titles/new", "New title"),
            ("/publish/sales", "Sales"),
        ] {
            let here: Vec<&str> = PLACES
                .iter()
                .filter(|place| !place.current(path).is_empty())
                .map(|place| place.text)
                .collect();
            assert_eq!(here, [place], "{path}");
        }
    }
}
