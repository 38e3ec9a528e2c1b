//! How much is in memory at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::split::BLOCK;

/// What a block takes at most on its way: as it was read, and what it becomes.
const BLOCK_MEMORY: usize = 8 * BLOCK;

/// Blocks that may be under way for each thread.
const WINDOW: usize = 4;

/// The share of all memory, in parts of a hundred, that the longest record may have as it is
/// read: what it becomes takes about as much again.
const LONGEST: usize = 40;

/// Permits that all threads share, one for each block that is under way, and a single one for a
/// record longer than a block.
///
/// What has a permit is worked off without any more of them, so that there is no deadlock. A
/// block asks for the long one while it is read, when only those that are read after it wait for
/// it.
#[derive(Debug)]
pub(crate) struct Permits {
    state: Mutex<State>,
    returned: Condvar,
    longest: usize,
}

#[derive(Debug)]
struct State {
    free: usize,
    long_is_free: bool,
    stopped: bool,
}

/// One of them, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'p> {
    permits: &'p Permits,
    is_long: bool,
}

impl Permits {
    /// As many as `memory` bytes allow and `jobs` threads need.
    pub(crate) fn new(memory: usize, jobs: usize) -> Self {
        let allowed = memory / 2 / BLOCK_MEMORY;
        Self {
            state: Mutex::new(State {
                free: jobs.saturating_mul(WINDOW).min(allowed).max(1),
                long_is_free: true,
                stopped: false,
            }),
            returned: Condvar::new(),
            longest: (memory / 100).saturating_mul(LONGEST),
        }
    }

    /// Waits for one. `None` when all is to stop.
    pub(crate) fn take(&self) -> Option<Permit<'_>> {
        let mut state = self.wait(|state| state.free == 0)?;
        state.free = state.free.saturating_sub(1);
        Some(Permit {
            permits: self,
            is_long: false,
        })
    }

    /// Takes one, if one is free now.
    pub(crate) fn take_free(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        state.free = state.free.checked_sub(1)?;
        Some(Permit {
            permits: self,
            is_long: false,
        })
    }

    /// Lets nobody wait any more.
    pub(crate) fn stop(&self) {
        self.state().stopped = true;
        self.returned.notify_all();
    }

    fn wait(&self, is_taken: impl Fn(&State) -> bool) -> Option<MutexGuard<'_, State>> {
        let state = self
            .returned
            .wait_while(self.state(), |state| !state.stopped && is_taken(state))
            .unwrap_or_else(PoisonError::into_inner);
        (!state.stopped).then_some(state)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Waits for the permit for a record longer than a block. False when all is to stop.
    pub(crate) fn lengthen(&mut self) -> bool {
        if !self.is_long {
            let Some(mut state) = self.permits.wait(|state| !state.long_is_free) else {
                return false;
            };
            state.long_is_free = false;
            self.is_long = true;
        }
        true
    }

    /// How many bytes the longest record may have.
    pub(crate) fn longest(&self) -> usize {
        self.permits.longest
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        state.free = state.free.saturating_add(1);
        state.long_is_free |= self.is_long;
        drop(state);
        // Some wait for one kind, some for the other.
        self.permits.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_there_are() {
        let permits = Permits::new(usize::MAX, 1);
        let first = permits.take();
        let second = permits.take();
        let _others = [permits.take_free(), permits.take_free()];
        assert!(first.is_some() && second.is_some());
        assert!(permits.take_free().is_none());
        assert_eq!(permits.state().free, 0);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(permits.take()));
            drop(first);
            waiting.join().unwrap();
        });
        assert_eq!(permits.state().free, 1);
        std::thread::scope(|scope| {
            let third = permits.take();
            let waiting = scope.spawn(|| permits.take().is_none());
            permits.stop();
            assert!(waiting.join().unwrap());
            drop(third);
        });
    }

    #[test]
    fn one_long_one_at_a_time() {
        let permits = Permits::new(1000, 8);
        let mut permit = permits.take().unwrap();
        assert_eq!(permit.longest(), 400);
        assert!(permit.lengthen() && permit.lengthen());
        // So little memory allows a single block.
        assert_eq!(permits.state().free, 0);
        assert!(!permits.state().long_is_free);
        drop(permit);
        assert!(permits.state().long_is_free);
    }
}
