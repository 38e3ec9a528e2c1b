//! Compressed tar archives that are read up to some member.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::tar::Stream;

/// Streams that were read up to the end of some member, for whoever reads a later one. Those of all
/// archives that were found together, as each has an open file and a window.
#[derive(Debug, Default)]
pub(crate) struct Parked(Mutex<VecDeque<Stream>>);

impl Parked {
    /// Takes the stream of `archive` that has come furthest and not to `offset`. Those with smaller
    /// windows are given up.
    pub(super) fn take(&self, archive: &Path, offset: u64, window: u32) -> Option<Stream> {
        let mut streams = self.streams();
        streams.retain(|stream| stream.window >= window);
        let places = streams.iter().enumerate();
        let (place, _) = places
            .filter(|(_, stream)| stream.archive == archive && stream.at <= offset)
            .max_by_key(|(_, stream)| stream.at)?;
        streams.remove(place)
    }

    /// Keeps a stream, and gives up the oldest ones of more than `most`.
    pub(super) fn park(&self, stream: Stream, most: usize) {
        let mut streams = self.streams();
        streams.push_back(stream);
        while streams.len() > most {
            streams.pop_front();
        }
    }

    /// Gives up all of them.
    pub(super) fn clear(&self) {
        self.streams().clear();
    }

    fn streams(&self) -> MutexGuard<'_, VecDeque<Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
