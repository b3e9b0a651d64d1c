//! The Borrowed Dory: a boat from above, on water that has just been crossed.

use super::super::books::DemoBook;
use super::harbour::lettering;
use super::sheet::Sheet;

/// The boat, with the one plank that is better than the rest.
pub fn borrowed_dory(book: &DemoBook) -> Sheet {
    let mut sheet = Sheet::new("#0e3b43");
    for row in 0u8..22 {
        // The wake: rings that grow wider and fainter, away from the boat.
        let radius = 190.0 + f32::from(row) * 24.0;
        let opacity = 0.34 - f32::from(row) * 0.014;
        sheet.raw(&format!(
            r##"<ellipse cx="300" cy="588" rx="{}" ry="{radius}" fill="none" stroke="#7fc1b4" stroke-width="2.2" opacity="{opacity:.3}"/>"##,
            radius * 0.72
        ));
    }
    sheet.raw(r##"<defs><linearGradient id="top" x1="0" y1="0" x2="0" y2="1"><stop offset="0.7" stop-color="#0e3b43"/><stop offset="1" stop-color="#0e3b43" stop-opacity="0"/></linearGradient></defs><rect width="600" height="400" fill="url(#top)"/><rect y="800" width="600" height="100" fill="#0a2c33"/>"##);
    sheet.raw(r#"<g transform="rotate(14 300 580)">"#);
    sheet.shape("M310 380 C404 470 404 680 322 772 L298 772 C216 680 216 470 310 380 Z", "#082429");
    hull(&mut sheet);
    oars(&mut sheet);
    sheet.raw("</g>");
    lettering(&mut sheet, book, &["The Borrowed", "Dory"], "#ffb35c", "#f4ecdc");
    sheet
}

fn hull(sheet: &mut Sheet) {
    sheet.shape("M300 366 C394 458 394 668 314 760 L286 760 C206 668 206 458 300 366 Z", "#d9c7a3");
    sheet.shape("M300 388 C378 470 378 656 306 744 L294 744 C222 656 222 470 300 388 Z", "#8a6b46");
    for (offset, colour) in [(-40.0, "#9c7a50"), (0.0, "#9c7a50"), (40.0, "#ffb35c")] {
        let (left, right) = (300.0 + offset - 15.0, 300.0 + offset + 15.0);
        let reach = if offset == 0.0 { 0.0 } else { 46.0 };
        sheet.shape(
            &format!(
                "M{left} {} L{right} {} L{right} {} L{left} {} Z",
                432.0 + reach,
                432.0 + reach,
                724.0 - reach,
                724.0 - reach
            ),
            colour,
        );
    }
    for y in [478.0, 572.0, 660.0] {
        sheet.rect(238.0, y, 124.0, 21.0, "#e8dabb");
        sheet.rect(238.0, y + 18.0, 124.0, 3.0, "#6d5334");
    }
}

fn oars(sheet: &mut Sheet) {
    sheet.stroke("M352 560 L470 480", "#f0e4c8", 8.0);
    sheet.shape("M462 478 L520 432 L534 450 L474 494 Z", "#f0e4c8");
    sheet.stroke("M248 560 L130 480", "#f0e4c8", 8.0);
    sheet.shape("M138 478 L80 432 L66 450 L126 494 Z", "#f0e4c8");
}
