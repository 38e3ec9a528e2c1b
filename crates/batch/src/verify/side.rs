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
use crate::lane::outcome;
use crate::manifest::FileDigest;
use crate::permits::Permits;
use crate::run::Limits;
use crate::source::{InputError, Source};
use crate::split::{BLOCK, Splitter};

/// What all files are read with.
pub(super) struct Stock {
    /// Memory of blocks that were worked off.
    blocks: Spare<Vec<u8>>,
    /// For the memory that a block takes while it is read.
    permits: Permits,
}

impl Stock {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            blocks: Spare::new(limits.jobs),
            permits: Permits::new(limits.memory, limits.jobs),
        }
    }
}

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
    stock: &'s Stock,
    ready: VecDeque<Text>,
    records: u64,
}

impl<'s> Reader<'s> {
    pub(super) fn open(place: &Place, stock: &'s Stock) -> Result<Self, InputError> {
        Ok(Self {
            splitter: Splitter::new(Source::open(place)?, &stock.blocks),
            stock,
            ready: VecDeque::new(),
            records: 0,
        })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Text> {
        while self.ready.is_empty() {
            let block = self.next_block()?;
            let mut lines = LineCounter::default();
            each(&block, |record| {
                self.records = self.records.saturating_add(1);
                self.ready.push_back(Text {
                    bytes: record.bytes.to_vec(),
                    line: lines.line_of(&block, record),
                    byte: block.byte_of(record),
                });
            });
            give_back(block, self.stock);
        }
        self.ready.pop_front()
    }

    fn next_block(&mut self) -> Option<Block> {
        // Given back as soon as the block is read: so nobody waits for one while it has another.
        let mut permit = self.stock.permits.take()?;
        self.splitter.next_block(&mut permit)
    }

    /// Reads what is left, and says what there was.
    pub(super) fn finish(mut self) -> Side {
        while let Some(block) = self.next_block() {
            each(&block, |_| self.records = self.records.saturating_add(1));
            give_back(block, self.stock);
        }
        let (digest, problem) = outcome(self.splitter);
        Side {
            digest,
            records: self.records,
            problem,
        }
    }
}

/// Reads all of a file.
pub(super) fn count(place: &Place, stock: &Stock) -> Result<Side, InputError> {
    Ok(Reader::open(place, stock)?.finish())
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

fn give_back(block: Block, stock: &Stock) {
    if let Some(memory) = block.buffer.into_spare(BLOCK) {
        stock.blocks.give(memory);
    }
}
