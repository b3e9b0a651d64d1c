//! The pages about accounts: a struct for each template of `templates/accounts/`.

use askama::Template;

use super::{Account, Session, SessionId};
use crate::db::Timestamp;
use crate::web::{Errors, Layout, filters};

/// `GET /sign-in`.
#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
pub struct SignInPage {
    pub layout: Layout,
    pub email: String,
    pub next: String,
    pub errors: Errors,
    pub problem: String,
}

/// `GET /sign-up`.
#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
pub struct SignUpPage {
    pub layout: Layout,
    pub name: String,
    pub email: String,
    pub errors: Errors,
    pub problem: String,
}

/// `GET /confirm`: the link again.
#[derive(Template)]
#[template(path = "accounts/confirm_request.html")]
pub struct ConfirmRequestPage {
    pub layout: Layout,
    pub email: String,
    pub errors: Errors,
    pub problem: String,
}

/// `GET /confirm/<token>`.
#[derive(Template)]
#[template(path = "accounts/confirm.html")]
pub struct ConfirmPage {
    pub layout: Layout,
    pub action: String,
    pub email: String,
    pub title: &'static str,
    pub text: &'static str,
    pub button: &'static str,
    pub errors: Errors,
}

/// `GET /reset-password`.
#[derive(Template)]
#[template(path = "accounts/reset_request.html")]
pub struct ResetRequestPage {
    pub layout: Layout,
    pub email: String,
    pub errors: Errors,
    pub problem: String,
}

/// `GET /reset-password/<token>`.
#[derive(Template)]
#[template(path = "accounts/reset.html")]
pub struct ResetPage {
    pub layout: Layout,
    pub token: String,
    pub email: String,
    pub errors: Errors,
    pub problem: String,
}

/// `GET /invite/<token>`.
#[derive(Template)]
#[template(path = "accounts/invite.html")]
pub struct InvitePage {
    pub layout: Layout,
    pub token: String,
    pub email: String,
    pub role: &'static str,
    pub typed: String,
    pub errors: Errors,
    pub problem: String,
}

/// What happens next, in one paragraph.
#[derive(Template)]
#[template(path = "accounts/notice.html")]
pub struct NoticePage {
    pub layout: Layout,
    pub icon: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub href: &'static str,
    pub link: &'static str,
}

impl NoticePage {
    /// After a sign-up, and after asking for its link again: the same for every address.
    pub fn confirmation_sent(layout: Layout) -> Self {
        Self {
            layout,
            icon: "mail",
            title: "Look into your mail",
            text: "We have sent you a mail. Open its link and type your password there: then the address is \
                   confirmed and you are signed in. Nothing came? Look into the spam folder first.",
            href: "/confirm",
            link: "Send the link again",
        }
    }

    /// After asking for a new password: the same for every address.
    pub fn reset_sent(layout: Layout) -> Self {
        Self {
            layout,
            icon: "mail",
            title: "Look into your mail",
            text: "If there is an account with that address, a mail with a link is on its way. The link works for \
                   an hour. Nothing came? Look into the spam folder, and check the address.",
            href: "/reset-password",
            link: "Try again",
        }
    }

    /// A link that proves an address no longer works.
    pub fn confirmation_gone(layout: Layout) -> Self {
        Self {
            layout,
            icon: "clock",
            title: "This link no longer works",
            text: "It has been used already, a newer one was sent, or it is more than a day old. If your address is \
                   confirmed, you can simply sign in.",
            href: "/confirm",
            link: "Send a new link",
        }
    }

    /// The link of an invitation no longer works.
    pub fn invite_gone(layout: Layout) -> Self {
        Self {
            layout,
            icon: "clock",
            title: "This link no longer works",
            text: "It has been used already, a newer one was sent, it was taken back, or it is more than a month old. If \
                   you have chosen a password, you can simply sign in.",
            href: "/sign-in",
            link: "Sign in",
        }
    }

    /// A link for a new password no longer works.
    pub fn reset_gone(layout: Layout) -> Self {
        Self {
            layout,
            icon: "clock",
            title: "This link no longer works",
            text: "It has been used already, a newer one was sent, or it is more than an hour old. Your password is \
                   as it was.",
            href: "/reset-password",
            link: "Send a new link",
        }
    }
}

/// A browser that is signed in.
pub struct SessionRow {
    pub device: String,
    pub since: String,
    pub last_seen: String,
    pub is_this_one: bool,
}

impl SessionRow {
    fn new(session: &Session, this_one: Option<SessionId>) -> Self {
        Self {
            device: device(&session.user_agent),
            since: day(session.created_at),
            last_seen: day(session.last_seen_at),
            is_this_one: Some(session.id) == this_one,
        }
    }
}

/// `GET /account`.
#[derive(Template)]
#[template(path = "accounts/account.html")]
pub struct AccountPage {
    pub layout: Layout,
    pub name: String,
    pub email: String,
    pub pending_email: String,
    pub sessions: Vec<SessionRow>,
    pub errors: Errors,
}

impl AccountPage {
    /// The account as it is.
    pub fn new(
        layout: Layout,
        account: &Account,
        pending: Option<String>,
        sessions: &[Session],
        this_one: Option<SessionId>,
    ) -> Self {
        Self {
            layout,
            name: account.name.clone(),
            email: account.email.clone(),
            pending_email: pending.unwrap_or_default(),
            sessions: sessions.iter().map(|session| SessionRow::new(session, this_one)).collect(),
            errors: Errors::none(),
        }
    }
}

fn day(time: Timestamp) -> String {
    time.format("%-d %B %Y").to_string()
}

/// Browser and system of a `User-Agent`, as far as people want to know: "Firefox on Linux".
fn device(user_agent: &str) -> String {
    // In this order: Edge also calls itself Chrome, Chrome also Safari, Android also Linux, and an iPhone a Mac.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Some browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        for (user_agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
                "Safari on iPhone",
            ),
            ("", "Some browser"),
        ] {
            assert_eq!(device(user_agent), name);
        }
    }

    #[test]
    fn every_page_renders_in_its_extremes() {
        let errors = || {
            let mut errors = Errors::at("email", "<b>not an address</b>");
            errors.add("password", "too short");
            errors.add("name", "none");
            errors
        };
        let long = "<i>long</i> ".repeat(40);
        let layout = Layout::default;
        let pages: Vec<String> = [false, true]
            .into_iter()
            .flat_map(|wrong| {
                let errors = || if wrong { errors() } else { Errors::none() };
                let typed = if wrong { long.clone() } else { String::new() };
                let problem = typed.clone();
                [
                    SignInPage {
                        layout: layout(),
                        email: typed.clone(),
                        next: typed.clone(),
                        errors: errors(),
                        problem: problem.clone(),
                    }
                    .render(),
                    SignUpPage {
                        layout: layout(),
                        name: typed.clone(),
                        email: typed.clone(),
                        errors: errors(),
                        problem: problem.clone(),
                    }
                    .render(),
                    ConfirmRequestPage {
                        layout: layout(),
                        email: typed.clone(),
                        errors: errors(),
                        problem: problem.clone(),
                    }
                    .render(),
                    ResetRequestPage {
                        layout: layout(),
                        email: typed.clone(),
                        errors: errors(),
                        problem: problem.clone(),
                    }
                    .render(),
                    ResetPage {
                        layout: layout(),
                        token: typed.clone(),
                        email: typed.clone(),
                        errors: errors(),
                        problem,
                    }
                    .render(),
                    AccountPage {
                        layout: layout(),
                        name: typed.clone(),
                        email: typed.clone(),
                        pending_email: typed.clone(),
                        sessions: vec![SessionRow {
                            device: typed.clone(),
                            since: "1 May 2026".to_owned(),
                            last_seen: "2 May 2026".to_owned(),
                            is_this_one: wrong,
                        }],
                        errors: errors(),
                    }
                    .render(),
                    NoticePage::confirmation_gone(layout()).render(),
                ]
            })
            .map(|page| page.expect("the page renders"))
            .collect();
        for page in pages {
            assert!(page.contains("<h1") && !page.contains("<i>") && !page.contains("<b>not"), "{page}");
        }
    }
}
