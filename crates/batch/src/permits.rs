//! How many blocks are in memory at a time.

use std::sync::{Condvar, Mutex, PoisonError};

/// A number of permits that all readers share, one for each block that is under way.
///
/// A reader may wait for one only while it has none: what others hold comes back without any
/// more permits, so that there is no deadlock.
#[derive(Debug)]
pub(crate) struct Permits {
    free: Mutex<usize>,
    returned: Condvar,
}

/// One of them, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'p>(&'p Permits);

impl Permits {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            free: Mutex::new(number),
            returned: Condvar::new(),
        }
    }

    /// Waits for one.
    pub(crate) fn take(&self) -> Permit<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .returned
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free = free.saturating_sub(1);
        Permit(self)
    }

    /// One, if there is one.
    pub(crate) fn try_take(&self) -> Option<Permit<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        Some(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.saturating_add(1);
        self.0.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_there_are() {
        let permits = Permits::new(2);
        let first = permits.take();
        let second = permits.try_take();
        assert!(second.is_some());
        assert!(permits.try_take().is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(permits.take()));
            drop(first);
            waiting.join().unwrap();
        });
        assert!(permits.try_take().is_some());
    }
}
