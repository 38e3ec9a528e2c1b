//! What is read of an archive, held against what is stored.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::source::RatioLimit;

/// Counts what is read.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    /// The reader, and its count.
    pub(super) fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let counted = Self {
            inner,
            count: Arc::clone(&count),
        };
        (counted, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Reads as long as there is not too much for what was stored.
pub(super) struct Guarded<R> {
    inner: R,
    decoded: u64,
    stored: Arc<AtomicU64>,
    limit: RatioLimit,
}

impl<R> Guarded<R> {
    pub(super) fn new(inner: R, stored: Arc<AtomicU64>, limit: RatioLimit) -> Self {
        Self {
            inner,
            decoded: 0,
            stored,
            limit,
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.decoded = self.decoded.saturating_add(read as u64);
        let stored = self.stored.load(Ordering::Relaxed);
        self.limit
            .check(self.decoded, stored)
            .map_err(io::Error::other)?;
        Ok(read)
    }
}
