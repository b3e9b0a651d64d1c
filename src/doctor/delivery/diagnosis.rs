//! A file that may be had did not come: why, judged by what came instead.

use super::super::probe::{ProbeError, Reply};
use super::super::{Check, Mend};
use super::Scene;
use super::canary::PLAIN;
use super::front::{Front, backend, name, server_of};
use crate::config::Backend;
use crate::delivery::proxy_config::WebServer;

/// What came for a canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Its bytes.
    Bytes,
    /// 200, and nothing or something else.
    Empty,
    Other,
    /// A page of the shop's, with this status.
    OfTheShop(u16),
    /// A page of somebody else's, with this status.
    OfTheServer(u16),
}

impl Came {
    pub fn of(reply: &Reply, song: &str) -> Self {
        match reply.status {
            200 if reply.body.starts_with(song.as_bytes()) => Self::Bytes,
            200 if reply.body.is_empty() => Self::Empty,
            200 => Self::Other,
            status if is_page_of_the_shop(reply) => Self::OfTheShop(status),
            status => Self::OfTheServer(status),
        }
    }
}

/// Whether this is a page of a Bookplate shop. (A file's policy is another, and nginx puts it on its own pages, too.)
pub(super) fn is_page_of_the_shop(reply: &Reply) -> bool {
    !reply.header("x-request-id").is_empty()
        && reply.header("content-security-policy").contains("script-src 'self'")
}

/// Headers by which a hand-off shows that nobody has taken it.
fn left_over(reply: &Reply) -> Option<&'static str> {
    ["X-Accel-Redirect", "X-Sendfile"].into_iter().find(|name| !reply.header(name).is_empty())
}

/// A canary of the name [`PLAIN`] did not come.
pub(super) async fn no_file(scene: &Scene<'_>, reply: &Reply) -> Check {
    let set = scene.settings.delivery.backend;
    let came = Came::of(reply, &scene.released.song);
    if let Came::OfTheShop(status @ 500..) = came {
        let words = format!("The shop itself could not hand the canary over: it answers with {status}.");
        return Check::bad(NAME, words, "The shop’s log says why; look at the store.");
    }
    match (set, &scene.front) {
        (Backend::Builtin | Backend::Redirect, front) => built_in(front, reply),
        (_, Front::Nobody) => nobody_in_front(scene, set),
        (_, Front::Server(server)) if backend(*server) != set => wrong_backend(scene, *server, set),
        (_, Front::Server(server)) => match server {
            WebServer::Nginx => nginx(scene, came).await,
            WebServer::Apache => apache(scene, came, reply),
            WebServer::Lighttpd => lighttpd(scene, came, reply),
            WebServer::Caddy => caddy(scene, came, reply),
        },
        (_, front) => {
            let words = format!(
                "{} answers and does not act on the hand-off that delivery.backend = \"{}\" makes (it came to {}).",
                front.title(),
                set.as_str(),
                status(reply)
            );
            let advice = "Let the server of the setting stand directly in front of the shop, or let the shop send by itself.";
            Check::bad(NAME, words, advice).mended_by(scene.mends.backend(Backend::Builtin))
        }
    }
}

const NAME: &str = "A book";

fn status(reply: &Reply) -> String {
    format!("status {} with {} bytes", reply.status, reply.body.len())
}

fn built_in(front: &Front, reply: &Reply) -> Check {
    let words = format!("{} answers with {} where the shop sends a file.", front.title(), status(reply));
    Check::bad(NAME, words, "Something on the way keeps the file back or changes it: look at its log.")
}

fn nobody_in_front(scene: &Scene<'_>, set: Backend) -> Check {
    let server = server_of(set).map_or("a web server", name);
    let words = format!(
        "No web server stands in front of the shop at {}, but delivery.backend = \"{}\" leaves the bytes to {server}: every \
         book comes empty.",
        scene.settings.base_url.as_str(),
        set.as_str()
    );
    let advice = format!(
        "Put {server} in front (`bookplate proxy-config {}`) and its address into base_url, or let the shop send by itself.",
        set.as_str()
    );
    Check::bad(NAME, words, advice).mended_by(scene.mends.backend(Backend::Builtin))
}

fn wrong_backend(scene: &Scene<'_>, server: WebServer, set: Backend) -> Check {
    let words = format!(
        "{} stands in front of the shop, but delivery.backend = \"{}\" speaks to {}: every book comes empty or not at all.",
        name(server),
        set.as_str(),
        server_of(set).map_or("nobody", name)
    );
    let advice = "Set the backend to the server that is there, restart the shop, and let that server have the text of \
                  `bookplate proxy-config`.";
    Check::bad(NAME, words, advice).mended_by(scene.mends.backend_for(server))
}

async fn nginx(scene: &Scene<'_>, came: Came) -> Check {
    let (mends, prefix) = (&scene.mends, scene.mends.prefix());
    match came {
        Came::OfTheServer(status) if scene.doctor.store.bucket().is_some() => {
            let words = format!(
                "nginx does not get the book from the bucket’s service (status {status}): it does not reach it by the name or \
                 certificate that it knows, or sends it another address than the signed one."
            );
            let mend = mends.store(WebServer::Nginx, "proxy_pass …; or resolver …;");
            Check::bad(NAME, words, "nginx’s error log says which. Put this block in.").mended_by(mend)
        }
        Came::OfTheShop(404) => {
            let wrong = format!("there is no location {prefix}");
            let words = format!(
                "nginx has no location {prefix}: it sends the hand-off back to the shop, as a request for a page."
            );
            Check::bad(NAME, words, "Put the location in, with the prefix of delivery.internal_prefix.")
                .mended_by(mends.store(WebServer::Nginx, &wrong))
        }
        Came::OfTheServer(404) => {
            let doubled = scene.fetch(&format!("{PLAIN}?doubled=true")).await;
            let root = mends.root();
            let (wrong, words) = if is_canary(&doubled, &scene.released.song) {
                (
                    format!("alias \"{root}\";"),
                    format!(
                        "The alias of nginx’s location {prefix} lacks the slash at its end: nginx looks for {root} and the file’s name in one word."
                    ),
                )
            } else {
                (
                    "alias …;".to_owned(),
                    format!(
                        "nginx’s location {prefix} leads to another folder than the store {root}: it finds no book there."
                    ),
                )
            };
            let mend = mends.lines(WebServer::Nginx, &format!("the location {prefix}"), &wrong, &["alias "]);
            Check::bad(NAME, words, "Put this line in the place of that one, and reload nginx.")
                .mended_by(mend)
        }
        Came::OfTheServer(403) => {
            let words = "nginx finds the book and may not read it (403).";
            let advice = "Give the store to a group that nginx’s account is in, and let it pass through each folder above. A \
                          symbolic link on the way counts as forbidden, too.";
            Check::bad(NAME, words, advice).mended_by(mends.rights(WebServer::Nginx))
        }
        Came::Empty => {
            let words = "nginx gets the hand-off and does not act on it: every book comes empty.";
            let mend = Mend {
                wrong: "proxy_ignore_headers X-Accel-Redirect;".to_owned(),
                right: String::new(),
                ..mends.store(WebServer::Nginx, "")
            };
            Check::bad(NAME, words, "Take this line out.").mended_by(mend)
        }
        other => otherwise(scene, other),
    }
}

fn apache(scene: &Scene<'_>, came: Came, reply: &Reply) -> Check {
    let mends = &scene.mends;
    let place = "the <VirtualHost> of the shop";
    match came {
        Came::Empty => {
            let shown = match left_over(reply) {
                Some(_) => " It shows the path of the file to everyone who downloads.",
                None => "",
            };
            let words = format!(
                "Apache gets the X-Sendfile header and does not act on it: XSendFile is off, or mod_xsendfile is not loaded. \
                 Every book comes empty.{shown}"
            );
            let advice = "apt install libapache2-mod-xsendfile && a2enmod xsendfile, put these lines into the shop’s \
                          <VirtualHost>, and restart Apache.";
            let starts = ["XSendFile On", "XSendFilePath"];
            let mend = mends.lines(
                WebServer::Apache,
                place,
                "XSendFile Off, or no such line, or no mod_xsendfile",
                &starts,
            );
            Check::bad(NAME, words, advice).mended_by(mend)
        }
        Came::OfTheServer(404) => {
            let words = format!(
                "Apache refuses the file: XSendFilePath does not name the store {}, or Apache’s account can’t read it.",
                mends.root()
            );
            let advice = "Put this line in, and let Apache’s account read the store: the first lines of `bookplate proxy-config \
                          apache` say how.";
            let mend = mends.lines(WebServer::Apache, place, "XSendFilePath …", &["XSendFilePath"]);
            Check::bad(NAME, words, advice).mended_by(mend)
        }
        other => otherwise(scene, other),
    }
}

fn lighttpd(scene: &Scene<'_>, came: Came, reply: &Reply) -> Check {
    let mends = &scene.mends;
    match came {
        Came::Empty => {
            let shown = if left_over(reply).is_some() { " It shows the path of the file, too." } else { "" };
            let words = format!(
                "lighttpd gets the X-Sendfile header and does not act on it: every book comes empty.{shown}"
            );
            let mend = mends.store(WebServer::Lighttpd, "no \"x-sendfile\" => \"enable\"");
            Check::bad(NAME, words, "Put the option into the host’s entry of proxy.server.").mended_by(mend)
        }
        Came::OfTheServer(status @ (403 | 404)) => {
            let words = format!(
                "lighttpd refuses the file ({status}): x-sendfile-docroot does not name the store {}, or lighttpd’s account \
                 can’t read it.",
                mends.root()
            );
            let advice = "Put this line in, and let lighttpd’s account read the store.";
            let mend = mends.lines(
                WebServer::Lighttpd,
                "proxy.server",
                "\"x-sendfile-docroot\" => ( … )",
                &["\"x-sendfile-docroot\""],
            );
            Check::bad(NAME, words, advice).mended_by(mend)
        }
        other => otherwise(scene, other),
    }
}

fn caddy(scene: &Scene<'_>, came: Came, reply: &Reply) -> Check {
    let mends = &scene.mends;
    match came {
        Came::Empty => {
            let shown = if left_over(reply).is_some() { " It shows the store’s key, too." } else { "" };
            let words =
                format!("Caddy gets the hand-off and does not act on it: every book comes empty.{shown}");
            let mend = mends.store(WebServer::Caddy, "no handle_response for X-Accel-Redirect");
            Check::bad(NAME, words, "Put the block into reverse_proxy.").mended_by(mend)
        }
        Came::OfTheServer(502) => {
            let words = format!("Caddy does not know the prefix {}: it answers with 502.", mends.prefix());
            let place = "reverse_proxy, handle_response @accel";
            let mend = mends.lines(WebServer::Caddy, place, "handle_path … {", &["handle_path"]);
            Check::bad(NAME, words, "Put this block in.").mended_by(mend)
        }
        Came::OfTheServer(status @ (403 | 404)) => {
            let words = format!(
                "Caddy finds no file it may read ({status}): root does not name the store {}, or Caddy’s account can’t read it.",
                mends.root()
            );
            let place = "reverse_proxy, handle_response @accel";
            let mend = mends.lines(WebServer::Caddy, place, "root * …", &["root *"]);
            Check::bad(NAME, words, "Put this line in, and let Caddy’s account read the store.")
                .mended_by(mend)
        }
        other => otherwise(scene, other),
    }
}

fn otherwise(scene: &Scene<'_>, came: Came) -> Check {
    let words = match came {
        Came::Other => "Something else than the file comes.".to_owned(),
        Came::OfTheShop(status) | Came::OfTheServer(status) => {
            format!("Status {status} comes instead of the file.")
        }
        Came::Bytes | Came::Empty => "The file does not come as it should.".to_owned(),
    };
    let words = format!("{} answers at the public address. {words}", scene.front.title());
    Check::bad(
        NAME,
        words,
        "Compare the site file with `bookplate proxy-config`, and look at the server’s log.",
    )
}

fn is_canary(reply: &Result<Reply, ProbeError>, song: &str) -> bool {
    reply.as_ref().is_ok_and(|reply| Came::of(reply, song) == Came::Bytes)
}

/// The plain canary came, and those of some kinds did not: a rule about extensions takes them.
pub(super) fn no_file_of(scene: &Scene<'_>, kinds: &[&str]) -> Check {
    let shown = kinds.iter().map(|kind| format!(".{kind}")).collect::<Vec<_>>().join(" and ");
    let words = format!(
        "Files ending in {shown} do not come, though others do: a rule for such endings stands in front of the store’s."
    );
    let prefix = scene.mends.prefix();
    match scene.front.server() {
        Some(server @ WebServer::Nginx) => {
            let wrong = format!(
                "a location such as `location ~* \\.({})$`, and no ^~ before {prefix}",
                kinds.join("|")
            );
            let start = format!("location ^~ {prefix}");
            let mend = scene.mends.lines(server, &format!("the location {prefix}"), &wrong, &[&start]);
            Check::bad("Kinds of files", words, "With ^~ no regular expression may take the location over.")
                .mended_by(mend)
        }
        _ => Check::bad(
            "Kinds of files",
            words,
            "Look for rules about file endings, and take the shop’s addresses out of them.",
        ),
    }
}
