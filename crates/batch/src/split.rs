//! Cuts an input into blocks of whole records.

use std::ops::Range;

use crate::block::{Block, Records, count_lines};
use crate::buffer::{Buffer, Spare};
use crate::layout::Layout;
use crate::permits::Permit;
use crate::scanner::{Scanner, detect};
use crate::source::{InputError, Source};
use crate::values::ValueScanner;

/// How many bytes a block has, unless a record takes more.
pub(crate) const BLOCK: usize = 1 << 18;

/// Reads an input block by block.
pub(crate) struct Splitter<'s> {
    source: Source,
    /// Memory of blocks that were worked off.
    spare: &'s Spare<Vec<u8>>,
    block: usize,
    layout: Option<Layout>,
    scanner: Scanner,
    /// Sees the end of the first record, while there is no layout.
    probe: ValueScanner,
    /// What the probe has seen.
    probed: Vec<Range<usize>>,
    /// Read and not given out; at the start of a block this is `carried`.
    buffer: Buffer,
    /// Where in `buffer` starts what was not looked at for its line breaks.
    fresh: usize,
    /// What of the block before is to come with the next: less than a record, as a rule.
    carried: Vec<u8>,
    /// Records found in `buffer`, with a layout that is not [`Layout::Lines`].
    found: Vec<Range<usize>>,
    /// Decoded bytes given out.
    offset: u64,
    /// Lines that ended in what was given out.
    lines: u64,
    at_end: bool,
    problem: Option<InputError>,
}

impl<'s> Splitter<'s> {
    pub(crate) fn new(source: Source, spare: &'s Spare<Vec<u8>>) -> Self {
        Self {
            offset: source.decoded(),
            source,
            spare,
            block: BLOCK,
            layout: None,
            scanner: Scanner::default(),
            probe: ValueScanner::default(),
            probed: Vec::new(),
            buffer: Buffer::default(),
            fresh: 0,
            carried: Vec::new(),
            found: Vec::new(),
            lines: 0,
            at_end: false,
            problem: None,
        }
    }

    /// The next block, in the memory that `permit` allows; `None` at the end, then
    /// [`Self::finish`] says whether it was a good one.
    pub(crate) fn next_block(&mut self, permit: &mut Permit<'_>) -> Option<Block> {
        if !self.at_end {
            // In memory of the thread that is going to work on it.
            self.buffer = Buffer::new(self.spare.take(), &self.carried, self.block);
            self.carried.clear();
            self.fresh = 0;
            self.fill(self.block);
        }
        loop {
            if let Some(block) = self.cut() {
                return Some(block);
            }
            if self.at_end {
                return None;
            }
            self.lengthen(permit);
        }
    }

    /// Bytes read of the input as it is stored.
    pub(crate) fn stored(&mut self) -> u64 {
        self.source.stored()
    }

    /// Reads on to the end of a record that is longer than a block.
    fn lengthen(&mut self, permit: &mut Permit<'_>) {
        let len = self.buffer.bytes().len();
        let room = permit.longest().saturating_sub(len);
        if !permit.lengthen() {
            self.at_end = true;
        } else if room == 0 {
            self.at_end = true;
            self.problem = Some(InputError::TooLong {
                at: self.offset,
                longest: permit.longest(),
            });
        } else {
            // In small steps, since what is read beyond its end is another block's. Only where the
            // layout is looked for again each time are they ever larger.
            let looked_for = self.layout.is_none() && !self.probed.is_empty();
            let step = if looked_for { len / 4 } else { 0 };
            let wanted = self.block.max(step).min(room);
            self.buffer.grow(wanted);
            self.fill(wanted);
            return;
        }
        self.buffer = Buffer::default();
        self.probe = ValueScanner::default();
        self.found.clear();
        self.scanner = Scanner::default();
    }

    /// Reads `wanted` more bytes behind those that are there.
    fn fill(&mut self, mut wanted: usize) {
        let before = self.buffer.bytes().len();
        while wanted > 0 && !self.at_end {
            let room = self.buffer.room().get_mut(..wanted).unwrap_or_default();
            match self.source.read(room) {
                Ok(0) => self.at_end = true,
                Ok(read) => {
                    self.buffer.add(read);
                    wanted = wanted.saturating_sub(read);
                }
                Err(problem) => {
                    self.at_end = true;
                    self.problem = Some(problem);
                }
            }
        }
        let bytes = self.buffer.bytes();
        let mut unscanned = before;
        if self.layout.is_none() {
            self.probe.scan(bytes, unscanned, &mut self.probed);
            // Till then one long record is all there is.
            let read = bytes.get(unscanned..).unwrap_or_default();
            let may_tell = unscanned == 0
                || self.at_end
                || !self.probed.is_empty()
                || memchr::memchr(b'\n', read).is_some();
            if may_tell {
                (self.layout, self.scanner) = detect(bytes, self.at_end);
            }
            if self.layout.is_some() {
                self.probe = ValueScanner::default();
            }
            unscanned = 0;
        }
        if matches!(self.layout, Some(Layout::Values | Layout::Rows)) {
            self.scanner.scan(bytes, unscanned, &mut self.found);
            if self.at_end && self.scanner.finish(bytes, &mut self.found) {
                let at = self.offset.saturating_add(bytes.len() as u64);
                self.problem.get_or_insert(InputError::Unclosed { at });
            }
        }
    }

    /// Takes the whole records that were read.
    fn cut(&mut self) -> Option<Block> {
        let bytes = self.buffer.bytes();
        let fresh = std::mem::replace(&mut self.fresh, bytes.len());
        let end = match self.layout? {
            _ if self.at_end => bytes.len(),
            Layout::Lines => {
                let found = memchr::memrchr(b'\n', bytes.get(fresh..)?)?;
                fresh.saturating_add(found).saturating_add(1)
            }
            Layout::Values | Layout::Rows => self.scanner.open_record().unwrap_or(bytes.len()),
        };
        if end == 0 {
            return None;
        }
        self.carried
            .extend_from_slice(bytes.get(end..).unwrap_or_default());
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.truncate(end);
        self.scanner.taken(end);
        let found = std::mem::take(&mut self.found);
        let (records, lines) = match &self.scanner {
            _ if self.layout? == Layout::Lines => Records::in_lines(buffer.bytes()),
            Scanner::Values(_) => (Records::At(found), count_lines(buffer.bytes())),
            Scanner::Rows(rows) => {
                let lines = count_lines(buffer.bytes());
                (Records::Rows(found, rows.table()), lines)
            }
        };
        let block = Block {
            offset: self.offset,
            first_line: self.lines.saturating_add(1),
            records,
            buffer,
        };
        self.offset = self.offset.saturating_add(end as u64);
        self.lines = self.lines.saturating_add(lines);
        Some(block)
    }

    /// Gives the source back and what was wrong with it.
    pub(crate) fn finish(self) -> (Source, Option<InputError>) {
        let problem = match self.layout {
            // Nothing, or nothing but white space.
            None => self.problem.or(Some(InputError::Empty)),
            Some(_) => self.problem,
        };
        (self.source, problem)
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::block::LineCounter;
    use crate::find::Place;
    use crate::permits::Permits;
    use crate::source::Limits;

    /// The records of a file with their lines and bytes, read in blocks of `block` bytes.
    fn records(path: &Path, block: usize) -> (Vec<(u64, u64, String)>, Option<String>) {
        let spare = Spare::new(1);
        let permits = Permits::new(1 << 30, 1);
        let source = Source::open(&Place::File(path.to_owned()), Limits::USUAL).unwrap();
        let mut splitter = Splitter::new(source, &spare);
        splitter.block = block;
        let mut records = Vec::new();
        while let Some(block) = splitter.next_block(&mut permits.take().unwrap()) {
            let mut lines = LineCounter::default();
            for record in block.records() {
                let text = String::from_utf8_lossy(record.bytes).into_owned();
                records.push((lines.line_of(&block, record), block.byte_of(record), text));
            }
            spare.give(block.buffer.into_spare(1 << 20).unwrap());
        }
        let (_, problem) = splitter.finish();
        (records, problem.map(|problem| problem.to_string()))
    }

    #[test]
    fn the_size_of_blocks_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        for text in [
            "{\"a\":1}\n\n  {\"b\":2}\r\n{\"c\":\n{\"d\":4}",
            "\u{feff}[\n  {\"a\": [1, 2]},\n\n  {\"b\": \"x\\\"]\"}\n]\n",
            "[{\"a\":1},{\"b\":",
            "{\n\"a\":1\n}\n{\"b\":2}\n",
            "[]",
            " \n ",
            "",
        ] {
            std::fs::write(&path, text).unwrap();
            let whole = records(&path, 1 << 20);
            // From 64 on, since the layout is told from the first block.
            for block in [64, 65, 70] {
                assert_eq!(
                    records(&path, block),
                    whole,
                    "{text:?} in blocks of {block}"
                );
            }
            for (line, byte, record) in &whole.0 {
                let at = usize::try_from(*byte).unwrap();
                assert!(
                    text[at..].starts_with(record.as_str()),
                    "{record} is not at {byte}"
                );
                let lines = text[..at].matches('\n').count() as u64;
                assert_eq!(*line, lines + 1, "{record}");
            }
        }
    }

    #[test]
    fn a_bad_end_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        for (text, expected) in [
            ("", "empty: expected JSON events, found nothing"),
            (" \n", "empty: expected JSON events, found nothing"),
            (
                "[{}",
                "ends inside an array at byte 3: expected ]; the events before it are kept",
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(records(&path, 64).1.as_deref(), Some(expected));
        }
    }
}
