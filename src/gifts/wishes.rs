//! What a buyer wants of a gift: as typed, and as it is kept.

use chrono::{Days, NaiveDate, NaiveTime};

use crate::accounts::{EmailAddress, InvalidEmail, email_key};
use crate::db::Timestamp;
use crate::web::Errors;

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 1000;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// How many days ahead a gift may be ordered.
const FARTHEST: u64 = 366;

/// At what hour of its day a gift goes out, in UTC: morning in Europe, and the same day nearly everywhere.
const HOUR: u32 = 8;

/// What was typed about a gift, kept for the page that shows it again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GiftText {
    /// Whether it is a gift at all.
    pub wanted: bool,
    /// Who gives.
    pub from: String,
    /// The recipient's name.
    pub name: String,
    /// The recipient's address.
    pub email: String,
    /// The day, as `2026-12-24`; empty for today.
    pub date: String,
    /// The words to go with it.
    pub message: String,
}

/// What a gift shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftWish {
    /// Who gives, as the recipient reads it.
    pub giver_name: String,
    /// Whom the mail greets; may be empty.
    pub recipient_name: String,
    /// Where the mail goes.
    pub recipient_email: String,
    /// The words to go with it, plain text; may be empty.
    pub message: String,
    /// On which day it goes out, in UTC; none for as soon as it is paid.
    pub deliver_on: Option<NaiveDate>,
}

impl GiftText {
    /// The wish, if what was typed can be kept. `buyer` has the address and, if known, the name of who buys.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn check(&self, buyer: Buyer<'_>, today: NaiveDate) -> Result<GiftWish, Errors> {
        let mut errors = Errors::none();
        let giver_name = name(&self.from).unwrap_or_else(|sentence| {
            errors.add("gift.from", sentence);
            String::new()
        });
        let recipient_name = name(&self.name).unwrap_or_else(|sentence| {
            errors.add("gift.name", sentence);
            String::new()
        });
        let recipient_email = recipient(&self.email, buyer.email).unwrap_or_else(|sentence| {
            errors.add("gift.email", sentence);
            String::new()
        });
        let message = message(&self.message).unwrap_or_else(|sentence| {
            errors.add("gift.message", sentence);
            String::new()
        });
        let deliver_on = day(&self.date, today).unwrap_or_else(|sentence| {
            errors.add("gift.date", sentence);
            None
        });
        let giver_name = [giver_name.as_str(), buyer.name, buyer.email]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned();
        errors.or(|| GiftWish { giver_name, recipient_name, recipient_email, message, deliver_on })
    }
}

/// Who buys a gift.
#[derive(Debug, Clone, Copy)]
pub struct Buyer<'a> {
    /// The account's name; empty for a guest.
    pub name: &'a str,
    /// Where the receipt goes.
    pub email: &'a str,
}

impl GiftWish {
    /// When it may be sent, if it is ordered at `now`.
    #[must_use]
    pub fn deliver_at(&self, now: Timestamp) -> Timestamp {
        moment(self.deliver_on, now)
    }

    /// A text that is another one as soon as any detail is: part of what tells one purchase from another.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{self:?}")
    }
}

/// The moment at which a gift of this day goes out, seen from `now`.
pub(super) fn moment(day: Option<NaiveDate>, now: Timestamp) -> Timestamp {
    let morning = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    day.filter(|day| *day > now.date()).map_or(now, |day| day.and_time(morning))
}

/// The last day that a gift can be ordered for.
#[must_use]
pub fn last_day(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(FARTHEST)).unwrap_or(today)
}

/// The recipient's address.
///
/// # Errors
/// A sentence for the field.
pub(super) fn recipient(text: &str, buyer: &str) -> Result<String, String> {
    let email = text.parse::<EmailAddress>().map_err(|error| match error {
        InvalidEmail::Empty => "Please type the address that the gift shall go to.".to_owned(),
        other => other.to_string(),
    })?;
    if email_key(email.as_str()) == email_key(buyer) {
        return Err("This is your own address. For a gift, type the recipient’s.".to_owned());
    }
    Ok(email.as_str().to_owned())
}

/// A name on one line, or none.
///
/// # Errors
/// A sentence for the field.
pub(super) fn name(text: &str) -> Result<String, String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() > LONGEST_NAME {
        return Err(format!("Please shorten the name to {LONGEST_NAME} characters."));
    }
    if name.chars().any(char::is_control) {
        return Err("Please leave out the signs that can’t be printed.".to_owned());
    }
    Ok(name)
}

/// The message with line ends as ours, without blanks around it. Browsers send line ends as two signs (HTML §4.10.22).
fn message(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text = text.trim();
    let length = text.chars().count();
    if length > LONGEST_MESSAGE {
        return Err(format!("Please shorten the message to {LONGEST_MESSAGE} characters; it has {length}."));
    }
    if text.chars().any(|sign| sign.is_control() && sign != '\n') {
        return Err("Please leave out the signs that can’t be printed.".to_owned());
    }
    Ok(text.to_owned())
}

/// The day of delivery; none for today. Yesterday counts as today: west of us it still is.
///
/// # Errors
/// A sentence for the field.
pub(super) fn day(text: &str, today: NaiveDate) -> Result<Option<NaiveDate>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .map_err(|_| "Please write the day as year-month-day, such as 2026-12-24.".to_owned())?;
    if day < today.pred_opt().unwrap_or(today) {
        return Err("This day has passed. Choose today or a later one.".to_owned());
    }
    if day > last_day(today) {
        return Err("Please choose a day within the coming year.".to_owned());
    }
    Ok((day > today).then_some(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn text() -> GiftText {
        GiftText { wanted: true, email: "emma@example.org".to_owned(), ..GiftText::default() }
    }

    const JANE: Buyer<'_> = Buyer { name: "", email: "jane@example.org" };

    fn wrong(text: &GiftText) -> Vec<&'static str> {
        let errors = text.check(JANE, today()).unwrap_err();
        errors.iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn an_address_alone_makes_a_gift_that_goes_out_at_once() {
        let wish = text().check(JANE, today()).unwrap();
        assert_eq!(wish.giver_name, "jane@example.org");
        let now = today().and_hms_opt(20, 0, 0).unwrap();
        assert_eq!(wish.deliver_at(now), now);
        let named = text().check(Buyer { name: "Jane", ..JANE }, today()).unwrap();
        assert_eq!(named.giver_name, "Jane");
    }

    #[test]
    fn each_field_has_its_own_sentence() {
        let long = "x".repeat(1001);
        assert_eq!(wrong(&GiftText { email: String::new(), ..text() }), ["gift.email"]);
        assert_eq!(wrong(&GiftText { email: "JANE@example.org ".to_owned(), ..text() }), ["gift.email"]);
        assert_eq!(wrong(&GiftText { message: long.clone(), ..text() }), ["gift.message"]);
        assert_eq!(wrong(&GiftText { message: "a\u{1b}b".to_owned(), ..text() }), ["gift.message"]);
        assert_eq!(wrong(&GiftText { name: long.clone(), from: long, ..text() }), ["gift.from", "gift.name"]);
        for date in ["2026-11-20", "2027-11-24", "24.12.2026", "2026-13-01"] {
            assert_eq!(wrong(&GiftText { date: date.to_owned(), ..text() }), ["gift.date"], "{date}");
        }
    }

    #[test]
    fn a_day_ahead_is_a_morning_and_yesterday_is_somebodys_today() {
        let on = |date: &str| {
            let wish = GiftText { date: date.to_owned(), ..text() }.check(JANE, today()).unwrap();
            wish.deliver_at(today().and_hms_opt(20, 0, 0).unwrap()).to_string()
        };
        assert_eq!(on("2026-12-24"), "2026-12-24 08:00:00");
        assert_eq!(on("2027-11-22"), "2027-11-22 08:00:00");
        assert_eq!(on("2026-11-21"), "2026-11-22 20:00:00");
        assert_eq!(on("2026-11-22"), "2026-11-22 20:00:00");
    }

    #[test]
    fn a_message_of_a_thousand_signs_fits_however_its_lines_end() {
        let lines = format!("{}\r\n{}", "é".repeat(499), "x".repeat(500));
        let wish = GiftText { message: lines, ..text() }.check(JANE, today()).unwrap();
        assert_eq!(wish.message.chars().count(), 1000);
        assert!(!wish.message.contains('\r'));
    }
}
