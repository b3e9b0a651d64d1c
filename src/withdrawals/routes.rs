//! Withdrawing: a form, its confirmation, and where it ends. Only where the settings offer it.

use std::net::IpAddr;
use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Redirect;
use rocket::{State, get, post, routes};

use super::forms::WithdrawForm;
use super::pages::{AskPage, ConfirmPage, ReceivedPage};
use super::statement::{Statement, StatementError};
use crate::accounts::Limits;
use crate::checkout::Till;
use crate::config::Settings;
use crate::jobs::Jobs;
use crate::mail;
use crate::web::{self, Errors, Html, Layout, Refused};

/// The withdrawal function.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("withdrawals", |rocket| async {
        match rocket.state::<Settings>() {
            Some(settings) if settings.checkout.withdrawal => {
                rocket.mount("/withdraw", routes![form, ask, confirm, received])
            }
            _ => rocket,
        }
    })
}

/// The form; a link from an order brings its number.
#[get("/?<order>")]
fn form(order: Option<&str>, layout: Layout, settings: &State<Settings>) -> Html<AskPage> {
    Html::ok(AskPage {
        layout,
        name: String::new(),
        order: order.unwrap_or_default().chars().take(40).collect(),
        email: String::new(),
        waiver: settings.checkout.waiver,
        errors: Errors::none(),
    })
}

fn refused(form: &WithdrawForm<'_>, layout: Layout, settings: &Settings, errors: Errors) -> Refused<AskPage> {
    let page = AskPage {
        layout,
        name: form.name.to_owned(),
        order: form.order.to_owned(),
        email: form.email.to_owned(),
        waiver: settings.checkout.waiver,
        errors: errors.clone(),
    };
    Refused::form(page, errors)
}

/// Shows the statement once more: nothing is stated yet.
#[post("/", data = "<form>")]
fn ask(
    form: Form<WithdrawForm<'_>>,
    layout: Layout,
    settings: &State<Settings>,
) -> Result<Html<ConfirmPage>, Refused<AskPage>> {
    match Statement::new(form.name, form.order, form.email) {
        Ok(statement) => Ok(Html::ok(ConfirmPage { layout, statement })),
        Err(errors) => Err(refused(&form, layout, settings, errors)),
    }
}

/// Takes the statement in.
#[post("/confirm", data = "<form>")]
async fn confirm(
    form: Form<WithdrawForm<'_>>,
    layout: Layout,
    from: Option<IpAddr>,
    settings: &State<Settings>,
    limits: &State<Arc<Limits>>,
    till: &State<Till>,
    jobs: &State<Jobs>,
) -> Result<Redirect, Refused<AskPage>> {
    let statement = match Statement::new(form.name, form.order, form.email) {
        Ok(statement) => statement,
        Err(errors) => return Err(refused(&form, layout, settings, errors)),
    };
    limits.mail(&statement.email, from)?;
    let (sender, now) = (till.sender(), till.clock.now());
    till.db.write(move |conn| statement.receive(conn, &sender, now)).await?;
    jobs.wake(mail::TASK);
    Ok(Redirect::to("/withdraw/received"))
}

/// Says what happens next.
#[get("/received")]
fn received(layout: Layout, settings: &State<Settings>) -> Html<ReceivedPage> {
    Html::ok(ReceivedPage { layout, seller: settings.seller.email.clone() })
}

impl From<StatementError> for web::Error {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::Database(cause) => cause.into(),
            StatementError::Letter(cause) => Self::internal(cause),
        }
    }
}
