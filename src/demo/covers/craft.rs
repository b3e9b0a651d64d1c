//! Craft and thought: a field of grain, a lift in its shaft, a mended cloth.

use super::super::books::DemoBook;
use super::sheet::{Sheet, Type};

/// Four fields, four ears, one title.
pub fn flours(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#f5ead3");
    let fields = [
        (0.0, 0.0, "#e5b454", "#8f5a17"),
        (300.0, 0.0, "#5c4a3d", "#d8b98a"),
        (0.0, 560.0, "#c77b4a", "#5b2a14"),
        (300.0, 560.0, "#a9ae7c", "#3f4526"),
    ];
    for (number, (x, y, ground, ear)) in (0u8..).zip(fields) {
        sheet.rect(x, y, 300.0, 340.0, ground);
        for stalk in [-76.0, 0.0, 76.0] {
            grain(&mut sheet, x + 150.0 + stalk, y + 318.0, number, ear);
        }
    }
    sheet.rect(0.0, 340.0, 600.0, 220.0, "#f5ead3");
    let ink = "#3a2415";
    sheet.text(300.0, 448.0, Type::fraunces(92.0, ink).centred().tracked(-2.0), "Four Flours");
    sheet.text(300.0, 492.0, Type::garamond(29.0, ink).italic().centred(), &book.subtitle);
    sheet.text(
        300.0,
        534.0,
        Type::barlow(22.0, "#a2541f").tracked(5.0).centred(),
        &book.authors().join(", ").to_uppercase(),
    );
    sheet
}

/// An ear: wheat is fat, rye bearded, spelt loose, oats hang.
fn grain(sheet: &mut Sheet, x: f32, foot: f32, kind: u8, colour: &str) {
    sheet.stroke(&format!("M{x} {foot} V{}", foot - 270.0), colour, 4.0);
    for row in 0u8..7 {
        let y = foot - 110.0 - f32::from(row) * 24.0;
        for side in [-1.0, 1.0] {
            match kind {
                0 => sheet.shape(&format!("M{x} {y} q{} -6 {} -34 q{} 8 {} 34 Z", side * 26.0, side * 22.0, side * -22.0, side * -22.0), colour),
                1 => {
                    sheet.shape(&format!("M{x} {y} q{} -4 {} -24 q{} 4 {} 24 Z", side * 15.0, side * 12.0, side * -12.0, side * -12.0), colour);
                    sheet.stroke(&format!("M{} {} l{} -46", x + side * 10.0, y - 20.0, side * 16.0), colour, 1.8);
                }
                2 => sheet.raw(&format!(r#"<ellipse cx="{}" cy="{}" rx="7" ry="15" transform="rotate({} {} {})" fill="{colour}"/>"#, x + side * 13.0, y - 12.0, side * 24.0, x + side * 13.0, y - 12.0)),
                _ if row < 6 => {
                    let reach = side * (34.0 - f32::from(row) * 4.0);
                    sheet.stroke(&format!("M{x} {y} q{} -16 {reach} -6", reach * 0.6), colour, 2.2);
                    sheet.raw(&format!(r#"<ellipse cx="{}" cy="{}" rx="5.5" ry="13" fill="{colour}"/>"#, x + reach, y + 6.0));
                }
                _ => {}
            }
        }
    }
}

/// A shaft, eight floors, and the car between the third and the fourth.
pub fn machines(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#e8e6e1");
    let ink = "#17181a";
    let author = book.authors().join(", ");
    let names: Vec<&str> = author.splitn(2, ' ').collect();
    sheet.rect(372.0, 0.0, 180.0, 900.0, "#d5d2cb");
    sheet.rect(372.0, 0.0, 5.0, 900.0, ink);
    sheet.rect(547.0, 0.0, 5.0, 900.0, ink);
    for floor in 1u8..=8 {
        let y = 900.0 - f32::from(floor) * 104.0;
        sheet.rect(340.0, y, 32.0, 5.0, ink);
        sheet.rect(552.0, y, 48.0, 5.0, ink);
        sheet.text(
            326.0,
            y + 11.0,
            Type::mono(22.0, if floor == 4 { "#d8381e" } else { ink }).right(),
            &floor.to_string(),
        );
    }
    for x in [448.0, 462.0, 476.0] {
        sheet.rect(x - 1.5, 0.0, 3.0, 520.0, ink);
    }
    sheet.rect(390.0, 512.0, 144.0, 172.0, "#d8381e");
    sheet.rect(404.0, 540.0, 56.0, 144.0, "#e8e6e1");
    sheet.rect(464.0, 540.0, 56.0, 144.0, "#e8e6e1");
    sheet.circle(462.0, 526.0, 5.5, "#ffd97a");
    sheet.lines(44.0, 118.0, 60.0, Type::jost(58.0, ink).tracked(-2.0), &["Quiet", "Machines"]);
    sheet.rect(44.0, 208.0, 60.0, 8.0, "#d8381e");
    sheet.lines(44.0, 268.0, 36.0, Type::jost_medium(30.0, ink), &["Essays on", "things that work"]);
    sheet.lines(44.0, 826.0, 34.0, Type::jost_medium(28.0, ink), &names);
    sheet
}

/// Indigo cloth with a field of stitches, and one hole woven shut in red.
pub fn mending(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#22335c");
    for row in 0u8..17 {
        for column in 0u8..9 {
            let shift = if row.is_multiple_of(2) { 0.0 } else { 37.5 };
            let (x, y) = (f32::from(column) * 75.0 + shift - 37.5, 40.0 + f32::from(row) * 56.0);
            for radius in [37.5, 24.0] {
                sheet.raw(&format!(
                    r##"<path d="M{} {y} A{radius} {radius} 0 0 1 {} {y}" fill="none" stroke="#dfe3ea" stroke-width="2.6" stroke-dasharray="8 6" stroke-linecap="round" opacity="0.8"/>"##,
                    x - radius,
                    x + radius
                ));
            }
        }
    }
    sheet.raw(r##"<ellipse cx="300" cy="610" rx="190" ry="178" fill="#22335c"/><ellipse cx="300" cy="610" rx="118" ry="112" fill="#141f3b"/>"##);
    darn(&mut sheet);
    sheet.rect(70.0, 92.0, 460.0, 268.0, "#f4efe2");
    sheet.raw(r##"<rect x="82" y="104" width="436" height="244" fill="none" stroke="#c23b33" stroke-width="3" stroke-dasharray="11 7" stroke-linecap="round"/>"##);
    let ink = "#22335c";
    sheet.lines(
        300.0,
        186.0,
        60.0,
        Type::fraunces(57.0, ink).centred().tracked(-1.0),
        &["The Mending", "Year"],
    );
    sheet.text(
        300.0,
        298.0,
        Type::garamond(25.0, ink).italic().centred(),
        "Twelve repairs and their seasons",
    );
    sheet.text(
        300.0,
        331.0,
        Type::barlow(20.0, "#c23b33").tracked(3.5).centred(),
        &book.authors().join(", ").to_uppercase(),
    );
    sheet
}

/// Red threads, over and under.
fn darn(sheet: &mut Sheet) {
    for column in 0u8..15 {
        sheet.rect(153.0 + f32::from(column) * 20.0, 470.0, 11.0, 280.0, "#d9534a");
    }
    for row in 0u8..14 {
        let y = 474.0 + f32::from(row) * 20.0;
        sheet.rect(146.0, y, 308.0, 11.0, "#f08a6b");
        for column in 0u8..15 {
            if (row + column).is_multiple_of(2) {
                sheet.rect(153.0 + f32::from(column) * 20.0, y - 4.5, 11.0, 20.0, "#d9534a");
            }
        }
    }
}
