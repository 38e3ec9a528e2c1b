//! One file, read again: its checksum, and its records as a run of this program sees them.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::block::{Block, LineCounter, Record};
use crate::buffer::Spare;
use crate::find::Place;
use crate::manifest::FileDigest;
use crate::source::{InputError, Source};
use crate::split::{BLOCK, Splitter};

/// Memory of blocks that were worked off.
pub(super) type Blocks = Spare<Vec<u8>>;

/// What a file holds.
#[derive(Debug)]
pub(super) struct Side {
    /// None for what could not be read to its end.
    pub(super) digest: Option<FileDigest>,
    /// Its records.
    pub(super) records: u64,
    /// What was wrong with it as a whole.
    pub(super) problem: Option<InputError>,
}

/// One record, copied.
#[derive(Debug)]
pub(super) struct Text {
    /// Without white space around it.
    pub(super) bytes: Vec<u8>,
    /// The line, from 1, that it starts on.
    pub(super) line: u64,
    /// Decoded bytes before it.
    pub(super) byte: u64,
}

/// Reads the records of a file, one after the other.
pub(super) struct Reader<'s> {
    splitter: Splitter<'s>,
    blocks: &'s Blocks,
    ready: VecDeque<Text>,
    records: u64,
}

impl<'s> Reader<'s> {
    pub(super) fn open(place: &Place, blocks: &'s Blocks) -> Result<Self, InputError> {
        Ok(Self {
            splitter: Splitter::new(Source::open(place)?, blocks),
            blocks,
            ready: VecDeque::new(),
            records: 0,
        })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Text> {
        while self.ready.is_empty() {
            let block = self.splitter.next_block()?;
            let mut lines = LineCounter::default();
            each(&block, |record| {
                self.records = self.records.saturating_add(1);
                self.ready.push_back(Text {
                    bytes: record.bytes.to_vec(),
                    line: lines.line_of(&block, record),
                    byte: block.byte_of(record),
                });
            });
            give_back(block, self.blocks);
        }
        self.ready.pop_front()
    }

    /// Reads what is left, and says what there was.
    pub(super) fn finish(mut self) -> Side {
        while let Some(block) = self.splitter.next_block() {
            each(&block, |_| self.records = self.records.saturating_add(1));
            give_back(block, self.blocks);
        }
        let (source, problem) = self.splitter.finish();
        let at = source.decoded();
        // As a run does: what cannot be read to its end has no checksum.
        let (digest, problem) = match (source.finish(), problem) {
            (_, Some(problem @ (InputError::Io(_) | InputError::CutShort { .. }))) => {
                (None, Some(problem))
            }
            (Ok(digest), problem) => (Some(digest), problem),
            (Err(error), problem) => (
                None,
                Some(problem.unwrap_or_else(|| InputError::read(at, error))),
            ),
        };
        Side {
            digest,
            records: self.records,
            problem,
        }
    }
}

/// Reads all of a file.
pub(super) fn count(place: &Place, blocks: &Blocks) -> Result<Side, InputError> {
    Ok(Reader::open(place, blocks)?.finish())
}

/// Size and checksum of a file, whatever it holds.
pub(super) fn digest(path: &Path) -> io::Result<FileDigest> {
    const PIECE: usize = 1 << 17;
    let mut file = File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => {
                hash.update(piece.get(..read).unwrap_or_default());
                bytes = bytes.saturating_add(read as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(FileDigest {
        bytes,
        sha256: HEXLOWER.encode(&hash.finalize()),
    })
}

/// The records of a block as a run takes them: those of a page one by one.
fn each<'b>(block: &'b Block, mut one: impl FnMut(Record<'b>)) {
    for record in block.records() {
        match block.page(record) {
            None => one(record),
            Some(page) => page.into_iter().for_each(&mut one),
        }
    }
}

fn give_back(block: Block, blocks: &Blocks) {
    if let Some(memory) = block.buffer.into_spare(BLOCK) {
        blocks.give(memory);
    }
}
