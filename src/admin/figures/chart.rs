//! Bars in proportion: where each stands, and what stands beside it in words.

/// How wide a chart is; the page stretches it.
pub const WIDTH: i64 = 1200;

/// How high it is.
pub const HEIGHT: i64 = 100;

/// One value of a chart.
#[derive(Debug, Clone)]
pub struct Value {
    /// Which day or month, in words.
    pub label: String,
    /// How much.
    pub amount: i64,
    /// How much of another kind, drawn before it; 0 for none.
    pub other: i64,
    /// Both in words.
    pub shown: String,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its left side.
    pub x: i64,
    /// How wide it is.
    pub width: i64,
    /// Its top.
    pub y: i64,
    /// How high it is.
    pub height: i64,
    /// The top of the other one.
    pub other_y: i64,
    /// How high the other one is.
    pub other_height: i64,
    /// The label and what it shows.
    pub title: String,
}

/// A chart, with the same in words.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its name in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// What can be seen in it, in a sentence or two.
    pub description: String,
    /// The heads of the table's columns, after the first.
    pub columns: Vec<&'static str>,
    /// The first column's head.
    pub of: &'static str,
    /// The bars.
    pub bars: Vec<Bar>,
    /// What the top line stands for, and the one in the middle.
    pub top: String,
    /// The line in the middle; empty where it would say the same.
    pub middle: String,
    /// Some labels of the lower side: the first, one in the middle, the last.
    pub below: Vec<String>,
    /// The table: labels and cells.
    pub rows: Vec<(String, Vec<String>)>,
}

/// The bars of some values.
#[must_use]
pub fn bars(values: &[Value]) -> Vec<Bar> {
    let most = values.iter().map(|value| value.amount.max(value.other)).max().unwrap_or_default();
    let most = round_up(most);
    let count = i64::try_from(values.len()).unwrap_or(1).max(1);
    let step = WIDTH / count;
    let gap = (step / 5).max(1);
    let height = |amount: i64| -> i64 {
        let exact = i128::from(amount.max(0)) * i128::from(HEIGHT) / i128::from(most.max(1));
        // What is there is seen, however little it is.
        let exact = if amount > 0 { exact.max(1) } else { exact };
        i64::try_from(exact).unwrap_or(HEIGHT)
    };
    let left = (WIDTH - step * count) / 2;
    let bar = |(place, value): (i64, &Value)| Bar {
        x: left + place * step + gap / 2,
        width: (step - gap).max(1),
        y: HEIGHT - height(value.amount),
        height: height(value.amount),
        other_y: HEIGHT - height(value.other),
        other_height: height(value.other),
        title: format!("{}: {}", value.label, value.shown),
    };
    (0..).zip(values).map(bar).collect()
}

/// A number of one or two figures and zeros that is not less.
#[must_use]
pub fn round_up(most: i64) -> i64 {
    if most <= 10 {
        return most.max(1);
    }
    let mut unit = 1_i64;
    while most / unit >= 100 {
        unit = unit.saturating_mul(10);
    }
    let steps = most / unit + i64::from(most % unit > 0);
    // An even number has a whole half.
    (steps + steps % 2).saturating_mul(unit)
}

/// The first of the labels, one in the middle, and the last.
#[must_use]
pub fn below(labels: &[String]) -> Vec<String> {
    let places = match labels.len() {
        0 => return Vec::new(),
        1 => vec![0],
        2..=4 => vec![0, labels.len() - 1],
        count => vec![0, count / 2, count - 1],
    };
    places.into_iter().filter_map(|place| labels.get(place).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(amount: i64, other: i64) -> Value {
        Value { label: String::new(), amount, other, shown: String::new() }
    }

    #[test]
    fn a_bar_stays_in_its_chart_and_is_seen() {
        let bars =
            bars(&[value(0, 0), value(1, 0), value(1_000_000, 0), value(0, 400_000), value(i64::MAX, 5)]);
        for bar in &bars {
            assert!(bar.x >= 0 && bar.x + bar.width <= WIDTH, "{bar:?}");
            assert!(bar.y >= 0 && bar.y + bar.height == HEIGHT, "{bar:?}");
            assert!(bar.other_y >= 0 && bar.other_y + bar.other_height == HEIGHT, "{bar:?}");
        }
        assert_eq!(bars[0].height, 0);
        assert_eq!(bars[1].height, 1);
        assert!(super::bars(&[]).is_empty());
    }

    #[test]
    fn the_top_line_is_a_round_number() {
        for (most, top) in [(0, 1), (7, 7), (11, 12), (99, 100), (101, 120), (1749, 1800), (12_345, 14_000)] {
            assert_eq!(round_up(most), top, "{most}");
        }
    }

    #[test]
    fn below_a_chart_stand_few_labels() {
        let labels: Vec<String> = (0..31).map(|number| number.to_string()).collect();
        assert_eq!(below(&labels), ["0", "15", "30"]);
        assert_eq!(below(&labels[..2]), ["0", "1"]);
    }
}
