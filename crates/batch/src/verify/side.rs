//! One file, read again: its checksum, and its records as a run of this program sees them.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::Path;

use super::finding::Part;
use super::rejects::{RecordSum, sum};
use crate::block::{Block, LineCounter, Record};
use crate::buffer::Spare;
use crate::csv::{Cells, Table};
use crate::find::Place;
use crate::hashed::digest_of;
use crate::lane::outcome;
use crate::manifest::FileDigest;
use crate::permits::Permits;
use crate::pointer::Pointer;
use crate::record::{NoEvent, event_of, text_of};
use crate::run::Resources;
use crate::source::{InputError, Limits, Source};
use crate::split::{BLOCK, Splitter};
use crate::weight::SHORT;

/// What all files are read with.
pub(super) struct Stock {
    /// Memory of blocks that were worked off.
    blocks: Spare<Vec<u8>>,
    /// For the memory that a block takes while it is read.
    permits: Permits,
    memory: usize,
    jobs: usize,
}

/// How what takes much memory is read: records that are not short, and large windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Beside other files: it is for later.
    Together,
    /// Alone.
    Alone,
}

impl Stock {
    pub(super) fn new(resources: Resources) -> Self {
        Self {
            blocks: Spare::new(resources.jobs),
            permits: Permits::new(resources.memory, resources.jobs),
            memory: resources.memory,
            jobs: resources.jobs,
        }
    }

    /// Gives back what was kept to be used again.
    pub(super) fn let_go(&self) {
        self.blocks.clear();
    }

    /// How much memory a record may take, beside a window maybe.
    pub(super) fn most(&self, turn: Turn, has_window: bool) -> usize {
        match turn {
            // For both sides of each, a quarter of all.
            Turn::Together => (self.memory / 8)
                .checked_div(self.jobs)
                .unwrap_or(self.memory)
                .max(SHORT),
            Turn::Alone => self.permits.shares.record(has_window),
        }
    }

    /// The limits to a file of this kind. Outputs are the run's own, so that their windows are known.
    fn limits(&self, limits: Limits, part: Part, turn: Turn) -> Limits {
        /// Of what is compressed as one piece, which is no longer.
        const PIECES: u32 = 20;
        /// Of an event that is longer, by the level.
        const LEVEL: u32 = 21;
        limits.with_window(match (part, turn) {
            (Part::Output, Turn::Together) => PIECES,
            (Part::Output, Turn::Alone) => LEVEL,
            (_, Turn::Together) => self.permits.shares.window_each(self.jobs),
            (_, Turn::Alone) => self.permits.shares.window,
        })
    }

    /// How many bytes of records are copied at a time.
    pub(super) fn stretch(&self, turn: Turn) -> usize {
        const MOST: usize = 4 << 20;
        match turn {
            Turn::Together => (self.most(turn, false) / 4).min(MOST),
            Turn::Alone => self.memory / 32,
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

impl Side {
    /// Whether it was not read on because of a window that is too large.
    pub(super) fn has_large_window(&self) -> bool {
        matches!(self.problem, Some(InputError::Window { .. }))
    }
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
    /// Not looked at, and not even copied: it takes more memory than there is.
    Heavy(Box<Heavy>),
}

/// A record that takes more memory to compare than there is.
#[derive(Debug)]
pub(super) struct Heavy {
    pub(super) needed: usize,
    pub(super) most: usize,
    /// Its checksum.
    pub(super) sum: RecordSum,
    /// Whether it is JSON, as far as that is told without keeping any of it.
    pub(super) is_json: bool,
}

impl Text {
    /// The event that the record is or holds; if it holds none, the record.
    pub(super) fn event(&self) -> &[u8] {
        match &self.event {
            Event::Held(event) => event,
            Event::Record | Event::None(_) | Event::Heavy(_) => &self.bytes,
        }
    }

    /// Why the record is not looked at, if it is not.
    pub(super) fn heavy(&self) -> Option<&Heavy> {
        match &self.event {
            Event::Heavy(heavy) => Some(heavy),
            _ => None,
        }
    }

    /// The code that the record is rejected with before its event is looked at.
    pub(super) fn unfit(&self) -> Option<&'static str> {
        match self.event {
            Event::None(code) => Some(code),
            Event::Record | Event::Held(_) | Event::Heavy(_) => None,
        }
    }
}

/// The event of `record`, and how much memory it takes to compare it: `needed` says so for what is
/// not short, and there is no event if that is more than `most`.
fn event(
    record: &[u8],
    table: Option<(&Table, &mut Cells)>,
    unwrap: Option<&Pointer>,
    most: usize,
    needed: &dyn Fn(&[u8]) -> usize,
) -> (Event, usize) {
    let needed = |event: &[u8]| match event.len() {
        ..=SHORT => 0,
        _ => needed(event),
    };
    if table.is_none() && unwrap.is_none() {
        return (Event::Record, needed(record));
    }
    // As it was read, and its copy.
    let held = match record.len() {
        ..=SHORT => 0,
        len => len.saturating_mul(2),
    };
    let left = most.saturating_sub(held);
    let event = text_of(record)
        .map_err(NoEvent::from)
        .and_then(|text| event_of(text, table, unwrap, left));
    match event {
        Ok(event) => {
            let event = event.into_owned().into_bytes();
            let needed = held.saturating_add(needed(&event));
            (Event::Held(event), needed)
        }
        Err(NoEvent::Unfit(unfit)) => (Event::None(unfit.code), held),
        // Which is more than `most`.
        Err(NoEvent::OverMemory { needed }) => (Event::Record, held.saturating_add(needed)),
    }
}

/// Reads the records of a file, one after the other.
pub(super) struct Reader<'s> {
    splitter: Splitter<'s>,
    stock: &'s Stock,
    /// Where in a record the event is; without it, the record is the event.
    unwrap: Option<&'s Pointer>,
    /// The block at hand, and how many of its records were taken.
    block: Option<(Block, LineCounter, usize)>,
    ready: VecDeque<Text>,
    records: u64,
    turn: Turn,
    /// Whether it, or what is read beside it, has a window.
    has_window: bool,
    postponed: bool,
}

/// Records that are copied at a time.
const COPIED: usize = 4096;

impl<'s> Reader<'s> {
    /// Opens a file, which may hold as much as `limits` allow.
    pub(super) fn open(
        (part, place): (Part, &Place),
        limits: Limits,
        stock: &'s Stock,
        turn: Turn,
    ) -> Result<Self, InputError> {
        let source = Source::open(place, stock.limits(limits, part, turn))?;
        let is_later = matches!(source.problem(), Some(InputError::Window { .. }));
        Ok(Self {
            has_window: source.has_window(),
            splitter: Splitter::new(source, &stock.blocks),
            stock,
            unwrap: None,
            block: None,
            ready: VecDeque::new(),
            records: 0,
            turn,
            postponed: is_later && turn == Turn::Together,
        })
    }

    /// The same for records that hold their events at a place.
    pub(super) fn unwrapping(self, unwrap: Option<&'s Pointer>) -> Self {
        Self { unwrap, ..self }
    }

    /// The same, read at the same time as `other`.
    pub(super) fn beside(self, other: &Self) -> Self {
        let has_window = self.has_window || other.has_window;
        Self { has_window, ..self }
    }

    /// Whether there is a record that is for later: then nothing more is read.
    pub(super) fn is_postponed(&self) -> bool {
        self.postponed
    }

    /// The next record; `needed` says how much memory one takes that is not short.
    pub(super) fn next(&mut self, needed: &dyn Fn(&[u8]) -> usize) -> Option<Text> {
        while self.ready.is_empty() {
            if self.postponed {
                return None;
            }
            let (block, lines, taken) = match self.block.take() {
                Some(block) => block,
                None => (self.next_block()?, LineCounter::default(), 0),
            };
            self.copy(block, lines, taken, needed);
        }
        self.ready.pop_front()
    }

    /// Copies some records of `block`, of which so many were taken.
    fn copy(
        &mut self,
        block: Block,
        mut lines: LineCounter,
        taken: usize,
        needed: &dyn Fn(&[u8]) -> usize,
    ) {
        let (table, unwrap) = (block.table(), self.unwrap);
        let mut cells = table.map(Table::cells);
        let most = self.stock.most(self.turn, self.has_window);
        let stretch = self.stock.stretch(self.turn);
        let (mut bytes, mut more) = (0_usize, 0_usize);
        let mut postponed = false;
        if self.turn == Turn::Together {
            // A page is long too.
            postponed = block.records().any(|it| it.bytes.len() > most);
        }
        let mut is_left = false;
        if !postponed {
            each_while(&block, taken, |record| {
                if more >= COPIED || bytes >= stretch && more > 0 {
                    is_left = true;
                    return false;
                }
                let table = table.zip(cells.as_mut());
                let (event, needed) = event(record.bytes, table, unwrap, most, needed);
                if needed > most && self.turn == Turn::Together {
                    postponed = true;
                    return false;
                }
                let (copy, event) = if needed > most {
                    let text = std::str::from_utf8(record.bytes);
                    let heavy = Heavy {
                        needed,
                        most,
                        sum: sum(record.bytes),
                        is_json: text.is_ok_and(|it| events2logs_mapping::syntax(it).is_ok()),
                    };
                    (Vec::new(), Event::Heavy(Box::new(heavy)))
                } else {
                    (record.bytes.to_vec(), event)
                };
                // What is behind a long one is short: to leave it would keep the long one twice.
                if copy.len() <= BLOCK {
                    bytes = bytes.saturating_add(copy.len());
                }
                more = more.saturating_add(1);
                self.records = self.records.saturating_add(1);
                self.ready.push_back(Text {
                    bytes: copy,
                    event,
                    line: lines.line_of(&block, record),
                    byte: block.byte_of(record),
                });
                true
            });
        }
        self.postponed = postponed;
        if is_left {
            self.block = Some((block, lines, taken.saturating_add(more)));
        } else {
            give_back(block, self.stock);
        }
    }

    fn next_block(&mut self) -> Option<Block> {
        // Given back as soon as the block is read: so nobody waits for one while it has another.
        let mut permit = self.stock.permits.take()?;
        self.splitter.next_block(&mut permit)
    }

    /// Reads what is left, and says what there was.
    pub(super) fn finish(mut self) -> Side {
        if let Some((block, _, taken)) = self.block.take() {
            each_while(&block, taken, |_| {
                self.records = self.records.saturating_add(1);
                true
            });
        }
        while let Some(block) = self.next_block() {
            each_while(&block, 0, |_| {
                self.records = self.records.saturating_add(1);
                true
            });
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

/// Size and checksum of a file, whatever it holds.
pub(super) fn digest(path: &Path) -> io::Result<FileDigest> {
    digest_of(File::open(path)?)
}

/// The records of a block as a run takes them, those of a page one by one, but for the first
/// `skipped`; as long as `one` returns true.
fn each_while<'b>(block: &'b Block, skipped: usize, mut one: impl FnMut(Record<'b>) -> bool) {
    let mut left = skipped;
    let mut unless_skipped = |record| match left.checked_sub(1) {
        Some(fewer) => {
            left = fewer;
            true
        }
        None => one(record),
    };
    for record in block.records() {
        let goes_on = match block.page(record) {
            None => unless_skipped(record),
            Some(mut page) => page.all(&mut unless_skipped),
        };
        if !goes_on {
            return;
        }
    }
}

fn give_back(block: Block, stock: &Stock) {
    if let Some(memory) = block.buffer.into_spare(BLOCK) {
        stock.blocks.give(memory);
    }
}
