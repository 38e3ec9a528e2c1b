//! The threads of a run and what they share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::formats::Task;
use crate::permits::Permits;
use crate::process::Workshop;
use crate::progress::Progress;
use crate::run::{Resources, RunError};
use crate::serial::lock;

/// The threads of a run and what they share.
pub(crate) struct Workers<'t> {
    pub(crate) progress: &'t Progress,
    pub(crate) pool: ThreadPool,
    pub(crate) workshop: Workshop<'t>,
    /// One for each block in memory.
    pub(crate) permits: Permits,
    /// Told when something happens that others wait for.
    pub(crate) signal: Signal,
    stopped: AtomicBool,
    failed: Mutex<Option<RunError>>,
}

impl<'t> Workers<'t> {
    /// Starts threads that do `task`.
    pub(crate) fn new(
        task: Task<'t>,
        resources: Resources,
        progress: &'t Progress,
    ) -> Result<Self, RunError> {
        let (jobs, memory) = (resources.threads(), resources.memory);
        Ok(Self {
            progress,
            pool: rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?,
            workshop: Workshop::new(task, jobs).map_err(RunError::Compress)?,
            permits: Permits::new(memory, jobs),
            signal: Signal::default(),
            stopped: AtomicBool::new(false),
            failed: Mutex::new(None),
        })
    }

    /// Whether all is to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        // Nothing is told from here: those that wait ask with the signal's lock in hand.
        self.stopped.load(Ordering::Acquire) || self.progress.is_interrupted()
    }

    /// Stops all because of `error`, unless another was first.
    pub(crate) fn fail(&self, error: RunError) {
        // Whoever stops because others did has no reason of its own.
        if !matches!(error, RunError::Stopped) {
            lock(&self.failed).get_or_insert(error);
        }
        self.stopped.store(true, Ordering::Release);
        self.permits.stop();
        self.signal.tell();
    }

    /// Why all has stopped, if it has.
    pub(crate) fn result(&self) -> Result<(), RunError> {
        match lock(&self.failed).take() {
            Some(error) => Err(error),
            None if self.progress.is_interrupted() => Err(RunError::Interrupted),
            None => Ok(()),
        }
    }
}

/// Something has happened, whoever waits looks what.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    lock: Mutex<()>,
    told: Condvar,
}

impl Signal {
    /// Lets those that wait look again.
    pub(crate) fn tell(&self) {
        // With the lock: between a look and the wait nobody can tell.
        let _lock = lock(&self.lock);
        self.told.notify_all();
    }

    /// Waits till `is_over`.
    pub(crate) fn wait(&self, is_over: impl Fn() -> bool) {
        let waited = self.told.wait_while(lock(&self.lock), |()| !is_over());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}
