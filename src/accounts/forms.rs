//! What the forms about accounts send. A field that is missing counts as empty, so that the page can say so at it.

use rocket::form::FromForm;
use rocket::http::uri::Origin;

/// `POST /sign-in`.
#[derive(FromForm)]
pub struct SignInForm<'r> {
    /// The address.
    #[field(default = "")]
    pub email: &'r str,
    /// The password.
    #[field(default = "")]
    pub password: &'r str,
    /// Where to go then: see [`own_path`].
    #[field(default = "")]
    pub next: &'r str,
}

/// `POST /sign-up`.
#[derive(FromForm)]
pub struct SignUpForm<'r> {
    /// The name on the bookplate.
    #[field(default = "")]
    pub name: &'r str,
    /// The address.
    #[field(default = "")]
    pub email: &'r str,
    /// The password.
    #[field(default = "")]
    pub password: &'r str,
}

/// `POST /invite/<token>`.
#[derive(FromForm)]
pub struct InviteForm<'r> {
    /// The name on the bookplate.
    #[field(default = "")]
    pub name: &'r str,
    /// The password.
    #[field(default = "")]
    pub password: &'r str,
}

/// A form with an address alone: `POST /confirm`, `POST /reset-password`.
#[derive(FromForm)]
pub struct EmailForm<'r> {
    /// The address.
    #[field(default = "")]
    pub email: &'r str,
}

/// A form with a password alone: `POST /confirm/<token>`, `POST /reset-password/<token>`.
#[derive(FromForm)]
pub struct PasswordForm<'r> {
    /// The password.
    #[field(default = "")]
    pub password: &'r str,
}

/// `POST /account/name`.
#[derive(FromForm)]
pub struct NameForm<'r> {
    /// The name on the bookplate.
    #[field(default = "")]
    pub name: &'r str,
}

/// `POST /account/email`.
#[derive(FromForm)]
pub struct ChangeEmailForm<'r> {
    /// The new address.
    #[field(default = "")]
    pub email: &'r str,
    /// The account's password.
    #[field(default = "")]
    pub email_password: &'r str,
}

/// `POST /account/password`.
#[derive(FromForm)]
pub struct ChangePasswordForm<'r> {
    /// The password until now.
    #[field(default = "")]
    pub current_password: &'r str,
    /// The new one.
    #[field(default = "")]
    pub password: &'r str,
}

/// Where to go after signing in, if nothing else was asked for.
const HOME: &str = "/library";

/// `next` if it is a page of this shop, else the library. What browsers read as another host (`//evil.example`,
/// `/\evil.example`) is none.
#[must_use]
pub fn own_path(next: &str) -> String {
    let is_ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 500
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    match Origin::parse(next) {
        Ok(origin) if is_ours => origin.to_string(),
        _ => HOME.to_owned(),
    }
}

/// A name as it is kept.
///
/// # Errors
/// A sentence for the field.
pub fn name(text: &str) -> Result<String, &'static str> {
    let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err("Please tell us the name that should stand on your bookplate.");
    }
    if name.chars().count() > 100 {
        return Err("Please shorten the name to 100 characters.");
    }
    if name.chars().any(char::is_control) {
        return Err("Please leave out the signs that can’t be printed.");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_shop_come_after_signing_in() {
        for ours in ["/", "/library", "/books/emma?page=2", "/books?q=a%20b"] {
            assert_eq!(own_path(ours), ours);
        }
        for other in [
            "",
            "library",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/bücher",
        ] {
            assert_eq!(own_path(other), HOME, "{other:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_at_most_a_hundred_characters() {
        assert_eq!(name("  Jane \n Austen "), Ok("Jane Austen".to_owned()));
        assert!(name(" ").is_err());
        assert!(name(&"x".repeat(101)).is_err());
        assert!(name("Jane\u{7}").is_err());
    }
}
