//! Pages of a long list.

/// One page of a list, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// The page that is shown.
    pub page: u32,
    /// How many entries a page has.
    pub per_page: u32,
    /// How many entries there are in all.
    pub total: u64,
}

impl Pagination {
    /// The page asked for, brought into what there is.
    #[must_use]
    pub fn new(page: u32, per_page: u32, total: u64) -> Self {
        let mut pagination = Self { page: 1, per_page: per_page.max(1), total };
        pagination.page = page.clamp(1, pagination.pages());
        pagination
    }

    /// How many pages there are; an empty list has one.
    #[must_use]
    pub fn pages(&self) -> u32 {
        u32::try_from(self.total.div_ceil(u64::from(self.per_page))).unwrap_or(u32::MAX).max(1)
    }

    /// How many entries come before this page.
    #[must_use]
    pub fn offset(&self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.per_page)
    }

    /// The number of the first entry shown, from 1; 0 for an empty list.
    #[must_use]
    pub fn first(&self) -> u64 {
        if self.total == 0 { 0 } else { u64::from(self.page - 1) * u64::from(self.per_page) + 1 }
    }

    /// The number of the last entry shown.
    #[must_use]
    pub fn last(&self) -> u64 {
        (u64::from(self.page) * u64::from(self.per_page)).min(self.total)
    }

    /// The page before.
    #[must_use]
    pub fn previous(&self) -> Option<u32> {
        (self.page > 1).then(|| self.page - 1)
    }

    /// The page after.
    #[must_use]
    pub fn next(&self) -> Option<u32> {
        (self.page < self.pages()).then(|| self.page + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_end_is_the_last_one() {
        let page = Pagination::new(99, 24, 49);
        assert_eq!((page.page, page.pages(), page.first(), page.last()), (3, 3, 49, 49));
        assert_eq!((page.previous(), page.next(), page.offset()), (Some(2), None, 48));
    }

    #[test]
    fn an_empty_list_has_one_page_with_nothing() {
        let page = Pagination::new(0, 24, 0);
        assert_eq!((page.page, page.pages(), page.first(), page.last()), (1, 1, 0, 0));
    }
}
