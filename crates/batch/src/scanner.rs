//! Finds records that are not lines.

use std::ops::Range;
use std::sync::Arc;

use crate::csv::{RowScanner, Table};
use crate::layout::{self, Layout};
use crate::values::ValueScanner;

/// Finds records that are not lines.
#[derive(Debug)]
pub(crate) enum Scanner {
    /// JSON values.
    Values(ValueScanner),
    /// Rows of a table.
    Rows(RowScanner),
}

impl Default for Scanner {
    fn default() -> Self {
        Self::Values(ValueScanner::default())
    }
}

/// Tells the layout by the first bytes of an input, as [`layout::detect`] does, or that it is a
/// table; and what finds its records.
pub(crate) fn detect(head: &[u8], at_end: bool) -> (Option<Layout>, Scanner) {
    match Table::of(head, at_end) {
        Some(table) => {
            let rows = RowScanner::new(Arc::new(table));
            (Some(Layout::Rows), Scanner::Rows(rows))
        }
        None => (layout::detect(head, at_end), Scanner::default()),
    }
}

impl Scanner {
    /// Scans `bytes`, those from `from` on for the first time, and appends the places of the
    /// records that end there.
    pub(crate) fn scan(&mut self, bytes: &[u8], from: usize, records: &mut Vec<Range<usize>>) {
        match self {
            Self::Values(values) => values.scan(bytes, from, records),
            Self::Rows(rows) => rows.scan(bytes, records),
        }
    }

    /// Where the record that is not complete yet starts.
    pub(crate) fn open_record(&self) -> Option<usize> {
        match self {
            Self::Values(values) => values.open_record(),
            Self::Rows(rows) => Some(rows.open_row()),
        }
    }

    /// Tells the scanner that the first `taken` bytes are gone.
    pub(crate) fn taken(&mut self, taken: usize) {
        match self {
            Self::Values(values) => values.taken(taken),
            Self::Rows(rows) => rows.taken(taken),
        }
    }

    /// Ends the input: a record still open ends with it. True if an array was still open.
    pub(crate) fn finish(&mut self, bytes: &[u8], records: &mut Vec<Range<usize>>) -> bool {
        match self {
            Self::Values(values) => values.finish(bytes.len(), records),
            Self::Rows(rows) => {
                rows.finish(bytes, records);
                false
            }
        }
    }
}
