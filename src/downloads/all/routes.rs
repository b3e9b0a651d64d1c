//! `GET /library/all.zip`: all that a reader owns, in one file.

use rocket::{Route, get, head, routes};

use super::zip::{Contents, collect};
use crate::accounts::Session;
use crate::accounts::guards::Asker;
use crate::config::Backend;
use crate::delivery::archive::{Layout, answer};
use crate::delivery::{Body, Conditions};
use crate::downloads::answer::{full, limited};
use crate::downloads::download::{Asked, Entry};
use crate::downloads::guards::Answers;
use crate::downloads::lanes::Buyer;
use crate::downloads::meter::{Ends, Meter};
use crate::downloads::responder::Sent;
use crate::web;

/// What the zip is called.
const NAME: &str = "books.zip";

pub(in crate::downloads) fn routes() -> Vec<Route> {
    routes![all, look]
}

/// Sends all that the viewer owns: the newest edition of each book, in all its formats.
#[get("/library/all.zip")]
async fn all(asker: Asker, conditions: Conditions, answers: Answers<'_>) -> web::Result<Sent> {
    let at = answers.clock.now();
    let (db, store) = (answers.db.clone(), answers.delivery.store().clone());
    let limits = answers.settings.delivery.limits.clone();
    let device = answers.device.clone();
    let work =
        move || collect(&db, &store, asker, (limits.count().then_some(&limits), device.as_deref()), at);
    let Contents { viewer, due, grants, members, reached } =
        tokio::task::spawn_blocking(work).await.map_err(web::Error::internal)??;
    if viewer.account.is_none() && viewer.tokens.is_empty() {
        return Err(web::Error::unauthorized());
    }
    if let Some(session) = due {
        let days = answers.settings.accounts.session_days;
        if let Err(error) = answers.db.write(move |conn| Session::touch(conn, session, days, at)).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
    }
    if let Some((name, reached)) = reached {
        return Err(limited(reached).with_message(format!("“{name}”: {reached}")));
    }
    let Some(first) = grants.first() else {
        return Err(web::Error::not_found().with_message("There are no files in your library yet."));
    };
    let layout = Layout::new(&members);
    let places = layout.places().to_vec();
    let (answer, part) = answer(layout, NAME, answers.delivery.store(), &conditions);
    let is_sent = matches!(answer.body, Body::Archive(_)) && !conditions.head;
    let lane = match is_sent {
        true => Some(answers.lanes.enter(Buyer::of(first, &viewer)).map_err(full)?),
        false => None,
    };
    let mut ends = Vec::new();
    // Whoever asks for a part asks for the books in it.
    let touched = grants.iter().zip(places).filter(|(_, place)| {
        part.as_ref()
            .is_some_and(|part| place.start < part.end && part.start < place.end.max(place.start + 1))
    });
    for (grant, place) in touched {
        let ticket = is_sent.then(|| crate::ids::timed_id(at));
        let asked = Asked {
            at,
            viewer: &viewer,
            conditions: &conditions,
            backend: Backend::Builtin,
            ticket: ticket.as_deref(),
            device: answers.device.as_deref(),
        };
        answers.ledger.record(Entry::allowed(grant, &asked, answer.status)).await;
        ends.extend(ticket.map(|ticket| (ticket, place)));
    }
    let meter = lane.zip(part).map(|(lane, part)| Meter {
        ledger: answers.ledger.clone(),
        clock: answers.clock.clone(),
        promised: part.end - part.start,
        ends: Ends::Many { from: part.start, members: ends },
        lane,
    });
    Ok(Sent { answer, meter })
}

/// The same for `HEAD`.
#[head("/library/all.zip")]
async fn look(asker: Asker, conditions: Conditions, answers: Answers<'_>) -> web::Result<Sent> {
    all(asker, conditions, answers).await
}
