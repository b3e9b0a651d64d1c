//! The letters about accounts: each is a struct with an HTML and a text template of its name in `templates/mail/`.

use super::Message;
use crate::config::Settings;

/// A letter with its subject, in both forms.
pub trait Letter {
    /// One line.
    fn subject(&self) -> String;

    /// The letter in plain text and in HTML.
    ///
    /// # Errors
    /// When a template fails, which a test rules out.
    fn bodies(&self) -> askama::Result<(String, String)>;

    /// The letter, addressed.
    ///
    /// # Errors
    /// As [`Letter::bodies`].
    fn to(&self, address: &str) -> Result<Message, LetterError> {
        let (text, html) = self.bodies()?;
        Ok(Message { to: address.to_owned(), subject: self.subject(), text, html })
    }
}

/// A letter that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("a letter could not be written: {0}")]
pub struct LetterError(#[from] askama::Error);

/// What every letter shows of the shop.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The shop's name.
    pub shop_name: String,
    /// The shop's public address.
    pub base_url: String,
}

impl Sender {
    /// The address of `path` (with its leading slash) in this shop.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

impl From<&Settings> for Sender {
    fn from(settings: &Settings) -> Self {
        Self { shop_name: settings.shop_name.clone(), base_url: settings.base_url.as_str().to_owned() }
    }
}

/// A letter: a struct whose HTML template sees its fields, and its twin in plain text.
macro_rules! letter {
    ($(#[$meta:meta])* $name:ident in $html:literal and $text:literal, $subject:expr, {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, askama::Template)]
        #[template(path = $html)]
        pub struct $name {
            /// The shop's name.
            pub shop_name: String,
            /// The shop's public address.
            pub base_url: String,
            $($(#[$field_meta])* pub $field: $type,)*
        }

        const _: () = {
            #[derive(askama::Template)]
            #[template(path = $text)]
            struct Text<'a> {
                shop_name: &'a str,
                base_url: &'a str,
                $($field: &'a $type,)*
            }

            impl $crate::mail::messages::Letter for $name {
                fn subject(&self) -> String {
                    let subject: fn(&Self) -> String = $subject;
                    subject(self)
                }

                fn bodies(&self) -> askama::Result<(String, String)> {
                    use askama::Template as _;
                    let Self { shop_name, base_url, $($field),* } = self;
                    Ok((Text { shop_name, base_url, $($field),* }.render()?, self.render()?))
                }
            }
        };
    };
}

pub(crate) use letter;

letter! {
    /// To the address of a new account: the link that proves it.
    ConfirmEmail in "mail/confirm_email.html" and "mail/confirm_email.txt",
    |letter| format!("Please confirm your address for {}", letter.shop_name), {
        /// The link.
        link: String,
        /// How long it works.
        hours: i64,
    }
}

letter! {
    /// To an address that has an account, when somebody signs up with it: the answer on the page is that of a new one.
    AlreadyRegistered in "mail/already_registered.html" and "mail/already_registered.txt",
    |letter| format!("You have an account at {} already", letter.shop_name), {
        /// Whom to greet.
        name: String,
        /// Where to sign in.
        sign_in_url: String,
        /// Where to choose a new password.
        reset_url: String,
    }
}

letter! {
    /// The link with which to choose a new password.
    ResetPassword in "mail/reset_password.html" and "mail/reset_password.txt",
    |letter| format!("A new password for your account at {}", letter.shop_name), {
        /// Whom to greet.
        name: String,
        /// The link.
        link: String,
        /// How long it works.
        minutes: i64,
    }
}

letter! {
    /// To the new address of an account: the link that makes the change.
    ChangeEmail in "mail/change_email.html" and "mail/change_email.txt",
    |letter| format!("Please confirm your new address for {}", letter.shop_name), {
        /// Whom to greet.
        name: String,
        /// The link.
        link: String,
        /// How long it works.
        hours: i64,
    }
}

letter! {
    /// To the address that an account had until now.
    AddressChanged in "mail/address_changed.html" and "mail/address_changed.txt",
    |letter| format!("{}: your account has another address now", letter.shop_name), {
        /// Whom to greet.
        name: String,
    }
}

letter! {
    /// What was changed about an account.
    SecurityNotice in "mail/security_notice.html" and "mail/security_notice.txt",
    |letter| format!("{}: {}", letter.shop_name, letter.what.trim_end_matches('.')), {
        /// Whom to greet.
        name: String,
        /// What was changed, as a sentence.
        what: String,
        /// Where to choose a new password.
        reset_url: String,
    }
}
