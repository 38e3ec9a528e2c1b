//! Finds rows.

use std::ops::Range;
use std::sync::Arc;

use super::Table;

/// How long a row may be that has line breaks in it. A quote that is missing makes one row of all
/// that follows.
const MOST: usize = 1 << 24;

/// Scans bytes for rows, in as many pieces as they come.
///
/// A row ends at a line break outside of quotes. Where the quotes are wrong, because one is missing
/// or stands within a cell, the row ends at its first line break instead, and what follows it is
/// looked at anew: a broken row must not take the rest of the input with it.
#[derive(Debug)]
pub(crate) struct RowScanner {
    table: Arc<Table>,
    /// How long a row over several lines may be.
    most: usize,
    /// Where the row that is not complete yet starts.
    start: usize,
    /// Where its first line ends.
    first_line: Option<usize>,
    /// What was not scanned starts here.
    at: usize,
    state: State,
    /// Whether the header has been passed.
    in_rows: bool,
}

/// Where in a row the scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    CellStart,
    /// In a cell without quotes.
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or one half of a quote.
    Quote,
    /// In a row whose quotes are wrong: it ends with its line.
    Broken,
}

impl RowScanner {
    pub(crate) fn new(table: Arc<Table>) -> Self {
        Self {
            table,
            most: MOST,
            start: 0,
            first_line: None,
            at: 0,
            state: State::CellStart,
            in_rows: false,
        }
    }

    /// What the rows are of.
    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table)
    }

    /// Scans `bytes` as far as it has not yet, and appends the places of the rows that end there.
    pub(crate) fn scan(&mut self, bytes: &[u8], rows: &mut Vec<Range<usize>>) {
        loop {
            while self.step(bytes, rows) {}
            if !self.is_endless(bytes.len()) {
                return;
            }
            self.break_off(rows);
        }
    }

    /// Whether the row goes on over too many lines at `at`.
    fn is_endless(&self, at: usize) -> bool {
        self.state == State::Quoted
            && self.first_line.is_some()
            && at.saturating_sub(self.start) > self.most
    }

    /// Goes on to the next byte that matters; false at the end.
    fn step(&mut self, bytes: &[u8], rows: &mut Vec<Range<usize>>) -> bool {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let delimiter = self.table.delimiter();
        let next = match self.state {
            State::Broken => memchr::memchr(b'\n', rest),
            State::CellStart | State::Quote => (!rest.is_empty()).then_some(0),
            State::Plain => memchr::memchr2(delimiter, b'\n', rest),
            State::Quoted if self.first_line.is_some() => memchr::memchr(b'"', rest),
            State::Quoted => memchr::memchr2(b'"', b'\n', rest),
        };
        let Some(next) = next else {
            self.at = bytes.len();
            return false;
        };
        let at = self.at.saturating_add(next);
        if self.is_endless(at) {
            self.break_off(rows);
            return true;
        }
        let byte = bytes.get(at).copied().unwrap_or_default();
        self.at = at.saturating_add(1);
        self.state = match (self.state, byte) {
            (State::Quoted, b'"') => State::Quote,
            (State::Quoted, _) => {
                self.first_line = Some(at);
                State::Quoted
            }
            (State::CellStart, b'"') => State::Quoted,
            (State::Quote, b'"') => State::Quoted,
            (_, b'\n') => {
                self.end(self.at, rows);
                State::CellStart
            }
            (State::Broken, _) => State::Broken,
            (_, byte) if byte == delimiter => State::CellStart,
            // The carriage return of a line break.
            (State::Quote, b'\r') if matches!(bytes.get(self.at), None | Some(b'\n')) => {
                // Not known yet: looked at again with more bytes.
                if bytes.get(self.at).is_none() {
                    self.at = at;
                    return false;
                }
                State::Plain
            }
            (State::Quote, _) => {
                self.break_off(rows);
                return true;
            }
            _ => State::Plain,
        };
        true
    }

    /// Ends the row there.
    fn end(&mut self, end: usize, rows: &mut Vec<Range<usize>>) {
        if self.in_rows {
            rows.push(self.start..end);
        }
        self.in_rows = true;
        self.start = end;
        self.first_line = None;
    }

    /// Ends the row at its first line break, and starts over behind that; at the next one if
    /// there was none yet.
    fn break_off(&mut self, rows: &mut Vec<Range<usize>>) {
        match self.first_line {
            Some(at) => {
                self.at = at.saturating_add(1);
                self.end(self.at, rows);
                self.state = State::CellStart;
            }
            None => self.state = State::Broken,
        }
    }

    /// Where the row that is not complete yet starts.
    pub(crate) fn open_row(&self) -> usize {
        self.start
    }

    /// Tells the scanner that the first `taken` bytes are gone.
    pub(crate) fn taken(&mut self, taken: usize) {
        self.start = self.start.saturating_sub(taken);
        self.at = self.at.saturating_sub(taken);
        self.first_line = self.first_line.map(|at| at.saturating_sub(taken));
    }

    /// Ends the input: a row still open ends with it.
    pub(crate) fn finish(&mut self, bytes: &[u8], rows: &mut Vec<Range<usize>>) {
        while self.state == State::Quoted && self.first_line.is_some() {
            self.break_off(rows);
            self.scan(bytes, rows);
        }
        if bytes.len() > self.start {
            self.end(bytes.len(), rows);
        }
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use super::*;

    /// The rows of `text` under a header, scanned in pieces that end at `cuts`.
    fn scan(text: &str, cuts: &[usize], most: usize) -> Vec<String> {
        let table = Table::of(b"eventId,action.objectType\n", true).unwrap();
        let mut scanner = RowScanner::new(Arc::new(table));
        scanner.most = most;
        scanner.in_rows = true;
        let mut rows = Vec::new();
        for cut in cuts {
            scanner.scan(&text.as_bytes()[..*cut], &mut rows);
        }
        scanner.scan(text.as_bytes(), &mut rows);
        scanner.finish(text.as_bytes(), &mut rows);
        rows.into_iter().map(|row| text[row].to_owned()).collect()
    }

    #[test]
    fn rows_end_outside_of_quotes() {
        for (text, expected) in [
            ("a,b\nc,d\r\ne", &["a,b\n", "c,d\r\n", "e"][..]),
            (
                "\"a\nb\",c\n\n\"\"\"\n\"\r\nd\n",
                &["\"a\nb\",c\n", "\n", "\"\"\"\n\"\r\n", "d\n"],
            ),
            // Quotes within a cell without quotes are like any other character.
            ("a\"b,c\nd\n", &["a\"b,c\n", "d\n"]),
            // A quote is missing.
            ("a,\"b\nc,d\ne", &["a,\"b\n", "c,d\n", "e"]),
            ("a,\"b\nc,\"d\"\ne\n", &["a,\"b\n", "c,\"d\"\n", "e\n"]),
            // Or does not belong there.
            ("\"a\"b,c\n\"d\ne\"\n", &["\"a\"b,c\n", "\"d\ne\"\n"]),
            ("\"a\"b", &["\"a\"b"]),
            ("\"a\"\r", &["\"a\"\r"]),
        ] {
            assert_eq!(scan(text, &[], MOST), expected, "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_is_missing_is_noticed_after_so_many_bytes() {
        let many = "c,d\n".repeat(100);
        let text = format!("a,\"b\n{many}");
        assert_eq!(scan(&text, &[], 50).len(), 101);
        let text = format!("a,\"b\n{many}x,\"y\"\n");
        for cut in 0..text.len() {
            assert_eq!(scan(&text, &[cut], 50).len(), 102);
        }
    }

    proptest::proptest! {
        /// However the input is cut into pieces, the rows are the same, and nothing is lost.
        #[test]
        fn pieces_do_not_matter(
            text in "[\",a\r\n]{0,40}",
            mut cuts in proptest::collection::vec(0..41_usize, 0..4),
            most in 0..20_usize,
        ) {
            cuts.iter_mut().for_each(|cut| *cut = (*cut).min(text.len()));
            cuts.sort_unstable();
            let rows = scan(&text, &cuts, most);
            proptest::prop_assert_eq!(&rows, &scan(&text, &[], most));
            proptest::prop_assert_eq!(rows.concat(), text);
        }
    }
}
