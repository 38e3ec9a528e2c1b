//! The SHA-256 of an output, summed up beside its writing.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::permits::Permit;
use crate::process::Workshop;

/// Sums up pieces in the order they were pushed, whoever does it.
#[derive(Debug, Default)]
pub(crate) struct Checksum<'p> {
    waiting: Mutex<VecDeque<(Vec<u8>, Permit<'p>)>>,
    /// Taken before a piece is, so that pieces are summed up in order.
    hash: Mutex<Sha256>,
}

impl<'p> Checksum<'p> {
    /// Adds a piece to those that wait, with the permit for its memory.
    pub(crate) fn push(&self, piece: Vec<u8>, permit: Permit<'p>) {
        lock(&self.waiting).push_back((piece, permit));
    }

    /// Sums up what waits, unless another thread is at it.
    pub(crate) fn help(&self, workshop: &Workshop<'_>) {
        // Whoever leaves looks again: one more may have come that found it busy.
        while !lock(&self.waiting).is_empty() {
            let Ok(mut hash) = self.hash.try_lock() else {
                return;
            };
            self.work(&mut hash, workshop);
        }
    }

    /// Sums up what still waits; after the last piece, this is the sum of all.
    pub(crate) fn finish(&self, workshop: &Workshop<'_>) -> Sha256 {
        let mut hash = lock(&self.hash);
        self.work(&mut hash, workshop);
        hash.clone()
    }

    fn work(&self, hash: &mut Sha256, workshop: &Workshop<'_>) {
        loop {
            let Some((piece, _permit)) = lock(&self.waiting).pop_front() else {
                return;
            };
            hash.update(&piece);
            workshop.written(piece);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
