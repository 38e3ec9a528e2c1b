//! How much is in memory at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::source::Limits;
use crate::split::BLOCK;

/// What a block takes at most on its way: as it was read, and what it becomes. What it becomes
/// beyond that has a permit of its own, or waits for its turn.
const BLOCK_MEMORY: usize = 6 * BLOCK;

/// Blocks that may be under way for each thread.
const WINDOW: usize = 4;

/// The share of all memory, in parts of a hundred, that the longest record may have at most as it
/// is read.
const LONGEST: usize = 40;

/// How the memory of a run is shared out. It depends on the memory alone, not on the threads: what
/// is too large for a run must not depend on them either.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// For the blocks that are under way.
    blocks: usize,
    /// For the windows of all zstd streams that are read at a time.
    windows: usize,
    /// The largest window of one that is read while no other is, as a power of two.
    pub(crate) window: u32,
    /// For the one record at a time that is not short, and all that is made of it.
    record: usize,
    /// The same, of a zstd stream.
    record_of_zstd: usize,
    /// How many bytes the longest record may have.
    pub(crate) longest: usize,
}

impl Shares {
    pub(crate) fn of(memory: usize) -> Self {
        /// The tables, the threads, and what each of them remembers.
        const BASE: usize = 14 << 20;
        /// What threads have kept and the allocator has not given back.
        const LEFT_BEHIND: usize = 6 << 20;
        /// For the blocks, as long as there is enough.
        const BLOCKS: usize = 12 << 20;
        let base = BASE.min((memory / 8).saturating_mul(3));
        let blocks = (memory / 12).max(BLOCKS.min(memory / 8));
        let windows = memory / 32;
        let record = memory.saturating_sub(base).saturating_sub(blocks);
        // To verify is to have two of them, beside what is left behind.
        let both = record.saturating_sub(LEFT_BEHIND.min(record / 4));
        let longest = (memory / 100).saturating_mul(LONGEST).min(both / 2);
        // One long record, and one large window.
        let window = log2(record.saturating_sub(longest)).min(Limits::USUAL.window);
        Self {
            blocks,
            windows,
            window,
            record: record.saturating_sub(windows),
            record_of_zstd: record.saturating_sub(windows.max(1 << window)),
            longest,
        }
    }

    /// For a record that is not short, of a zstd stream or another input.
    pub(crate) fn record(&self, is_zstd: bool) -> usize {
        if is_zstd {
            self.record_of_zstd
        } else {
            self.record
        }
    }

    /// The largest window of each of so many zstd streams, as a power of two.
    pub(crate) fn window_each(&self, streams: usize) -> u32 {
        match self.windows.checked_div(streams) {
            Some(each) if streams > 1 => log2(each).min(self.window),
            _ => self.window,
        }
    }
}

/// The largest power of two in `number`.
fn log2(number: usize) -> u32 {
    number.checked_ilog2().unwrap_or_default()
}

/// Permits that all threads share, one for each block that is under way, and a single one for a
/// record longer than a block.
///
/// What has a permit is worked off without any more of them, so that there is no deadlock. A
/// block asks for the long one while it is read; while another has it, whoever reads ahead of its
/// own work works that off first. For more memory a block asks without waiting.
#[derive(Debug)]
pub(crate) struct Permits {
    state: Mutex<State>,
    returned: Condvar,
    pub(crate) shares: Shares,
    /// Whoever works on a record that is not short.
    heavy: Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// Blocks that may still be read.
    free: usize,
    /// Bytes that may still be taken beyond those of the blocks.
    more: usize,
    long_is_free: bool,
    stopped: bool,
}

/// One of them, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'p> {
    permits: &'p Permits,
    blocks: usize,
    more: usize,
    is_long: bool,
}

impl Permits {
    /// As many as `memory` bytes allow and `jobs` threads need.
    pub(crate) fn new(memory: usize, jobs: usize) -> Self {
        let shares = Shares::of(memory);
        let allowed = shares.blocks / BLOCK_MEMORY;
        let free = jobs.saturating_mul(WINDOW).min(allowed).max(1);
        Self {
            state: Mutex::new(State {
                free,
                more: shares
                    .blocks
                    .saturating_sub(free.saturating_mul(BLOCK_MEMORY)),
                long_is_free: true,
                stopped: false,
            }),
            returned: Condvar::new(),
            shares,
            heavy: Mutex::new(()),
        }
    }

    /// Waits for one. `None` when all is to stop.
    pub(crate) fn take(&self) -> Option<Permit<'_>> {
        let mut state = self.wait(|state| state.free == 0)?;
        state.free = state.free.saturating_sub(1);
        Some(self.permit(1, 0))
    }

    /// One for `bytes` beyond those of a block, if there are so many now.
    pub(crate) fn more(&self, bytes: usize) -> Option<Permit<'_>> {
        let mut state = self.state();
        state.more = state.more.checked_sub(bytes)?;
        Some(self.permit(0, bytes))
    }

    /// One for what takes no memory, or has it by another permit.
    pub(crate) fn nothing(&self) -> Permit<'_> {
        self.permit(0, 0)
    }

    fn permit(&self, blocks: usize, more: usize) -> Permit<'_> {
        Permit {
            permits: self,
            blocks,
            more,
            is_long: false,
        }
    }

    /// Waits for the right to work on a record that is not short. Only whose turn it is to write may
    /// ask for it: so whoever has it comes to an end.
    pub(crate) fn heavy(&self) -> MutexGuard<'_, ()> {
        self.heavy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one to read ahead with, if one is free now. None while a long record is under way: what
    /// is read could be another one, and would wait for that with blocks behind it that nobody works
    /// off.
    pub(crate) fn take_free(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        if !state.long_is_free {
            return None;
        }
        state.free = state.free.checked_sub(1)?;
        Some(self.permit(1, 0))
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
        self.permits.shares.longest
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        state.free = state.free.saturating_add(self.blocks);
        state.more = state.more.saturating_add(self.more);
        state.long_is_free |= self.is_long;
        drop(state);
        // Some wait for one kind, some for the other.
        if self.blocks > 0 || self.is_long {
            self.permits.returned.notify_all();
        }
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
        assert_eq!(permit.longest(), 187);
        assert!(permit.lengthen() && permit.lengthen());
        // So little memory allows a single block.
        assert_eq!(permits.state().free, 0);
        assert!(!permits.state().long_is_free);
        permits.state().free = 1;
        assert!(permits.take_free().is_none(), "nobody reads ahead");
        drop(permit);
        assert!(permits.state().long_is_free);
        assert!(permits.take_free().is_some());
    }

    #[test]
    fn more_is_given_or_refused_at_once_and_comes_back() {
        let permits = Permits::new(64 << 20, 1);
        let all = permits.state().more;
        let more = permits.more(all).unwrap();
        assert!(permits.more(1).is_none());
        drop(permits.nothing());
        assert!(permits.more(1).is_none());
        drop(more);
        assert_eq!(permits.state().more, all);
    }

    #[test]
    fn windows_are_as_large_as_there_is_memory_for() {
        let window = |mib: usize, streams| 1_usize << Shares::of(mib << 20).window_each(streams);
        assert_eq!(window(512, 1), 128 << 20);
        assert_eq!(window(512, 8), 2 << 20);
        assert_eq!(window(64, 1), 16 << 20);
        assert_eq!(window(64, 8), 256 << 10);
        assert_eq!(window(usize::MAX >> 20, 1), 128 << 20);
    }

    #[test]
    fn all_shares_together_are_no_more_than_all() {
        for memory in [0, 1, 32 << 20, 64 << 20, 512 << 20, usize::MAX] {
            let shares = Shares::of(memory);
            let window = 1 << shares.window;
            for taken in [
                [shares.blocks, shares.record, shares.windows],
                [shares.blocks, shares.record_of_zstd, shares.windows],
                [shares.blocks, shares.record_of_zstd, window],
                [shares.blocks, shares.longest, window],
            ] {
                let sum = taken.into_iter().try_fold(0_usize, usize::checked_add);
                assert!(sum.is_some_and(|sum| sum <= memory.max(1)), "{shares:?}");
            }
        }
    }
}
