//! Rows of an output.

use events2logs_mapping::JsonError;
use events2logs_mapping::rows::{Column, Nulls, RowWriter};

/// Writes events as rows.
#[derive(Debug)]
pub(crate) struct CsvWriter {
    rows: RowWriter,
}

impl CsvWriter {
    /// For rows of `columns`.
    pub(crate) fn new(columns: &'static [Column]) -> Self {
        Self {
            rows: RowWriter::new(columns),
        }
    }

    /// The first line.
    pub(crate) fn header(&self) -> Vec<u8> {
        let mut out = Vec::new();
        push_row(self.rows.header(), &mut out);
        out
    }

    /// Appends the row of `record` to `out`.
    pub(crate) fn push(
        &mut self,
        record: &str,
        nulls: Nulls,
        out: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        push_row(self.rows.cells(record, nulls)?, out);
        Ok(())
    }
}

fn push_row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>, out: &mut Vec<u8>) {
    for (number, cell) in cells.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        push_cell(cell.as_ref(), out);
    }
    out.push(b'\n');
}

/// Appends a cell, quoted where it needs to be (RFC 4180), or where others would take its first
/// or last space away.
fn push_cell(cell: &str, out: &mut Vec<u8>) {
    let is_plain = !cell.contains(['"', ',', '\n', '\r', ';', '\t'])
        && !cell.starts_with(' ')
        && !cell.ends_with(' ');
    if is_plain {
        out.extend_from_slice(cell.as_bytes());
        return;
    }
    out.push(b'"');
    for (number, part) in cell.split('"').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}
