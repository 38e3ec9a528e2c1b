//! Ctrl-C, and what else asks a process to end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use events2logs_batch::Progress;

use crate::exit::Exit;

/// How long a run that is to stop may take to do so by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// Stops a run that is asked to end: after the blocks that are under way, or, where these take too
/// long or are waited for in vain, as [`Self::give_up_by`] says. A second request does that at once.
pub(crate) struct Interrupts(Arc<Shared>);

struct Shared {
    progress: Arc<Progress>,
    state: Mutex<State>,
    /// Told when the state is another.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether the run has ended by itself.
    over: bool,
    give_up: Option<Box<dyn FnOnce() + Send>>,
}

impl Interrupts {
    /// Listens from now on, once in a process.
    pub(crate) fn of(progress: &Arc<Progress>) -> Result<Self> {
        let shared = Arc::new(Shared {
            progress: Arc::clone(progress),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let heard = Arc::clone(&shared);
        ctrlc::set_handler(move || {
            if heard.progress.is_interrupted() {
                heard.exit_at_once();
            }
            heard.progress.interrupt();
            let waiting = Arc::clone(&heard);
            // Not on this thread, which is to hear a second request. That one also helps where there
            // is no thread to be had.
            let _ = std::thread::Builder::new().spawn(move || waiting.exit_in_time());
        })
        .context("cannot watch for Ctrl-C")?;
        Ok(Self(shared))
    }

    /// What to do right before the process exits with the run still under way.
    pub(crate) fn give_up_by(&self, give_up: impl FnOnce() + Send + 'static) {
        self.0.state().give_up = Some(Box::new(give_up));
        self.0.changed.notify_all();
    }

    /// The run has ended by itself: nobody need give up any more.
    pub(crate) fn over(&self) {
        // Never comes back where the process is exiting.
        let mut state = self.0.state();
        state.over = true;
        state.give_up = None;
        drop(state);
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Exits, unless the run ends in time.
    fn exit_in_time(&self) {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| !state.over)
            .unwrap_or_else(PoisonError::into_inner);
        // What ends by itself may take its time.
        let state = self
            .changed
            .wait_while(state, |state| {
                !state.over && (state.give_up.is_none() || self.progress.is_finishing())
            })
            .unwrap_or_else(PoisonError::into_inner);
        if !state.over {
            exit(state);
        }
    }

    fn exit_at_once(&self) -> ! {
        match self.state.try_lock() {
            Ok(state) => exit(state),
            // Somebody is giving up, and does not come to an end.
            Err(_) => exit_now(),
        }
    }
}

/// Keeps the lock, so that the run does not end in the middle of this.
fn exit(mut state: MutexGuard<'_, State>) -> ! {
    if let Some(give_up) = state.give_up.take() {
        give_up();
    }
    exit_now()
}

#[expect(
    clippy::exit,
    reason = "the threads may wait for an input that never comes; what is done is kept all the same"
)]
fn exit_now() -> ! {
    std::process::exit(Exit::INTERRUPTED)
}
