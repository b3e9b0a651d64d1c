//! Templates and the structs that fill them.

use super::{assert_none, files};

#[test]
fn every_template_is_used_and_every_used_one_exists() {
    let templates: Vec<String> = files("templates", "")
        .into_iter()
        .map(|(path, _)| path.trim_start_matches("templates/").to_owned())
        .collect();
    let code: String = files("src", ".rs").into_iter().map(|(_, text)| text).collect();
    let markup: String = files("templates", "").into_iter().map(|(_, text)| text).collect();
    let mut wrong = Vec::new();
    for template in &templates {
        let quoted = format!("\"{template}\"");
        if !code.contains(&quoted) && !markup.contains(&quoted) {
            wrong.push(format!("templates/{template} is used by nothing"));
        }
    }
    assert_none("a template has its struct, or another template that extends or imports it", &wrong);
}

#[test]
fn pages_have_no_inline_script_and_no_inline_style() {
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        if path.starts_with("templates/mail/") {
            continue;
        }
        for line in text.lines() {
            let inline_script = line.contains("<script") && !line.contains("src=");
            let handler = [" onclick=", " onload=", " onsubmit=", " onchange=", "javascript:"];
            if inline_script
                || line.contains("<style")
                || line.contains(" style=")
                || handler.iter().any(|word| line.contains(word))
            {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert_none("the Content-Security-Policy allows none of it", &wrong);
}
