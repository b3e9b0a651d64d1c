//! Runs the shop's tasks from the moment it opens until it closes.

use std::sync::{Mutex, PoisonError};

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Orbit, Rocket};

use crate::jobs::{Jobs, Running};

/// Runs the [`Jobs`] that Rocket manages. Attached by the commands that serve; tests run a task when they want it.
#[derive(Default)]
pub struct Background {
    running: Mutex<Option<Running>>,
}

impl Background {
    fn swap(&self, running: Option<Running>) -> Option<Running> {
        std::mem::replace(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner), running)
    }
}

#[rocket::async_trait]
impl Fairing for Background {
    fn info(&self) -> Info {
        Info { name: "background", kind: Kind::Liftoff | Kind::Shutdown }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        self.swap(rocket.state::<Jobs>().map(Jobs::start));
    }

    async fn on_shutdown(&self, _: &Rocket<Orbit>) {
        if let Some(running) = self.swap(None) {
            running.stop().await;
        }
    }
}
