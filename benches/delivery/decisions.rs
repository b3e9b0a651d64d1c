//! How many answers of the gate a second: a session is looked up, `can_view` asked, the file looked at, and the hand-off
//! sent, each time anew.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use bookplate::db::DatabaseUrl;

use crate::ROUNDS;
use crate::database::{Database, Fresh};
use crate::history::{History, ORDERS_EACH};
use crate::load::{self, Asked};
use crate::peers;
use crate::report::Rounds;
use crate::servers::{self, Server};
use crate::usage;

const CONNECTIONS: usize = 48;
/// The readers of a young shop, and of one with a history a hundred times as long.
const YOUNG: usize = 100;
const OLD: usize = 10_000;

/// On SQLite, and on PostgreSQL where a server is named.
pub fn run() {
    on(Database::Sqlite);
    if std::env::var_os("BOOKPLATE_TEST_POSTGRES_URL").is_some() {
        on(Database::Postgres);
    } else {
        println!("\nHand-off decisions on PostgreSQL: BOOKPLATE_TEST_POSTGRES_URL names no server");
    }
}

fn on(database: Database) {
    let folder = servers::open_folder();
    let fresh = Fresh::new(database, folder.path());
    let mut history = History::begin(fresh.url.clone(), folder.path());
    println!("\nHand-off decisions on {database:?}, {CONNECTIONS} connections");
    history.grow(YOUNG);
    let young = asked(&history, folder.path(), "a young shop", false);
    history.grow(OLD);
    let old = asked(&history, folder.path(), "an old shop", database == Database::Sqlite);
    println!("    the old shop by the young one: {:.2}", old / young);
    history.grow_each(99 * ORDERS_EACH / 10);
    let long = asked(
        &history,
        folder.path(),
        "the same, and each asking reader has ten times as many orders",
        false,
    );
    println!("    by the old shop: {:.2}", long / old);
}

/// Measures, and gives the decisions a second.
fn asked(history: &History, folder: &Path, name: &str, with_peer: bool) -> f64 {
    let shop = serve(history, folder);
    let django = if with_peer { peer(history) } else { None };
    let asked = history.asked();
    let empty = [Asked::new("/healthz", "")];
    let rocket = rocket_of(&shop);
    let (mut by_rocket, mut by_empty, mut by_django) =
        (Rounds::default(), Rounds::default(), Rounds::default());
    let mut slowest: f64 = 0.0;
    let mut last = None;
    for _ in 0..ROUNDS {
        let bare = load::wrk(rocket, &empty, CONNECTIONS).requests_per_second;
        let nothing = load::wrk(shop.address, &empty, CONNECTIONS).requests_per_second;
        let ours = load::wrk(shop.address, &asked, CONNECTIONS);
        by_rocket.add(ours.requests_per_second, bare);
        by_empty.add(ours.requests_per_second, nothing);
        if let Some(django) = &django {
            let theirs = load::wrk(django.address, &asked, CONNECTIONS).requests_per_second;
            by_django.add(ours.requests_per_second, theirs);
        }
        slowest = slowest.max(ours.p99 / ours.median);
        last = Some(ours);
    }
    let (orders, items) = history.size();
    println!("  {name}: {orders} orders, {items} line items");
    println!(
        "    {:.0} a second against {:.0} of the empty route, asked of Rocket itself: ratio {}; and {:.0} as clients \
         ask for it, through the front: {}",
        by_rocket.ours(),
        by_rocket.theirs(),
        by_rocket.ratio(),
        by_empty.theirs(),
        by_empty.ratio()
    );
    if let Some(last) = last {
        println!(
            "    median {:.1} ms, p99 {:.1} ms in the last round; at most {slowest:.1} times the median in any",
            last.median, last.p99
        );
    }
    if django.is_some() {
        println!(
            "    against Django, django-sendfile2 and gunicorn: {:.0} : {:.0}  ratio {}",
            by_django.ours(),
            by_django.theirs(),
            by_django.ratio()
        );
    }
    by_empty.ours()
}

/// Rocket's own listener, behind the front: a decision doesn't go through it, and the empty route does.
fn rocket_of(shop: &Server) -> SocketAddr {
    let ports = usage::ports(shop.id());
    let port = ports.into_iter().find(|port| *port != shop.address.port()).expect("Rocket listens, too");
    SocketAddr::new(shop.address.ip(), port)
}

fn peer(history: &History) -> Option<peers::Peer> {
    let DatabaseUrl::Sqlite(path) = &history.url else { return None };
    let django = peers::django(path, &history.store);
    if django.is_none() {
        println!("  Django is not installed: scripts/bench does that");
    }
    django
}

/// The program with the backend nginx, asked without nginx: what it decides, and not what nginx sends.
fn serve(history: &History, folder: &Path) -> Server {
    let address = servers::free_address();
    let url = match &history.url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookplate"));
    command
        .arg("serve")
        .current_dir(folder)
        .env("ROCKET_ADDRESS", address.ip().to_string())
        .env("ROCKET_PORT", address.port().to_string())
        .env("BOOKPLATE_DATABASE_URL", url)
        .env("BOOKPLATE_STORAGE__ROOT", &history.store)
        .env("BOOKPLATE_DELIVERY__BACKEND", "nginx")
        .env("BOOKPLATE_BASE_URL", "http://localhost")
        .env("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true")
        .env("BOOKPLATE_LOG__FILTER", "error");
    let server = Server::start("bookplate", command, address, &folder.join("shop.log"));
    // The first look of the doctor is not what is measured.
    std::thread::sleep(std::time::Duration::from_secs(8));
    server
}
