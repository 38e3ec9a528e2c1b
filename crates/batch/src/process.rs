//! Converts the records of a block.

use std::io;

use events2logs_mapping::rows::{LEGACY_EVENT, LOG_EVENT};
use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Reject, Restored, Tables, restore,
};

use crate::block::{Block, LineCounter, Record};
use crate::buffer::Spare;
use crate::compress::{Encoded, Encoder};
use crate::csv::{CsvWriter, Table};
use crate::events::{Events, Fate};
use crate::formats::{Format, Formats, Task};
use crate::pointer::Pointer;
use crate::record::{Unfit, event_of, text_of};
use crate::reject::push_reject;
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

/// Why a record is rejected that may hold an event, and is none itself.
const NO_OBJECT_TYPE: &str = "no-object-type";

/// What became of a block.
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

    /// Converts the records of `block`, which is a part of the input `source`.
    ///
    /// # Errors
    /// Where there is no memory for an encoder.
    pub(crate) fn process(&self, block: Block, source: &str) -> io::Result<Processed<'t>> {
        let mut processed = Processed {
            out: self.outs.take().unwrap_or_default(),
            ..Processed::default()
        };
        // Twice the input is what LogEvents take.
        processed.out.reserve(block.bytes().len().saturating_mul(2));
        self.work(&block, source, &mut processed);
        if let Some(memory) = block.buffer.into_spare(BLOCK) {
            self.blocks.give(memory);
        }
        if !processed.out.is_empty() {
            processed.out = self.compress(std::mem::take(&mut processed.out))?;
        }
        Ok(processed)
    }

    fn compress(&self, plain: Vec<u8>) -> io::Result<Vec<u8>> {
        let encoder = self.encoders.take();
        let mut encoder =
            encoder.map_or_else(|| Encoder::new(self.formats.compress), io::Result::Ok)?;
        let encoded = encoder.encode(plain, || self.outs.take())?;
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

    fn work(&self, block: &Block, source: &str, processed: &mut Processed<'t>) {
        match self.action {
            Action::Convert { tables, options } => {
                let converter = self.converters.take();
                let mut converter = converter.unwrap_or_else(|| Converter::new(tables, options));
                let mut types = self.types.take().unwrap_or_default();
                self.each(block, source, processed, |text, out| {
                    Ok(match converter.convert(text, out)? {
                        Converted::LegacyEvent(type_match) => {
                            types.add(&type_match);
                            Fate::Converted
                        }
                        Converted::PassedThrough => Fate::PassedThrough,
                    })
                });
                processed.types = types;
                self.converters.give(converter);
            }
            Action::Restore => self.each(block, source, processed, |text, out| {
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
        processed: &mut Processed<'t>,
        mut convert: impl FnMut(&str, &mut Vec<u8>) -> Result<Fate, Reject>,
    ) {
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
        let mut one = |record: Record<'_>| {
            let text = whole.and_then(|whole| whole.get(Block::place_of(record)));
            let done = text
                .map_or_else(|| text_of(record.bytes), Ok)
                .and_then(|text| event_of(text, table.zip(cells.as_mut()), unwrap))
                .and_then(|event| {
                    let done = events.push(&mut processed.out, |out| convert(&event, out));
                    done.map_err(|reject| Unfit::from_reject(&reject, unwrap))
                });
            match done {
                Ok(Fate::Converted | Fate::Restored) => processed.tally.convert(),
                Ok(Fate::PassedThrough) => processed.tally.pass_through(),
                Err(unfit) => {
                    let line = lines.line_of(block, record);
                    let Processed { tally, rejects, .. } = processed;
                    let first = || {
                        let place = (format!("{source}:{line}"), unfit.reason.clone());
                        let whole = unwrap.is_none() && table.is_none();
                        let wrapped = text.filter(|_| whole && unfit.code == NO_OBJECT_TYPE);
                        (place, wrapped.and_then(Pointer::to_wrapped))
                    };
                    tally.reject(unfit.code, first);
                    push_reject(block, record, line, source, &unfit, rejects);
                }
            }
        };
        for record in block.records() {
            match block.page(record) {
                None => one(record),
                Some(page) => page.into_iter().for_each(&mut one),
            }
        }
    }
}

/// Writes what `action` makes as rows.
fn csv_writer(action: Action<'_>) -> CsvWriter {
    CsvWriter::new(match action {
        Action::Convert { .. } => LOG_EVENT,
        Action::Restore => LEGACY_EVENT,
    })
}
