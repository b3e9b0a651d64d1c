//! Whether whole books get in: the size that is let through, and whether they go through as they come.

use std::time::Duration;

use hyper::Method;

use super::super::Check;
use super::super::probe::{ProbeError, Question, Reply, Upload};
use super::diagnosis::is_page_of_the_shop;
use super::front::{Front, name};
use super::{PATH, Scene, unanswered, unreadable};
use crate::delivery::proxy_config::WebServer;
use crate::web::show;

/// How long the beginning of an upload may take to the shop. It is a matter of milliseconds.
const WAITS: Duration = Duration::from_secs(4);

/// How much is uploaded for real where a server counts bytes only as they come.
const TRIED: u64 = 32 << 20;

/// What came of the beginning of an upload.
enum Begun {
    /// It is in the shop.
    Arrived,
    /// Somebody has answered before.
    Answered(Reply),
    /// Neither.
    Kept,
}

pub(super) async fn checks(scene: &Scene<'_>) -> Vec<Check> {
    // Below what any server takes, and more than it needs to wait for.
    let streams = match begin(scene, "stream", 400_000, 40_000).await {
        Ok(Ok(begun)) => streaming(scene, &begun),
        Ok(Err(check)) => check,
        Err(error) => unanswered("Streaming", &error),
    };
    let limit = match begin(scene, "limit", scene.settings.uploads.max_body(), 40_000).await {
        Ok(Ok(Begun::Answered(reply))) => refused(scene, &reply),
        Ok(Ok(Begun::Arrived | Begun::Kept)) => {
            counted(scene).await.unwrap_or_else(|error| unanswered("Size", &error))
        }
        Ok(Err(check)) => check,
        Err(error) => unanswered("Size", &error),
    };
    vec![limit, streams]
}

/// Sends the head of an upload of `length` bytes and its first `come` ones, and watches where they get to.
async fn begin(
    scene: &Scene<'_>,
    mark: &'static str,
    length: u64,
    come: u64,
) -> Result<Result<Begun, Check>, ProbeError> {
    let target = format!("{PATH}?mark={mark}");
    let question = posted(scene, &target, Upload::unfinished(length, come));
    let asking = scene.probe.begin(question);
    tokio::pin!(asking);
    let arrived = async {
        let arrived = scene.is_marked(mark, WAITS).await;
        // A refusal may follow close behind.
        tokio::time::sleep(Duration::from_millis(200)).await;
        arrived
    };
    tokio::select! {
        answer = &mut asking => {
            let (mut open, mut reply) = answer?;
            let _ = open.read(&mut reply.body, 4096).await;
            Ok(Ok(Begun::Answered(reply)))
        }
        arrived = arrived => Ok(match arrived {
            Ok(true) => Ok(Begun::Arrived),
            Ok(false) => Ok(Begun::Kept),
            Err(error) => Err(unreadable("Uploads", &error)),
        }),
    }
}

fn posted<'q>(scene: &Scene<'_>, target: &'q str, body: Upload) -> Question<'q> {
    let question = scene.question(target).with("Sec-Fetch-Site", "same-origin");
    Question { method: Method::POST, body, ..question.with("Content-Type", "application/octet-stream") }
}

fn streaming(scene: &Scene<'_>, begun: &Begun) -> Check {
    let reply = match begun {
        Begun::Arrived => {
            return Check::good("Streaming", "The shop sees an upload while it comes.");
        }
        Begun::Answered(reply) => reply,
        Begun::Kept => {
            let words = format!(
                "{} keeps an upload until it is whole: each book is written to its disk first, and the shop can’t refuse it early.",
                scene.front.title()
            );
            let check = Check::warning("Streaming", words, "Let uploads go through as they come.");
            return match scene.front.server() {
                Some(server @ WebServer::Nginx) => {
                    let wrong = "proxy_request_buffering (on by default)";
                    check.mended_by(scene.mends.lines(
                        server,
                        "location /",
                        wrong,
                        &["proxy_request_buffering", "proxy_http_version"],
                    ))
                }
                Some(server @ WebServer::Lighttpd) => {
                    let wrong = "server.stream-request-body (0 by default)";
                    check.mended_by(scene.mends.lines(
                        server,
                        "the shop’s block",
                        wrong,
                        &["server.stream-request-body"],
                    ))
                }
                Some(server @ WebServer::Apache) => check.mended_by(scene.mends.lines(
                    server,
                    "the <VirtualHost>",
                    "SetEnv proxy-sendcl",
                    &["ProxyPass"],
                )),
                Some(server @ WebServer::Caddy) => {
                    check.mended_by(scene.mends.lines(server, "reverse_proxy", "request_buffers …", &[]))
                }
                None => check,
            };
        }
    };
    if reply.status == 413 {
        return refused(scene, reply);
    }
    let words = format!("An upload was answered with status {} before it was sent.", reply.status);
    Check::bad("Streaming", words, "The log of the shop or of the web server says why.")
}

fn refused(scene: &Scene<'_>, reply: &Reply) -> Check {
    if reply.status != 413 {
        let words = format!(
            "An upload of {} was answered with status {}.",
            show::size(scene.settings.uploads.max_body()),
            reply.status
        );
        return Check::bad("Size", words, "The log of the shop or of the web server says why.");
    }
    let who = match (&scene.front, is_page_of_the_shop(reply)) {
        (Front::Server(server), false) => name(*server).to_owned(),
        (front, false) => front.title(),
        (_, true) => "The shop".to_owned(),
    };
    let words = format!(
        "{who} refuses an upload of {} (413): publishers can’t bring their books.",
        show::size(scene.settings.uploads.max_body())
    );
    too_small(scene, words)
}

fn too_small(scene: &Scene<'_>, words: String) -> Check {
    let check = Check::bad("Size", words, "Let through what the shop takes.");
    let Some(server) = scene.front.server() else { return check };
    let (place, wrong, start) = match server {
        WebServer::Nginx => ("server", "client_max_body_size (1m by default)", "client_max_body_size"),
        WebServer::Apache => (
            "the <VirtualHost> of the shop",
            "LimitRequestBody, or a rule of mod_security",
            "LimitRequestBody",
        ),
        WebServer::Lighttpd => ("the shop’s block", "server.max-request-size", "server.max-request-size"),
        WebServer::Caddy => ("request_body", "max_size", "max_size"),
    };
    check.mended_by(scene.mends.lines(server, place, wrong, &[start]))
}

/// No head was refused. Servers that count what comes are given something to count.
async fn counted(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    let largest = show::size(scene.settings.uploads.max_body());
    match scene.front {
        Front::Nobody => Ok(Check::good("Size", "Nobody in front refuses an upload for its size.")),
        Front::Server(WebServer::Nginx | WebServer::Lighttpd) => {
            Ok(Check::good("Size", format!("Uploads of up to {largest} are let through.")))
        }
        _ => {
            let target = format!("{PATH}?mark=counted");
            let reply = scene.probe.ask(posted(scene, &target, Upload::whole(TRIED))).await?;
            let tried = show::size(TRIED);
            Ok(match reply.status {
                200 => {
                    let words = format!(
                        "An upload of {tried} gets in. {} counts as bytes come, so more was not tried.",
                        scene.front.title()
                    );
                    Check::good("Size", words)
                }
                // Caddy takes the end of its patience with a body for a fault of the shop.
                413 | 502 if !is_page_of_the_shop(&reply) => {
                    let status = reply.status;
                    too_small(
                        scene,
                        format!("{} refuses an upload of {tried} ({status}).", scene.front.title()),
                    )
                }
                status => {
                    let words = format!("An upload of {tried} came to status {status}.");
                    Check::bad("Size", words, "The log of the shop or of the web server says why.")
                }
            })
        }
    }
}
