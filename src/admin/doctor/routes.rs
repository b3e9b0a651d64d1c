//! The doctor's routes.

use rocket::fairing::AdHoc;
use rocket::{State, get, post, routes};

use super::pages::DoctorPage;
use crate::admin::guards::Desk;
use crate::doctor::{Doctor, Examination, Outcome, worst};
use crate::web::flash::FlashRedirect;
use crate::web::{self, Flash, Html, Layout};

/// The doctor.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: doctor", |rocket| async {
        rocket.mount("/admin/doctor", routes![show, look_again])
    })
}

/// How the shop was when it was last looked at.
#[get("/")]
async fn show(desk: Desk, layout: Layout) -> web::Result<Html<DoctorPage>> {
    let last = desk.till.db.read(Examination::last).await?;
    Ok(Html::ok(DoctorPage::new(layout, last.as_ref())))
}

/// Looks at everything now: some seconds, in which the shop asks for its own canaries.
#[post("/")]
async fn look_again(_desk: Desk, doctor: &State<Doctor>) -> FlashRedirect {
    let flash = match doctor.examine_again().await {
        Ok(examination) if worst(&examination.sections) == Outcome::Good => {
            Flash::success("The doctor has looked at everything, and all is well.")
        }
        Ok(_) => Flash::info("The doctor has looked at everything. This is what was found."),
        Err(just_looked) => Flash::info(just_looked.to_string()),
    };
    flash.to("/admin/doctor")
}
