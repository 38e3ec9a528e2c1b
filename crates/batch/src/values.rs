//! Finds records in arrays and in values that stand one after the other.

use std::ops::Range;

/// Scans bytes for records, one byte at a time, in as many pieces as they come.
///
/// It looks at quotes, brackets and commas only: whether a record is JSON is for its reader to
/// say. A line break inside a string, which JSON does not allow, ends the record there, so that
/// a missing quote does not take the rest of the input with it.
#[derive(Debug, Default)]
pub(crate) struct ValueScanner {
    /// Where the open record starts, in the bytes not yet taken.
    start: Option<usize>,
    /// How many brackets are open within the record.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether the open record is no object, array or string, and so ends at a separator.
    bare: bool,
    /// Whether an array around the records is open.
    in_array: bool,
}

impl ValueScanner {
    /// Scans `bytes` from `from` on and appends the places of the records that end there.
    pub(crate) fn scan(&mut self, bytes: &[u8], from: usize, records: &mut Vec<Range<usize>>) {
        for (at, &byte) in bytes.iter().enumerate().skip(from) {
            let after = at.saturating_add(1);
            let Some(start) = self.start else {
                self.begin(at, byte);
                continue;
            };
            if self.in_string {
                match byte {
                    b'\n' => self.end(start..at, records),
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 && !self.bare {
                            self.end(start..after, records);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            if self.bare {
                if matches!(byte, b'\n' | b',' | b']') {
                    self.end(start..at, records);
                    self.begin(at, byte);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.end(start..after, records);
                    }
                }
                _ => {}
            }
        }
    }

    /// A byte between records.
    fn begin(&mut self, at: usize, byte: u8) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
            b'[' if !self.in_array => self.in_array = true,
            b']' if self.in_array => self.in_array = false,
            b'{' | b'[' => {
                self.start = Some(at);
                self.depth = 1;
            }
            b'"' => {
                self.start = Some(at);
                self.in_string = true;
            }
            _ => {
                self.start = Some(at);
                self.bare = true;
            }
        }
    }

    fn end(&mut self, record: Range<usize>, records: &mut Vec<Range<usize>>) {
        records.push(record);
        *self = Self {
            in_array: self.in_array,
            ..Self::default()
        };
    }

    /// Where the record that is not complete yet starts.
    pub(crate) fn open_record(&self) -> Option<usize> {
        self.start
    }

    /// Tells the scanner that the first `taken` bytes are gone.
    pub(crate) fn taken(&mut self, taken: usize) {
        self.start = self.start.map(|start| start.saturating_sub(taken));
    }

    /// Ends the input: a record still open ends with it. True if an array was still open.
    pub(crate) fn finish(&mut self, len: usize, records: &mut Vec<Range<usize>>) -> bool {
        if let Some(start) = self.start {
            self.end(start..len, records);
        }
        self.in_array
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use super::*;

    fn scan(text: &str) -> (Vec<String>, bool) {
        let mut scanner = ValueScanner::default();
        let mut records = Vec::new();
        scanner.scan(text.as_bytes(), 0, &mut records);
        let open = scanner.finish(text.len(), &mut records);
        (
            records
                .into_iter()
                .map(|place| text[place].trim_end().to_owned())
                .collect(),
            open,
        )
    }

    #[test]
    fn arrays_and_values_one_after_the_other() {
        for (text, records, open) in [
            ("[]", vec![], false),
            (
                "[{\"a\":[1,{}]},\n {}]",
                vec!["{\"a\":[1,{}]}", "{}"],
                false,
            ),
            ("[{}]\n[{\"b\":1}]", vec!["{}", "{\"b\":1}"], false),
            (
                "{\"a\":\"}\\\"{\"}{}",
                vec!["{\"a\":\"}\\\"{\"}", "{}"],
                false,
            ),
            ("{\n\"a\":1\n}\n{\n}", vec!["{\n\"a\":1\n}", "{\n}"], false),
            (
                "[1, \"x,]\", null ,[2]]",
                vec!["1", "\"x,]\"", "null", "[2]"],
                false,
            ),
            ("[{\"a\":1},{\"b\":", vec!["{\"a\":1}", "{\"b\":"], true),
            ("[{\"a\":1},", vec!["{\"a\":1}"], true),
            (
                "[{\"a\":\"cut\n{\"b\":1}]",
                vec!["{\"a\":\"cut", "{\"b\":1}"],
                false,
            ),
            ("[{} {}]", vec!["{}", "{}"], false),
        ] {
            let expected = (records.into_iter().map(str::to_owned).collect(), open);
            assert_eq!(scan(text), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        /// However the input is cut into pieces, the records are the same.
        #[test]
        fn pieces_do_not_matter(text in "[\\[\\]{}\",:\\\\a1 \n]{0,60}", at in 0..61_usize) {
            let at = at.min(text.len());
            let mut scanner = ValueScanner::default();
            let mut records = Vec::new();
            scanner.scan(&text.as_bytes()[..at], 0, &mut records);
            scanner.scan(text.as_bytes(), at, &mut records);
            let open = scanner.finish(text.len(), &mut records);
            let records: Vec<_> = records.into_iter().map(|place| text[place].trim_end().to_owned()).collect();
            proptest::prop_assert_eq!((records, open), scan(&text));
        }

        /// Whatever is no separator is in some record.
        #[test]
        fn nothing_is_lost(text in "[\\[\\]{}\",:\\\\a1 \n]{0,60}") {
            let mut scanner = ValueScanner::default();
            let mut records = Vec::new();
            scanner.scan(text.as_bytes(), 0, &mut records);
            scanner.finish(text.len(), &mut records);
            let mut outside = text.clone().into_bytes();
            for place in records {
                outside[place].fill(b' ');
            }
            let outside = String::from_utf8(outside).unwrap();
            proptest::prop_assert!(outside.chars().all(|it| " ,[]\n".contains(it)), "{:?}", outside);
        }
    }
}
