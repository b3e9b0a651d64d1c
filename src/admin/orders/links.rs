//! The way to a gateway's own pages, and to lists of orders.

use crate::admin::words;

/// The page of a payment, dispute or event at its gateway, where that gateway has one for it.
#[must_use]
pub fn dashboard(gateway: &str, livemode: bool, id: &str) -> Option<String> {
    if gateway != "stripe" {
        return None;
    }
    let place = match id.split_once('_')?.0 {
        "pi" | "py" | "ch" => "payments",
        "dp" | "du" => "disputes",
        "evt" => "events",
        _ => return None,
    };
    // What comes from outside goes into an address only if it is an id.
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let mode = if livemode { "" } else { "test/" };
    is_id.then(|| format!("https://dashboard.stripe.com/{mode}{place}/{id}"))
}

/// The orders that have `text` in them.
#[must_use]
pub fn orders_with(text: &str) -> String {
    format!("/admin/orders?q={}", words::encoded(text))
}

#[cfg(test)]
mod tests {
    use super::dashboard;

    #[test]
    fn only_what_the_dashboard_shows_has_a_link_there() {
        for (gateway, livemode, id, link) in [
            ("stripe", true, "pi_1", Some("https://dashboard.stripe.com/payments/pi_1")),
            ("stripe", false, "pi_1", Some("https://dashboard.stripe.com/test/payments/pi_1")),
            ("stripe", true, "dp_1", Some("https://dashboard.stripe.com/disputes/dp_1")),
            ("stripe", true, "re_1", None),
            ("stripe", true, "pi_1/../x", None),
            ("sandbox", false, "pi_1", None),
            ("stripe", true, "nothing", None),
        ] {
            assert_eq!(dashboard(gateway, livemode, id).as_deref(), link, "{gateway} {id}");
        }
    }
}
