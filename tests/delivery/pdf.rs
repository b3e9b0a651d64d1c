//! A PDF, made by code.

/// A PDF of so many pages, each with a line of text, and no picture in it.
pub fn pdf(pages: usize) -> Vec<u8> {
    // The first three objects are the same in each.
    let page = |number: usize| 5 + 2 * number;
    let kids: String = (0..pages).map(|number| format!("{} 0 R ", page(number))).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 300 450]/Resources<</Font<</F 3 0 R>>>>>>"
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for number in 0..pages {
        let text = format!("BT /F 24 Tf 40 400 Td (Emma, page {}) Tj ET", number + 1);
        objects.push(format!("<</Length {}>>\nstream\n{text}\nendstream", text.len()));
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", page(number) - 1));
    }
    written(&objects)
}

/// A PDF of these objects, whose numbers begin at 1; the first is its catalogue.
fn written(objects: &[String]) -> Vec<u8> {
    let size = objects.len() + 1;
    let (mut pdf, mut table) = ("%PDF-1.7\n".to_owned(), format!("xref\n0 {size}\n0000000000 65535 f \n"));
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = pdf.len();
    format!("{pdf}{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").into_bytes()
}
