//! Converts the records of a block.

use std::io::{self, Write};

use events2logs_mapping::rows::{LEGACY_EVENT, LOG_EVENT};
use events2logs_mapping::{ConvertOptions, Converted, Converter, Restored, Tables, restore};

use crate::block::Block;
use crate::buffer::Spare;
use crate::compress::{Encoded, Encoder};
use crate::csv::CsvWriter;
use crate::each::each;
use crate::events::Fate;
use crate::formats::{Formats, Task};
use crate::permits::Permits;
use crate::run::RunError;
use crate::seams::Seams;
use crate::split::BLOCK;
use crate::tally::{Tally, Types};

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

impl<'t> Action<'t> {
    /// No converted events so far.
    pub(crate) fn types(self) -> Types<'t> {
        match self {
            Self::Convert { tables, .. } => Types::new(tables.event_types.rows()),
            Self::Restore => Types::default(),
        }
    }
}

/// What a block became so far is handed on once it is as long: a block of usual events is not.
pub(crate) const PIECE: usize = 3 * BLOCK;

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

    /// Converts the records of `block`, which is a part of `origin`. Returns the last piece; those
    /// before it go `onward`.
    ///
    /// # Errors
    /// Where there is no memory for an encoder, or `onward` has one.
    pub(crate) fn process(
        &self,
        block: Block,
        origin: Origin<'_>,
        permits: &Permits,
        onward: &mut dyn Onward<'t>,
    ) -> Result<Processed<'t>, RunError> {
        let mut making = Making {
            workshop: self,
            origin,
            permits,
            done: Processed {
                out: self.outs.take().unwrap_or_default(),
                ..Processed::default()
            },
            onward,
        };
        // Twice the input is what LogEvents take.
        let usual = block.bytes().len().min(BLOCK).saturating_mul(2);
        making.done.out.reserve(usual);
        self.work(&block, &mut making)?;
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
        if types.has_memory() {
            self.types.give(types);
        }
    }

    /// Takes back what a block was converted to, once it is written.
    pub(crate) fn written(&self, mut out: Vec<u8>) {
        // A longer one was made for a record of unusual length, a shorter one by an encoder.
        if (BLOCK..=BLOCK.saturating_mul(4)).contains(&out.capacity()) {
            out.clear();
            self.outs.give(out);
        }
    }

    fn work(&self, block: &Block, making: &mut Making<'_, 't>) -> Result<(), RunError> {
        match self.action {
            Action::Convert { tables, options } => {
                let converter = self.converters.take();
                let mut converter = converter.unwrap_or_else(|| Converter::new(tables, options));
                let types = self.types.take();
                let mut types = types.unwrap_or_else(|| self.action.types());
                let done = each(block, making, |text, is_heavy, out| {
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
            Action::Restore => each(block, making, |text, _, out| {
                Ok(match restore(text, out)? {
                    Restored::LegacyEvent => Fate::Restored,
                    Restored::PassedThrough => Fate::PassedThrough,
                })
            }),
        }
    }
}

/// The input that a block is a part of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'o> {
    /// Its name.
    pub(crate) name: &'o str,
    /// How much memory a record of it may take that is not short.
    pub(crate) most: usize,
}

/// A block on its way to what it becomes.
pub(crate) struct Making<'m, 't> {
    pub(crate) workshop: &'m Workshop<'t>,
    pub(crate) origin: Origin<'m>,
    pub(crate) permits: &'m Permits,
    /// What there is and was not handed on.
    pub(crate) done: Processed<'t>,
    pub(crate) onward: &'m mut dyn Onward<'t>,
}

impl Making<'_, '_> {
    /// Hands on what there is.
    pub(crate) fn hand_on(&mut self) -> Result<(), RunError> {
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

/// Writes what `action` makes as rows.
pub(crate) fn csv_writer(action: Action<'_>) -> CsvWriter {
    CsvWriter::new(match action {
        Action::Convert { .. } => LOG_EVENT,
        Action::Restore => LEGACY_EVENT,
    })
}
