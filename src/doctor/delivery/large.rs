//! A large book: its length whole, its end within reach, and nobody on the way who collects it first.

use std::time::Duration;

use super::super::probe::{ProbeError, Question};
use super::super::{Check, Outcome};
use super::canary::{LARGE, LARGE_LENGTH};
use super::{HEADER, PATH, Scene, unanswered};
use crate::config::Backend;
use crate::delivery::proxy_config::WebServer;
use crate::downloads::canary::{Canary, FLOOD, FLOOD_PATH, FLOODED};
use crate::web::show;

/// How long somebody on the way has to take everything from the shop. It is a matter of milliseconds.
const WATCHED: Duration = Duration::from_secs(2);

pub(super) async fn checks(scene: &Scene<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    // A web server that sends the bytes itself gets none from the shop.
    if scene.settings.delivery.backend == Backend::Builtin && scene.front != super::Front::Nobody {
        let collects = collecting(scene).await.unwrap_or_else(|error| unanswered("Slow readers", &error));
        let is_bad = collects.outcome == Outcome::Bad;
        checks.push(collects);
        if is_bad {
            // It would collect the large canary, too, until its disk is full.
            return checks;
        }
    }
    checks.push(if scene.released.no_large.is_empty() {
        length(scene).await.unwrap_or_else(|error| unanswered("A large book", &error))
    } else {
        let words = format!(
            "Not looked at: no large canary could be put into the store. {}",
            scene.released.no_large
        );
        let advice = match scene.doctor.store.bucket() {
            Some(_) => "Fetch the end of a book of more than 4 GB once, if you sell one (`curl -r -16`).",
            None => "Not every file system has files that take no room.",
        };
        Check::warning("A large book", words, advice)
    });
    checks
}

async fn length(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    let target = format!("{PATH}/{LARGE}");
    let whole = LARGE_LENGTH.to_string();
    let question = Question::head(&target).with(HEADER, scene.released.token.secret());
    let head = scene.probe.ask(question).await?;
    let (_, get) = scene.probe.begin(scene.question(&target)).await?;
    let end = scene.probe.ask(scene.question(&target).with("Range", "bytes=-16")).await?;
    let place = format!("bytes {}-{}/{LARGE_LENGTH}", LARGE_LENGTH - 16, LARGE_LENGTH - 1);
    let shown = show::size(LARGE_LENGTH);
    Ok(if head.header("content-length") != whole || get.header("content-length") != whole {
        let (by_head, by_get) = (head.header("content-length"), get.header("content-length"));
        let words =
            format!("A file of {LARGE_LENGTH} bytes is said to have {by_head} (HEAD) and {by_get} (GET).");
        Check::bad("A large book", words, "Something on the way counts in 32 bits, or takes the length away.")
    } else if end.status != 206 || end.header("content-range") != place || end.body != [0; 16] {
        let words = format!("The last bytes of a file of {shown} do not come (status {}).", end.status);
        Check::bad("A large book", words, "Something on the way counts in 32 bits.")
    } else {
        Check::good(
            "A large book",
            format!("One of {shown} has its whole length, and its end can be fetched."),
        )
    })
}

/// The shop sends a stream that the doctor does not read. It must stay with the shop but for what sockets hold.
async fn collecting(scene: &Scene<'_>) -> Result<Check, ProbeError> {
    let (open, reply) = scene.probe.begin(scene.question(FLOOD_PATH)).await?;
    if reply.status != 200 {
        return Ok(Check::bad(
            "Slow readers",
            format!("It could not be looked at: status {} came.", reply.status),
            "",
        ));
    }
    let was_taken = scene.is_marked(FLOODED, WATCHED).await;
    drop(open);
    Ok(match was_taken {
        Err(error) => super::unreadable("Slow readers", &error),
        Ok(false) => Check::good(
            "Slow readers",
            "A download that nobody reads waits in the shop, and nothing on the way collects it.",
        ),
        Ok(true) => {
            let words = format!(
                "{} collects what a slow reader has not read yet ({} at once): books over 1 GB break off, and its disk fills.",
                scene.front.title(),
                show::size(FLOOD)
            );
            let check = Check::bad("Slow readers", words, "Let it pass the bytes on as they come.");
            match scene.front.server() {
                Some(server @ WebServer::Nginx) => check.mended_by(scene.mends.lines(
                    server,
                    "location /",
                    "proxy_max_temp_file_size (1024m by default), or proxy_ignore_headers X-Accel-Buffering;",
                    &["proxy_max_temp_file_size"],
                )),
                Some(server @ WebServer::Lighttpd) => check.mended_by(scene.mends.lines(
                    server,
                    "the shop’s block",
                    "server.stream-response-body (0 by default)",
                    &["server.stream-response-body"],
                )),
                _ => check,
            }
        }
    })
}

impl Scene<'_> {
    /// Whether something reaches the shop within `patience`.
    pub(super) async fn is_marked(
        &self,
        name: &'static str,
        patience: Duration,
    ) -> diesel::QueryResult<bool> {
        let until = tokio::time::Instant::now() + patience;
        loop {
            let id = self.released.id;
            if self.doctor.till.db.read(move |conn| Canary::is_marked(conn, id, name)).await? {
                return Ok(true);
            }
            if tokio::time::Instant::now() >= until {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
