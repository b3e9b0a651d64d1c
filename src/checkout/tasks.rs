//! What the checkout does beside the requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;

use super::{Till, audit, payment_event, reconcile, undelivered};
use crate::jobs::{Jobs, Task};
use crate::orders::{expiry, finding_alert, refund};
use crate::payments::sandbox::Sandbox;

/// The task that lets the sandbox's delayed payments arrive.
pub const SANDBOX_TASK: &str = "sandbox settlements";

/// `jobs` with the checkout's.
#[must_use]
pub fn add(jobs: Jobs, till: &Till) -> Jobs {
    let events = till.clone();
    let events = Task::new(payment_event::TASK, Duration::from_secs(5), move || {
        let till = events.clone();
        async move { payment_event::work_off(&till).await }
    });
    let expiring = till.clone();
    let expiring = Task::new(expiry::TASK, Duration::from_secs(60), move || {
        let till = expiring.clone();
        async move { expiry::run(&till).await }
    });
    let refunding = till.clone();
    let refunding = Task::new(refund::TASK, Duration::from_secs(15), move || {
        let till = refunding.clone();
        async move { refund::run(&till).await }
    });
    let alerting = till.clone();
    let alerting = Task::new(finding_alert::TASK, Duration::from_secs(60), move || {
        let till = alerting.clone();
        async move { finding_alert::run(&till).await }
    });
    let jobs = jobs.with(alerting).with(events).with(expiring).with(refunding).with(reconciler(till.clone()));
    let jobs = jobs.with(undelivered_events(till.clone())).with(audit(till.clone()));
    match till.gateway.sandbox() {
        Some(sandbox) => jobs.with(settlements(till.clone(), sandbox.clone())),
        None => jobs,
    }
}

/// Each hour, and at the start: what the gateway could not tell us.
fn undelivered_events(till: Till) -> Task {
    Task::new(undelivered::TASK, Duration::from_secs(60 * 60), move || {
        let till = till.clone();
        async move { undelivered::run(&till).await.map(|_| ()) }
    })
}

/// Each night, and at a start after one that was missed.
fn audit(till: Till) -> Task {
    Task::new(audit::TASK, Duration::from_secs(10 * 60), move || {
        let till = till.clone();
        async move { audit::run_when_due(&till).await }
    })
}

fn reconciler(till: Till) -> Task {
    // At the start everything is asked for: nobody knows what was missed.
    let is_start = Arc::new(AtomicBool::new(true));
    Task::new(reconcile::TASK, Duration::from_secs(60), move || {
        let (till, is_start) = (till.clone(), is_start.clone());
        async move {
            let rest = if is_start.load(Ordering::SeqCst) { TimeDelta::zero() } else { reconcile::USUAL_WAY };
            reconcile::run(&till, rest).await?;
            is_start.store(false, Ordering::SeqCst);
            Ok(())
        }
    })
}

fn settlements(till: Till, sandbox: Sandbox) -> Task {
    Task::new(SANDBOX_TASK, Duration::from_secs(1), move || {
        let (till, sandbox) = (till.clone(), sandbox.clone());
        async move {
            let settled = sandbox.settle_due().await?;
            for event in &settled {
                payment_event::receive(&till, event.body.as_bytes(), &event.signature).await?;
            }
            if settled.is_empty() { Ok(()) } else { payment_event::work_off(&till).await }
        }
    })
}
