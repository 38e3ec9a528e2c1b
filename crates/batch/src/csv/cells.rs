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
    /// Where the cells end that were found last.
    ends: [usize; AT_ONCE],
    /// Where all end that are wanted.
    kept: Vec<usize>,
}

/// How many cells are found at once.
const AT_ONCE: usize = 64;

impl Cells {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new()
                .delimiter(delimiter)
                // A lone carriage return is a part of a cell.
                .terminator(Terminator::Any(b'\n'))
                .build(),
            text: Vec::new(),
            ends: [0; AT_ONCE],
            kept: Vec::new(),
        }
    }

    /// The first `most` cells of `row`, which has no line break behind it, and how many it has: a
    /// row may be nothing but delimiters.
    pub(super) fn of(&mut self, row: &str, most: usize) -> Result<(Vec<&str>, usize), CellsError> {
        self.reader.reset();
        self.kept.clear();
        // The cells together take no more than the row does.
        let room = row.len().saturating_add(2);
        if self.text.len() < room {
            self.text = vec![0; room];
        }
        let (mut row, mut written, mut found) = (row.as_bytes(), 0_usize, 0_usize);
        loop {
            let rest = self.text.get_mut(written..).unwrap_or_default();
            let (result, read, text, cells) = self.reader.read_record(row, rest, &mut self.ends);
            // Once it is at its end, that is the end of the last cell.
            row = row.get(read..).unwrap_or_default();
            written = written.saturating_add(text);
            let wanted = most.saturating_sub(found).min(cells);
            let ends = self.ends.get(..wanted).unwrap_or_default();
            self.kept.extend_from_slice(ends);
            found = found.saturating_add(cells);
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break,
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputEndsFull => {}
                ReadRecordResult::OutputFull => return Err(CellsError::NoText),
            }
        }
        let text = self.text.get(..written).unwrap_or_default();
        let text = std::str::from_utf8(text).map_err(|_| CellsError::NoText)?;
        let mut start = 0;
        let cells = self.kept.iter().map(|end| {
            let cell = text.get(start..*end);
            start = *end;
            cell.ok_or(CellsError::NoText)
        });
        Ok((cells.collect::<Result<_, _>>()?, found))
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
