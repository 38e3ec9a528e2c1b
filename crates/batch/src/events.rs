//! Converted events as an output has them.

use events2logs_mapping::Reject;
use events2logs_mapping::rows::Nulls;

use crate::csv::CsvWriter;

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It became a LogEvent.
    Converted,
    /// It became the legacy event it was.
    Restored,
    /// It stands as it was.
    PassedThrough,
}

/// How the events of a block are written one after the other.
pub(crate) enum Events {
    /// One a line.
    Lines,
    /// As elements of an array, whose brackets are others' business.
    Elements,
    /// As rows, whose header is others' business.
    Rows {
        writer: Box<CsvWriter>,
        /// The event that becomes a row next.
        event: Vec<u8>,
    },
}

impl Events {
    pub(crate) fn rows(writer: CsvWriter) -> Self {
        Self::Rows {
            writer: Box::new(writer),
            event: Vec::new(),
        }
    }

    /// Appends the event that `convert` makes to `out`; none if it makes none.
    pub(crate) fn push(
        &mut self,
        out: &mut Vec<u8>,
        convert: impl FnOnce(&mut Vec<u8>) -> Result<Fate, Reject>,
    ) -> Result<Fate, Reject> {
        match self {
            Self::Lines => {
                let fate = convert(out)?;
                out.push(b'\n');
                Ok(fate)
            }
            Self::Elements => {
                let before = out.len();
                if before > 0 {
                    out.extend_from_slice(b",\n");
                }
                convert(out).inspect_err(|_| out.truncate(before))
            }
            Self::Rows { writer, event } => {
                event.clear();
                let fate = convert(event)?;
                // What is converted says nothing by a null.
                let nulls = match fate {
                    Fate::Converted => Nulls::Drop,
                    Fate::Restored | Fate::PassedThrough => Nulls::Keep,
                };
                let text = String::from_utf8_lossy(event);
                writer.push(&text, nulls, out)?;
                Ok(fate)
            }
        }
    }
}
