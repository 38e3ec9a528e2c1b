//! Blocks that one thread reads ahead while others convert.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::serial::lock;

/// Blocks of an input that takes about as long to decode as to convert.
///
/// A thread that finds enough of them takes one; one that does not reads the next, and on until
/// there are enough. So threads seldom wait for each other, which costs more than it takes to
/// hand a block over.
#[derive(Debug)]
pub(crate) struct Ahead<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    enough: usize,
}

#[derive(Debug)]
struct State<T> {
    ready: VecDeque<T>,
    is_reading: bool,
    has_ended: bool,
}

/// What a reader came back with.
#[derive(Debug)]
pub(crate) enum Read<T> {
    Block(T),
    /// There is no memory for another one now.
    NotNow,
    End,
}

/// A thread's turn to read; the others are told when it is over, by a panic too.
struct Turn<'a, T> {
    ahead: &'a Ahead<T>,
    read: Read<T>,
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let mut state = lock(&self.ahead.state);
        state.is_reading = false;
        match std::mem::replace(&mut self.read, Read::NotNow) {
            Read::Block(block) => state.ready.push_back(block),
            Read::NotNow => {}
            Read::End => state.has_ended = true,
        }
        if state.has_ended {
            self.ahead.changed.notify_all();
        } else {
            self.ahead.changed.notify_one();
        }
    }
}

impl<T> Ahead<T> {
    /// For so many threads.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            state: Mutex::new(State {
                ready: VecDeque::new(),
                is_reading: false,
                has_ended: false,
            }),
            changed: Condvar::new(),
            // While one thread converts a block, each of the others may come for another.
            enough: if threads < 2 {
                1
            } else {
                threads.saturating_add(1)
            },
        }
    }

    /// The next block, in order but for those that other threads take; `None` at the end.
    ///
    /// `read` reads a block, one thread at a time. It is told whether it is to wait for memory:
    /// not while there are blocks that somebody could work off first.
    pub(crate) fn next(&self, mut read: impl FnMut(bool) -> Read<T>) -> Option<T> {
        let mut enough = self.enough;
        let mut state = lock(&self.state);
        loop {
            if state.ready.len() >= enough || state.is_reading || state.has_ended {
                if let Some(block) = state.ready.pop_front() {
                    return Some(block);
                }
                if state.has_ended {
                    return None;
                }
                let told = self.changed.wait(state);
                state = told.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.is_reading = true;
            let waits = state.ready.is_empty();
            drop(state);
            let mut turn = Turn {
                ahead: self,
                read: Read::NotNow,
            };
            turn.read = read(waits);
            if matches!(turn.read, Read::NotNow) {
                // One is enough to go on with.
                enough = 1;
            }
            drop(turn);
            state = lock(&self.state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn each_block_is_taken_once_by_any_number_of_threads() {
        for threads in [1, 2, 5] {
            let (ahead, next) = (Ahead::new(threads), AtomicUsize::new(0));
            let taken = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        let read = |waits: bool| match next.fetch_add(1, Ordering::SeqCst) {
                            1000.. => Read::End,
                            number if waits || number % 3 > 0 => Read::Block(number),
                            _ => {
                                next.fetch_sub(1, Ordering::SeqCst);
                                Read::NotNow
                            }
                        };
                        while let Some(block) = ahead.next(read) {
                            lock(&taken).push(block);
                        }
                    });
                }
            });
            let mut taken = std::mem::take(&mut *lock(&taken));
            taken.sort_unstable();
            assert_eq!(taken, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_thread_alone_reads_no_further_than_it_works() {
        let (ahead, mut read) = (Ahead::new(1), 0);
        for block in 0..3 {
            let next = ahead.next(|_| {
                read += 1;
                Read::Block(read - 1)
            });
            assert_eq!(next, Some(block));
        }
        assert_eq!(read, 3);
    }

    #[test]
    fn a_panic_of_the_reader_keeps_nobody_waiting() {
        let ahead = Ahead::new(2);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ahead.next(|_| -> Read<()> { panic!("as a test") })
        }));
        assert!(panicked.is_err());
        assert!(ahead.next(|_| Read::<()>::End).is_none());
    }
}
