//! Whether a file that may be had comes: whole, in part, its head, again.

use super::super::Check;
use super::super::probe::{ProbeError, Question, Reply};
use super::bucket;
use super::canary::{KINDS, PLAIN};
use super::diagnosis::{self, Came};
use super::front::{backend, name, server_of};
use super::{HEADER, PATH, Scene, unanswered};
use crate::config::Backend;
use crate::delivery::proxy_config::WebServer;

/// The checks, and whether the file came at all.
pub(super) async fn checks(scene: &Scene<'_>) -> (Vec<Check>, bool) {
    if scene.settings.delivery.backend == Backend::Redirect {
        return bucket::redirected(scene).await;
    }
    let target = format!("{PATH}/{PLAIN}");
    let whole = match scene.probe.ask(scene.question(&target).with("Accept-Encoding", "gzip")).await {
        Ok(whole) => whole,
        Err(error) => return (vec![unanswered("A book", &error)], false),
    };
    if Came::of(&whole, &scene.released.song) != Came::Bytes {
        return (vec![diagnosis::no_file(scene, &whole).await], false);
    }
    let mut checks = vec![who_sent(scene)];
    checks.push(kinds(scene).await);
    checks.push(if whole.body == scene.released.bytes {
        Check::good("Bytes", "They come as they are in the store.")
    } else {
        Check::bad(
            "Bytes",
            "They come changed or cut off.",
            "Something on the way rewrites files; take the shop out of it.",
        )
    });
    checks.push(headers(scene, &whole));
    checks.extend(validators(scene, &whole));
    let range = ranges(scene, &target, &whole).await;
    checks.push(range.unwrap_or_else(|error| unanswered("Ranges", &error)));
    let head = head(scene, &target, &whole).await;
    checks.push(head.unwrap_or_else(|error| unanswered("HEAD", &error)));
    (checks, true)
}

/// Who served the bytes: the shop answers a hand-off with none, so where they came, somebody in front has sent them.
fn who_sent(scene: &Scene<'_>) -> Check {
    let set = scene.settings.delivery.backend;
    let Some(wanted) = server_of(set) else {
        let words = match scene.front.server() {
            Some(server) if scene.mends.can_send(server) => format!(
                "The shop sends the bytes itself, and {} passes them on. It could send them, too: `bookplate proxy-config {}`.",
                name(server),
                backend(server).as_str()
            ),
            Some(server) => {
                format!("The shop sends the bytes itself, and {} passes them on.", name(server))
            }
            None => "The shop sends the bytes itself.".to_owned(),
        };
        return Check::good("A book", words);
    };
    match scene.front.server() {
        Some(server) if server != wanted => Check::warning(
            "A book",
            format!(
                "{} sends the bytes, but delivery.backend = \"{}\" speaks to {}. It understands by chance.",
                name(server),
                set.as_str(),
                name(wanted)
            ),
            "Set the backend to the server that is there, and restart the shop.",
        )
        .mended_by(scene.mends.backend_for(server)),
        Some(server) => {
            Check::good("A book", format!("{} sends the bytes; the shop only says which.", name(server)))
        }
        None => Check::good(
            "A book",
            format!("{} answers, and {} behind it sends the bytes.", scene.front.title(), name(wanted)),
        ),
    }
}

/// Files of other endings.
async fn kinds(scene: &Scene<'_>) -> Check {
    let mut missing = Vec::new();
    for (name, extension) in KINDS.iter().filter(|(name, _)| *name != PLAIN) {
        match scene.fetch(name).await {
            Ok(reply) if Came::of(&reply, &scene.released.song) == Came::Bytes => {}
            Ok(_) => missing.push(*extension),
            Err(error) => return unanswered("Kinds of files", &error),
        }
    }
    if missing.is_empty() {
        Check::good("Kinds of files", "EPUB, PDF and unknown endings come alike.")
    } else {
        diagnosis::no_file_of(scene, &missing)
    }
}

/// What browsers must be told of a file, each once.
fn headers(scene: &Scene<'_>, whole: &Reply) -> Check {
    let mut wanted = vec![
        ("Content-Type", ""),
        ("Content-Disposition", "attachment"),
        ("Cache-Control", "private"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "sandbox"),
        ("Vary", "Cookie"),
        ("Accept-Ranges", "bytes"),
    ];
    if scene.settings.base_url.is_https() {
        wanted.push(("Strict-Transport-Security", "max-age="));
    }
    let is_wrong = |(name, holds): &&(&str, &str)| match whole.all(name).as_slice() {
        [value] => !value.contains(holds),
        _ => true,
    };
    let wrong: Vec<&str> = wanted.iter().filter(is_wrong).map(|(name, _)| *name).collect();
    if !whole.header("content-encoding").is_empty() {
        return Check::warning(
            "Headers",
            "The file comes compressed: no download of it can be resumed.",
            "Let the server compress pages only.",
        );
    }
    if wrong.is_empty() {
        return Check::good(
            "Headers",
            "Each is there once: name, type, privacy, and that no browser runs it.",
        );
    }
    let words = format!("Missing, doubled or changed on the way: {}.", wrong.join(", "));
    let check = Check::warning("Headers", words, "The shop sends them with each file: let them through.");
    match scene.front.server() {
        Some(server @ WebServer::Nginx) if scene.settings.delivery.backend == Backend::Nginx => {
            let place = format!("the location {}", scene.mends.prefix());
            let mend = scene.mends.lines(server, &place, "add_header lines are missing", &["add_header"]);
            check.mended_by(mend)
        }
        _ => check,
    }
}

/// Whether a paused download can tell if it is still the same file.
fn validators(scene: &Scene<'_>, whole: &Reply) -> Option<Check> {
    let tags = whole.all("etag");
    let bad = |words: &str| {
        Check::bad("Resuming", words, "A paused download could go on with another file’s bytes.")
    };
    match tags.as_slice() {
        [tag] if tag == "\"0\"" => {
            let mend = scene.mends.lines(
                WebServer::Apache,
                "the <VirtualHost> of the shop",
                "XSendFileIgnoreEtag On, or a FileETag",
                &["FileETag"],
            );
            Some(bad("Every file has the same ETag, \"0\".").mended_by(mend))
        }
        [tag] if tag.starts_with('"') => None,
        [] => Some(bad("The file comes without an ETag.")),
        _ => Some(bad("The ETag is weak, or there are several.")),
    }
}

async fn ranges(scene: &Scene<'_>, target: &str, whole: &Reply) -> Result<Check, ProbeError> {
    let bytes = &scene.released.bytes;
    let part = |reply: &Reply, from: usize, to: usize| {
        let place = format!("bytes {from}-{}/{}", to - 1, bytes.len());
        reply.status == 206
            && Some(reply.body.as_slice()) == bytes.get(from..to)
            && reply.header("content-range") == place
    };
    let first = scene.probe.ask(scene.question(target).with("Range", "bytes=100-199")).await?;
    let last = scene.probe.ask(scene.question(target).with("Range", "bytes=-7")).await?;
    let tag = whole.header("etag");
    let again = scene.question(target).with("Range", "bytes=500-").with("If-Range", tag.clone());
    let again = scene.probe.ask(again).await?;
    let other = scene.question(target).with("Range", "bytes=500-").with("If-Range", "\"another\"");
    let other = scene.probe.ask(other).await?;
    let known = scene.probe.ask(scene.question(target).with("If-None-Match", tag)).await?;
    let advice = "Something on the way takes the Range header away, or answers it by itself.";
    Ok(if !part(&first, 100, 200) || !part(&last, bytes.len() - 7, bytes.len()) {
        let words = format!("A part of the file was asked for; status {} came.", first.status);
        Check::bad("Ranges", words, advice)
    } else if !part(&again, 500, bytes.len()) {
        Check::bad("Ranges", "A download that was paused begins anew.", advice)
    } else if other.status != 200 || other.body != *bytes {
        Check::bad("Ranges", "A paused download goes on although the file is another.", advice)
    } else if known.status != 304 {
        Check::warning(
            "Ranges",
            format!("A file that the reader has is sent again ({}).", known.status),
            advice,
        )
    } else {
        Check::good("Ranges", "Parts come, a paused download goes on, and one of another file begins anew.")
    })
}

async fn head(scene: &Scene<'_>, target: &str, whole: &Reply) -> Result<Check, ProbeError> {
    let question = Question::head(target).with(HEADER, scene.released.token.secret());
    let head = scene.probe.ask(question).await?;
    let length = scene.released.bytes.len().to_string();
    Ok(
        if head.status == 200
            && head.header("content-length") == length
            && head.header("etag") == whole.header("etag")
        {
            Check::good("HEAD", "It says of the file what GET says.")
        } else {
            let said = head.header("content-length");
            let words = format!("It says status {} and {said} bytes where GET sends {length}.", head.status);
            Check::warning("HEAD", words, "Download managers ask so before they begin.")
        },
    )
}
