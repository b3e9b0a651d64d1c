//! The hand-off to a web server against the same server's plain static files.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer;

use crate::load::{self, Asked, To};
use crate::peers::{Certificate, Peer};
use crate::readers;
use crate::report::Rounds;
use crate::servers;
use crate::shop::{self, OnSale, Shop};
use crate::{ROUNDS, throughput};

const CONNECTIONS: usize = 32;

/// nginx, Apache, and nginx with TLS.
pub fn run(files: &[OnSale<'_>], settings: &[(&str, &str)]) {
    println!("\nHanded off against the same web server's plain files: 3 MB files, {CONNECTIONS} connections");
    let nginx = Shop::open(Backend::Nginx, files, settings);
    compare("X-Accel-Redirect by nginx", &nginx, nginx.address.into(), Peer::nginx(&nginx).into());
    let apache = Shop::open(Backend::Apache, files, settings);
    compare("X-Sendfile by Apache", &apache, apache.address.into(), Peer::apache(&apache).into());

    let (tls, folder, listen) = (Certificate::new(), servers::open_folder(), servers::free_address());
    let site = nginx.site(WebServer::Nginx, listen);
    let with_tls =
        site.replace(&format!("listen {listen};"), &format!("listen {listen} ssl; {}", tls.for_nginx()));
    assert_ne!(site, with_tls, "the printed configuration says where it listens");
    let front = shop::start(WebServer::Nginx, &with_tls, listen, folder.path());
    let to = To { address: front.address, tls: true };
    compare(
        "X-Accel-Redirect by nginx, TLS",
        &nginx,
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

fn compare(name: &str, shop: &Shop, to: To, plain: Plain) {
    let (ours, theirs) = throughput::asked(shop, &throughput::small());
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let own = bytes_per_second(to, &ours);
        let other = bytes_per_second(plain.to, &theirs);
        rounds.add(own / 1e6, other / 1e6);
    }
    println!(
        "  {name:<32} {:>6.0} : {:>6.0} MB/s ({})  ratio {}",
        rounds.ours(),
        rounds.theirs(),
        plain.peer.name,
        rounds.ratio()
    );
}

fn bytes_per_second(to: To, asked: &[Asked]) -> f64 {
    if to.tls {
        // Nothing else here speaks TLS so fast.
        return load::wrk(to, asked, CONNECTIONS).bytes_per_second;
    }
    let (bytes, seconds) = readers::take(to.address, asked, CONNECTIONS);
    bytes / seconds
}
