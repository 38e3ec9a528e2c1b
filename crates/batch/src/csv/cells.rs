//! The cells of one row.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

/// Why a row has no cells.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CellsError {
    #[error("a quoted cell does not end")]
    Unclosed,
    #[error("a quoted cell goes on behind its quote")]
    BehindQuote,
    #[error("its cells are no text")]
    NoText,
}

/// Splits rows into cells, in memory used again.
#[derive(Debug)]
pub(crate) struct Cells {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new()
                .delimiter(delimiter)
                // A lone carriage return is a part of a cell.
                .terminator(Terminator::Any(b'\n'))
                .build(),
            text: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The cells of `row`, which has no line break behind it.
    pub(super) fn of(&mut self, row: &str) -> Result<Vec<&str>, CellsError> {
        self.reader.reset();
        // No cell takes more than the row does, and each but the last has a delimiter.
        let most = row.len().saturating_add(2);
        if self.text.len() < most {
            self.text.resize(most, 0);
            self.ends.resize(most, 0);
        }
        let (result, _, text, cells) =
            self.reader
                .read_record(row.as_bytes(), &mut self.text, &mut self.ends);
        let mut text_len = text;
        let mut cells_len = cells;
        if result != ReadRecordResult::Record {
            // The end of the row is that of the last cell.
            let rest_of_text = self.text.get_mut(text..).unwrap_or_default();
            let rest_of_ends = self.ends.get_mut(cells..).unwrap_or_default();
            let (_, _, text, cells) = self.reader.read_record(b"", rest_of_text, rest_of_ends);
            text_len = text_len.saturating_add(text);
            cells_len = cells_len.saturating_add(cells);
        }
        let text = self.text.get(..text_len).unwrap_or_default();
        let text = std::str::from_utf8(text).map_err(|_| CellsError::NoText)?;
        let ends = self.ends.get(..cells_len).unwrap_or_default();
        let mut start = 0;
        let cells = ends.iter().map(|end| {
            let cell = text.get(start..*end);
            start = *end;
            cell.ok_or(CellsError::NoText)
        });
        cells.collect()
    }
}

/// Whether the quotes of `row` are where they may be.
pub(super) fn check_quotes(row: &[u8], delimiter: u8) -> Result<(), CellsError> {
    let mut rest = row;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            rest = quoted;
            loop {
                let at = memchr::memchr(b'"', rest).ok_or(CellsError::Unclosed)?;
                rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
                match rest.first() {
                    Some(b'"') => rest = rest.get(1..).unwrap_or_default(),
                    Some(behind) if *behind != delimiter => return Err(CellsError::BehindQuote),
                    _ => break,
                }
            }
        }
        let Some(at) = memchr::memchr(delimiter, rest) else {
            return Ok(());
        };
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
    }
}
