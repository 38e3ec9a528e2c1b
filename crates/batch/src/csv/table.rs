//! A table, told by its first line.

use events2logs_mapping::rows::{RowReader, is_attribute};

use super::cells::{Cells, CellsError, check_quotes};
use crate::weight::SHORT;

/// A table whose rows are events, or hold them.
#[derive(Debug)]
pub(crate) struct Table {
    delimiter: u8,
    reader: RowReader,
}

/// Why a row is no event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowError {
    #[error("not a row of CSV: {0}")]
    Cells(#[from] CellsError),
    #[error(transparent)]
    Row(#[from] events2logs_mapping::rows::RowError),
    #[error("its event needs {needed} bytes of memory")]
    OverMemory { needed: usize },
}

/// What may stand between cells; of two that will do the later.
const DELIMITERS: [u8; 3] = [b'\t', b';', b','];

impl Table {
    /// The table that starts with `head`, if it is one: its first line names some attribute of
    /// events, or a cell of its second line holds JSON. `None` as well while the first line has not
    /// ended, unless there is no more (`at_end`).
    pub(crate) fn of(head: &[u8], at_end: bool) -> Option<Self> {
        if matches!(head.first(), None | Some(b'{' | b'[')) {
            return None;
        }
        let end = match memchr::memchr(b'\n', head) {
            None if at_end => head.len(),
            end => end?,
        };
        let header = std::str::from_utf8(head.get(..end)?).ok()?;
        let header = header.strip_suffix('\r').unwrap_or(header);
        let rest = head.get(end..).unwrap_or_default();
        let tables = DELIMITERS.into_iter().filter_map(|delimiter| {
            check_quotes(header.as_bytes(), delimiter).ok()?;
            let mut cells = Cells::new(delimiter);
            let (names, _) = cells.of(header, usize::MAX).ok()?;
            let known = names.iter().filter(|name| is_attribute(name)).count();
            let found = known > 0 || holds_json(&names, rest, delimiter);
            let reader = found.then(|| RowReader::new(names.iter().copied()))?;
            Some((known, names.len(), Self { delimiter, reader }))
        });
        tables
            .max_by_key(|(known, columns, _)| (*known, *columns))
            .map(|(.., table)| table)
    }

    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What splits its rows: costly to make, and used again row after row.
    pub(crate) fn cells(&self) -> Cells {
        Cells::new(self.delimiter)
    }

    /// Appends the event that `row` spells to `out`, as JSON text, if that takes no more than
    /// `most` bytes of memory.
    pub(crate) fn event(
        &self,
        row: &str,
        cells: &mut Cells,
        out: &mut Vec<u8>,
        most: usize,
    ) -> Result<(), RowError> {
        check_quotes(row.as_bytes(), self.delimiter)?;
        // Its cells are copied.
        let copied = row.len();
        if copied > most {
            return Err(RowError::OverMemory { needed: copied });
        }
        let expected = self.reader.columns();
        let (cells, found) = cells.of(row, expected)?;
        if found != expected {
            return Err(events2logs_mapping::rows::RowError::Cells { expected, found }.into());
        }
        if row.len() > SHORT {
            let needed = copied.saturating_add(self.reader.needed(&cells));
            if needed > most {
                return Err(RowError::OverMemory { needed });
            }
        }
        Ok(self.reader.event(&cells, out)?)
    }
}

/// Whether the first row of `rest` has a cell that holds a JSON object, under a header of names.
fn holds_json(names: &[&str], rest: &[u8], delimiter: u8) -> bool {
    let are_names = names
        .iter()
        .all(|name| !name.is_empty() && !name.contains(['{', '"']));
    let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let later = format!("{}\"{{", char::from(delimiter));
    let inside = line
        .strip_prefix("\"{")
        .or_else(|| line.split_once(&later).map(|(_, inside)| inside));
    let is_object = inside.is_some_and(|inside| {
        let inside = inside.trim_start();
        inside.is_empty() || inside.starts_with("\"\"")
    });
    are_names && is_object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_by_their_first_line() {
        for (head, delimiter) in [
            ("eventId,action.objectType\n1,2\n", Some(b',')),
            ("id;action.objectType\r\n1;2\n", Some(b';')),
            ("id\taction.objectType", Some(b'\t')),
            ("\"a,b\";\"actors.0.id\"\n", Some(b';')),
            ("_time,_raw\n1,\"{\"\"a\"\":1}\"\n", Some(b',')),
            ("_raw\n\"{\"\"a\"\":1}\"\n", Some(b',')),
            ("id,published\n1,2018\n", None),
            ("{\"action.objectType\":1}\n", None),
            ("[\"action.objectType\"]\n", None),
            ("see action.objectType, or ask\n", None),
            ("# Title\n\"{\"\n", None),
            ("", None),
            ("\n", None),
        ] {
            let table = Table::of(head.as_bytes(), true);
            assert_eq!(table.map(|it| it.delimiter), delimiter, "{head:?}");
        }
        assert!(Table::of(b"eventId,action.obj", false).is_none());
    }

    #[test]
    fn rows_become_events() {
        let table = Table::of(b"eventId,action.message\n", true).unwrap();
        for (row, expected) in [
            ("1,a", r#"{"eventId":"1","action":{"message":"a"}}"#),
            (
                "1,\"a \"\"b\"\",\nc\"",
                r#"{"eventId":"1","action":{"message":"a \"b\",\nc"}}"#,
            ),
            ("1,", r#"{"eventId":"1"}"#),
            (",\u{e9}\"x", r#"{"action":{"message":"\u{e9}\"x"}}"#),
            ("1", "expected 2 cells, as in the header, found 1"),
            ("1,2,3", "expected 2 cells, as in the header, found 3"),
            (
                &",".repeat(200),
                "expected 2 cells, as in the header, found 201",
            ),
            ("1,\"a", "not a row of CSV: a quoted cell does not end"),
            (
                "1,\"a\"b",
                "not a row of CSV: a quoted cell goes on behind its quote",
            ),
        ] {
            let mut out = Vec::new();
            let event = table.event(row, &mut table.cells(), &mut out, usize::MAX);
            let event = event.map(|()| String::from_utf8(out).unwrap());
            assert_eq!(
                event.unwrap_or_else(|error| error.to_string()),
                expected.replace("\\u{e9}", "\u{e9}"),
                "{row:?}"
            );
        }
    }
}
