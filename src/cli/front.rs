//! The shop behind its own front: the program's address is the front's, and Rocket listens on this machine's loopback.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rocket::error::{Error, ErrorKind};
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::{Orbit, Rocket};
use tokio::task::JoinHandle;

use crate::app::{self, Parts};
use crate::config::{self, Backend};
use crate::downloads::{Direct, DirectParts};
use crate::front::{Front, Shortcut};
use crate::web::background::Background;

/// Serves `parts`, with `also` attached, through a front until the process is told to stop.
pub(super) async fn launch(mut parts: Parts, also: [AdHoc; 2]) -> Result<(), Error> {
    let backend = parts.settings.delivery.backend;
    let trusted = app::trusted_ip_header(&parts.figment, backend);
    let listens = public_address(&parts.figment);
    let mut limits = parts.settings.front.clone();
    if !matches!(backend, Backend::Builtin | Backend::Redirect) {
        // The web server in front speaks for everybody.
        limits.connections_per_address = 0;
    }
    let front = Front::bind(listens, limits, trusted.as_deref())
        .await
        .map_err(|cause| Error::from(ErrorKind::Bind(cause)))?;
    parts.figment = parts
        .figment
        .merge((config::LISTENS, listens.to_string()))
        .merge((config::TRUSTED_IP_HEADER, trusted.unwrap_or_default()))
        .merge((config::PEER_HEADER, front.address_header().peer_name()))
        .merge(("address", Ipv4Addr::LOCALHOST))
        .merge(("port", 0))
        .merge(("ip_header", front.address_header().name()));
    let bay = front.bay();
    let running = Running::default();
    let rocket = app::build(parts).manage(bay).attach(running.open(front)).attach(Background::default());
    also.into_iter().fold(rocket, |rocket, one| rocket.attach(one)).launch().await?;
    running.ended().await;
    Ok(())
}

/// The front, from the moment that the app listens.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<Option<JoinHandle<()>>>>);

impl Running {
    /// Opens `front` once the app's port is known, until the app is told to stop.
    fn open(&self, front: Front) -> AdHoc {
        let (this, front) = (self.clone(), Mutex::new(Some(front)));
        AdHoc::on_liftoff("front", move |rocket| {
            let front = front.lock().unwrap_or_else(PoisonError::into_inner).take();
            let shortcut = shortcut(rocket);
            let config = rocket.config();
            let app = SocketAddr::new(config.address, config.port);
            let grace = Duration::from_secs(config.shutdown.grace.into());
            let serving =
                front.map(|front| tokio::spawn(front.serve(app, shortcut, rocket.shutdown(), grace)));
            *this.0.lock().unwrap_or_else(PoisonError::into_inner) = serving;
            Box::pin(async {})
        })
    }

    async fn ended(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            // A panic in there was printed, and there is nothing left to save.
            let _ = running.await;
        }
    }
}

/// What the front answers by itself, with the parts of the shop that the routes answer with.
fn shortcut(rocket: &Rocket<Orbit>) -> Option<Box<dyn Shortcut>> {
    Some(Box::new(Direct::new(&DirectParts {
        settings: rocket.state()?,
        db: rocket.state()?,
        clock: rocket.state()?,
        delivery: rocket.state()?,
        ledger: rocket.state()?,
        lanes: rocket.state()?,
        security: rocket.state()?,
    })))
}

/// Where Rocket would have listened.
fn public_address(figment: &Figment) -> SocketAddr {
    let (address, port) = config::address_and_port(figment);
    SocketAddr::new(address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), port)
}
