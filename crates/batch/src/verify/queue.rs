//! Records of one side that were read and not compared yet.

use std::collections::VecDeque;

use super::proof::key;
use super::side::Text;

/// How far away the next records that go together are looked for.
pub(super) const NEARBY: usize = 64;

/// One side's records that were read and not compared yet.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) records: VecDeque<(Text, Option<u64>)>,
    bytes: usize,
}

impl Queue {
    /// Whether there are so many records, or some with so many bytes.
    pub(super) fn is_full(&self, wanted: usize, bytes: usize) -> bool {
        self.records.len() >= wanted || (!self.records.is_empty() && self.bytes >= bytes)
    }

    pub(super) fn push(&mut self, text: Text) {
        self.bytes = self.bytes.saturating_add(text.bytes.len());
        self.records.push_back((text, None));
    }

    pub(super) fn pop(&mut self) -> Option<(Text, Option<u64>)> {
        let (text, key) = self.records.pop_front()?;
        self.bytes = self.bytes.saturating_sub(text.bytes.len());
        Some((text, key))
    }

    /// The first one, with its key.
    pub(super) fn pop_with_key(&mut self) -> Option<(Text, u64)> {
        let (text, known) = self.pop()?;
        let key = known.unwrap_or_else(|| key(text.event()));
        Some((text, key))
    }

    /// The keys of those that are nearby.
    pub(super) fn keys(&mut self) -> Vec<u64> {
        let records = self.records.iter_mut().take(NEARBY);
        records
            .map(|(text, known)| *known.get_or_insert_with(|| key(text.event())))
            .collect()
    }
}
