//! Stripe's hosted page, for browsers: four buttons.

use super::FakeStripe;
use super::http::{Request, Response};
use super::money::id_of;

pub fn handle(fake: &FakeStripe, request: &Request) -> Response {
    fake.let_time_pass();
    let id = id_of(&request.path);
    let Some(session) = fake.sessions().into_iter().find(|session| session["id"] == id.as_str()) else {
        return Response { status: 404, ..Response::html("<h1>No such page</h1>".to_owned()) };
    };
    let success = session["success_url"].as_str().unwrap_or_default().replace("{CHECKOUT_SESSION_ID}", &id);
    let cancel = session["cancel_url"].as_str().unwrap_or_default().to_owned();
    if request.method == "POST" {
        return match request.params.get("do").map(String::as_str) {
            Some("pay") if fake.pay(&id) => Response::redirect(&success),
            Some("later") if fake.pay_later(&id) => Response::redirect(&success),
            Some("decline") => Response::html(page(&session, "Your card was declined.")),
            Some("back") => Response::redirect(&cancel),
            _ => Response::html(page(&session, "This page has expired.")),
        };
    }
    Response::html(page(&session, ""))
}

fn page(session: &serde_json::Value, word: &str) -> String {
    let buttons = [
        ("pay", "Pay"),
        ("decline", "Use a declined card"),
        ("later", "Transfer from a bank"),
        ("back", "Back to the shop"),
    ];
    let buttons: String = if session["status"] == "open" {
        buttons.map(|(value, text)| format!("<button name=do value={value}>{text}</button> ")).concat()
    } else {
        "<p>This page has expired.</p>".to_owned()
    };
    format!(
        "<!doctype html><html lang=en><link rel=icon href=\"data:,\"><title>Stripe, played</title><h1>Stripe, played</h1><p>{}</p><p>{} {}</p><p>{word}</p>\
         <form method=post>{buttons}</form>",
        session["customer_email"].as_str().unwrap_or_default(),
        session["amount_total"],
        session["currency"].as_str().unwrap_or_default(),
    )
}
