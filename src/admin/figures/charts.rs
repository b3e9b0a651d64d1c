//! The figures as charts, each with the same in words.

use super::chart::{Chart, Value, bars, below, round_up};
use super::{Figures, Period, Span, Step};
use crate::admin::pages::ShareRow;
use crate::country;
use crate::money;

/// Revenue, orders and downloads by day or month.
#[must_use]
pub fn all(figures: &Figures, span: Span) -> Vec<Chart> {
    let money = |minor: i64| money::shown(minor, &figures.currency);
    let step = span.step();
    let total = figures.total();
    let went = total.went_minor > 0;
    let revenue = Made {
        id: "revenue",
        title: format!("Revenue by {}, in {}", step.word(), figures.currency),
        columns: vec!["Came", "Went back", "Left"],
        amount: |period| period.came_minor,
        other: |period| period.went_minor,
        cells: Box::new(|period| {
            vec![
                money(period.came_minor),
                money(period.went_minor),
                money(period.came_minor - period.went_minor),
            ]
        }),
        shown: Box::new(|period| match period.went_minor {
            0 => money(period.came_minor),
            went => format!("{} came, {} went back", money(period.came_minor), money(went)),
        }),
        scale: Box::new(money),
        sum: match went {
            true => format!("{} came and {} went back", money(total.came_minor), money(total.went_minor)),
            false => format!("{} came", money(total.came_minor)),
        },
    };
    let plain = |number: i64| number.to_string();
    let orders = Made {
        id: "orders",
        title: format!("Paid orders by {}", step.word()),
        columns: vec!["Orders"],
        amount: |period| period.orders,
        other: |_| 0,
        cells: Box::new(move |period| vec![plain(period.orders)]),
        shown: Box::new(|period| counted(period.orders, "order", "orders")),
        scale: Box::new(plain),
        sum: counted(total.orders, "order", "orders"),
    };
    let downloads = Made {
        id: "downloads",
        title: format!("Downloads by {}", step.word()),
        columns: vec!["Downloads"],
        amount: |period| period.downloads,
        other: |_| 0,
        cells: Box::new(move |period| vec![plain(period.downloads)]),
        shown: Box::new(|period| counted(period.downloads, "download", "downloads")),
        scale: Box::new(plain),
        sum: counted(total.downloads, "download", "downloads"),
    };
    [revenue, orders, downloads].into_iter().map(|made| made.chart(figures, step)).collect()
}

/// The titles that brought most, in proportion.
#[must_use]
pub fn titles(figures: &Figures) -> Vec<ShareRow> {
    let net = |minor: i64| money::shown(minor, &figures.currency);
    let left: Vec<i64> = figures.titles.iter().map(|sold| sold.revenue_minor - sold.refunds_minor).collect();
    let most = left.iter().copied().max().unwrap_or_default().max(1);
    let row = |(sold, left): (&crate::publishing::sales::Sold, i64)| ShareRow {
        name: sold.title.clone(),
        href: format!("/publish/titles/{}", sold.book),
        count: sold.copies,
        amount: net(left),
        bar: share(left, most),
    };
    figures.titles.iter().zip(left).map(row).collect()
}

/// The countries that bought most, in proportion.
#[must_use]
pub fn countries(figures: &Figures) -> Vec<ShareRow> {
    let most = figures.countries.iter().map(|country| country.total_minor).max().unwrap_or_default().max(1);
    let row = |country: &super::Country| ShareRow {
        name: match country.code.as_str() {
            "" => "Not known".to_owned(),
            code => country::name(code).map_or_else(|| code.to_owned(), ToString::to_string),
        },
        href: String::new(),
        count: country.orders,
        amount: money::shown(country.total_minor, &figures.currency),
        bar: share(country.total_minor, most),
    };
    figures.countries.iter().map(row).collect()
}

fn share(part: i64, most: i64) -> i64 {
    i64::try_from(i128::from(part.max(0)) * 100 / i128::from(most.max(1))).unwrap_or(100)
}

fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A day or a month in words: `1 March`, `March 2026`.
fn label(key: &str, step: Step) -> String {
    let day = match step {
        Step::Day => key.parse::<chrono::NaiveDate>(),
        Step::Month => format!("{key}-01").parse(),
    };
    match (day, step) {
        (Ok(day), Step::Day) => day.format("%-d %B").to_string(),
        (Ok(day), Step::Month) => day.format("%B %Y").to_string(),
        (Err(_), _) => key.to_owned(),
    }
}

/// What a day or a month has in the table.
type Cells<'f> = Box<dyn Fn(&Period) -> Vec<String> + 'f>;

/// A chart in the making.
struct Made<'f> {
    id: &'static str,
    title: String,
    columns: Vec<&'static str>,
    amount: fn(&Period) -> i64,
    other: fn(&Period) -> i64,
    cells: Cells<'f>,
    shown: Box<dyn Fn(&Period) -> String + 'f>,
    scale: Box<dyn Fn(i64) -> String + 'f>,
    sum: String,
}

impl Made<'_> {
    fn chart(self, figures: &Figures, step: Step) -> Chart {
        let labels: Vec<String> = figures.periods.iter().map(|period| label(&period.key, step)).collect();
        let value = |(period, label): (&Period, &String)| Value {
            label: label.clone(),
            amount: (self.amount)(period),
            other: (self.other)(period),
            shown: (self.shown)(period),
        };
        let values: Vec<Value> = figures.periods.iter().zip(&labels).map(value).collect();
        let best = values.iter().max_by_key(|value| value.amount).filter(|value| value.amount > 0);
        let description = match (best, labels.first(), labels.last()) {
            (Some(best), Some(first), Some(last)) => {
                let when = if step == Step::Day { "on" } else { "in" };
                let most = format!("Most was {when} {}: {}.", best.label, best.shown);
                format!("From {first} to {last}: {}. {most}", self.sum)
            }
            _ => "Nothing in these days.".to_owned(),
        };
        let most =
            round_up(values.iter().map(|value| value.amount.max(value.other)).max().unwrap_or_default());
        let rows =
            figures.periods.iter().zip(&labels).map(|(period, label)| (label.clone(), (self.cells)(period)));
        Chart {
            id: self.id,
            title: self.title,
            description,
            columns: self.columns,
            of: if step == Step::Day { "Day" } else { "Month" },
            bars: bars(&values),
            top: (self.scale)(most),
            middle: if most % 2 == 0 { (self.scale)(most / 2) } else { String::new() },
            below: below(&labels),
            rows: rows.collect(),
        }
    }
}
