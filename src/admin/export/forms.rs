//! What an address of a table asks for.

use chrono::{Days, NaiveDate, NaiveTime};
use rocket::form::FromForm;

use super::Wanted;

/// The filters of a list; what makes no sense counts as not given.
#[derive(Debug, FromForm)]
pub struct WantedForm<'r> {
    q: Option<&'r str>,
    status: Option<&'r str>,
    publisher: Option<&'r str>,
    category: Option<&'r str>,
    language: Option<&'r str>,
    from: Option<&'r str>,
    to: Option<&'r str>,
}

impl From<WantedForm<'_>> for Wanted {
    fn from(form: WantedForm<'_>) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().trim().chars().take(200).collect::<String>();
        let day = |day: Option<&str>| day.and_then(|day| day.parse::<NaiveDate>().ok());
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
        Self {
            search: text(form.q),
            status: text(form.status),
            publisher: text(form.publisher),
            category: text(form.category),
            language: text(form.language),
            from: day(form.from).map(|day| day.and_time(NaiveTime::MIN)),
            until: day(form.to).map(|day| after(day).and_time(NaiveTime::MIN)),
        }
    }
}
