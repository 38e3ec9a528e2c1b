//! One event held against the record it was made from.

use std::hash::{DefaultHasher, Hasher as _};

use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Difference, Restored, Tables, canonical,
    first_difference, restore,
};

use crate::buffer::Spare;
use crate::process::INVALID_UTF8;

/// How events are held against records.
pub(super) enum Proof<'t> {
    /// LogEvents against legacy events.
    Convert {
        /// By which they were converted, where those are at hand.
        tables: Option<(&'t Tables, ConvertOptions)>,
        converters: Spare<Converter<'t>>,
    },
    /// Legacy events against LogEvents.
    Restore,
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
    /// It restores to it, but is not what converting makes of it.
    Altered(Difference),
}

impl<'t> Proof<'t> {
    /// Holds the event `output` against the record `input`.
    pub(super) fn compare(&self, input: &[u8], output: &[u8]) -> Result<Same, Unlike> {
        let (Ok(input), Ok(output)) = (std::str::from_utf8(input), std::str::from_utf8(output))
        else {
            return Err(Unlike::Restored(None));
        };
        match self {
            Self::Convert { tables, converters } => {
                let (restored, same) = restored(output).ok_or(Unlike::Restored(None))?;
                equal(input, &restored).map_err(Unlike::Restored)?;
                let Some((tables, options)) = tables else {
                    return Ok(same);
                };
                let converter = converters.take();
                let mut converter = converter.unwrap_or_else(|| Converter::new(tables, *options));
                let mut again = Vec::new();
                let converted = converter.convert(input, &mut again).map(|it| match it {
                    Converted::LegacyEvent(_) => Same::Converted,
                    Converted::PassedThrough => Same::PassedThrough,
                });
                converters.give(converter);
                // What is rejected has no place among the outputs.
                let converted = converted.map_err(|_| Unlike::Restored(None))?;
                if again == output.as_bytes() {
                    return Ok(converted);
                }
                let again = String::from_utf8_lossy(&again);
                match equal(&again, output) {
                    Ok(()) => Ok(converted),
                    Err(Some(difference)) => Err(Unlike::Altered(difference)),
                    Err(None) => Err(Unlike::Restored(None)),
                }
            }
            Self::Restore => {
                let (restored, same) = restored(input).ok_or(Unlike::Restored(None))?;
                equal(&restored, output).map_err(Unlike::Restored)?;
                Ok(same)
            }
        }
    }

    /// What two records that go together have in common: of the input's side.
    pub(super) fn key_of_input(&self, input: &[u8]) -> u64 {
        match self {
            Self::Convert { .. } => key(input),
            Self::Restore => key_of_restored(input),
        }
    }

    /// The same of the output's side.
    pub(super) fn key_of_output(&self, output: &[u8]) -> u64 {
        match self {
            Self::Convert { .. } => key_of_restored(output),
            Self::Restore => key(output),
        }
    }

    /// Whether `record` is rejected for the reason `code`; else for which one it is, if for any.
    /// Without the tables of the run nobody knows.
    pub(super) fn rejects(&self, record: &[u8], code: &str) -> Result<(), Option<String>> {
        let found = match (std::str::from_utf8(record), self) {
            (Err(_), _) => Some(INVALID_UTF8),
            (Ok(_), Self::Convert { tables: None, .. }) => return Ok(()),
            (
                Ok(text),
                Self::Convert {
                    tables: Some((tables, options)),
                    ..
                },
            ) => {
                let mut converter = Converter::new(tables, *options);
                let converted = converter.convert(text, &mut Vec::new());
                converted.err().map(|reject| reject.code())
            }
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
        Ok(difference) => Err(difference),
        Err(_) => Err(None),
    }
}

fn key_of_restored(log_event: &[u8]) -> u64 {
    let restored = std::str::from_utf8(log_event).ok().and_then(restored);
    match restored {
        Some((restored, _)) => key(restored.as_bytes()),
        None => key(log_event),
    }
}

/// The same for all spellings of one JSON value; for what is no JSON, of its bytes.
fn key(record: &[u8]) -> u64 {
    let mut text = String::new();
    let is_json = std::str::from_utf8(record).is_ok_and(|it| canonical(it, &mut text).is_ok());
    let mut hash = DefaultHasher::new();
    hash.write(if is_json { text.as_bytes() } else { record });
    hash.finish()
}
