//! The Salt Packet: the book as a letter that has been a long time on its way.

use super::super::books::DemoBook;
use super::sheet::{Sheet, Type};

/// An envelope with its border, stamp, postmark, and the title where the address would be.
pub fn salt_packet(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#efe6d2");
    border(&mut sheet);
    stamp(&mut sheet);
    postmark(&mut sheet);
    let ink = "#1d2b4d";
    sheet.lines(
        78.0,
        500.0,
        96.0,
        Type::garamond(104.0, ink).italic().tracked(-1.5),
        &["The Salt", "Packet"],
    );
    for y in [520.0, 616.0, 686.0, 746.0] {
        sheet.raw(&format!(
            r##"<path d="M78 {y} H{}" stroke="#1d2b4d" stroke-width="1.2" opacity="0.45"/>"##,
            if y > 700.0 { 400.0 } else { 522.0 }
        ));
    }
    sheet.text(80.0, 674.0, Type::garamond(30.0, ink).italic(), &book.subtitle);
    sheet.text(80.0, 735.0, Type::garamond(36.0, ink), &book.authors().join(", "));
    sheet.text(80.0, 812.0, Type::mono(17.0, "#b5382f").tracked(2.0), "NORTHERN MAIL · 19 ISLANDS");
    sheet
}

/// Slanted red and blue all round.
fn border(sheet: &mut Sheet) {
    sheet.raw(r#"<defs><clipPath id="edge"><path clip-rule="evenodd" d="M0 0 H600 V900 H0 Z M26 26 V874 H574 V26 Z"/></clipPath></defs><g clip-path="url(#edge)">"#);
    for number in 0u8..50 {
        let x = -900.0 + f32::from(number) * 34.0;
        let colour =
            ["#b5382f", "#efe6d2", "#2a4b8d", "#efe6d2"].get(usize::from(number % 4)).unwrap_or(&"#fff");
        sheet.shape(&format!("M{x} 900 L{} 900 L{} 0 L{} 0 Z", x + 34.0, x + 934.0, x + 900.0), colour);
    }
    sheet.raw("</g>");
}

/// A packet boat at sea, on a perforated stamp.
fn stamp(sheet: &mut Sheet) {
    sheet.raw(r##"<g transform="rotate(3 440 190)"><rect x="342" y="74" width="192" height="236" fill="#fffaf0"/>"##);
    for number in 0u8..13 {
        let along = f32::from(number) * 18.6;
        for (x, y) in [(342.0, 80.0 + along), (534.0, 80.0 + along)] {
            sheet.circle(x, y.min(306.0), 5.0, "#efe6d2");
        }
        if number < 11 {
            sheet.circle(346.0 + along, 74.0, 5.0, "#efe6d2");
            sheet.circle(346.0 + along, 310.0, 5.0, "#efe6d2");
        }
    }
    sheet.rect(360.0, 92.0, 156.0, 200.0, "#2f6f8f");
    sheet.circle(478.0, 132.0, 20.0, "#f3d9a0");
    for (y, colour) in [(216.0, "#2a5f80"), (236.0, "#1f4c6e"), (256.0, "#173a5a")] {
        sheet.shape(&format!("M360 {y} q13 -14 26 0 t26 0 t26 0 t26 0 t26 0 t26 0 V292 H360 Z"), colour);
        if y < 220.0 {
            sheet.shape("M378 198 H502 L486 226 H396 Z", "#141f33");
            sheet.rect(404.0, 176.0, 60.0, 22.0, "#fffaf0");
            sheet.rect(440.0, 146.0, 18.0, 30.0, "#b5382f");
            sheet.stroke("M396 198 V150", "#141f33", 4.0);
            sheet.stroke("M452 138 q14 -16 6 -28", "#dfe8ea", 6.0);
        }
    }
    sheet.text(372.0, 282.0, Type::jost(17.0, "#fffaf0"), "½ oz");
    sheet.raw("</g>");
}

/// Two rings and the waves that cancel the stamp.
fn postmark(sheet: &mut Sheet) {
    sheet.raw(r#"<g opacity="0.78" transform="rotate(-9 250 210)">"#);
    let ink = "#1d2b4d";
    sheet.ring(232.0, 200.0, 78.0, ink, 3.5);
    sheet.ring(232.0, 200.0, 50.0, ink, 2.0);
    sheet.text(232.0, 207.0, Type::mono(19.0, ink).centred(), "-3 JUN");
    sheet.text(232.0, 141.0, Type::mono(13.0, ink).centred().tracked(3.0), "SKARN");
    sheet.text(232.0, 272.0, Type::mono(13.0, ink).centred().tracked(3.0), "UTVÆR");
    for row in 0u8..6 {
        let y = 158.0 + f32::from(row) * 17.0;
        sheet.stroke(&format!("M318 {y} q13 -9 26 0 t26 0 t26 0 t26 0"), ink, 3.0);
    }
    sheet.raw("</g>");
}
