//! How the threads share the inputs of a run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::lane::{ConvertedInput, Lane};
use crate::run::RunError;
use crate::seams::Joints;
use crate::serial::lock;
use crate::sink::Sink;
use crate::source::Source;
use crate::workers::Workers;

/// The threads of a run over many inputs: each has an input of its own as long as there are any
/// and as many may be under way, then helps with those of others.
pub(crate) struct Crew<'r, 't> {
    workers: &'r Workers<'t>,
    /// The inputs that are under way.
    lanes: Mutex<Vec<Arc<Lane<'r, 't>>>>,
    /// Threads that start inputs of their own.
    starters: usize,
    /// Those of them that may still start one.
    starting: AtomicUsize,
}

/// Counts a thread out, even if it panics: the others would wait for it.
struct Leaving<'c, 'r, 't>(&'c Crew<'r, 't>);

impl Drop for Leaving<'_, '_, '_> {
    fn drop(&mut self) {
        self.0.starting.fetch_sub(1, Ordering::AcqRel);
        self.0.workers.signal.tell();
    }
}

impl<'r, 't> Crew<'r, 't> {
    /// So many inputs at most are under way at a time.
    pub(crate) fn new(workers: &'r Workers<'t>, at_a_time: usize) -> Self {
        let starters = workers.pool.current_num_threads().min(at_a_time);
        Self {
            workers,
            lanes: Mutex::default(),
            starters,
            starting: AtomicUsize::new(starters),
        }
    }

    /// Calls `next` on threads, each of them till it says that there are no more inputs, and lets
    /// the others, and those that have none left, help with inputs that are under way.
    pub(crate) fn work(&self, next: impl Fn() -> Result<bool, RunError> + Sync) {
        self.workers.pool.broadcast(|thread| {
            if thread.index() < self.starters {
                let leaving = Leaving(self);
                loop {
                    if self.workers.is_stopped() {
                        return;
                    }
                    match next() {
                        Ok(true) => {}
                        Ok(false) => break,
                        Err(error) => return self.workers.fail(error),
                    }
                }
                drop(leaving);
            }
            while let Some(lane) = self.one_to_help() {
                lane.work(self.workers);
            }
        });
    }

    /// Converts the input `source` to `sink`, with the help of threads that have nothing else to
    /// do.
    pub(crate) fn convert(
        &self,
        name: String,
        source: Source,
        sink: Sink<'r>,
    ) -> Result<ConvertedInput<'r>, RunError> {
        let joints = Joints::new(&self.workers.workshop.seams);
        let lane = Arc::new(Lane::new(self.workers, name, source, sink, joints));
        lock(&self.lanes).push(Arc::clone(&lane));
        self.workers.signal.tell();
        lane.work(self.workers);
        lock(&self.lanes).retain(|other| !Arc::ptr_eq(other, &lane));
        lane.finish(self.workers)
    }

    /// Waits for an input that is not read to its end; `None` if there will be none.
    fn one_to_help(&self) -> Option<Arc<Lane<'r, 't>>> {
        let find = || {
            let lanes = lock(&self.lanes);
            lanes.iter().find(|lane| !lane.has_ended()).cloned()
        };
        let is_over = || {
            self.workers.is_stopped()
                || self.starting.load(Ordering::Acquire) == 0
                || find().is_some()
        };
        self.workers.signal.wait(is_over);
        find()
    }
}
