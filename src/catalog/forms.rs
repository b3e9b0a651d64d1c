//! What the catalogue's addresses ask for.

use rocket::FromForm;
use rocket::http::RawStr;

use super::list::Sort;
use super::listing::ListQuery;

/// The longest search that is shown again, in characters.
const LONGEST_QUERY: usize = 200;

/// The parameters of the list. What makes no sense counts as not given: an address that somebody typed or that a year
/// has gone over still shows books.
#[derive(Debug, Clone, Default, FromForm)]
pub struct ListForm<'r> {
    q: Option<&'r str>,
    category: Option<&'r str>,
    contributor: Option<&'r str>,
    series: Option<&'r str>,
    sort: Option<&'r str>,
    page: Option<&'r str>,
}

/// The price that a reader names for a book.
#[derive(Debug, FromForm)]
pub struct AmountForm<'r> {
    /// What was typed.
    #[field(default = "")]
    pub amount: &'r str,
}

impl From<ListForm<'_>> for ListQuery {
    fn from(form: ListForm<'_>) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().trim().to_owned();
        Self {
            search: text(form.q).chars().take(LONGEST_QUERY).collect(),
            category: text(form.category),
            contributor: text(form.contributor),
            series: text(form.series),
            sort: form.sort.map(str::to_owned),
            page: form.page.and_then(|page| page.trim().parse().ok()).unwrap_or(1),
        }
    }
}

/// The list's address up to the page's number, with the order only where it is not the `natural` one.
#[must_use]
pub fn address(query: &ListQuery, sort: Sort, natural: Sort) -> String {
    let sort = if sort == natural { "" } else { sort.as_str() };
    let mut address = "/books?".to_owned();
    for (name, value) in [
        ("q", query.search.as_str()),
        ("category", &query.category),
        ("contributor", &query.contributor),
        ("series", &query.series),
        ("sort", sort),
    ] {
        if !value.is_empty() {
            address.push_str(&format!("{name}={}&", RawStr::new(value).percent_encode()));
        }
    }
    address.push_str("page=");
    address
}

/// The address of the page that was asked for.
#[must_use]
pub fn address_of(query: &ListQuery) -> String {
    let sort = query.sort.as_deref().and_then(|sort| sort.parse().ok()).unwrap_or(Sort::Newest);
    let list = address(query, sort, Sort::Newest);
    match query.page {
        0 | 1 => list.trim_end_matches("page=").trim_end_matches(['?', '&']).to_owned(),
        page => format!("{list}{page}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_the_same_list() {
        let query = ListQuery {
            search: "a & b=c?#é/猫".to_owned(),
            category: "fiction".to_owned(),
            page: 3,
            ..ListQuery::default()
        };
        let list = address(&query, Sort::Title, Sort::Relevance);
        assert_eq!(
            list,
            "/books?q=a%20%26%20b%3Dc%3F%23%C3%A9%2F%E7%8C%AB&category=fiction&sort=title&page="
        );
        assert_eq!(address(&ListQuery::default(), Sort::Newest, Sort::Newest), "/books?page=");
    }

    #[test]
    fn a_page_that_is_no_number_is_the_first() {
        for page in ["abc", "", "-1", "1.5", "99999999999999999999"] {
            let form = ListForm { page: Some(page), ..ListForm::default() };
            assert_eq!(ListQuery::from(form).page, 1, "{page}");
        }
    }
}
