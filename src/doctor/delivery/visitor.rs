//! What the shop learns of its visitors through whoever stands in front: their address, the name they asked for, TLS; and
//! what time it is there.

use std::net::SocketAddr;

use chrono::{DateTime, TimeDelta};

use super::super::probe::{Probe, Question};
use super::super::{Check, Mend};
use super::address::{base_url, seen};
use super::front::Front;
use super::{HEADER, PATH, Scene, unanswered};
use crate::config::Backend;
use crate::delivery::proxy_config::WebServer;

/// How far clocks may be apart.
const APART: TimeDelta = TimeDelta::seconds(60);

/// An address that nobody has (RFC 5737), as a client would make one up.
const MADE_UP: &str = "192.0.2.77";

pub(super) async fn checks(scene: &Scene<'_>) -> Vec<Check> {
    let mut checks = vec![host(scene), client(scene).await];
    checks.extend(secure(scene).await);
    checks.push(clock(scene));
    checks.extend(exposed(scene));
    checks
}

/// The name that was asked for: forms are refused when it does not come through.
fn host(scene: &Scene<'_>) -> Check {
    let wanted = scene.settings.base_url.authority();
    let came = scene.seen.header("host").unwrap_or_default();
    if came.eq_ignore_ascii_case(wanted) {
        return Check::good("Host", format!("The shop is asked as {wanted}."));
    }
    let words = format!(
        "The shop is asked as “{came}” and not as {wanted}: browsers’ forms look like another site’s, and are refused."
    );
    let check = Check::bad("Host", words, "Let the Host header through as it comes.");
    match scene.front.server() {
        Some(server @ WebServer::Nginx) => check.mended_by(scene.mends.lines(
            server,
            "location /",
            "no line for Host",
            &["proxy_set_header Host"],
        )),
        Some(server @ WebServer::Apache) => check.mended_by(scene.mends.lines(
            server,
            "the <VirtualHost> of the shop",
            "ProxyPreserveHost Off (the default)",
            &["ProxyPreserveHost"],
        )),
        _ => check,
    }
}

/// Whose address counts: limits go by it.
async fn client(scene: &Scene<'_>) -> Check {
    let question = scene.question(PATH).with("X-Real-IP", MADE_UP).with("X-Forwarded-For", MADE_UP);
    let reply = match scene.probe.ask(question).await {
        Ok(reply) => reply,
        Err(error) => return unanswered("Addresses", &error),
    };
    let Some(forged) = seen(&reply) else {
        let words = format!("It could not be looked at: status {} came.", reply.status);
        return Check::bad("Addresses", words, "The log of the web server says why.");
    };
    let header = scene.seen.ip_header.as_str();
    if forged.client == MADE_UP {
        let words = format!(
            "A visitor can make up an address by sending {header}: limits against guessing passwords are void."
        );
        return match scene.front.server() {
            Some(server) => Check::bad("Addresses", words, "Let the web server write this header itself.")
                .mended_by(address_lines(scene, server, &format!("no line that writes {header}"))),
            None => Check::bad(
                "Addresses",
                words,
                "Only a web server in front may say this: set the backend to what is there.",
            )
            .mended_by(scene.mends.backend(Backend::Builtin)),
        };
    }
    if scene.front == Front::Nobody {
        return Check::good("Addresses", "Visitors come to the shop directly, and it sees their addresses.");
    }
    let usual =
        if scene.front.server() == Some(WebServer::Lighttpd) { "X-Forwarded-For" } else { "X-Real-IP" };
    if header.is_empty() {
        let words = format!(
            "The shop takes {} for the address of every visitor: limits count all of them as one.",
            scene.front.name()
        );
        let right = format!("[default]\nip_header = \"{usual}\"");
        let mend =
            Mend { place: "Rocket.toml, [default]".to_owned(), wrong: "no ip_header".to_owned(), right };
        return Check::warning(
            "Addresses",
            words,
            format!("Let it believe the header {usual}, which the web server writes."),
        )
        .mended_by(mend);
    }
    if scene.seen.header(&header.to_ascii_lowercase()).is_none() {
        let words = format!(
            "{} does not pass {header} on: the shop takes every visitor for the web server itself ({}), and limits count all of \
             them as one.",
            scene.front.title(),
            scene.seen.client
        );
        let check = Check::bad("Addresses", words, "Let the web server say who asks.");
        return match scene.front.server() {
            Some(server) => check.mended_by(address_lines(scene, server, &format!("no line for {header}"))),
            None => check,
        };
    }
    Check::good(
        "Addresses",
        format!("The shop sees who asks ({}), and nobody can make an address up.", scene.seen.client),
    )
}

/// The lines by which a server tells a visitor's address.
fn address_lines(scene: &Scene<'_>, server: WebServer, wrong: &str) -> Mend {
    let (place, starts): (&str, &[&str]) = match server {
        WebServer::Nginx => {
            ("location /", &["proxy_set_header X-Real-IP", "proxy_set_header X-Forwarded-For"])
        }
        WebServer::Apache => (
            "the <VirtualHost> of the shop",
            &["RequestHeader unset X-Forwarded-For", "RequestHeader set X-Real-IP"],
        ),
        WebServer::Lighttpd => ("setenv.set-request-header", &["\"X-Real-IP\" => \"\", \"X-Forwarded-For\""]),
        WebServer::Caddy => ("reverse_proxy", &["header_up X-Real-IP"]),
    };
    scene.mends.lines(server, place, wrong, starts)
}

/// TLS, and what goes with it.
async fn secure(scene: &Scene<'_>) -> Vec<Check> {
    let base = &scene.settings.base_url;
    let proto = scene.seen.header("x-forwarded-proto").unwrap_or_default();
    if !base.is_https() {
        return vec![plain(scene, proto).await];
    }
    let mut checks = vec![Check::good("TLS", "The certificate is good, and cookies are Secure.")];
    if scene.front != Front::Nobody && proto != "https" {
        let words = match proto {
            "" => "The shop is not told that visitors come by https (X-Forwarded-Proto).".to_owned(),
            other => format!(
                "The shop is told that visitors come by {other}, but they come by https (X-Forwarded-Proto)."
            ),
        };
        let check = Check::warning("TLS in front", words, "Let the web server say so.");
        checks.push(match scene.front.server() {
            Some(WebServer::Nginx) => check.mended_by(scene.mends.lines(
                WebServer::Nginx,
                "location /",
                "no line for X-Forwarded-Proto",
                &["proxy_set_header X-Forwarded-Proto"],
            )),
            Some(WebServer::Apache) => check.mended_by(scene.mends.lines(
                WebServer::Apache,
                "the <VirtualHost> of the shop",
                "no line for X-Forwarded-Proto",
                &["RequestHeader set X-Forwarded-Proto"],
            )),
            _ => check,
        });
    }
    if scene.first.header("strict-transport-security").is_empty() {
        checks.push(Check::warning(
            "HSTS",
            "Strict-Transport-Security is lost on the way: a browser may come by http again.",
            "The shop sends it with every answer: let it through.",
        ));
    }
    // What else listens for the same name is the usual port's matter.
    if base.authority() == base.host() {
        checks.extend(by_http(scene).await);
    }
    checks
}

/// Whether the shop can be used by http, too, where its cookies are not kept.
async fn by_http(scene: &Scene<'_>) -> Option<Check> {
    let probe = Probe::new(false, scene.settings.base_url.authority());
    let reply = probe.ask(Question::get(PATH).with(HEADER, scene.released.token.secret())).await.ok()?;
    Some(match reply.status {
        301 | 302 | 307 | 308 if reply.header("location").starts_with("https://") => {
            Check::good("By http", "Who comes by http is sent on to https.")
        }
        _ if seen(&reply).is_some() => Check::warning(
            "By http",
            "The shop answers by http as well: whoever comes that way can’t sign in, and is not protected.",
            "Let the web server answer on port 80 with a redirect to https alone.",
        ),
        _ => return None,
    })
}

async fn plain(scene: &Scene<'_>, proto: &str) -> Check {
    let base = &scene.settings.base_url;
    let right = format!("https://{}", base.authority());
    let by_https = proto == "https"
        || (base.authority() == base.host() && {
            let probe = Probe::new(true, base.authority());
            let reply = probe.ask(Question::get(PATH).with(HEADER, scene.released.token.secret())).await;
            reply.is_ok_and(|reply| seen(&reply).is_some())
        });
    if by_https {
        let words = format!(
            "base_url is {}, but visitors come by https: cookies are not Secure, and links in mails are not.",
            base.as_str()
        );
        return Check::warning("TLS", words, "Correct base_url.").mended_by(base_url(base, &right));
    }
    let host = base.host().trim_matches(['[', ']']);
    let is_here = host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if is_here {
        return Check::good("TLS", "None: the shop is open to this machine alone.");
    }
    Check::warning(
        "TLS",
        "Passwords and books go over the net for everyone to read, and cookies are not Secure.",
        "Give the web server a certificate (`bookplate proxy-config` shows the lines), then set base_url.",
    )
    .mended_by(base_url(base, &right))
}

/// What time it is at whoever answers.
fn clock(scene: &Scene<'_>) -> Check {
    let date = scene.first.header("date");
    let Ok(there) = DateTime::parse_from_rfc2822(&date) else {
        return Check::warning(
            "Clock",
            "The answer says no time.",
            "Every web server sends a Date header: something takes it away.",
        );
    };
    let apart = scene.doctor.till.clock.now() - there.naive_utc();
    let seconds = apart.num_seconds();
    if apart.abs() <= APART {
        return Check::good("Clock", "The web server’s clock agrees with the shop’s.");
    }
    let words = format!(
        "The Date that comes is {} seconds {} the shop’s clock: sessions, validators and signatures go by the time.",
        seconds.abs(),
        if seconds > 0 { "behind" } else { "ahead of" }
    );
    Check::warning(
        "Clock",
        words,
        "Let all machines keep their time by NTP, and nothing write a Date of its own.",
    )
}

/// Whether the shop can be reached past the web server.
fn exposed(scene: &Scene<'_>) -> Option<Check> {
    let listens: SocketAddr = scene.doctor.listens.filter(|at| !at.ip().is_loopback())?;
    let has_front = matches!(scene.settings.delivery.backend, Backend::Builtin | Backend::Redirect);
    if scene.front == Front::Nobody || has_front {
        return None;
    }
    let words = format!(
        "The shop itself listens at {listens}: whoever reaches that port goes past {}.",
        scene.front.name()
    );
    let advice = "Let it listen to this machine alone, or make sure that the port is closed to the net (as in a container).";
    let right = "[default]\naddress = \"127.0.0.1\"".to_owned();
    let mend = Mend {
        place: "Rocket.toml, [default]".to_owned(),
        wrong: format!("address = \"{}\"", listens.ip()),
        right,
    };
    Some(Check::warning("The shop’s own port", words, advice).mended_by(mend))
}
