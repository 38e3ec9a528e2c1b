//! Work that has to be done in order, on whichever thread has time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// Takes numbered pieces as they come and works on them in their order, one at a time.
#[derive(Debug)]
pub(crate) struct Serial<T, S> {
    waiting: Mutex<Waiting<T>>,
    /// Taken before a piece is, so that pieces are worked on in order.
    state: Mutex<S>,
}

#[derive(Debug)]
struct Waiting<T> {
    next: u64,
    /// Whether a piece could not be worked on: then none behind it may be.
    failed: bool,
    pieces: BTreeMap<u64, T>,
}

impl<T, S> Serial<T, S> {
    pub(crate) fn new(state: S) -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                next: 0,
                failed: false,
                pieces: BTreeMap::new(),
            }),
            state: Mutex::new(state),
        }
    }

    /// Adds the piece of this number, for whoever calls [`Self::work`].
    pub(crate) fn push(&self, number: u64, piece: T) {
        lock(&self.waiting).pieces.insert(number, piece);
    }

    /// Works on all pieces whose turn it is, unless another thread is at it: then that one does.
    pub(crate) fn work<E>(
        &self,
        mut work: impl FnMut(&mut S, u64, T) -> Result<(), E>,
    ) -> Result<(), E> {
        // Whoever leaves looks again: one more may have come that found it busy.
        while self.is_ready() {
            let mut state = match self.state.try_lock() {
                Ok(state) => state,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return Ok(()),
            };
            while let Some((number, piece)) = self.next() {
                work(&mut state, number, piece)
                    .inspect_err(|_| lock(&self.waiting).failed = true)?;
            }
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let waiting = lock(&self.waiting);
        !waiting.failed && waiting.pieces.contains_key(&waiting.next)
    }

    fn next(&self) -> Option<(u64, T)> {
        let mut waiting = lock(&self.waiting);
        if waiting.failed {
            return None;
        }
        let number = waiting.next;
        let piece = waiting.pieces.remove(&number)?;
        waiting.next = number.saturating_add(1);
        Some((number, piece))
    }

    /// What the work has come to.
    pub(crate) fn state(&self) -> MutexGuard<'_, S> {
        lock(&self.state)
    }
}

/// Locks what is whole even after a panic of its holder.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn in_order_whoever_comes_when() {
        let serial = Serial::new(Vec::new());
        let add = |number: u64| {
            serial.push(number, number * 10);
            let _ = serial.work(|done, number, piece| {
                done.push((number, piece));
                Ok::<_, Infallible>(())
            });
        };
        add(2);
        add(1);
        assert!(serial.state().is_empty());
        std::thread::scope(|scope| {
            for numbers in [[0, 5], [4, 3]] {
                scope.spawn(move || numbers.map(add));
            }
        });
        let expected: Vec<_> = (0..6).map(|number| (number, number * 10)).collect();
        assert_eq!(*serial.state(), expected);
    }
}
