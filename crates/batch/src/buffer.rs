//! Memory that is used again, block after block.

use std::sync::Mutex;

use crate::serial::lock;

/// Things to be used again; whoever needs one takes one that is there, or makes it.
///
/// Each thread of the pool has its own: what another thread has written to is in the cache of
/// another processor, and reading a file to there takes several times as long.
#[derive(Debug)]
pub(crate) struct Spare<T>(Vec<Mutex<Vec<T>>>);

/// How many things of a kind one thread can have a use for.
const ENOUGH: usize = 4;

impl<T> Spare<T> {
    /// For the threads of a pool of so many.
    pub(crate) fn new(threads: usize) -> Self {
        Self((0..threads.max(1)).map(|_| Mutex::default()).collect())
    }

    /// Takes one out, if there is any: of those of another thread, if it has none of its own.
    pub(crate) fn take(&self) -> Option<T> {
        let own = lock(self.own()?).pop();
        own.or_else(|| self.0.iter().find_map(|other| lock(other).pop()))
    }

    /// Puts one back, unless there are enough: whoever gives more than it takes must not hoard.
    pub(crate) fn give(&self, thing: T) {
        if let Some(own) = self.own() {
            let mut own = lock(own);
            if own.len() < ENOUGH {
                own.push(thing);
            }
        }
    }

    /// Lets go of all that are there.
    pub(crate) fn clear(&self) {
        self.0.iter().for_each(|one| lock(one).clear());
    }

    fn own(&self) -> Option<&Mutex<Vec<T>>> {
        self.0.get(rayon::current_thread_index().unwrap_or(0))
    }
}

/// The size of a page of memory.
const PAGE: usize = 4096;

/// Room for the beginning of a record that ends in the next block.
const FRONT: usize = 1 << 16;

/// Bytes that were read, with room behind them.
///
/// The room starts at a page: the system copies a file's pages to other places at a quarter of
/// the speed (`shared/facts/performance.md`).
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    memory: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// A buffer that holds `kept`, with `room` bytes behind it, in `spare` if that is enough.
    pub(crate) fn new(spare: Option<Vec<u8>>, kept: &[u8], room: usize) -> Self {
        let mut memory = spare.unwrap_or_default();
        let front = kept.len().max(FRONT).next_multiple_of(PAGE);
        let needed = front.saturating_add(room).saturating_add(PAGE);
        if memory.len() < needed {
            memory = vec![0; needed];
        }
        // At most a page, since `needed` has one to spare.
        let page = memory.as_ptr().align_offset(PAGE).min(PAGE);
        let end = front.saturating_add(page);
        let start = end.saturating_sub(kept.len());
        if let Some(place) = memory.get_mut(start..end) {
            place.copy_from_slice(kept);
        }
        Self { memory, start, end }
    }

    /// What it holds.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.get(self.start..self.end).unwrap_or_default()
    }

    /// The room behind it.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        self.memory.get_mut(self.end..).unwrap_or_default()
    }

    /// Tells that `len` bytes of the room were filled.
    pub(crate) fn add(&mut self, len: usize) {
        self.end = self.end.saturating_add(len).min(self.memory.len());
    }

    /// Makes room for `room` more bytes where it is.
    pub(crate) fn grow(&mut self, room: usize) {
        let needed = self.end.saturating_add(room);
        if self.memory.len() < needed {
            // What is grown is long.
            let more = needed.saturating_sub(self.memory.len());
            if more > self.memory.capacity().saturating_sub(self.memory.len()) {
                self.memory.reserve_exact(more.max(self.memory.len() / 4));
            }
            self.memory.resize(needed, 0);
        }
    }

    /// Cuts it to its first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.end = self.start.saturating_add(len).min(self.end);
    }

    /// The memory, to be used again; nothing if it was made for a record of unusual length.
    pub(crate) fn into_spare(self, usual: usize) -> Option<Vec<u8>> {
        let most = FRONT
            .saturating_add(usual)
            .saturating_add(PAGE.saturating_mul(2));
        (!self.memory.is_empty() && self.memory.capacity() <= most).then_some(self.memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_starts_at_a_page_behind_what_is_kept() {
        for kept in [0, 1, 4095, 4096, 70_000] {
            let kept = vec![b'x'; kept];
            let mut buffer = Buffer::new(None, &kept, 1000);
            assert_eq!(buffer.bytes(), kept);
            assert!(buffer.room().len() >= 1000);
            assert!((buffer.room().as_ptr() as usize).is_multiple_of(PAGE));
            buffer.room()[..3].copy_from_slice(b"abc");
            buffer.add(3);
            buffer.truncate(kept.len() + 2);
            assert!(buffer.bytes().ends_with(b"ab"));
        }
    }

    #[test]
    fn nothing_is_hoarded() {
        let spare = Spare::new(1);
        (0..100).for_each(|thing| spare.give(thing));
        let taken = std::iter::from_fn(|| spare.take()).count();
        assert_eq!(taken, ENOUGH);
    }

    #[test]
    fn memory_of_the_usual_size_is_used_again() {
        let buffer = Buffer::new(None, b"", 1000);
        let memory = buffer.into_spare(1000).unwrap();
        let place = memory.as_ptr();
        let again = Buffer::new(Some(memory), b"kept", 1000).into_spare(1000);
        assert_eq!(again.map(|memory| memory.as_ptr()), Some(place));
        assert!(
            Buffer::new(None, &[0; 100_000], 1000)
                .into_spare(1000)
                .is_none()
        );
    }
}
