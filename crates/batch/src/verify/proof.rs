//! One event held against the record it was made from.

use std::hash::{DefaultHasher, Hasher as _};

use events2logs_mapping::rows::{LOG_EVENT, Nulls};
use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Difference, Reject, Restored, Tables, canonical,
    first_difference, restore,
};

use crate::buffer::Spare;
use crate::csv::{CsvWriter, Table};
use crate::formats::{Format, Formats};
use crate::permits::Shares;
use crate::process::Action;
use crate::record::{INVALID_UTF8, cut};
use crate::run::LEAST_MEMORY;
use crate::weight::{OVER_MEMORY, weight};

/// How events are held against records.
pub(super) enum Proof<'t> {
    /// LogEvents against legacy events.
    Convert(Box<Again<'t>>),
    /// Legacy events against LogEvents.
    Restore,
}

/// Converts records again.
pub(super) struct Again<'t> {
    tables: &'t Tables,
    options: ConvertOptions,
    /// Whether these are those of the run; if not, only what they do not decide counts.
    of_the_run: bool,
    converters: Spare<Converter<'t>>,
    rows: Option<Rows>,
}

/// What an event is once it was written as a row and read again: a cell cannot tell null from
/// nothing.
struct Rows {
    table: Table,
    writers: Spare<CsvWriter>,
}

impl Rows {
    /// `None` only if the header is none, which a test of the CSV would tell.
    fn new(jobs: usize) -> Option<Self> {
        let header = CsvWriter::new(LOG_EVENT).header();
        Some(Self {
            table: Table::of(&header, true)?,
            writers: Spare::new(jobs),
        })
    }

    fn read_again(&self, event: &str) -> Option<String> {
        let writer = self.writers.take();
        let mut writer = writer.unwrap_or_else(|| CsvWriter::new(LOG_EVENT));
        let mut row = Vec::new();
        let pushed = writer.push(event, Nulls::Drop, &mut row);
        self.writers.give(writer);
        pushed.ok()?;
        let row = String::from_utf8(row).ok()?;
        let mut event = Vec::new();
        let row = row.strip_suffix('\n').unwrap_or(&row);
        self.table
            .event(row, &mut self.table.cells(), &mut event, usize::MAX)
            .ok()?;
        String::from_utf8(event).ok()
    }
}

impl<'t> Again<'t> {
    /// By the options of the run, which go with its tables.
    pub(super) fn of_the_run(
        tables: &'t Tables,
        options: ConvertOptions,
        is_csv: bool,
        jobs: usize,
    ) -> Self {
        Self {
            rows: is_csv.then(|| Rows::new(jobs)).flatten(),
            tables,
            options,
            of_the_run: true,
            converters: Spare::new(jobs),
        }
    }

    /// By other tables than those of the run.
    pub(super) fn by_others(tables: &'t Tables, jobs: usize) -> Self {
        Self {
            tables,
            options: ConvertOptions::default(),
            rows: None,
            of_the_run: false,
            converters: Spare::new(jobs),
        }
    }

    /// What `record` becomes, and how.
    fn convert(&self, record: &str) -> Result<(String, Same), Reject> {
        let converter = self.converters.take();
        let mut converter = converter.unwrap_or_else(|| Converter::new(self.tables, self.options));
        let mut out = Vec::new();
        let converted = converter.convert(record, &mut out).map(|it| match it {
            Converted::LegacyEvent(_) => Same::Converted,
            Converted::PassedThrough => Same::PassedThrough,
        });
        self.converters.give(converter);
        // It is text, as the record is.
        let out = String::from_utf8(out).unwrap_or_default();
        let rows = self.rows.as_ref();
        converted.map(|same| match rows.and_then(|rows| rows.read_again(&out)) {
            Some(read) if same == Same::Converted => (read, same),
            _ => (out, same),
        })
    }

    fn compare(&self, input: &str, output: &str) -> Result<Same, Unlike> {
        let (again, same) = match self.convert(input) {
            Ok(converted) => converted,
            // What is rejected has no place among the outputs.
            Err(_) if self.of_the_run => return Err(Unlike::Restored(None)),
            Err(_) => {
                let (restored, same) = restored(output).ok_or(Unlike::Restored(None))?;
                equal(input, &restored).map_err(Unlike::Restored)?;
                return Ok(same);
            }
        };
        if same == Same::PassedThrough {
            equal(input, output).map_err(Unlike::Restored)?;
            return Ok(same);
        }
        let (restored, how) = restored(output).ok_or(Unlike::Restored(None))?;
        equal(input, &restored).map_err(Unlike::Restored)?;
        if how == Same::PassedThrough {
            // The record itself, which should have been converted.
            equal(&again, output).map_err(Unlike::Restored)?;
        }
        if self.of_the_run {
            equal(&again, output).map_err(|difference| match difference {
                Some(difference) => Unlike::Altered(difference),
                None => Unlike::Restored(None),
            })?;
        }
        Ok(same)
    }
}

/// How an event goes with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Same {
    /// It was converted from it.
    Converted,
    /// It stands as it was.
    PassedThrough,
}

/// How an event does not go with a record.
#[derive(Debug)]
pub(super) enum Unlike {
    /// It does not restore to it; without a difference where one of them is not even JSON.
    Restored(Option<Difference>),
    /// That is not known: it takes more memory than there is.
    NotCompared { needed: usize, most: usize },
    /// It restores to it, but is not what converting makes of it.
    Altered(Difference),
}

impl Proof<'_> {
    /// Holds the event `output` against the record `input`.
    pub(super) fn compare(&self, input: &[u8], output: &[u8]) -> Result<Same, Unlike> {
        let (Ok(input), Ok(output)) = (std::str::from_utf8(input), std::str::from_utf8(output))
        else {
            return Err(Unlike::Restored(None));
        };
        match self {
            Self::Convert(again) => again.compare(input, output),
            Self::Restore => {
                let (restored, same) = restored(input).ok_or(Unlike::Restored(None))?;
                equal(&restored, output).map_err(Unlike::Restored)?;
                Ok(same)
            }
        }
    }

    /// How much memory it may take at most to hold an event against `record`, of the input or of the
    /// output, that being read and copied included.
    pub(super) fn needed(&self, record: &[u8], of_input: bool) -> usize {
        let (action, formats) = match self {
            Self::Convert(again) if of_input => (
                Action::Convert {
                    tables: again.tables,
                    options: again.options,
                },
                Formats {
                    to: if again.rows.is_some() {
                        Format::Csv
                    } else {
                        Format::Ndjson
                    },
                    ..Formats::default()
                },
            ),
            _ => (Action::Restore, Formats::default()),
        };
        let weight = weight(record, action, &formats);
        let copies = record.len().saturating_mul(3);
        copies.saturating_add(weight).saturating_add(weight / 4)
    }

    /// Whether `record` is rejected for the reason `code`; else for which one it is, if for any.
    /// Without the tables of the run nobody knows.
    pub(super) fn rejects(&self, record: &[u8], code: &str) -> Result<(), Option<String>> {
        let found = match (std::str::from_utf8(record), self) {
            // The run may have had less memory than there is now.
            (Ok(_), _) if code == OVER_MEMORY && self.needed(record, true) > least() => {
                return Ok(());
            }
            (Err(_), _) => Some(INVALID_UTF8),
            (Ok(_), Self::Convert(again)) if !again.of_the_run => return Ok(()),
            (Ok(text), Self::Convert(again)) => again.convert(text).err().map(|it| it.code()),
            (Ok(text), Self::Restore) => {
                let restored = restore(text, &mut Vec::new());
                restored.err().map(|reject| reject.code())
            }
        };
        match found {
            Some(found) if found == code => Ok(()),
            found => Err(found.map(str::to_owned)),
        }
    }
}

/// What there is for a record where there is the least memory.
fn least() -> usize {
    Shares::of(LEAST_MEMORY).record(true)
}

/// What a LogEvent restores to.
fn restored(log_event: &str) -> Option<(String, Same)> {
    let mut out = Vec::new();
    let same = match restore(log_event, &mut out).ok()? {
        Restored::LegacyEvent => Same::Converted,
        Restored::PassedThrough => Same::PassedThrough,
    };
    Some((String::from_utf8(out).ok()?, same))
}

/// Whether two texts are the same JSON; else where they differ, `None` where one is no JSON.
fn equal(left: &str, right: &str) -> Result<(), Option<Difference>> {
    if left == right {
        return Ok(());
    }
    match first_difference(left, right) {
        Ok(None) => Ok(()),
        Ok(difference) => Err(difference.map(shortened)),
        Err(_) => Err(None),
    }
}

/// The same with values that a finding has room for: one of many may be a whole event.
fn shortened(difference: Difference) -> Difference {
    const LONG: usize = 1 << 12;
    let short = |value: String| cut(&value, LONG).into_owned();
    Difference {
        pointer: short(difference.pointer),
        left: difference.left.map(short),
        right: difference.right.map(short),
    }
}

/// What a record of the input, an event of the output, and what it restores to have in common: the
/// same for all spellings of one JSON value; for what is no JSON, of its bytes.
pub(super) fn key(record: &[u8]) -> u64 {
    let text = std::str::from_utf8(record).ok();
    let restored = text.and_then(restored);
    let text = restored.as_ref().map(|(text, _)| text.as_str()).or(text);
    let mut spelled = String::new();
    let is_json = text.is_some_and(|it| canonical(it, &mut spelled).is_ok());
    let mut hash = DefaultHasher::new();
    hash.write(if is_json { spelled.as_bytes() } else { record });
    hash.finish()
}
