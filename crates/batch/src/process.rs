//! Converts the records of a block.

use std::io::{self, Write};

use events2logs_mapping::rows::{LEGACY_EVENT, LOG_EVENT};
use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Reject, Restored, Tables, restore,
};

use crate::block::{Block, LineCounter, Record};
use crate::buffer::{ROOM, Spare};
use crate::compress::{Encoded, Encoder};
use crate::csv::{CsvWriter, Table};
use crate::events::{Events, Fate};
use crate::formats::{Format, Formats, Task};
use crate::permits::Permits;
use crate::pointer::Pointer;
use crate::record::{Unfit, event_of, text_of};
use crate::reject::push_reject;
use crate::run::RunError;
use crate::seams::Seams;
use crate::split::BLOCK;
use crate::tally::{Tally, Types};
use crate::weight::{LIGHT, SHORT, over_memory, weight};

/// What to do with each record.
#[derive(Debug, Clone, Copy)]
pub enum Action<'t> {
    /// Legacy events become LogEvents.
    Convert {
        /// The tables to go by.
        tables: &'t Tables,
        /// How.
        options: ConvertOptions,
    },
    /// LogEvents become the legacy events they were.
    Restore,
}

/// Why a record is rejected that may hold an event, and is none itself.
const NO_OBJECT_TYPE: &str = "no-object-type";

/// What a block became so far is handed on once it is as long: a block of usual events is not.
pub(crate) const PIECE: usize = 4 * BLOCK;

/// A longer record is not searched for an event that another system wrapped in it: it would become
/// a tree for that.
const SEARCHED: usize = 1 << 16;

/// What became of a block, or of a part of it.
#[derive(Debug, Default)]
pub(crate) struct Processed<'t> {
    /// Events as they are to be written, but for what stands between two blocks.
    pub(crate) out: Vec<u8>,
    /// One rejected record a line, as the rejects file has them.
    pub(crate) rejects: Vec<u8>,
    /// The counts, those by type aside.
    pub(crate) tally: Tally,
    pub(crate) types: Types<'t>,
}

impl Processed<'_> {
    /// What it takes.
    pub(crate) fn memory(&self) -> usize {
        self.out.len().saturating_add(self.rejects.len())
    }
}

/// Where a block's pieces go before all of it is done.
pub(crate) trait Onward<'t> {
    /// Hands on what there is so far; once it is the block's turn, it is written before this
    /// returns.
    fn hand_on(&mut self, piece: Processed<'t>) -> Result<(), RunError>;

    /// Waits till all blocks before this one are written.
    fn wait_for_turn(&mut self) -> Result<(), RunError>;
}

/// What the threads of a run work with, and what they use again block after block.
#[derive(Debug)]
pub(crate) struct Workshop<'t> {
    pub(crate) action: Action<'t>,
    pub(crate) formats: &'t Formats,
    /// What stands between the blocks of an output.
    pub(crate) seams: Seams,
    converters: Spare<Converter<'t>>,
    encoders: Spare<Encoder>,
    types: Spare<Types<'t>>,
    /// Memory of blocks that were worked off.
    pub(crate) blocks: Spare<Vec<u8>>,
    outs: Spare<Vec<u8>>,
}

impl<'t> Workshop<'t> {
    /// For a pool of so many threads.
    ///
    /// # Errors
    /// Where there is no memory for an encoder.
    pub(crate) fn new(task: Task<'t>, threads: usize) -> io::Result<Self> {
        let Task { action, formats } = task;
        let header = csv_writer(action).header();
        Ok(Self {
            action,
            formats,
            seams: Seams::new(formats, &header)?,
            converters: Spare::new(threads),
            encoders: Spare::new(threads),
            types: Spare::new(threads),
            blocks: Spare::new(threads),
            outs: Spare::new(threads),
        })
    }

    /// Converts the records of `block`, which is a part of the input `source`. Returns the last
    /// piece; those before it go `onward`.
    ///
    /// # Errors
    /// Where there is no memory for an encoder, or `onward` has one.
    pub(crate) fn process(
        &self,
        block: Block,
        source: &str,
        permits: &Permits,
        onward: &mut dyn Onward<'t>,
    ) -> Result<Processed<'t>, RunError> {
        let mut making = Making {
            workshop: self,
            done: Processed {
                out: self.outs.take().unwrap_or_default(),
                ..Processed::default()
            },
            onward,
        };
        // Twice the input is what LogEvents take.
        let usual = block.bytes().len().min(BLOCK).saturating_mul(2);
        making.done.out.reserve(usual);
        self.work(&block, source, permits, &mut making)?;
        let mut processed = making.done;
        if let Some(memory) = block.buffer.into_spare(BLOCK) {
            self.blocks.give(memory);
        }
        if !processed.out.is_empty() {
            processed.out = self.compress(std::mem::take(&mut processed.out))?;
        }
        Ok(processed)
    }

    fn compress(&self, plain: Vec<u8>) -> Result<Vec<u8>, RunError> {
        let encoder = self.encoders.take();
        let mut encoder = encoder
            .map_or_else(|| Encoder::new(self.formats.compress), io::Result::Ok)
            .map_err(RunError::Compress)?;
        let encoded = encoder
            .encode(plain, || self.outs.take())
            .map_err(RunError::Compress)?;
        self.encoders.give(encoder);
        Ok(match encoded {
            Encoded::AsItIs(plain) => plain,
            Encoded::Compressed { bytes, spare } => {
                self.written(spare);
                bytes
            }
        })
    }

    /// Takes back the types of a block, once they are counted.
    pub(crate) fn counted(&self, types: Types<'t>) {
        self.types.give(types);
    }

    /// Takes back what a block was converted to, once it is written.
    pub(crate) fn written(&self, mut out: Vec<u8>) {
        // A longer one was made for a record of unusual length, a shorter one by an encoder.
        if (BLOCK..=BLOCK.saturating_mul(4)).contains(&out.capacity()) {
            out.clear();
            self.outs.give(out);
        }
    }

    fn work(
        &self,
        block: &Block,
        source: &str,
        permits: &Permits,
        making: &mut Making<'_, 't>,
    ) -> Result<(), RunError> {
        match self.action {
            Action::Convert { tables, options } => {
                let converter = self.converters.take();
                let mut converter = converter.unwrap_or_else(|| Converter::new(tables, options));
                let mut types = self.types.take().unwrap_or_default();
                let done = self.each(block, source, permits, making, |text, is_heavy, out| {
                    let converted = if is_heavy {
                        // The other way keeps lists, and begins anew where it comes to nothing.
                        converter.convert_by_reference(text, out)?
                    } else {
                        converter.convert(text, out)?
                    };
                    Ok(match converted {
                        Converted::LegacyEvent(type_match) => {
                            types.add(&type_match);
                            Fate::Converted
                        }
                        Converted::PassedThrough => Fate::PassedThrough,
                    })
                });
                making.done.types = types;
                self.converters.give(converter);
                done
            }
            Action::Restore => self.each(block, source, permits, making, |text, _, out| {
                Ok(match restore(text, out)? {
                    Restored::LegacyEvent => Fate::Restored,
                    Restored::PassedThrough => Fate::PassedThrough,
                })
            }),
        }
    }

    fn each(
        &self,
        block: &Block,
        source: &str,
        permits: &Permits,
        making: &mut Making<'_, 't>,
        mut convert: impl FnMut(&str, bool, &mut Vec<u8>) -> Result<Fate, Reject>,
    ) -> Result<(), RunError> {
        let mut events = match self.formats.to {
            Format::Ndjson => Events::Lines,
            Format::Json => Events::Elements,
            Format::Csv => Events::rows(csv_writer(self.action)),
        };
        let table = block.table();
        let mut cells = table.map(Table::cells);
        let unwrap = self.formats.unwrap.as_ref();
        let mut lines = LineCounter::default();
        // Looked at once for all records, unless one of them is at fault.
        let whole = simdutf8::basic::from_utf8(block.bytes()).ok();
        let is_wrapped = table.is_some() || unwrap.is_some();
        let most = permits.shares.record;
        // `held` is the length of what is in memory because of it.
        let mut one = |record: Record<'_>, held: usize| -> Result<(), RunError> {
            let text = whole.and_then(|whole| whole.get(Block::place_of(record)));
            let len = record.bytes.len();
            let is_short = len <= SHORT;
            let weigh = |event: &str| weight(event.as_bytes(), self.action, self.formats);
            let needed = match text {
                _ if is_short => 0,
                // To take it out of there.
                _ if is_wrapped => len.saturating_mul(3),
                Some(text) => weigh(text),
                None => 0,
            };
            let is_heavy = !is_short && (is_wrapped || needed > LIGHT);
            let heavy = if is_heavy {
                making.hand_on()?;
                making.onward.wait_for_turn()?;
                Some(permits.heavy())
            } else {
                None
            };
            let done = text
                .map_or_else(|| text_of(record.bytes), Ok)
                .and_then(|text| {
                    fits(text, held.saturating_add(needed), most, is_wrapped)?;
                    let event = event_of(text, table.zip(cells.as_mut()), unwrap)?;
                    if is_wrapped && is_heavy {
                        let needed = event.len().saturating_add(weigh(&event));
                        fits(&event, held.saturating_add(needed), most, false)?;
                    }
                    if is_heavy {
                        making.done.out.reserve(ROOM);
                    }
                    let done =
                        events.push(&mut making.done.out, |out| convert(&event, is_heavy, out));
                    done.map_err(|reject| Unfit::from_reject(&reject, unwrap))
                });
            match done {
                Ok(Fate::Converted | Fate::Restored) => making.done.tally.convert(),
                Ok(Fate::PassedThrough) => making.done.tally.pass_through(),
                Err(unfit) => {
                    let line = lines.line_of(block, record);
                    let first = || {
                        let place = (format!("{source}:{line}"), unfit.reason.clone());
                        let searched = !is_wrapped && len <= SEARCHED;
                        let wrapped = text.filter(|_| searched && unfit.code == NO_OBJECT_TYPE);
                        (place, wrapped.and_then(Pointer::to_wrapped))
                    };
                    making.done.tally.reject(unfit.code, first);
                    push_reject(block, record, line, source, &unfit, making)?;
                }
            }
            if is_heavy || making.done.memory() >= PIECE {
                making.hand_on()?;
            }
            drop(heavy);
            Ok(())
        };
        for record in block.records() {
            let held = record.bytes.len();
            match block.page(record) {
                None => one(record, held)?,
                Some(mut page) => page.try_for_each(|record| one(record, held))?,
            }
        }
        Ok(())
    }
}

/// A block on its way to what it becomes.
pub(crate) struct Making<'m, 't> {
    workshop: &'m Workshop<'t>,
    /// What there is and was not handed on.
    done: Processed<'t>,
    onward: &'m mut dyn Onward<'t>,
}

impl Making<'_, '_> {
    /// Hands on what there is.
    fn hand_on(&mut self) -> Result<(), RunError> {
        if self.done.memory() == 0 {
            return Ok(());
        }
        let mut piece = std::mem::take(&mut self.done);
        if !piece.out.is_empty() {
            piece.out = self.workshop.compress(std::mem::take(&mut piece.out))?;
        }
        self.onward.hand_on(piece)?;
        self.done.out = self.workshop.outs.take().unwrap_or_default();
        Ok(())
    }
}

/// The lines of rejects, of which a long one goes on in pieces too.
impl Write for Making<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let some = bytes.get(..PIECE).unwrap_or(bytes);
        self.done.rejects.extend_from_slice(some);
        if self.done.memory() >= PIECE {
            self.hand_on().map_err(io::Error::other)?;
        }
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether `event`, which needs so many bytes of memory, is to be converted at all.
fn fits(event: &str, needed: usize, most: usize, is_wrapped: bool) -> Result<(), Unfit> {
    if needed <= most {
        return Ok(());
    }
    // What is no JSON is told as such, as long as that takes no memory.
    if !is_wrapped && let Err(error) = events2logs_mapping::syntax(event) {
        return Err(Unfit::from_reject(&Reject::Json(error), None));
    }
    Err(over_memory(needed, most))
}

/// Writes what `action` makes as rows.
fn csv_writer(action: Action<'_>) -> CsvWriter {
    CsvWriter::new(match action {
        Action::Convert { .. } => LOG_EVENT,
        Action::Restore => LEGACY_EVENT,
    })
}
