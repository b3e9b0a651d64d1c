//! Whether the shop answers at its public address, and what does if it does not.

use super::super::probe::{Probe, ProbeError, Question, Reply};
use super::super::{Check, Doctor, Mend};
use super::canary::Released;
use super::diagnosis::is_page_of_the_shop;
use super::front::{Front, name};
use super::mends::Mends;
use super::{HEADER, PATH, Scene};
use crate::config::BaseUrl;
use crate::delivery::proxy_config::WebServer;
use crate::downloads::canary::Seen;

const NAME: &str = "Reach";

/// Asks for the canary's own page at the public address. When this very shop answers, the rest can be looked at.
pub(super) async fn reach<'d>(
    doctor: &'d Doctor,
    released: &'d Released,
) -> Result<(Vec<Check>, Scene<'d>), Vec<Check>> {
    let base = &doctor.settings.base_url;
    let probe = Probe::new(base.is_https(), base.authority());
    let first = match ask(&probe, released).await {
        Ok(first) => first,
        Err(error) => return Err(vec![no_answer(doctor, released, &error).await]),
    };
    let Some(seen) = seen(&first) else { return Err(vec![someone_else(doctor, released, &first).await]) };
    let front = Front::of(&first, &seen);
    let words = match &front {
        Front::Nobody => format!("This shop answers at {}, with nobody in front.", base.as_str()),
        front => format!("This shop answers at {}, with {} in front.", base.as_str(), front.name()),
    };
    let mends = Mends::new(doctor);
    let scene = Scene { doctor, settings: &doctor.settings, probe, released, front, seen, first, mends };
    Ok((vec![Check::good(NAME, words)], scene))
}

async fn ask(probe: &Probe, released: &Released) -> Result<Reply, ProbeError> {
    probe.ask(Question::get(PATH).with(HEADER, released.token.secret())).await
}

/// What this shop, and no other, says it saw: it alone knows the token.
pub(super) fn seen(reply: &Reply) -> Option<Seen> {
    if reply.status != 200 {
        return None;
    }
    serde_json::from_slice(&reply.body).ok()
}

/// Whether this shop answers by the other scheme.
async fn answers(https: bool, base: &BaseUrl, released: &Released) -> bool {
    match ask(&Probe::new(https, base.authority()), released).await {
        Ok(reply) => seen(&reply).is_some(),
        Err(_) => false,
    }
}

/// `base_url` in `Rocket.toml`, and what it should be.
pub(super) fn base_url(base: &BaseUrl, right: &str) -> Mend {
    Mend {
        place: "Rocket.toml, [default.bookplate]".to_owned(),
        wrong: format!("base_url = \"{}\"", base.as_str()),
        right: format!("[default.bookplate]\nbase_url = \"{right}\""),
    }
}

async fn no_answer(doctor: &Doctor, released: &Released, error: &ProbeError) -> Check {
    let base = &doctor.settings.base_url;
    let shown = base.as_str();
    let other = if base.is_https() { "http" } else { "https" };
    match error {
        ProbeError::Name(..) => Check::bad(
            NAME,
            format!("base_url is {shown}, and {error}."),
            "Correct the name, or let it be known: customers’ browsers and the links in mails use it.",
        )
        .mended_by(base_url(base, "https://the-name-that-customers-type")),
        ProbeError::Connect(..) => {
            let listens = doctor
                .listens
                .map(|at| format!(" The shop itself is to listen at {at}."))
                .unwrap_or_default();
            Check::bad(
                NAME,
                format!("base_url is {shown}, and {error}."),
                format!(
                    "Is the shop running, and the web server in front? base_url is the address that customers type.{listens}"
                ),
            )
        }
        ProbeError::Certificate(_) => Check::bad(
            NAME,
            format!("At {shown} {error}: browsers warn of the shop."),
            "Renew the certificate, or give the web server the one for this name, with its whole chain.",
        ),
        // One of the two speaks TLS, and the other does not.
        ProbeError::Tls(_) | ProbeError::Broken(_) if answers(!base.is_https(), base, released).await => {
            wrong_scheme(base, other)
        }
        ProbeError::Tls(_) | ProbeError::Broken(_) | ProbeError::Late(_) => {
            Check::bad(NAME, format!("At {shown} {error}."), "Look at the web server and its log.")
        }
    }
}

fn wrong_scheme(base: &BaseUrl, other: &str) -> Check {
    let right = format!("{other}://{}", base.authority());
    let words = format!("base_url is {}, but the shop answers there by {other} only.", base.as_str());
    let advice = if other == "https" {
        "Correct base_url: links in mails lead astray, and cookies are not Secure."
    } else {
        "Give the web server a certificate (`bookplate proxy-config` shows the lines), or correct base_url: browsers do not \
         keep the shop’s cookies like this."
    };
    Check::bad(NAME, words, advice).mended_by(base_url(base, &right))
}

/// Something came, and not from this shop.
async fn someone_else(doctor: &Doctor, released: &Released, reply: &Reply) -> Check {
    let base = &doctor.settings.base_url;
    let shown = base.as_str();
    let front = Front::named(reply);
    let to = reply.header("location");
    match reply.status {
        301 | 302 | 303 | 307 | 308 => moved(base, &to),
        400 if !base.is_https() && answers(true, base, released).await => wrong_scheme(base, "https"),
        502..=504 if !is_page_of_the_shop(reply) => no_shop_behind(doctor, &front, reply.status),
        _ if is_page_of_the_shop(reply) => Check::bad(
            NAME,
            format!("Another Bookplate answers at {shown}: it does not know this shop’s canary."),
            "base_url must lead to the shop with this database and of this version. Is an older program still running?",
        )
        .mended_by(base_url(base, "https://the-name-that-customers-type")),
        401 | 403 => Check::bad(
            NAME,
            format!("{} asks for a password at {shown}, or lets nobody in (status {}).", front.title(), reply.status),
            "Customers meet the same. Open it, or look again when the shop is public.",
        ),
        status => Check::bad(
            NAME,
            format!("Something else than this shop answers at {shown}: {}, with status {status}.", front.name()),
            "Let the web server hand this name’s requests to the shop (`bookplate proxy-config`), or correct base_url.",
        )
        .mended_by(base_url(base, "https://the-name-that-customers-type")),
    }
}

fn moved(base: &BaseUrl, to: &str) -> Check {
    let (scheme, rest) = to.split_once("://").unwrap_or_default();
    let right = format!("{scheme}://{}", rest.split('/').next().unwrap_or_default());
    if scheme.is_empty() {
        let words = format!("{} sends every request on to {to}.", base.as_str());
        return Check::bad(
            NAME,
            words,
            "Let the shop have the whole of its address: it can’t live below a path.",
        );
    }
    let words = if right == format!("https://{}", base.authority()) {
        format!("base_url is {}, but everyone is sent on to https.", base.as_str())
    } else {
        format!("base_url is {}, but everyone is sent on to {right}.", base.as_str())
    };
    let advice = "Set base_url to where customers end: links in mails, Secure cookies and payments go by it.";
    Check::bad(NAME, words, advice).mended_by(base_url(base, &right))
}

fn no_shop_behind(doctor: &Doctor, front: &Front, status: u16) -> Check {
    let mends = Mends::new(doctor);
    let app = mends.app();
    let words = format!("{} answers with {status}: it does not reach the shop at {app}.", front.title());
    let advice = "Is the shop running? The web server must know where it listens.";
    let check = Check::bad(NAME, words, advice);
    let Some(server) = front.server() else { return check };
    let wrong = format!("another address than {app}");
    let line = format!("server {app}");
    let (place, start) = match server {
        WebServer::Nginx => ("upstream bookplate", line.as_str()),
        WebServer::Apache => ("the <VirtualHost> of the shop", "ProxyPass"),
        WebServer::Lighttpd => ("proxy.server", "\"host\" =>"),
        WebServer::Caddy => {
            let right = format!("reverse_proxy {app} {{");
            let place = format!("the Caddyfile of {}, reverse_proxy", name(server));
            return check.mended_by(Mend { place, wrong, right });
        }
    };
    check.mended_by(mends.lines(server, place, &wrong, &[start]))
}
