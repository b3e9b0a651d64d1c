//! Whether anybody gets a file who may not have it.

use super::super::Check;
use super::super::probe::{ProbeError, Question, Reply};
use super::bucket;
use super::canary::PLAIN;
use super::front::name;
use super::{HEADER, PATH, Scene, unanswered};
use crate::delivery::proxy_config::{BUCKET, WebServer};
use crate::downloads::canary::Seen;
use crate::ids::Token;

/// How much of an answer is searched, in bytes.
const SEARCHED: usize = 64 * 1024;

pub(super) async fn checks(scene: &Scene<'_>) -> Vec<Check> {
    let signed = bucket::signed_target(scene).await;
    let outside = match scene.doctor.store.bucket() {
        Some(_) => ("Bucket", bucket::is_private(scene).await),
        None => ("Guessed addresses", guessed(scene).await),
    };
    let found = [
        ("Strangers", strangers(scene).await),
        ("Forged headers", forged(scene, signed.as_deref()).await),
        ("Internal location", internal(scene, signed.as_deref()).await),
        outside,
    ];
    found.into_iter().map(|(name, check)| check.unwrap_or_else(|error| unanswered(name, &error))).collect()
}

/// Headers by which a client might try to speak for a proxy; `signed` is the canary's address in a bucket.
fn forgeries(scene: &Scene<'_>, signed: Option<&str>) -> Vec<(&'static str, String)> {
    let (key, prefix, root) = (scene.released.key(PLAIN), scene.mends.prefix(), scene.mends.root());
    let inner = match signed {
        Some(target) => format!("{prefix}{BUCKET}?{target}"),
        None => format!("{prefix}{key}"),
    };
    vec![
        ("X-Accel-Redirect", inner),
        ("X-Accel-Mapping", format!("{root}/={prefix}")),
        ("X-Sendfile", format!("{root}/{key}")),
        ("X-Sendfile-Type", "X-Accel-Redirect".to_owned()),
    ]
}

/// Nobody's request, with and without a wrong token: it is refused, and the refusal says nothing of the store.
async fn strangers(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    let target = format!("{PATH}/{PLAIN}");
    let questions = [
        Question::get(&target),
        Question::head(&target),
        Question::get(&target).with("Range", "bytes=0-99"),
        Question::get(&target).with("If-None-Match", "*"),
        Question::get(&target).with(HEADER, Token::new().secret()),
    ];
    for question in questions {
        let reply = scene.probe.ask(question.reading(SEARCHED)).await?;
        if let Some(words) = gives_away(scene, &reply) {
            return Ok(Check::bad(
                "Strangers",
                words,
                "Nothing but the shop may answer for /download/: look for rules beside its own.",
            ));
        }
        if !matches!(reply.status, 401 | 403 | 404) {
            let words = format!(
                "Somebody without the right to a file gets status {}, where the shop says 404.",
                reply.status
            );
            return Ok(Check::warning("Strangers", words, "Something in front answers in the shop’s place."));
        }
    }
    Ok(Check::good(
        "Strangers",
        "Without the right there is no file, by GET, HEAD, range or condition, and no word of the store.",
    ))
}

/// What an answer to a stranger gives away, in a sentence.
fn gives_away(scene: &Scene<'_>, reply: &Reply) -> Option<String> {
    let head = reply.head_text();
    let text = format!("{head}\n{}", reply.text());
    if has_song(scene, reply) {
        return Some("A file goes to somebody who may not have it.".to_owned());
    }
    if head.contains("x-accel-redirect:") || head.contains("x-sendfile:") {
        return Some(
            "A refusal carries the header that hands a file over: some servers act on it.".to_owned(),
        );
    }
    (text.contains(&scene.mends.root()) || text.contains(scene.released.key(PLAIN)))
        .then(|| "An answer shows where the store is.".to_owned())
}

fn has_song(scene: &Scene<'_>, reply: &Reply) -> bool {
    let song = scene.released.song.as_bytes();
    let has_all = reply.body.windows(song.len()).any(|window| window == song);
    // A part of it has its beginning alone.
    has_all || (reply.status == 206 && song.starts_with(reply.body.get(..50).unwrap_or(b"-")))
}

async fn forged(scene: &Scene<'_>, signed: Option<&str>) -> Result<Check, ProbeError> {
    let forgeries = forgeries(scene, signed);
    let file = format!("{PATH}/{PLAIN}");
    for target in [file.as_str(), "/", "/healthz", "/download/nothing"] {
        let mut question = Question::get(target).reading(SEARCHED);
        question.headers.extend(forgeries.iter().map(|(name, value)| (*name, value.clone())));
        let reply = scene.probe.ask(question).await?;
        if let Some(words) = gives_away(scene, &reply) {
            let words =
                format!("A client that sends X-Accel-Redirect or X-Sendfile itself is obeyed: {words}");
            return Ok(Check::bad("Forged headers", words, "Take these headers out of requests.")
                .mended_by(scrub(scene)));
        }
    }
    // Who may have one canary asks for it, and for another by header.
    let mut question = scene.question(PATH);
    question.headers.extend(forgeries.iter().map(|(name, value)| (*name, value.clone())));
    let reply = scene.probe.ask(question).await?;
    let Ok(seen) = serde_json::from_slice::<Seen>(&reply.body) else {
        let words = format!("A question with forged headers came to status {}.", reply.status);
        return Ok(Check::warning("Forged headers", words, "The web server’s log may say why."));
    };
    let through: Vec<&str> = forgeries
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| seen.header(&name.to_ascii_lowercase()).is_some())
        .collect();
    Ok(if through.is_empty() || scene.front.server().is_none() {
        Check::good("Forged headers", "X-Accel-Redirect, X-Sendfile and the like from a client move nothing.")
    } else {
        let words = format!(
            "{} from a client come through to the shop. It ignores them; others may not.",
            through.join(", ")
        );
        Check::warning("Forged headers", words, "Take these headers out of requests.").mended_by(scrub(scene))
    })
}

/// The lines that take such headers out of requests.
fn scrub(scene: &Scene<'_>) -> super::super::Mend {
    let server = scene.front.server().unwrap_or(WebServer::Nginx);
    let (place, starts): (&str, &[&str]) = match server {
        WebServer::Nginx => ("location /", &["proxy_set_header X-Accel", "proxy_set_header X-Sendfile"]),
        WebServer::Apache => (
            "the <VirtualHost> of the shop",
            &["RequestHeader unset X-Accel", "RequestHeader unset X-Sendfile"],
        ),
        WebServer::Lighttpd => (
            "the shop’s block",
            &[
                "setenv.set-request-header",
                "\"X-Accel-Redirect\" => \"\", \"X-Accel-M",
                "\"X-Real-IP\" => \"\"",
                ")",
            ],
        ),
        WebServer::Caddy => ("reverse_proxy", &["header_up -X"]),
    };
    scene.mends.lines(server, place, "no line that takes them out", starts)
}

/// The internal location, asked for directly and in other spellings.
async fn internal(scene: &Scene<'_>, signed: Option<&str>) -> Result<Check, ProbeError> {
    let prefix = scene.mends.prefix();
    let inner = prefix.trim_matches('/');
    let mut letters = inner.chars();
    let first = letters.next().map(|letter| format!("%{:02x}", u32::from(letter))).unwrap_or_default();
    let encoded = format!("{first}{}", letters.as_str());
    let folder = scene.mends.root().rsplit('/').next().unwrap_or_default().to_owned();
    // Who has a signed address needs no such way; so only a location that is not internal gives anything here.
    if let Some(target) = signed {
        for place in [
            format!("{prefix}{BUCKET}"),
            format!("{prefix}/{BUCKET}"),
            format!("/{encoded}/{BUCKET}"),
            format!("/x/..{prefix}{BUCKET}"),
        ] {
            let address = format!("{place}?{target}");
            let reply = scene.probe.ask(Question::get(&address).reading(SEARCHED)).await?;
            if has_song(scene, &reply) {
                return Ok(open(scene, &place));
            }
        }
    }
    for kind in [PLAIN, "epub", "pdf"] {
        let key = scene.released.key(kind);
        let flat = key.replace('/', "%2f");
        for target in [
            format!("{prefix}{key}"),
            format!("{prefix}/{key}"),
            format!("/{prefix}{key}"),
            format!("/{inner}%2f{key}"),
            format!("{prefix}{flat}"),
            format!("/{encoded}/{key}"),
            format!("/x/..{prefix}{key}"),
            format!("/x/%2e%2e{prefix}{key}"),
            format!("/./{inner}/./{key}"),
            format!("/{}/{key}", inner.to_ascii_uppercase()),
            format!("/{inner}../{folder}/{key}"),
            format!("/{inner}/../{folder}/{key}"),
            format!("/{inner}/%2e%2e/{folder}/{key}"),
        ] {
            let reply = scene.probe.ask(Question::get(&target).reading(SEARCHED)).await?;
            if has_song(scene, &reply) {
                return Ok(open(scene, &target));
            }
        }
    }
    Ok(Check::good(
        "Internal location",
        format!("Nobody gets a file by asking for {prefix} directly, in any spelling."),
    ))
}

fn open(scene: &Scene<'_>, target: &str) -> Check {
    let shown = target.replace(scene.released.key(PLAIN), "…");
    let words = match scene.doctor.store.bucket() {
        Some(_) => format!("nginx fetches from the bucket’s service for anybody, at {shown}."),
        None => format!(
            "Anybody gets every book whose key they know, at {shown}: the store lies open, without the shop’s word."
        ),
    };
    let check = Check::bad("Internal location", words, "Close it at once.");
    match scene.front.server() {
        Some(server @ WebServer::Nginx) => check.mended_by(scene.mends.store(server, "no line `internal;`")),
        Some(server) => {
            check.mended_by(scene.mends.store(server, "a place that shows the store to everyone"))
        }
        None => check,
    }
}

/// The store's folder, guessed: as it is, or below one that the web server shows.
async fn guessed(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    let root = scene.mends.root();
    let parts: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
    let ends = (0..=parts.len()).map(|from| parts.get(from..).unwrap_or_default().join("/"));
    let mut folders: Vec<String> = ends.filter(|end| !end.is_empty()).collect();
    folders.extend(["data/store", "store", "data", "files", "books"].map(str::to_owned));
    folders.dedup();
    for kind in [PLAIN, "epub", "pdf"] {
        let key = scene.released.key(kind);
        let mut targets = vec![format!("/{key}"), format!("/{}", key.replace('/', "%2f"))];
        for folder in &folders {
            targets.push(format!("/{folder}/{key}"));
        }
        // Ways out of folders that are shown.
        if kind == PLAIN {
            for way in [
                "/static/..%2f",
                "/static/%2e%2e/",
                "/static../",
                "/covers/..%2f..%2f",
                "/download/..%2f..%2f",
            ] {
                for folder in ["data/store", root.trim_start_matches('/')] {
                    targets.push(format!("{way}{folder}/{key}"));
                }
            }
        }
        for target in targets {
            let reply = scene.probe.ask(Question::get(&target).reading(SEARCHED)).await?;
            if has_song(scene, &reply) {
                return Ok(shown(scene, &target, key));
            }
        }
    }
    let by = if scene.front.server().is_some() {
        "the web server shows no folder of it"
    } else {
        "no address leads to it"
    };
    Ok(Check::good("Guessed addresses", format!("The store can’t be found by its path: {by}.")))
}

fn shown(scene: &Scene<'_>, target: &str, key: &str) -> Check {
    let address = target.replace(key, "…");
    let root = scene.mends.root();
    let below = target.strip_suffix(key).unwrap_or_default().trim_end_matches('/');
    let folder = root.strip_suffix(below).unwrap_or(&root);
    let folder = if folder.is_empty() { "/" } else { folder };
    let who = scene.front.server().map_or("The web server", name);
    let words = format!(
        "Anybody gets every book whose key they know, at {address}: {who} shows the folder {folder} to everyone."
    );
    let advice =
        "Let no root, alias or DocumentRoot lie above the store, and close the store’s folder itself.";
    let check = Check::bad("Guessed addresses", words, advice);
    match scene.front.server() {
        Some(server @ WebServer::Apache) => {
            let wrong = format!("DocumentRoot \"{folder}\", or an Alias that leads there");
            let mend = scene.mends.lines(server, "the <VirtualHost> of the shop", &wrong, &["<Directory"]);
            check.mended_by(mend)
        }
        Some(server) => {
            let line = match server {
                WebServer::Nginx => format!("root {folder};"),
                WebServer::Lighttpd => format!("server.document-root = \"{folder}\""),
                _ => format!("root * {folder}"),
            };
            check.mended_by(scene.mends.store(server, &format!("{line} (or an alias that leads there)")))
        }
        None => check,
    }
}
