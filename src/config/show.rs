//! The effective settings as TOML, without secrets: what `bookplate settings` prints.

use super::{
    Backend, ContentType, Denied, GatewayKind, Limit, LogFormat, Secret, Secrets, Settings, SmtpTls,
    StorageKind, Transport,
};

impl Settings {
    /// The effective settings as the operator would write them; passwords show as stars.
    #[must_use]
    pub fn show(&self) -> String {
        let limit = |limit: Limit| format!("{{ times = {}, minutes = {} }}", limit.times, limit.minutes);
        let smtp = &self.mail.smtp;
        let lines = [
            "[default.bookplate]".to_owned(),
            format!("shop_name = {:?}", self.shop_name),
            format!("base_url = {:?}", self.base_url.as_str()),
            format!("database_url = {:?}", self.database_url.to_string()),
            format!(
                "denied = {:?}",
                match self.denied {
                    Denied::NotFound => "not_found",
                    Denied::Forbidden => "forbidden",
                }
            ),
            format!("currency = {:?}", self.currency.code()),
            "\n[default.bookplate.storage]".to_owned(),
            format!(
                "kind = {:?}",
                match self.storage.kind {
                    StorageKind::Local => "local",
                    StorageKind::S3 => "s3",
                }
            ),
            format!("root = {:?}", self.storage.root.display().to_string()),
            format!("s3_endpoint = {:?}", self.storage.s3_endpoint),
            format!("s3_public_endpoint = {:?}", self.storage.s3_public_endpoint),
            format!("s3_region = {:?}", self.storage.s3_region),
            format!("s3_bucket = {:?}", self.storage.s3_bucket),
            format!("s3_prefix = {:?}", self.storage.s3_prefix),
            format!("s3_path_style = {}", self.storage.s3_path_style),
            format!("s3_access_key_id = {:?}", self.storage.s3_access_key_id.stars()),
            format!("s3_secret_access_key = {:?}", self.storage.s3_secret_access_key.stars()),
            format!("s3_secrets_file = {:?}", self.storage.s3_secrets_file),
            "\n[default.bookplate.delivery]".to_owned(),
            format!("backend = {:?}", self.delivery.backend.as_str()),
            format!("internal_prefix = {:?}", self.delivery.internal_prefix),
            format!(
                "content_type = {:?}",
                match self.delivery.content_type {
                    ContentType::Guess => "guess",
                    ContentType::Empty => "empty",
                }
            ),
            format!("redirect_seconds = {}", self.delivery.redirect_seconds),
            format!("log = {:?}", self.delivery.log),
            "\n[default.bookplate.delivery.limits]".to_owned(),
            format!("downloads_per_purchase = {}", self.delivery.limits.downloads_per_purchase),
            format!("devices_per_day = {}", self.delivery.limits.devices_per_day),
            format!("same_download_hours = {}", self.delivery.limits.same_download_hours),
            format!("kilobytes_per_second = {}", self.delivery.limits.kilobytes_per_second),
            format!(
                "kilobytes_per_second_per_buyer = {}",
                self.delivery.limits.kilobytes_per_second_per_buyer
            ),
            format!("at_once = {}", self.delivery.limits.at_once),
            format!("at_once_per_buyer = {}", self.delivery.limits.at_once_per_buyer),
            "\n[default.bookplate.front]".to_owned(),
            format!("connections = {}", self.front.connections),
            format!("connections_per_address = {}", self.front.connections_per_address),
            format!("head_seconds = {}", self.front.head_seconds),
            format!("stall_seconds = {}", self.front.stall_seconds),
            "\n[default.bookplate.payments]".to_owned(),
            format!(
                "gateway = {:?}",
                match self.payments.gateway {
                    GatewayKind::Sandbox => "sandbox",
                    GatewayKind::Stripe => "stripe",
                }
            ),
            format!("allow_sandbox = {}", self.payments.allow_sandbox),
            format!("allow_sandbox_after_sales = {:?}", self.payments.allow_sandbox_after_sales),
            format!("stripe_secret_key = {:?}", self.payments.stripe_secret_key.stars()),
            format!("stripe_webhook_secrets = {:?}", stars(&self.payments.stripe_webhook_secrets)),
            format!("stripe_secrets_file = {:?}", self.payments.stripe_secrets_file),
            format!("stripe_api_base = {:?}", self.payments.stripe_api_base),
            format!("order_expires_minutes = {}", self.payments.order_expires_minutes),
            format!("sandbox_delay_seconds = {}", self.payments.sandbox_delay_seconds),
            "\n[default.bookplate.checkout]".to_owned(),
            format!("waiver = {}", self.checkout.waiver),
            format!("waiver_text = {:?}", self.checkout.waiver_text),
            format!("withdrawal = {}", self.checkout.withdrawal),
            "\n[default.bookplate.seller]".to_owned(),
            format!("name = {:?}", self.seller.name),
            format!("address = {:?}", self.seller.address),
            format!("country = {:?}", self.seller.country),
            format!("email = {:?}", self.seller.email),
            format!("vat_id = {:?}", self.seller.vat_id),
            format!("register = {:?}", self.seller.register),
            format!("fonts = {:?}", self.seller.fonts),
            "\n[default.bookplate.tax]".to_owned(),
            format!("mode = {:?}", self.tax.mode.as_str()),
            format!("rates = {}", rates(&self.tax.rates)),
            format!("default_country = {:?}", self.tax.default_country),
            format!("note = {:?}", self.tax.note),
            format!("reverse_charge = {}", self.tax.reverse_charge),
            "\n[default.bookplate.publishing]".to_owned(),
            format!("review = {}", self.publishing.review),
            format!("requests = {}", self.publishing.requests),
            "\n[default.bookplate.uploads]".to_owned(),
            format!("max_mib = {}", self.uploads.max_mib),
            format!("account_gib = {}", self.uploads.account_gib),
            format!("shop_gib = {}", self.uploads.shop_gib),
            format!("keep_hours = {}", self.uploads.keep_hours),
            format!("stall_seconds = {}", self.uploads.stall_seconds),
            format!("formats = {:?}", self.uploads.formats),
            "\n[default.bookplate.mail]".to_owned(),
            format!(
                "transport = {:?}",
                match self.mail.transport {
                    Transport::Folder => "folder",
                    Transport::Smtp => "smtp",
                }
            ),
            format!("folder = {:?}", self.mail.folder.display().to_string()),
            format!("from = {:?}", self.mail.from),
            "\n[default.bookplate.mail.smtp]".to_owned(),
            format!("host = {:?}", smtp.host),
            format!("port = {}", smtp.port),
            format!(
                "tls = {:?}",
                match smtp.tls {
                    SmtpTls::Starttls => "starttls",
                    SmtpTls::Tls => "tls",
                    SmtpTls::None => "none",
                }
            ),
            format!("username = {:?}", smtp.username),
            format!("password = {:?}", if smtp.password.is_empty() { "" } else { "***" }),
            "\n[default.bookplate.accounts]".to_owned(),
            format!("session_days = {}", self.accounts.session_days),
            format!("sign_in_per_account = {}", limit(self.accounts.sign_in_per_account)),
            format!("sign_in_per_address = {}", limit(self.accounts.sign_in_per_address)),
            format!("sign_up_per_address = {}", limit(self.accounts.sign_up_per_address)),
            format!("mails_per_account = {}", limit(self.accounts.mails_per_account)),
            format!("mails_per_address = {}", limit(self.accounts.mails_per_address)),
            format!("codes_per_address = {}", limit(self.accounts.codes_per_address)),
            "\n[default.bookplate.log]".to_owned(),
            format!(
                "format = {:?}",
                match self.log.format {
                    LogFormat::Text => "text",
                    LogFormat::Json => "json",
                }
            ),
            format!("filter = {:?}", self.log.filter),
        ];
        lines.join("\n") + "\n"
    }
}

/// `{ DE = 7, FR = 5.5 }`.
fn rates(rates: &std::collections::BTreeMap<String, f64>) -> String {
    let rates: Vec<String> = rates.iter().map(|(code, percent)| format!("{code} = {percent:?}")).collect();
    if rates.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", rates.join(", ")) }
}

fn stars(secrets: &Secrets) -> Vec<&'static str> {
    secrets.0.iter().map(Secret::stars).collect()
}

impl Backend {
    /// The spelling in `Rocket.toml` and in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Nginx => "nginx",
            Self::Apache => "apache",
            Self::Lighttpd => "lighttpd",
            Self::Caddy => "caddy",
            Self::Redirect => "redirect",
        }
    }
}

#[cfg(test)]
mod tests {
    use rocket::figment::Figment;
    use rocket::figment::providers::{Format as _, Toml};

    use super::*;

    fn read(toml: &str) -> Result<Settings, String> {
        let figment = Figment::from(Toml::string(toml).nested());
        Settings::from_figment(&figment).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same_settings() {
        let shown = Settings::default().show();
        assert_eq!(read(&shown).expect("the shown settings are valid").show(), shown);
    }

    #[test]
    fn seller_and_tax_read_back_as_they_were_written() {
        let toml = "[default.bookplate.seller]\nname = \"Sea \\\"Books\\\"\"\naddress = [\"Quay 1\", \"20457 Hamburg\"]\n\
                    country = \"DE\"\n[default.bookplate.tax]\nmode = \"included\"\nrates = { DE = 7, FR = 5.5 }";
        let shown = read(toml).expect("the settings are valid").show();
        assert!(shown.contains("rates = { DE = 7.0, FR = 5.5 }"), "{shown}");
        assert_eq!(read(&shown).expect("the shown settings are valid").show(), shown);
    }

    #[test]
    fn a_password_never_shows() {
        let toml = "[default.bookplate]\ndatabase_url = \"postgres://shop:s3cret@db/shop\"\n\
                    [default.bookplate.mail.smtp]\npassword = \"s3cret\"";
        let settings = read(toml).unwrap();
        assert!(!settings.show().contains("s3cret"));
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn each_mistake_is_one_sentence_that_names_the_key_and_what_would_be_right() {
        for (toml, words) in [
            ("[default.bookplate.delivery]\nbackend = \"iis\"", ["delivery.backend", "iis", "nginx"]),
            (
                "[default.bookplate.delivery]\ninternal_prefix = \"protected\"",
                ["delivery.internal_prefix", "protected", "/protected/"],
            ),
            ("[default.bookplate]\nbase_url = \"books.example\"", ["base_url", "books.example", "https://"]),
            ("[default.bookplate]\ndatabase_url = \"mysql://x\"", ["database_url", "mysql", "sqlite://"]),
            ("[default.bookplate]\ncurrency = \"XXX\"", ["currency", "XXX", "not a currency"]),
            ("[default.bookplate]\ndenid = \"forbidden\"", ["denid", "unknown", "denied"]),
            (
                "[default.bookplate.mail]\ntransport = \"smtp\"",
                ["mail.smtp.host", "must be", "smtp.books.example"],
            ),
            (
                "[default.bookplate.accounts]\nsession_days = 0",
                ["accounts.session_days", "\"0\"", "1 to 365"],
            ),
            ("[default.bookplate.uploads]\nformats = [\".PDF\"]", ["uploads.formats", ".PDF", "lower case"]),
            ("[default.bookplate.uploads]\nmax_mib = 0", ["uploads.max_mib", "\"0\"", "from 1"]),
            (
                "[default.bookplate.seller]\ncountry = \"Germany\"",
                ["seller.country", "\"Germany\"", "\"DE\""],
            ),
            ("[default.bookplate.tax]\nmode = \"included\"", ["seller.name", "legal name", "included"]),
            ("[default.bookplate.tax]\nrates = { DE = 107.0 }", ["tax.rates.DE", "107", "0 to 100 percent"]),
            (
                "[default.bookplate.storage]\nroot = \"static/books\"",
                ["storage.root", "static/books", "data/store"],
            ),
        ] {
            let sentence = read(toml).err().unwrap_or_else(|| panic!("accepted: {toml}"));
            for word in words {
                assert!(sentence.contains(word), "{sentence:?} should contain {word:?}");
            }
            assert!(!sentence.contains('\n'), "one line: {sentence:?}");
        }
    }
}
