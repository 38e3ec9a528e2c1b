//! How far a run is, for others to see, and how they can stop it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a run is, for others to see, and how they can stop it.
#[derive(Debug, Default)]
pub struct Progress {
    interrupted: AtomicBool,
    finishing: AtomicBool,
    bytes: AtomicU64,
    events: AtomicU64,
    rejected: AtomicU64,
    inputs: AtomicU64,
    kept: AtomicU64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Bytes of inputs that were read, as stored.
    pub bytes: u64,
    /// Events in.
    pub events: u64,
    /// Those of them that were rejected.
    pub rejected: u64,
    /// Inputs that are done.
    pub inputs: u64,
    /// Those of them that an earlier run had done.
    pub kept: u64,
}

impl Progress {
    /// Stops the run after the blocks that are under way.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Release);
    }

    /// Whether it is to stop.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }

    /// Whether all inputs are done: what is left ends by itself, and is not interrupted.
    #[must_use]
    pub fn is_finishing(&self) -> bool {
        self.finishing.load(Ordering::Acquire)
    }

    /// All inputs are done.
    pub(crate) fn finish(&self) {
        self.finishing.store(true, Ordering::Release);
    }

    /// How far the run is.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Seen {
            bytes: of(&self.bytes),
            events: of(&self.events),
            rejected: of(&self.rejected),
            inputs: of(&self.inputs),
            kept: of(&self.kept),
        }
    }

    pub(crate) fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn written(&self, events: u64, rejected: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.rejected.fetch_add(rejected, Ordering::Relaxed);
    }

    /// An input is done; `kept` if an earlier run did it.
    pub(crate) fn done(&self, kept: bool) {
        self.inputs.fetch_add(1, Ordering::Relaxed);
        self.kept.fetch_add(u64::from(kept), Ordering::Relaxed);
    }
}
