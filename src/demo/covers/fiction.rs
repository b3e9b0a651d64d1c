//! Two novels: a railway sign that is growing over, and a row of rooms.

use super::super::books::DemoBook;
use super::sheet::{Sheet, Type};

/// A station's blue sign with the four times, and the garden coming up in front of it.
pub fn garden(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#f2c9a1");
    sheet.circle(440.0, 560.0, 120.0, "#ef8a5b");
    sheet.rect(36.0, 52.0, 528.0, 424.0, "#17386b");
    sheet.raw(
        r##"<rect x="46" y="62" width="508" height="404" fill="none" stroke="#ffffff" stroke-width="4"/>"##,
    );
    let white = "#ffffff";
    sheet.lines(
        74.0,
        150.0,
        68.0,
        Type::jost(66.0, white).tracked(-1.0),
        &["Der Garten", "hinter dem", "Bahnhof"],
    );
    sheet.raw(r##"<path d="M74 318 H526" stroke="#ffffff" stroke-width="4"/>"##);
    sheet.text(74.0, 362.0, Type::jost_medium(29.0, white), &book.authors().join(", "));
    for (x, time) in [(74.0, "5.42"), (192.0, "12.10"), (322.0, "16.33"), (452.0, "23.58")] {
        sheet.text(x, 434.0, Type::mono(30.0, "#ffd97a"), time);
    }
    sheet.rect(84.0, 476.0, 14.0, 330.0, "#10284d");
    sheet.rect(502.0, 476.0, 14.0, 330.0, "#10284d");
    track(&mut sheet);
    for (x, height, lean) in [
        (60.0, 300.0, -6.0),
        (150.0, 210.0, 5.0),
        (300.0, 150.0, -4.0),
        (452.0, 240.0, 6.0),
        (548.0, 330.0, -5.0),
    ] {
        hollyhock(&mut sheet, x, height, lean);
    }
    sheet
}

fn track(sheet: &mut Sheet) {
    sheet.rect(0.0, 776.0, 600.0, 124.0, "#6b5a48");
    for number in 0u8..11 {
        sheet.rect(-10.0 + f32::from(number) * 60.0, 806.0, 34.0, 62.0, "#43362a");
    }
    sheet.rect(0.0, 816.0, 600.0, 9.0, "#c9c4bb");
    sheet.rect(0.0, 846.0, 600.0, 9.0, "#c9c4bb");
}

/// A hollyhock: leaves below, flowers up the stalk, buds at the top.
fn hollyhock(sheet: &mut Sheet, x: f32, height: f32, lean: f32) {
    let foot = 812.0;
    let tip = foot - height;
    sheet.stroke(
        &format!("M{x} {foot} Q{} {} {} {tip}", x + lean, foot - height / 2.0, x + lean * 3.0),
        "#3f6b3a",
        6.0,
    );
    for (side, drop) in [(-1.0, 0.0), (1.0, 16.0), (-1.0, 34.0), (1.0, 52.0)] {
        let y = foot - 12.0 - drop;
        sheet.shape(
            &format!(
                "M{x} {y} q{} -40 {} -22 q{} 26 {} 22 Z",
                side * 18.0,
                side * 50.0,
                side * -8.0,
                side * -50.0
            ),
            "#4f8247",
        );
    }
    let flowers = (height / 44.0) as u8;
    for number in 0..flowers {
        let part = 0.34 + 0.6 * f32::from(number) / f32::from(flowers);
        let side = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
        let (fx, fy) = (x + lean * 3.0 * part + side * 9.0, foot - height * part);
        let radius = 25.0 - 15.0 * part;
        for petal in 0u8..5 {
            let angle = (f32::from(petal) * 72.0 + 20.0 * part).to_radians();
            sheet.circle(
                fx + radius * 0.7 * angle.cos(),
                fy + radius * 0.7 * angle.sin(),
                radius * 0.66,
                "#d64f73",
            );
        }
        sheet.circle(fx, fy, radius * 0.62, "#a92c55");
        sheet.circle(fx, fy, radius * 0.26, "#ffd97a");
    }
}

/// Five rooms, one behind another; in the last there is light.
pub fn museum(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#e9e2d6");
    let rooms = [
        (60.0, 250.0, 480.0, 650.0, "#d8b7a6", "#c39a86"),
        (128.0, 330.0, 344.0, 540.0, "#b97f75", "#a3695f"),
        (186.0, 400.0, 228.0, 440.0, "#86545e", "#70424c"),
        (234.0, 462.0, 132.0, 352.0, "#513a52", "#402b42"),
        (270.0, 520.0, 60.0, 270.0, "#ffe6a8", "#ffd27a"),
    ];
    for (x, y, width, height, wall, shade) in rooms {
        let foot = y + height;
        sheet.rect(x, y, width, height, wall);
        // One jamb in shadow makes it a door and not a frame.
        sheet.shape(
            &format!(
                "M{x} {y} L{} {} L{} {foot} L{x} {foot} Z",
                x + width * 0.09,
                y + width * 0.07,
                x + width * 0.09
            ),
            shade,
        );
    }
    sheet.shape("M270 790 L330 790 L470 900 L130 900 Z", "#ffe6a8");
    sheet.raw(r##"<path d="M270 790 L330 790 L470 900 L130 900 Z" fill="#e9a95f" opacity="0.25"/>"##);
    // The attendant's stool, and an umbrella left as asked.
    sheet.stroke("M420 868 L428 806 M452 868 L444 806", "#2a2030", 5.0);
    sheet.rect(412.0, 798.0, 48.0, 9.0, "#2a2030");
    sheet.stroke("M166 862 L182 744", "#2a2030", 5.0);
    sheet.shape("M169 842 L176 760 L192 764 Z", "#c0453a");
    sheet.stroke("M182 744 q3 -16 14 -10", "#2a2030", 5.0);
    let ink = "#2a2030";
    sheet.text(300.0, 92.0, Type::garamond(31.0, ink).italic().centred(), "The Museum of");
    sheet.text(300.0, 190.0, Type::garamond(106.0, ink).tracked(8.0).centred(), "ALMOST");
    sheet.text(
        300.0,
        229.0,
        Type::barlow(21.0, "#8d4b45").tracked(4.0).centred(),
        &book.authors().join(", ").to_uppercase(),
    );
    sheet
}
