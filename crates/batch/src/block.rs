//! A run of whole records, the unit of parallel work.

use std::ops::Range;

use crate::buffer::Buffer;

/// Whole records of one input, in their order.
#[derive(Debug)]
pub(crate) struct Block {
    /// The records, with what stands between them.
    pub(crate) buffer: Buffer,
    /// Decoded bytes of the input before this block.
    pub(crate) offset: u64,
    /// The line, from 1, that the block starts on.
    pub(crate) first_line: u64,
    /// Where in `buffer` the records are.
    pub(crate) records: Records,
}

/// Where the records of a block are.
#[derive(Debug)]
pub(crate) enum Records {
    /// One to a line; blank lines hold none.
    Lines,
    /// At these places.
    At(Vec<Range<usize>>),
}

/// One record and its place in the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'b> {
    /// Without white space around it.
    pub(crate) bytes: &'b [u8],
    /// Where it starts in the block.
    start: usize,
}

impl Block {
    /// The records, with what stands between them.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.bytes()
    }

    /// The records, in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let (lines, places) = match &self.records {
            Records::Lines => (Some(self.lines()), [].as_slice()),
            Records::At(places) => (None, places.as_slice()),
        };
        let places = places.iter().map(|place| {
            (
                place.start,
                self.bytes().get(place.clone()).unwrap_or_default(),
            )
        });
        lines
            .into_iter()
            .flatten()
            .chain(places)
            .filter_map(|(start, bytes)| {
                let from_start = bytes.trim_ascii_start();
                let record = Record {
                    bytes: from_start.trim_ascii_end(),
                    start: start.saturating_add(bytes.len().saturating_sub(from_start.len())),
                };
                (!record.bytes.is_empty()).then_some(record)
            })
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let (bytes, mut start) = (self.bytes(), 0);
        std::iter::from_fn(move || {
            let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            let line = (start, rest.get(..end).unwrap_or(rest));
            start = start.saturating_add(end);
            Some(line)
        })
    }

    /// Where `record` is in the block.
    pub(crate) fn place_of(record: Record<'_>) -> Range<usize> {
        record.start..record.start.saturating_add(record.bytes.len())
    }

    /// Decoded bytes of the input before `record`.
    pub(crate) fn byte_of(&self, record: Record<'_>) -> u64 {
        self.offset.saturating_add(record.start as u64)
    }

    /// The line, from 1, that `record` starts on.
    pub(crate) fn line_of(&self, record: Record<'_>) -> u64 {
        let before = self.bytes().get(..record.start).unwrap_or_default();
        self.first_line.saturating_add(count_lines(before))
    }
}

/// How many lines end in `bytes`.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
