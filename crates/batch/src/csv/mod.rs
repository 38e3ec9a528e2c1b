//! CSV: rows found in an input, their cells, and rows of an output.

mod cells;
mod scan;
mod table;
mod write;

pub(crate) use cells::Cells;
pub(crate) use scan::RowScanner;
pub(crate) use table::{RowError, Table};
pub(crate) use write::CsvWriter;
