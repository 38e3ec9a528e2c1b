//! One file, read again: its checksum, and its records as a run of this program sees them.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::block::{Block, LineCounter, Record};
use crate::buffer::Spare;
use crate::csv::{Cells, Table};
use crate::find::Place;
use crate::hashed::digest_of;
use crate::lane::outcome;
use crate::manifest::FileDigest;
use crate::permits::Permits;
use crate::pointer::Pointer;
use crate::record::{event_of, text_of};
use crate::run::Resources;
use crate::source::{InputError, Limits, Source};
use crate::split::{BLOCK, Splitter};

/// What all files are read with.
pub(super) struct Stock {
    /// Memory of blocks that were worked off.
    blocks: Spare<Vec<u8>>,
    /// For the memory that a block takes while it is read.
    permits: Permits,
}

impl Stock {
    pub(super) fn new(resources: Resources) -> Self {
        Self {
            blocks: Spare::new(resources.jobs),
            permits: Permits::new(resources.memory, resources.jobs),
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
    /// As it stands, without white space around it.
    pub(super) bytes: Vec<u8>,
    event: Event,
    /// The line, from 1, that it starts on.
    pub(super) line: u64,
    /// Decoded bytes before it.
    pub(super) byte: u64,
}

/// The event of a record.
#[derive(Debug)]
enum Event {
    /// The record itself.
    Record,
    /// What a row spells, or what another system has wrapped.
    Held(Vec<u8>),
    /// None, by the code that such a record is rejected with.
    None(&'static str),
}

impl Text {
    /// The event that the record is or holds; if it holds none, the record.
    pub(super) fn event(&self) -> &[u8] {
        match &self.event {
            Event::Held(event) => event,
            Event::Record | Event::None(_) => &self.bytes,
        }
    }

    /// The code that the record is rejected with before its event is looked at.
    pub(super) fn unfit(&self) -> Option<&'static str> {
        match self.event {
            Event::None(code) => Some(code),
            Event::Record | Event::Held(_) => None,
        }
    }
}

fn event(record: &[u8], table: Option<(&Table, &mut Cells)>, unwrap: Option<&Pointer>) -> Event {
    if table.is_none() && unwrap.is_none() {
        return Event::Record;
    }
    match text_of(record).and_then(|text| event_of(text, table, unwrap)) {
        Ok(event) => Event::Held(event.into_owned().into_bytes()),
        Err(unfit) => Event::None(unfit.code),
    }
}

/// Reads the records of a file, one after the other.
pub(super) struct Reader<'s> {
    splitter: Splitter<'s>,
    stock: &'s Stock,
    /// Where in a record the event is; without it, the record is the event.
    unwrap: Option<&'s Pointer>,
    ready: VecDeque<Text>,
    records: u64,
}

impl<'s> Reader<'s> {
    /// Opens a file, which may hold as much as `limits` allow.
    pub(super) fn open(
        place: &Place,
        limits: Limits,
        stock: &'s Stock,
    ) -> Result<Self, InputError> {
        Ok(Self {
            splitter: Splitter::new(Source::open(place)?.within(limits), &stock.blocks),
            stock,
            unwrap: None,
            ready: VecDeque::new(),
            records: 0,
        })
    }

    /// The same for records that hold their events at a place.
    pub(super) fn unwrapping(self, unwrap: Option<&'s Pointer>) -> Self {
        Self { unwrap, ..self }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Text> {
        while self.ready.is_empty() {
            let block = self.next_block()?;
            let (table, unwrap) = (block.table(), self.unwrap);
            let mut cells = table.map(Table::cells);
            let mut lines = LineCounter::default();
            each(&block, |record| {
                self.records = self.records.saturating_add(1);
                self.ready.push_back(Text {
                    bytes: record.bytes.to_vec(),
                    event: event(record.bytes, table.zip(cells.as_mut()), unwrap),
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
        let (digest, problem, _) = outcome(self.splitter);
        Side {
            digest,
            records: self.records,
            problem,
        }
    }
}

/// Reads all of a file.
pub(super) fn count(place: &Place, limits: Limits, stock: &Stock) -> Result<Side, InputError> {
    Ok(Reader::open(place, limits, stock)?.finish())
}

/// Size and checksum of a file, whatever it holds.
pub(super) fn digest(path: &Path) -> io::Result<FileDigest> {
    digest_of(File::open(path)?)
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
