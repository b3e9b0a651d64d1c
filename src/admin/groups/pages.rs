//! The pages about categories, series and contributors.

use askama::Template;

use crate::catalog::Grouping;
use crate::catalog::grouping::Group;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters};

/// What a page says of the kind that it is about.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Its pages' address.
    pub address: &'static str,
    /// Its name in addresses of the shop and of tables.
    pub name: &'static str,
    /// What all of them are called.
    pub all: &'static str,
    /// What one is called in a sentence.
    pub one: &'static str,
    /// The caption of its text; empty without one.
    pub text: &'static str,
    /// What to write there.
    pub hint: &'static str,
    /// What is said while there is none.
    pub none: &'static str,
}

impl Words {
    /// The words of a kind.
    #[must_use]
    pub const fn of(grouping: Grouping) -> Self {
        match grouping {
            Grouping::Category => Self {
                address: "/admin/categories",
                name: "category",
                all: "Categories",
                one: grouping.one(),
                text: "Description",
                hint: "A sentence, shown above its books. May be empty.",
                none: "No category yet. Categories are the shelves of the shop, in an order of yours.",
            },
            Grouping::Series => Self {
                address: "/admin/series",
                name: "series",
                all: "Series",
                one: grouping.one(),
                text: "",
                hint: "",
                none: "No series yet. A series begins when a title names it.",
            },
            Grouping::Contributor => Self {
                address: "/admin/contributors",
                name: "contributor",
                all: "Contributors",
                one: grouping.one(),
                text: "About this person",
                hint: "A few sentences, in Markdown, shown above the person’s books. May be empty.",
                none: "Nobody yet. Contributors come with the titles that name them.",
            },
        }
    }
}

/// `templates/admin/groups.html`
#[derive(Template)]
#[template(path = "admin/groups.html")]
pub struct GroupsPage {
    /// The frame.
    pub layout: Layout,
    /// What it is about.
    pub words: Words,
    /// Whether they have an order that can be changed.
    pub is_ordered: bool,
    /// What was searched for.
    pub search: String,
    /// Those of this page.
    pub groups: Vec<Group>,
    /// Which page.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: String,
    /// The search as an address has it, with its question mark.
    pub query: String,
}

/// `templates/admin/group.html`
#[derive(Template)]
#[template(path = "admin/group.html")]
pub struct GroupPage {
    /// The frame.
    pub layout: Layout,
    /// What it is about.
    pub words: Words,
    /// The one.
    pub group: Group,
    /// Some of its titles: public ids and titles.
    pub titles: Vec<(String, String)>,
    /// The name, as typed.
    pub name: String,
    /// The text, as typed.
    pub text: String,
    /// What is wrong with them.
    pub errors: Errors,
}

/// `templates/admin/group_remove.html`
#[derive(Template)]
#[template(path = "admin/group_remove.html")]
pub struct GroupRemovePage {
    /// The frame.
    pub layout: Layout,
    /// What it is about.
    pub words: Words,
    /// The one that goes.
    pub group: Group,
    /// The one that gets its books, if one does.
    pub into: Option<Group>,
    /// Some of its titles: public ids and titles.
    pub titles: Vec<(String, String)>,
}

impl GroupRemovePage {
    /// What happens to the books, in a sentence.
    #[must_use]
    pub fn fate(&self) -> String {
        let (count, it) = match self.group.titles {
            0 => return "It has no title.".to_owned(),
            1 => ("Its one title".to_owned(), true),
            number => (format!("Its {number} titles"), false),
        };
        let verb = |one: &'static str, many: &'static str| if it { one } else { many };
        match (&self.into, self.words.name) {
            (Some(into), _) => format!("{count} {} to “{}”.", verb("goes", "go"), into.name),
            (None, "category") => {
                format!(
                    "{count} {} off this shelf, and {} for sale.",
                    verb("goes", "go"),
                    verb("stays", "stay")
                )
            }
            (None, "series") => {
                format!(
                    "{count} {} to no series then, and {} for sale.",
                    verb("belongs", "belong"),
                    verb("stays", "stay")
                )
            }
            (None, _) => {
                format!(
                    "{count} no longer {} this person, and {} for sale.",
                    verb("names", "name"),
                    verb("stays", "stay")
                )
            }
        }
    }
}
