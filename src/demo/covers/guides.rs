//! Pocket Guides to Overlooked Things: specimens on a plain ground, and a label as in a collector's drawer.

use super::super::books::DemoBook;
use super::sheet::{Sheet, Type};

/// What the three share: the label with number, title and author.
fn label(sheet: &mut Sheet, book: &DemoBook, title: &[&str], ink: &'static str, paper: &'static str) {
    sheet.rect(44.0, 44.0, 512.0, 268.0, paper);
    sheet.raw(&format!(
        r#"<rect x="54" y="54" width="492" height="248" fill="none" stroke="{ink}" stroke-width="2"/>"#
    ));
    let number = book.series.map_or(0, |(_, position)| position);
    sheet.text(74.0, 88.0, Type::mono(14.5, ink), "POCKET GUIDES TO OVERLOOKED THINGS");
    sheet.text(526.0, 88.0, Type::mono(14.5, ink).right(), &format!("No. {number}"));
    sheet.raw(&format!(r#"<path d="M54 104 H546" stroke="{ink}" stroke-width="2"/>"#));
    sheet.lines(74.0, 166.0, 54.0, Type::jost(54.0, ink).tracked(-1.0), title);
    sheet.text(74.0, 280.0, Type::jost_medium(24.0, ink), &book.authors().join(", "));
}

/// Five towers, each with the day mark that tells it from its neighbour.
pub fn lighthouses(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#bfd8dc");
    sheet.circle(478.0, 420.0, 52.0, "#f6e7c1");
    sheet.rect(0.0, 770.0, 600.0, 130.0, "#1f4e5f");
    for row in 0u8..5 {
        let y = 790.0 + f32::from(row) * 22.0;
        sheet.raw(&format!(
            r##"<path d="M0 {y} q15 -9 30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0 t30 0" fill="none" stroke="#8fb8bf" stroke-width="2" opacity="0.6"/>"##
        ));
    }
    let marks: [(f32, f32, Mark); 5] = [
        (88.0, 300.0, Mark::Bands),
        (194.0, 220.0, Mark::Plain),
        (300.0, 360.0, Mark::Spiral),
        (406.0, 250.0, Mark::Chequers),
        (512.0, 180.0, Mark::Stripes),
    ];
    for (number, (x, height, mark)) in (0u8..).zip(marks) {
        tower(&mut sheet, number, x, height, mark);
    }
    label(&mut sheet, book, &["Lighthouses,", "lit & unlit"], "#16303a", "#fbf6ea");
    sheet
}

#[derive(Clone, Copy)]
enum Mark {
    Bands,
    Plain,
    Spiral,
    Chequers,
    Stripes,
}

fn tower(sheet: &mut Sheet, number: u8, x: f32, height: f32, mark: Mark) {
    let foot = 778.0;
    let top = foot - height;
    let (wide, narrow) = (38.0, 23.0);
    let body =
        format!("M{} {top} L{} {top} L{} {foot} L{} {foot} Z", x - narrow, x + narrow, x + wide, x - wide);
    let red = "#c9412f";
    sheet.raw(&format!(r#"<defs><clipPath id="tower{number}"><path d="{body}"/></clipPath></defs>"#));
    sheet.shape(&body, "#fdfaf2");
    sheet.raw(&format!(r#"<g clip-path="url(#tower{number})">"#));
    match mark {
        Mark::Plain => sheet.rect(x + 4.0, top, 60.0, height, "#e4ddcb"),
        Mark::Bands => {
            for band in [0.0, 2.0, 4.0] {
                sheet.rect(x - 60.0, top + band * height / 6.0 + 12.0, 120.0, height / 6.0, red);
            }
        }
        Mark::Spiral => {
            for turn in 0u8..6 {
                let y = top - 20.0 + f32::from(turn) * 76.0;
                sheet.shape(
                    &format!(
                        "M{} {y} L{} {} L{} {} L{} {} Z",
                        x - 50.0,
                        x + 50.0,
                        y - 46.0,
                        x + 50.0,
                        y - 8.0,
                        x - 50.0,
                        y + 38.0
                    ),
                    "#16303a",
                );
            }
        }
        Mark::Chequers => {
            for row in 0u8..5 {
                let left = if row.is_multiple_of(2) { x - 60.0 } else { x };
                sheet.rect(left, top + f32::from(row) * height / 5.0, 60.0, height / 5.0, red);
            }
        }
        Mark::Stripes => {
            for stripe in [-27.0, -3.0, 21.0] {
                sheet.rect(x + stripe - 4.0, top, 12.0, height, "#16303a");
            }
        }
    }
    sheet.raw("</g>");
    // The last one is unlit.
    let lamp = if matches!(mark, Mark::Stripes) { "#7d9499" } else { "#ffd15c" };
    sheet.rect(x - 30.0, top - 8.0, 60.0, 9.0, "#16303a");
    sheet.rect(x - 15.0, top - 36.0, 30.0, 28.0, lamp);
    sheet.raw(&format!(
        r##"<path d="M{} {} v28 M{} {} v28" stroke="#16303a" stroke-width="2.5"/>"##,
        x - 5.0,
        top - 36.0,
        x + 5.0,
        top - 36.0
    ));
    sheet.shape(
        &format!("M{} {} L{} {} L{x} {} Z", x - 20.0, top - 35.0, x + 20.0, top - 35.0, top - 58.0),
        "#16303a",
    );
}

/// A sheet of clouds, sorted by how long you have.
pub fn clouds(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#2f6fb0");
    sheet.raw(r##"<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2a62a3"/><stop offset="1" stop-color="#9cc7e4"/></linearGradient></defs><rect width="600" height="900" fill="url(#sky)"/>"##);
    heap(&mut sheet, 150.0, 470.0, 1.0);
    for row in 0u8..5 {
        // Hair: long strands, each with its hook.
        let y = 404.0 + f32::from(row) * 17.0;
        let x = 340.0 + f32::from(row % 3) * 26.0;
        sheet.stroke(
            &format!(
                "M{x} {y} q10 -14 24 -6 C{} {} {} {} {} {}",
                x + 70.0,
                y + 4.0,
                x + 110.0,
                y - 6.0,
                x + 168.0,
                y - 16.0
            ),
            "#ffffff",
            4.0,
        );
    }
    heap(&mut sheet, 148.0, 676.0, 0.62);
    heap(&mut sheet, 216.0, 690.0, 0.42);
    // A tower of cloud on its way to thunder.
    heap(&mut sheet, 430.0, 690.0, 1.15);
    heap(&mut sheet, 446.0, 640.0, 0.86);
    heap(&mut sheet, 434.0, 594.0, 0.6);
    for row in 0u8..4 {
        let y = 790.0 + f32::from(row) * 21.0;
        let x = if row.is_multiple_of(2) { 0.0 } else { -60.0 };
        sheet.raw(&format!(
            r##"<rect x="{x}" y="{y}" width="720" height="15" rx="7.5" fill="#ffffff" opacity="{}"/>"##,
            0.35 + f32::from(row) * 0.14
        ));
    }
    let tag = Type::mono(15.0, "#ffffff");
    sheet.text(66.0, 520.0, tag, "1 minute");
    sheet.text(366.0, 520.0, tag, "an afternoon");
    sheet.text(66.0, 738.0, tag, "15 minutes");
    sheet.text(366.0, 738.0, tag, "find shelter");
    label(&mut sheet, book, &["Clouds for people", "who wait"], "#1d3f6b", "#fdfdf8");
    sheet
}

/// A heap cloud: round above, ruled below.
fn heap(sheet: &mut Sheet, x: f32, y: f32, scale: f32) {
    sheet.raw(&format!(r#"<g transform="translate({x} {y}) scale({scale})">"#));
    sheet.shape("M-92 0 C-112 -4 -108 -42 -76 -42 C-78 -78 -34 -92 -18 -68 C-4 -104 56 -98 56 -54 C92 -62 108 -8 84 0 Z", "#ffffff");
    sheet.shape("M-92 0 C-60 -14 40 -14 84 0 Z", "#cfe0ee");
    sheet.raw("</g>");
}

/// A wall, and the forests on it.
pub fn moss(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#43503f");
    let bricks = ["#a5614a", "#b06d52", "#985742", "#a96650", "#8f5240"];
    for row in 0u8..14 {
        for column in 0u8..7 {
            let shift = if row.is_multiple_of(2) { -52.0 } else { -104.0 };
            let (x, y) = (shift + f32::from(column) * 104.0, 336.0 + f32::from(row) * 42.0);
            let colour =
                bricks.get(usize::from((row * 3 + column * 2 + row * column) % 5)).unwrap_or(&"#a5614a");
            sheet.rect(x + 4.0, y + 4.0, 96.0, 34.0, colour);
        }
    }
    let cushions = [
        (70.0, 382.0, 30.0),
        (158.0, 382.0, 17.0),
        (470.0, 424.0, 44.0),
        (552.0, 424.0, 24.0),
        (250.0, 466.0, 22.0),
        (110.0, 550.0, 52.0),
        (204.0, 550.0, 28.0),
        (420.0, 592.0, 20.0),
        (340.0, 634.0, 40.0),
        (530.0, 676.0, 34.0),
        (60.0, 718.0, 24.0),
        (250.0, 760.0, 32.0),
        (420.0, 802.0, 56.0),
        (520.0, 802.0, 30.0),
        (110.0, 844.0, 44.0),
        (30.0, 844.0, 22.0),
        (310.0, 886.0, 36.0),
    ];
    for (number, (x, y, radius)) in (0u8..).zip(cushions) {
        cushion(&mut sheet, x, y, radius, number);
    }
    label(&mut sheet, book, &["Moss at", "walking pace"], "#24331f", "#f1f2df");
    sheet
}

/// One cushion: a dome with lighter tips and ripe stalks.
fn cushion(sheet: &mut Sheet, x: f32, y: f32, radius: f32, number: u8) {
    let greens = [("#4f7a34", "#86b152"), ("#6a8f3a", "#a9c865"), ("#3d6a40", "#6fa368")];
    let (dark, light) = greens.get(usize::from(number % 3)).copied().unwrap_or(("#4f7a34", "#86b152"));
    for stalk in 0u8..5 {
        let lean = f32::from(stalk) - 2.0;
        let (tip_x, tip_y) = (x + lean * radius * 0.4, y - radius * 1.5 - (2.0 - lean.abs()) * 5.0);
        sheet.stroke(
            &format!(
                "M{} {} Q{} {} {tip_x} {tip_y}",
                x + lean * radius * 0.25,
                y - radius * 0.6,
                x + lean * radius * 0.3,
                y - radius * 1.2
            ),
            "#c96f3b",
            2.0,
        );
        sheet.raw(&format!(r##"<ellipse cx="{tip_x}" cy="{tip_y}" rx="3" ry="5.5" fill="#e0a04e"/>"##));
    }
    sheet.shape(&format!("M{} {y} A{radius} {} 0 0 1 {} {y} Z", x - radius, radius * 0.92, x + radius), dark);
    for ring in 0u8..3 {
        let part = 0.82 - f32::from(ring) * 0.27;
        for dot in 0u8..7 {
            let angle = (15.0 + f32::from(dot) * 25.0).to_radians();
            sheet.circle(
                x - radius * part * angle.cos(),
                y - radius * 0.92 * part * angle.sin(),
                radius * 0.075,
                light,
            );
        }
    }
}
