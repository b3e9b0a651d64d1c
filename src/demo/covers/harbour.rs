//! The Harbourmaster Mysteries: night, one warm colour, and the thing that matters in the middle.

use super::super::books::DemoBook;
use super::sheet::{Sheet, Type};

/// What the three share: series line, title in heavy serif, author at the foot.
pub fn lettering(sheet: &mut Sheet, book: &DemoBook, title: &[&str], warm: &'static str, pale: &'static str) {
    sheet.text(300.0, 66.0, Type::barlow(23.0, warm).tracked(5.0).centred(), "THE HARBOURMASTER MYSTERIES");
    if let Some((_, position)) = book.series {
        let place = ["FIRST", "SECOND", "THIRD"].get(position as usize - 1).copied().unwrap_or_default();
        sheet.rect(285.0, 84.0, 30.0, 2.0, warm);
        sheet.text(300.0, 114.0, Type::barlow(17.0, pale).tracked(4.0).centred(), place);
    }
    // Twelve letters of this face are as wide as the sheet at 84.
    let longest = title.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let size = if longest > 11 { 70.0 } else { 84.0 };
    let leading = size * 0.98;
    let top = 196.0;
    sheet.lines(300.0, top, leading, Type::fraunces(size, pale).centred(), title);
    let author = book.authors().join(", ").to_uppercase();
    sheet.text(300.0, 852.0, Type::barlow(28.0, pale).tracked(6.0).centred(), &author);
}

/// Three bells in the fog; the third is the one that nobody heard.
pub fn third_bell(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#14203a");
    sheet.raw(r##"<defs><radialGradient id="fire" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="#f28c38" stop-opacity="0.75"/><stop offset="0.55" stop-color="#d4572f" stop-opacity="0.28"/><stop offset="1" stop-color="#14203a" stop-opacity="0"/></radialGradient></defs>"##);
    sheet.raw(r#"<circle cx="470" cy="560" r="330" fill="url(#fire)"/>"#);
    for (x, colour, turn) in [(122.0, "#2c3d63", 0.0), (282.0, "#41557f", 0.0), (444.0, "#f6b24a", -16.0)] {
        bell(&mut sheet, x, colour, turn);
    }
    // The beam that they hang from.
    sheet.rect(34.0, 398.0, 532.0, 12.0, "#0c1425");
    for (y, height, opacity) in
        [(612.0, 70.0, 0.10), (660.0, 46.0, 0.16), (700.0, 64.0, 0.22), (742.0, 40.0, 0.30)]
    {
        sheet.raw(&format!(
            r##"<rect x="-30" y="{y}" width="660" height="{height}" rx="{}" fill="#c9d3e2" opacity="{opacity}"/>"##,
            height / 2.0
        ));
    }
    sheet.rect(0.0, 772.0, 600.0, 128.0, "#0c1425");
    lettering(&mut sheet, book, &["The Third", "Bell"], "#f6b24a", "#f4ecdc");
    sheet
}

fn bell(sheet: &mut Sheet, x: f32, colour: &str, turn: f32) {
    sheet.raw(&format!(r#"<g transform="translate({x} 404) rotate({turn})">"#));
    sheet.stroke("M0 0 L0 40", "#0c1425", 9.0);
    sheet.circle(0.0, 182.0, 15.0, colour);
    sheet.shape(
        "M0 34 C34 34 42 62 45 96 C48 130 56 148 74 164 L74 176 L-74 176 L-74 164 C-56 148 -48 130 -45 96 C-42 62 -34 34 0 34 Z",
        colour,
    );
    sheet.raw(r##"<path d="M-58 150 L58 150" stroke="#14203a" stroke-width="4" opacity="0.45"/></g>"##);
}

/// The tower on its rock, and nine beams for nine keepers.
pub fn lamp(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#0f1b24");
    let colours =
        ["#c8453b", "#e2763b", "#f0b23e", "#f3e4b3", "#a9c26a", "#4f9a72", "#3f8aa3", "#4a63a8", "#87569b"];
    let (x, y) = (300.0_f32, 560.0_f32);
    for (number, colour) in (0u8..).zip(colours) {
        // The fan opens upwards, from far left to far right, with a sliver of dark between the beams.
        let angle = |part: f32| (180.0 - (f32::from(number) + part) * 20.0).to_radians();
        let (from, to) = (angle(0.09), angle(0.91));
        let end = |a: f32| (x + 900.0 * a.cos(), y - 900.0 * a.sin());
        let ((x1, y1), (x2, y2)) = (end(from), end(to));
        sheet.raw(&format!(r#"<path d="M{x} {y} L{x1} {y1} L{x2} {y2} Z" fill="{colour}" opacity="0.92"/>"#));
    }
    // A dark sky for the type, which the beams reach from below.
    sheet.raw(r##"<defs><linearGradient id="night" x1="0" y1="0" x2="0" y2="1"><stop offset="0.62" stop-color="#0f1b24"/><stop offset="1" stop-color="#0f1b24" stop-opacity="0"/></linearGradient></defs><rect width="600" height="500" fill="url(#night)"/>"##);
    sheet.shape("M268 590 L332 590 L348 760 L252 760 Z", "#f3ecdd");
    sheet.shape("M263.5 640 L336.5 640 L341 690 L259 690 Z", "#c8453b");
    sheet.rect(256.0, 580.0, 88.0, 12.0, "#1c2c38");
    sheet.rect(276.0, 540.0, 48.0, 42.0, "#f7d774");
    sheet.raw(r##"<path d="M292 540 V582 M308 540 V582 M276 561 H324" stroke="#1c2c38" stroke-width="3"/>"##);
    sheet.shape("M268 541 L332 541 L300 508 Z", "#1c2c38");
    sheet.shape(
        "M150 790 L196 756 L240 748 L360 752 L408 764 L462 800 L600 800 L600 900 L0 900 L0 800 L150 800 Z",
        "#081016",
    );
    for (x, y, radius) in [
        (70.0, 690.0, 3.0),
        (140.0, 640.0, 2.4),
        (520.0, 700.0, 3.2),
        (470.0, 620.0, 2.4),
        (92.0, 590.0, 2.2),
        (548.0, 600.0, 2.4),
        (200.0, 720.0, 2.6),
        (420.0, 726.0, 2.8),
    ] {
        sheet.circle(x, y, radius, "#ffffff");
    }
    lettering(&mut sheet, book, &["A Lamp for", "Saint Orrin"], "#f0b23e", "#f4ecdc");
    sheet
}
