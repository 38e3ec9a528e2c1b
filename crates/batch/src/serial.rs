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
    next: Place,
    /// Whether a piece could not be worked on: then none behind it may be.
    failed: bool,
    /// With each, whether it is the last of its number.
    pieces: BTreeMap<Place, (bool, T)>,
}

/// Where a piece stands among the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The number of what it is a piece of.
    pub(crate) number: u64,
    /// Its number among the pieces of that.
    pub(crate) part: u64,
}

impl Place {
    /// The first piece of this number.
    pub(crate) fn first(number: u64) -> Self {
        Self { number, part: 0 }
    }

    /// The place behind this one.
    pub(crate) fn after(self, is_last: bool) -> Self {
        if is_last {
            Self::first(self.number.saturating_add(1))
        } else {
            Self {
                part: self.part.saturating_add(1),
                ..self
            }
        }
    }
}

impl<T, S> Serial<T, S> {
    pub(crate) fn new(state: S) -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                next: Place::default(),
                failed: false,
                pieces: BTreeMap::new(),
            }),
            state: Mutex::new(state),
        }
    }

    /// Adds the piece of this place, which may be the last of its number, for whoever calls
    /// [`Self::work`].
    pub(crate) fn push(&self, place: Place, is_last: bool, piece: T) {
        lock(&self.waiting).pieces.insert(place, (is_last, piece));
    }

    /// Works on all pieces whose turn it is, unless another thread is at it: then that one does.
    pub(crate) fn work<E>(
        &self,
        mut work: impl FnMut(&mut S, Place, bool, T) -> Result<(), E>,
    ) -> Result<(), E> {
        // Whoever leaves looks again: one more may have come that found it busy.
        while self.is_ready() {
            let mut state = match self.state.try_lock() {
                Ok(state) => state,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return Ok(()),
            };
            self.work_on(&mut state, &mut work)?;
        }
        Ok(())
    }

    /// The same, but waits for another thread that is at it: once it is done, all pieces are
    /// worked on whose turn it was when it was called.
    pub(crate) fn work_till_done<E>(
        &self,
        mut work: impl FnMut(&mut S, Place, bool, T) -> Result<(), E>,
    ) -> Result<(), E> {
        self.work_on(&mut lock(&self.state), &mut work)?;
        self.work(work)
    }

    fn work_on<E>(
        &self,
        state: &mut S,
        work: &mut impl FnMut(&mut S, Place, bool, T) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some((place, is_last, piece)) = self.next() {
            work(state, place, is_last, piece)
                .inspect_err(|_| lock(&self.waiting).failed = true)?;
        }
        Ok(())
    }

    /// Whether all pieces before those of this number were taken up.
    pub(crate) fn is_turn_of(&self, number: u64) -> bool {
        lock(&self.waiting).next.number >= number
    }

    fn is_ready(&self) -> bool {
        let waiting = lock(&self.waiting);
        !waiting.failed && waiting.pieces.contains_key(&waiting.next)
    }

    fn next(&self) -> Option<(Place, bool, T)> {
        let mut waiting = lock(&self.waiting);
        if waiting.failed {
            return None;
        }
        let place = waiting.next;
        let (is_last, piece) = waiting.pieces.remove(&place)?;
        waiting.next = place.after(is_last);
        Some((place, is_last, piece))
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
            for part in [1, 0] {
                let place = Place { number, part };
                serial.push(place, part == 1, number * 10 + part);
                let _ = serial.work(|done, place, _, piece| {
                    done.push((place.number, piece));
                    Ok::<_, Infallible>(())
                });
            }
        };
        add(2);
        add(1);
        assert!(serial.state().is_empty() && !serial.is_turn_of(1));
        std::thread::scope(|scope| {
            for numbers in [[0, 5], [4, 3]] {
                scope.spawn(move || numbers.map(add));
            }
        });
        let expected: Vec<_> = (0..6)
            .flat_map(|number| [0, 1].map(|part| (number, number * 10 + part)))
            .collect();
        assert_eq!(*serial.state(), expected);
        assert!(serial.is_turn_of(6) && !serial.is_turn_of(7));
    }
}
