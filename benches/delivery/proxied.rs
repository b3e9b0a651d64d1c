//! The hand-off to a web server against the same server's plain static files.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer;

use crate::load::{self, Asked, To};
use crate::peers::{Certificate, Peer};
use crate::readers;
use crate::report::{Rounds, median};
use crate::servers;
use crate::shop::{self, OnSale, Shop};
use crate::{ROUNDS, throughput, usage};

const CONNECTIONS: usize = 32;
/// The length of each file, in bytes.
const SIZE: f64 = 3e6;

/// nginx, Apache, and nginx with TLS.
pub fn run(files: &[OnSale<'_>], settings: &[(&str, &str)]) {
    println!("\nHanded off against the same web server's plain files: 3 MB files, {CONNECTIONS} connections");
    let nginx = Shop::open(Backend::Nginx, files, settings);
    compare("X-Accel-Redirect by nginx", (&nginx, None), nginx.address.into(), Peer::nginx(&nginx).into());
    let apache = Shop::open(Backend::Apache, files, settings);
    compare("X-Sendfile by Apache", (&apache, None), apache.address.into(), Peer::apache(&apache).into());

    let (tls, folder, listen) = (Certificate::new(), servers::open_folder(), servers::free_address());
    let site = nginx.site(WebServer::Nginx, listen);
    let with_tls =
        site.replace(&format!("listen {listen};"), &format!("listen {listen} ssl; {}", tls.for_nginx()));
    assert_ne!(site, with_tls, "the printed configuration says where it listens");
    let front = shop::start(WebServer::Nginx, &with_tls, listen, folder.path());
    let to = To { address: front.address, tls: true };
    compare(
        "X-Accel-Redirect by nginx, TLS",
        (&nginx, Some(front.id())),
        to,
        Plain::with_tls(Peer::nginx_with_tls(&nginx, &tls)),
    );
}

/// A server of plain files, and how it is reached.
struct Plain {
    peer: Peer,
    to: To,
}

impl From<Peer> for Plain {
    fn from(peer: Peer) -> Self {
        Self { to: peer.address.into(), peer }
    }
}

impl Plain {
    fn with_tls(peer: Peer) -> Self {
        Self { to: To { address: peer.address, tls: true }, peer }
    }
}

fn compare(name: &str, (shop, more): (&Shop, Option<u32>), to: To, plain: Plain) {
    let (ours, theirs) = throughput::asked(shop, &throughput::small());
    let (app, mut servers) = usage::apart(shop);
    // The web server of a shop with TLS is one more, that the shop doesn't know.
    servers.extend(more);
    let (mut rounds, mut server, mut gate) = (Rounds::default(), Rounds::default(), Vec::new());
    for _ in 0..ROUNDS {
        let before = (usage::cpu_seconds(&app), usage::cpu_seconds(&servers));
        let own = taken(to, &ours);
        let files = own.0 / SIZE;
        gate.push((usage::cpu_seconds(&app) - before.0) / files * 1e3);
        let of_server = (usage::cpu_seconds(&servers) - before.1) / files * 1e3;
        let before = usage::cpu_seconds(&[plain.peer.server.id()]);
        let other = taken(plain.to, &theirs);
        let of_plain = (usage::cpu_seconds(&[plain.peer.server.id()]) - before) / (other.0 / SIZE) * 1e3;
        rounds.add(own.0 / own.1 / 1e6, other.0 / other.1 / 1e6);
        server.add(of_server, of_plain);
    }
    println!(
        "  {name:<32} {:>6.0} : {:>6.0} MB/s ({})  ratio {}; processor for each file: the shop {:.2} ms, \
         the web server {:.2} : {:.2} ms",
        rounds.ours(),
        rounds.theirs(),
        plain.peer.name,
        rounds.ratio(),
        median(&gate),
        server.ours(),
        server.theirs()
    );
}

/// The bytes that came, and in how many seconds.
fn taken(to: To, asked: &[Asked]) -> (f64, f64) {
    if to.tls {
        // Nothing else here speaks TLS so fast.
        let counted = load::wrk(to, asked, CONNECTIONS);
        return (counted.bytes, counted.bytes / counted.bytes_per_second);
    }
    readers::take(to.address, asked, CONNECTIONS)
}
