//! A run of whole records, the unit of parallel work.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::buffer::Buffer;
use crate::csv::Table;
use crate::split::BLOCK;
use crate::values::ValueScanner;

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
    /// One to a line, of which there are many.
    Lines,
    /// At these places; those of blank lines hold none.
    At(Vec<Range<usize>>),
    /// At these places; each is a row of a table.
    Rows(Vec<Range<usize>>, Arc<Table>),
}

impl Records {
    /// One to a line of `bytes`, and how many of these end there.
    pub(crate) fn in_lines(bytes: &[u8]) -> (Self, u64) {
        /// Of shorter ones no places are kept: those of one take 16 bytes.
        const SHORT: usize = 64;
        let most = (bytes.len().min(BLOCK) / SHORT).max(1);
        let (mut places, mut start) = (Vec::with_capacity(most.min(512)), 0);
        for at in memchr::memchr_iter(b'\n', bytes) {
            if places.len() == most {
                return (Self::Lines, count_lines(bytes));
            }
            let end = at.saturating_add(1);
            places.push(start..end);
            start = end;
        }
        let lines = places.len() as u64;
        if start < bytes.len() {
            places.push(start..bytes.len());
        }
        (Self::At(places), lines)
    }
}

/// One record and its place in the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'b> {
    /// Without white space around it; a row without its line break.
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
            Records::At(places) | Records::Rows(places, _) => (None, places.as_slice()),
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
                if self.table().is_some() {
                    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
                    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
                    return (!bytes.is_empty()).then_some(Record { bytes, start });
                }
                let from_start = trim_start(bytes);
                let record = Record {
                    bytes: from_start.trim_ascii_end(),
                    start: start.saturating_add(bytes.len().saturating_sub(from_start.len())),
                };
                (!record.bytes.is_empty()).then_some(record)
            })
    }

    /// The table that the records are rows of.
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.records {
            Records::Rows(_, table) => Some(table),
            Records::Lines | Records::At(_) => None,
        }
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

    /// The records of a record that is an array of objects: a page of the API on one line, or
    /// one of several pages in an array. `None` for any other.
    pub(crate) fn page<'b>(
        &self,
        record: Record<'b>,
    ) -> Option<impl Iterator<Item = Record<'b>> + use<'b>> {
        if record.bytes.first() != Some(&b'[') || self.table().is_some() {
            return None;
        }
        let _: OfObjects = serde_json::from_slice(record.bytes).ok()?;
        let mut scanner = ValueScanner::default();
        let (mut at, mut places) = (0, VecDeque::new());
        Some(std::iter::from_fn(move || {
            // A part at a time: there may be any number of them.
            while places.is_empty() && at < record.bytes.len() {
                let end = at.saturating_add(PART).min(record.bytes.len());
                let mut found = Vec::new();
                scanner.scan(record.bytes.get(..end)?, at, &mut found);
                places.extend(found);
                at = end;
            }
            let place: Range<usize> = places.pop_front()?;
            Some(Record {
                start: record.start.saturating_add(place.start),
                bytes: record.bytes.get(place)?.trim_ascii_end(),
            })
        }))
    }
}

/// How much of a page is looked through at a time.
const PART: usize = 1 << 16;

/// An array of nothing but objects, read without keeping any of it.
struct OfObjects;

impl<'de> Deserialize<'de> for OfObjects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Reads an array, or an element of one.
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = OfObjects;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<OfObjects, A::Error> {
                while array.next_element::<AnObject>()?.is_some() {}
                Ok(OfObjects)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<OfObjects, A::Error> {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(OfObjects)
            }
        }
        struct AnObject;
        impl<'de> Deserialize<'de> for AnObject {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(Reading).map(|_| Self)
            }
        }
        deserializer.deserialize_seq(Reading)
    }
}

/// `bytes` without the white space they start with. So goes the mark before each record of a JSON
/// text sequence (RFC 7464), which no JSON starts with.
pub(crate) fn trim_start(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| is_blank(**byte)).count();
    bytes.get(blank..).unwrap_or_default()
}

/// Whether `byte` is white space, or what a record of a JSON text sequence starts with.
pub(crate) fn is_blank(byte: u8) -> bool {
    const RECORD_SEPARATOR: u8 = 0x1e;
    byte.is_ascii_whitespace() || byte == RECORD_SEPARATOR
}

/// Counts lines up to ever later records of a block, looking at each byte once.
#[derive(Debug, Default)]
pub(crate) struct LineCounter {
    counted: usize,
    lines: u64,
}

impl LineCounter {
    /// The line, from 1, that `record` of `block` starts on; records come in their order.
    pub(crate) fn line_of(&mut self, block: &Block, record: Record<'_>) -> u64 {
        let since = block.bytes().get(self.counted..record.start);
        self.lines = self
            .lines
            .saturating_add(count_lines(since.unwrap_or_default()));
        self.counted = self.counted.max(record.start);
        block.first_line.saturating_add(self.lines)
    }
}

/// How many lines end in `bytes`.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_whether_their_places_are_kept_or_not() {
        let long = "x".repeat(100);
        for text in [
            String::new(),
            "\n".repeat(200),
            format!("\n{long}"),
            format!("{long}\n  \r\n{long}\r\n\n\n {long}"),
            format!("{long}\n{long}\n"),
        ] {
            let block = |records| Block {
                buffer: Buffer::new(None, text.as_bytes(), 0),
                offset: 0,
                first_line: 1,
                records,
            };
            let (records, lines) = Records::in_lines(text.as_bytes());
            assert_eq!(lines, text.matches('\n').count() as u64, "{text:?}");
            let places = |block: &Block| block.records().map(Block::place_of).collect::<Vec<_>>();
            assert_eq!(
                places(&block(records)),
                places(&block(Records::Lines)),
                "{text:?}"
            );
        }
    }
}
