//! From a question for a file to its answer: who asks, the gate, the limits, the delivery, the ledger.

use chrono::TimeDelta;

use super::Sent;
use super::download::{Asked, Entry};
use super::guards::Answers;
use super::lanes::{Buyer, Full};
use super::limits::{self, Reached};
use super::links::{self, DownloadLink, DownloadLinkId};
use super::meter::{Ends, Meter};
use super::responder::part_of;
use crate::accounts::guards::Asker;
use crate::accounts::{Session, SessionId};
use crate::config::{Backend, DeliveryLimits};
use crate::db::{Conn, Timestamp};
use crate::delivery::{Answer, Body, Conditions, Handoff};
use crate::ids::TokenHash;
use crate::permission::{self, Decision, ViewGrant, Viewer};
use crate::storage::InvalidKey;
use crate::web;

/// The header that tells the web server in front the name of an answer. It never reaches the client.
const TICKET: &str = "X-Bookplate-Ticket";

/// Someone asks for a file.
pub(super) struct Question {
    /// For which, and who asks.
    pub by: By,
    /// How.
    pub conditions: Conditions,
    /// When.
    pub at: Timestamp,
}

/// By what a file is asked for.
pub(super) enum By {
    /// By its public id, in a browser.
    Browser(String, Asker),
    /// By a link of its own.
    Link(TokenHash),
}

/// A use that is worth writing down.
enum Due {
    Session(SessionId),
    Link(DownloadLinkId),
}

/// What comes of it.
pub(super) enum Verdict {
    /// It is handed out.
    Sent(Box<Sent>),
    /// The gate said no, or there is no such file; whoever asks must not see the difference.
    Refused {
        /// Who asked.
        viewer: Viewer,
        /// The ledger's row, but for the status; none without a file.
        entry: Option<Box<Entry>>,
    },
}

/// What one look at the database and the store gives.
struct Found {
    viewer: Viewer,
    due: Option<Due>,
    decision: Decision,
    reached: Option<Reached>,
    /// If the gate said yes, and no limit no.
    sent: Option<web::Result<Answer>>,
}

impl Answers<'_> {
    /// Answers, and notes the answer in the ledger; the row of a refusal is its caller's to note.
    pub(super) async fn answer(&self, question: Question) -> web::Result<Verdict> {
        let at = question.at;
        let conditions = question.conditions.clone();
        let Found { viewer, due, decision, reached, sent } = self.find(question).await?;
        self.note_use(due, at).await;
        let asked = self.asked(at, &viewer, &conditions);
        let grant = match decision {
            Decision::Allowed(grant) => grant,
            Decision::Denied { file, reason } => {
                let entry = Some(Box::new(Entry::denied(&file, reason, &asked, 0)));
                return Ok(Verdict::Refused { viewer, entry });
            }
            Decision::Unknown => return Ok(Verdict::Refused { viewer, entry: None }),
        };
        let sent = match (reached, sent) {
            (Some(reached), _) => Err(limited(reached)),
            (None, Some(Ok(answer))) => self.prepare(answer, &grant, &asked),
            (None, Some(Err(error))) => {
                self.ledger.record(Entry::allowed(&grant, &asked, error.status())).await;
                return Err(error);
            }
            (None, None) => Err(web::Error::not_found()),
        };
        match sent {
            Ok(prepared) => Ok(Verdict::Sent(Box::new(self.noted(prepared, &grant, asked).await))),
            Err(error) => {
                self.ledger.record(Entry::limited(&grant, &asked, error.status())).await;
                Err(error)
            }
        }
    }

    /// Answers where the gate and the store both say yes, and notes the answer in the ledger. Anything else is nobody's
    /// answer yet, and is noted nowhere: [`Answers::answer`] gives it, and asks anew.
    pub(super) async fn answer_a_yes(&self, question: Question) -> Option<Sent> {
        let at = question.at;
        let conditions = question.conditions.clone();
        let Found { viewer, due, decision, reached, sent } = self.find(question).await.ok()?;
        let (Decision::Allowed(grant), None, Some(Ok(answer))) = (decision, reached, sent) else {
            return None;
        };
        let asked = self.asked(at, &viewer, &conditions);
        let prepared = self.prepare(answer, &grant, &asked).ok()?;
        self.note_use(due, at).await;
        Some(self.noted(prepared, &grant, asked).await)
    }

    /// What the ledger is told of the request, but for the answer's name.
    fn asked<'a>(&'a self, at: Timestamp, viewer: &'a Viewer, conditions: &'a Conditions) -> Asked<'a> {
        let device = self.device.as_deref();
        Asked { at, viewer, conditions, backend: self.delivery.backend(), ticket: None, device }
    }

    /// Notes an answer that was prepared for a grant in the ledger.
    async fn noted(
        &self,
        (sent, ticket): (Sent, Option<String>),
        grant: &ViewGrant,
        asked: Asked<'_>,
    ) -> Sent {
        let asked = Asked { ticket: ticket.as_deref(), ..asked };
        self.ledger.record(Entry::allowed(grant, &asked, sent.answer.status)).await;
        sent
    }

    /// Notes that a session or a link was used.
    async fn note_use(&self, due: Option<Due>, at: Timestamp) {
        let Some(due) = due else { return };
        let days = self.settings.accounts.session_days;
        let touch = self.db.write(move |conn| match due {
            Due::Session(session) => Session::touch(conn, session, days, at),
            Due::Link(link) => DownloadLink::touch(conn, link, at),
        });
        // A session that can't be prolonged just now is still a session.
        if let Err(error) = touch.await {
            tracing::warn!(%error, "the use of a session or a link could not be noted");
        }
    }

    /// Looks up who asks and then asks the gate, whose facts are of one moment, and of none before the question came;
    /// then opens the file.
    async fn find(&self, question: Question) -> web::Result<Found> {
        let Question { by, conditions, at } = question;
        let limits = self.settings.delivery.limits.count().then(|| self.settings.delivery.limits.clone());
        let device = self.device.clone();
        let look = move |conn: &mut Conn| {
            let (viewer, file, due) = match by {
                By::Browser(file, asker) => {
                    let (viewer, due) = asker.look_up(conn, at)?;
                    (viewer, file, due.map(Due::Session))
                }
                By::Link(token) => match links::use_of(conn, &token, at)? {
                    Some((viewer, file, due)) => (viewer, file, due.map(Due::Link)),
                    None => return Ok((Viewer::nobody(), None, Decision::Unknown, None)),
                },
            };
            let decision = permission::can_view(conn, &viewer, &file)?;
            let reached = match (&decision, &limits) {
                (Decision::Allowed(grant), Some(limits)) => {
                    limits::reached(conn, limits, grant, device.as_deref(), at)?
                }
                _ => None,
            };
            Ok::<_, diesel::result::Error>((viewer, due, decision, reached))
        };
        let (viewer, due, decision, reached) = self.db.look_up(look).await?;
        // The connection has gone back by now: a slow disk holds up no other question.
        let sent = match (&decision, &reached) {
            (Decision::Allowed(grant), None) => Some(match handoff(grant) {
                Ok(handoff) => self.delivery.send(handoff, conditions).await.map_err(out_of_order),
                Err(cause) => Err(out_of_order(cause)),
            }),
            _ => None,
        };
        Ok(Found { viewer, due, decision, reached, sent })
    }

    /// Gives an answer its lane and its meter, or its ticket for the web server that sends the bytes.
    fn prepare(
        &self,
        mut answer: Answer,
        grant: &ViewGrant,
        asked: &Asked<'_>,
    ) -> web::Result<(Sent, Option<String>)> {
        if asked.conditions.head {
            return Ok((Sent { answer, meter: None }, None));
        }
        let ticket = crate::ids::timed_id(asked.at);
        if let Body::File(reader) = &answer.body {
            let lane = self.lanes.enter(Buyer::of(grant, asked.viewer)).map_err(full)?;
            let promised = reader.length();
            let range = answer.header("Content-Range").unwrap_or_default();
            let meter = Meter {
                ledger: self.ledger.clone(),
                clock: self.clock.clone(),
                ends: Ends::One { ticket: ticket.clone(), part: part_of(answer.status, range, promised) },
                promised,
                lane,
            };
            return Ok((Sent { answer, meter: Some(meter) }, Some(ticket)));
        }
        let settings = &self.settings.delivery;
        let is_handed_off =
            answer.header("X-Accel-Redirect").is_some() || answer.header("X-Sendfile").is_some();
        if is_handed_off && asked.backend == Backend::Nginx {
            answer
                .headers
                .extend(rate(&settings.limits).map(|rate| ("X-Accel-Limit-Rate", rate.to_string())));
        }
        let is_told = is_handed_off
            && !settings.log.is_empty()
            && matches!(asked.backend, Backend::Nginx | Backend::Apache);
        if is_told {
            answer.headers.push((TICKET, ticket.clone()));
        }
        Ok((Sent { answer, meter: None }, is_told.then_some(ticket)))
    }
}

/// Bytes a second of one connection, for a web server that knows no buyers.
fn rate(limits: &DeliveryLimits) -> Option<u64> {
    let rates = [limits.kilobytes_per_second, limits.kilobytes_per_second_per_buyer];
    rates.into_iter().filter(|rate| *rate > 0).min().map(|rate| u64::from(rate) * 1024)
}

pub(super) fn limited(reached: Reached) -> web::Error {
    let day = u64::try_from(TimeDelta::days(1).num_seconds()).unwrap_or_default();
    match reached {
        Reached::Downloads(_) => web::Error::forbidden().with_message(reached.to_string()),
        Reached::Devices(_) => web::Error::too_many(day, reached.to_string()),
    }
}

pub(super) fn full(full: Full) -> web::Error {
    match full {
        Full::Shop => web::Error::busy(10, full.to_string()),
        Full::Buyer => web::Error::too_many(10, full.to_string()),
    }
}

fn handoff(grant: &ViewGrant) -> Result<Handoff, InvalidKey> {
    let file = grant.file();
    Ok(Handoff {
        key: file.storage_key.parse()?,
        // A negative length is none that a file has: the store will say so.
        length: u64::try_from(file.byte_length).unwrap_or(u64::MAX),
        file_name: file.file_name.clone(),
    })
}

/// 502: the customer may have the file, and the store doesn't give it. The log says which, for the operator.
fn out_of_order(cause: impl std::error::Error + Send + Sync + 'static) -> web::Error {
    let sentence = "The file could not be fetched just now. Your order is safe, and the shop has been told.";
    web::Error::bad_gateway(sentence, cause)
}
