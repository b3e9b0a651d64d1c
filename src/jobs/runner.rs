//! Named tasks that run again and again while the shop is open: each in its own loop, so that a slow one, a failing
//! one or one that panics holds up nothing else.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// Why a task failed this time; for the log.
pub type TaskError = Box<dyn std::error::Error + Send + Sync>;

/// What a run of a task comes to.
pub type TaskResult = Result<(), TaskError>;

/// How long a running task may go on when the shop closes. Every task must bear being cut off: the process may die.
const GRACE: Duration = Duration::from_secs(10);

type Work = dyn Fn() -> Pin<Box<dyn Future<Output = TaskResult> + Send>> + Send + Sync;

/// One task.
#[derive(Clone)]
pub struct Task {
    name: &'static str,
    every: Duration,
    rest: Duration,
    work: Arc<Work>,
    wake: Arc<Notify>,
}

impl Task {
    /// A task that does `work` at the start, then `every` so often, and when it is woken.
    pub fn new<F>(name: &'static str, every: Duration, work: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = TaskResult> + Send + 'static,
    {
        Self {
            name,
            every,
            rest: Duration::ZERO,
            work: Arc::new(move || Box::pin(work())),
            wake: Arc::new(Notify::new()),
        }
    }

    /// The same, but for the first time this long after the start: what looks after the shop itself lets the visitors
    /// go first who waited for it to open.
    #[must_use]
    pub const fn rested(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    /// Does the work once; a panic is an error like any other.
    async fn run_once(&self) -> TaskResult {
        match tokio::spawn((self.work)()).await {
            Ok(result) => result,
            Err(error) => Err(Box::new(error)),
        }
    }

    /// Waits this long, or until it is woken or the shop closes.
    async fn pause(&self, pause: Duration, closing: &mut watch::Receiver<bool>) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.wake.notified() => {}
            _ = closing.changed() => {}
        }
    }

    async fn run_until(self, mut closing: watch::Receiver<bool>) {
        if !self.rest.is_zero() {
            self.pause(self.rest, &mut closing).await;
        }
        while !*closing.borrow_and_update() {
            if let Err(error) = self.run_once().await {
                tracing::error!(task = self.name, %error, "a task failed; it goes on at its next turn");
            }
            self.pause(self.every, &mut closing).await;
        }
    }
}

/// The shop's tasks. Cloning shares them.
#[derive(Clone, Default)]
pub struct Jobs {
    tasks: Vec<Task>,
}

impl Jobs {
    /// No tasks yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, task: Task) -> Self {
        self.tasks.push(task);
        self
    }

    /// Lets the task of this name run soon. Call it after the transaction that made work for it; forgetting it costs
    /// no more than the task's pause.
    pub fn wake(&self, name: &str) {
        if let Some(task) = self.find(name) {
            task.wake.notify_one();
        }
    }

    /// Runs the task of this name now and waits for its end: for tests and commands.
    ///
    /// # Errors
    /// The task's own, or a sentence when there is none of this name.
    pub async fn run_once(&self, name: &str) -> TaskResult {
        match self.find(name) {
            Some(task) => task.run_once().await,
            None => Err(format!("there is no task {name:?}").into()),
        }
    }

    fn find(&self, name: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.name == name)
    }
}

/// The loops of all tasks, until they are stopped.
pub struct Running {
    close: watch::Sender<bool>,
    loops: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Lets every task run, at once and then at its times. Wants to be called within the async runtime.
    #[must_use]
    pub fn start(&self) -> Running {
        let (close, closing) = watch::channel(false);
        let loops =
            self.tasks.iter().map(|task| tokio::spawn(task.clone().run_until(closing.clone()))).collect();
        Running { close, loops }
    }
}

impl Running {
    /// Lets the tasks at work finish, for ten seconds at most, and starts none again.
    pub async fn stop(self) {
        let _ = self.close.send(true);
        let all = async {
            for one in self.loops {
                let _ = one.await;
            }
        };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!(
                "a task was still at work when the shop closed; it takes up its work at the next start"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counting(count: &Arc<AtomicUsize>, ran: &Arc<Notify>) -> Task {
        let (count, ran) = (count.clone(), ran.clone());
        Task::new("counting", Duration::from_secs(3600), move || {
            let turn = count.fetch_add(1, Ordering::SeqCst);
            let ran = ran.clone();
            async move {
                ran.notify_one();
                match turn {
                    0 => Err("not this time".into()),
                    1 => panic!("a task's panic, on purpose"),
                    _ => Ok(()),
                }
            }
        })
    }

    #[tokio::test]
    async fn a_task_that_fails_or_panics_goes_on_when_woken_and_ends_at_the_close() {
        let (count, ran) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let jobs = Jobs::new().with(counting(&count, &ran));
        let running = jobs.start();
        for turn in 1..=3 {
            ran.notified().await;
            assert_eq!(count.load(Ordering::SeqCst), turn);
            jobs.wake("counting");
        }
        running.stop().await;
    }

    #[tokio::test]
    async fn a_rested_task_does_not_begin_at_the_start_but_when_woken() {
        let (count, ran) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let jobs = Jobs::new().with(counting(&count, &ran).rested(Duration::from_secs(3600)));
        let running = jobs.start();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(count.load(Ordering::SeqCst), 0);
        jobs.wake("counting");
        ran.notified().await;
        assert_eq!(count.load(Ordering::SeqCst), 1);
        running.stop().await;
    }

    #[tokio::test]
    async fn a_task_can_be_run_by_hand() {
        let (count, ran) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let jobs = Jobs::new().with(counting(&count, &ran));
        assert!(jobs.run_once("counting").await.is_err());
        assert!(jobs.run_once("counting").await.is_err());
        assert!(jobs.run_once("counting").await.is_ok());
        assert!(jobs.run_once("knitting").await.is_err());
    }
}
