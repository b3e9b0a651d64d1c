//! The doctor's route.

use rocket::fairing::AdHoc;
use rocket::{State, get, routes};

use super::pages::DoctorPage;
use crate::admin::guards::Desk;
use crate::config::Settings;
use crate::doctor;
use crate::web::{self, Html, Layout};

/// The doctor.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: doctor", |rocket| async { rocket.mount("/admin/doctor", routes![show]) })
}

/// How the shop is.
#[get("/")]
async fn show(desk: Desk, layout: Layout, settings: &State<Settings>) -> web::Result<Html<DoctorPage>> {
    Ok(Html::ok(DoctorPage::new(layout, &doctor::examine(&desk.till, settings).await)))
}
