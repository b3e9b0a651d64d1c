//! The way through the back office: one list, which its frame shows on every page.

/// A place of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its address; addresses below it belong to it.
    pub href: &'static str,
    /// What it is called.
    pub text: &'static str,
    /// A symbol of `static/icons.svg`.
    pub icon: &'static str,
}

/// The places, in the order of the list.
pub const PLACES: &[Place] = &[
    Place { href: "/admin", text: "Overview", icon: "desk" },
    Place { href: "/admin/findings", text: "Findings", icon: "flag" },
    Place { href: "/admin/orders", text: "Orders", icon: "receipt" },
    Place { href: "/admin/prices", text: "Prices", icon: "book" },
    Place { href: "/admin/categories", text: "Categories", icon: "menu" },
    Place { href: "/admin/series", text: "Series", icon: "library" },
    Place { href: "/admin/contributors", text: "Contributors", icon: "user" },
    Place { href: "/admin/bundles", text: "Bundles", icon: "library" },
    Place { href: "/admin/codes", text: "Codes", icon: "key" },
    Place { href: "/admin/reviews", text: "Reviews", icon: "check" },
    Place { href: "/admin/publishers", text: "Publishers", icon: "user" },
    Place { href: "/admin/shop", text: "Shop", icon: "mark" },
    Place { href: "/admin/log", text: "Log", icon: "clock" },
    Place { href: "/admin/import", text: "Import", icon: "arrow" },
    Place { href: "/admin/export", text: "Export", icon: "download" },
    Place { href: "/admin/doctor", text: "Doctor", icon: "pulse" },
];

impl Place {
    /// Whether the page at `path` belongs to this place.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        match path.strip_prefix(self.href) {
            Some("") => true,
            // The overview stands above all others and holds none of them.
            Some(rest) => self.href != "/admin" && rest.starts_with('/'),
            None => false,
        }
    }

    /// What `aria-current` says on the page at `path`: the page itself, a page within, or nothing.
    #[must_use]
    pub fn current(&self, path: &str) -> &'static str {
        match self.holds(path) {
            true if path == self.href => "page",
            true => "true",
            false => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_page_belongs_to_one_place() {
        let overview = Place { href: "/admin", text: "", icon: "" };
        let orders = Place { href: "/admin/orders", ..overview };
        for (path, in_overview, in_orders) in [
            ("/admin", "page", ""),
            ("/admin/orders", "", "page"),
            ("/admin/orders/abc", "", "true"),
            ("/admin/ordersheet", "", ""),
        ] {
            assert_eq!((overview.current(path), orders.current(path)), (in_overview, in_orders), "{path}");
        }
    }
}
