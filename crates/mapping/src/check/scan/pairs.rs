//! Tables of queries in CSV: the legacy one, and the one that took its place.

use std::ops::Range;

use super::layer::Layer;
use super::quoting::Quoting;
use super::text::{byte, part};

/// A legacy query and the one that it became, in one row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The legacy query.
    pub legacy: String,
    /// Where it stands, without its quotes.
    pub legacy_span: Range<usize>,
    /// The query that took its place.
    pub new: String,
    /// Where it stands, without its quotes.
    pub new_span: Range<usize>,
}

/// The pairs of queries in a CSV file: those under two columns named `legacy…` or `old…` and
/// `rewritten…`, `new…` or `system_log…`. None where `name` is no CSV file's, or a column is
/// missing.
///
/// # Examples
/// ```
/// use events2logs_mapping::check::pairs;
///
/// let table = "rule,legacy_query,new_query\n1,target.id pr,\"target.id pr\"\n";
/// let pairs = pairs(table, "rules.csv");
/// assert_eq!(pairs[0].legacy, pairs[0].new);
/// assert_eq!(&table[pairs[0].new_span.clone()], "target.id pr");
/// ```
#[must_use]
pub fn pairs(text: &str, name: &str) -> Vec<Pair> {
    let Some(table) = Table::read(text, name) else {
        return Vec::new();
    };
    let Some((legacy, new)) = table.legacy.zip(table.new) else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for row in table.rows {
        let cell = |at: usize| {
            row.get(at)
                .map(|cell| (cell.decoded(text), cell.span.clone()))
        };
        if let Some(((legacy, legacy_span), (new, new_span))) = cell(legacy).zip(cell(new))
            && !legacy.trim().is_empty()
            && !new.trim().is_empty()
        {
            pairs.push(Pair {
                legacy,
                legacy_span,
                new,
                new_span,
            });
        }
    }
    pairs
}

/// The places of a table's cells that hold legacy things on purpose.
pub(in crate::check) fn legacy_cells(text: &str, name: &str) -> Vec<Range<usize>> {
    Table::read(text, name)
        .and_then(|table| {
            let at = table.legacy?;
            let cells = table.rows.iter().filter_map(|row| row.get(at));
            Some(cells.map(|cell| cell.span.clone()).collect())
        })
        .unwrap_or_default()
}

struct Cell {
    span: Range<usize>,
    quoted: bool,
}

impl Cell {
    fn decoded(&self, text: &str) -> String {
        let mut layer = Layer::default();
        self.quoting().decode(text, self.span.clone(), &mut layer);
        layer.text
    }

    fn quoting(&self) -> Quoting {
        if self.quoted {
            Quoting::Doubled('"')
        } else {
            Quoting::Plain
        }
    }
}

struct Table {
    legacy: Option<usize>,
    new: Option<usize>,
    /// Without the header.
    rows: Vec<Vec<Cell>>,
}

impl Table {
    fn read(text: &str, name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let separator = if lower.ends_with(".csv") {
            b','
        } else if lower.ends_with(".tsv") {
            b'\t'
        } else {
            return None;
        };
        let mut rows = cells(text, separator);
        if rows.is_empty() {
            return None;
        }
        let header: Vec<String> = rows
            .remove(0)
            .iter()
            .map(|cell| {
                cell.decoded(text)
                    .trim()
                    .trim_start_matches('\u{feff}')
                    .to_ascii_lowercase()
            })
            .collect();
        let column = |starts: &[&str]| {
            header
                .iter()
                .position(|name| starts.iter().any(|start| name.starts_with(start)))
        };
        Some(Self {
            legacy: column(&["legacy", "old"]),
            new: column(&["rewritten", "new", "system_log", "system log", "systemlog"]),
            rows,
        })
    }
}

/// The cells of every row that has any.
fn cells(text: &str, separator: u8) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let quoted = byte(text, at) == b'"';
        let start = if quoted { at.saturating_add(1) } else { at };
        let mut end = start;
        loop {
            match byte(text, end) {
                b'"' if quoted && byte(text, end.saturating_add(1)) == b'"' => {
                    end = end.saturating_add(1);
                }
                b'"' if quoted => break,
                it if !quoted && (it == separator || matches!(it, b'\n' | b'\r')) => break,
                _ if end >= text.len() => break,
                _ => {}
            }
            end = end.saturating_add(1);
        }
        let end = end.min(text.len());
        row.push(Cell {
            span: start..end,
            quoted,
        });
        at = if quoted { end.saturating_add(1) } else { end };
        if byte(text, at) == separator && at < text.len() {
            at = at.saturating_add(1);
            continue;
        }
        // To the end of the line.
        let rest = part(text, at..text.len());
        at = at.saturating_add(
            rest.find('\n')
                .map_or(rest.len(), |it| it.saturating_add(1)),
        );
        rows.push(std::mem::take(&mut row));
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_and_line_breaks() {
        let text = "id,old,new\r\n1,\"target.id eq \"\"a\"\"\",target.id pr\r\n2,,x\r\n3,\"a\nb\",\"c\"\r\n";
        let found = pairs(text, "x.csv");
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|pair| (pair.legacy.as_str(), pair.new.as_str()))
            .collect();
        assert_eq!(
            shown,
            [("target.id eq \"a\"", "target.id pr"), ("a\nb", "c")]
        );
        assert_eq!(part(text, found[0].new_span.clone()), "target.id pr");
        assert!(pairs(text, "x.txt").is_empty());
        assert!(pairs("a,b\n1,2\n", "x.csv").is_empty());
    }
}
