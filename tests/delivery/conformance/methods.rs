//! How a file may be asked for: by `GET` and `HEAD`, and by nothing else, whoever asks.

use bookplate::config::Backend;

use super::walk::Walk;
use super::{BOOK, But, answer_of, secrets};
use crate::shop::Way;

/// A method, and the status of its refusal.
struct Case {
    method: &'static str,
    expected: Refusal,
    but: &'static [But<Refusal>],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// 405 with the methods that are allowed.
    Allows,
    /// This status alone.
    Status(u16),
}

const NGINX_REFUSES_IT: But<Refusal> = But {
    ways: &[Way::Local(Backend::Nginx), Way::S3(Backend::Nginx)],
    answer: Refusal::Status(405),
    why: "it asks nobody, and doesn't say what is allowed",
};
const NGINX_WANTS_CAPITALS: But<Refusal> = But {
    ways: &[Way::Local(Backend::Nginx), Way::S3(Backend::Nginx)],
    answer: Refusal::Status(400),
    why: "it takes small letters for no method at all, and asks nobody",
};

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { method: "OPTIONS", expected: Refusal::Allows, but: &[] },
    Case { method: "POST", expected: Refusal::Allows, but: &[] },
    Case { method: "PUT", expected: Refusal::Allows, but: &[] },
    Case { method: "DELETE", expected: Refusal::Allows, but: &[] },
    Case { method: "PATCH", expected: Refusal::Allows, but: &[] },
    Case { method: "TRACE", expected: Refusal::Allows, but: &[NGINX_REFUSES_IT] },
    // Methods that nobody here knows (RFC 9110 §9.1); they are told apart by their very letters.
    Case { method: "PROPFIND", expected: Refusal::Status(501), but: &[] },
    Case { method: "BREW", expected: Refusal::Status(501), but: &[] },
    Case { method: "get", expected: Refusal::Status(501), but: &[NGINX_WANTS_CAPITALS] },
];

pub fn walk(walk: &mut Walk) {
    for case in CASES {
        let (expected, why) = answer_of(walk.way(), case.expected, case.but);
        for cookie in [walk.shop.cookie.clone(), String::new()] {
            for target in ["/download/emma-epub", "/download/emma-none"] {
                let reply = walk.ask_as(&cookie, case.method, target, &[]);
                let fits = match expected {
                    Refusal::Allows => reply.status == 405 && reply.header("Allow") == Some("GET, HEAD"),
                    Refusal::Status(status) => reply.status == status,
                };
                let says = || format!("{} {target}: {expected:?} was expected {why}", case.method);
                walk.expect(fits, says, &reply);
                let checked = secrets::check_refusal(&walk.shop, BOOK, &reply);
                walk.expect(checked.is_ok(), || format!("{} {target}: {checked:?}", case.method), &reply);
            }
        }
    }
}
