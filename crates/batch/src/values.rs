//! Finds records in arrays and in values that stand one after the other.

use std::ops::Range;

use crate::block::is_blank;
use crate::structure::object_len;

/// Scans bytes for records, in as many pieces as they come.
///
/// It looks at quotes, brackets, commas and line starts only: whether a record is JSON is for its
/// reader to say. A broken record must not take the rest of the input with it, so it ends
/// - at a line break inside a string, which JSON does not allow: a quote is missing;
/// - before a closing bracket that none in it goes with: one is missing. One that goes with a
///   bracket further out closes those within as well;
/// - before an object at the start of a line, no deeper than the record itself, where JSON allows
///   no object: after a comma among the members of an object, or after another value. No record
///   that is JSON is ever cut by this, however it is laid out.
#[derive(Debug, Default)]
pub(crate) struct ValueScanner {
    /// The record that is not complete yet.
    open: Option<Open>,
    /// Whether an array around the records is open.
    in_array: bool,
    /// Whether only white space came since the line started.
    fresh_line: bool,
    /// What to add to a place for its distance from the start of its line.
    line_start: i64,
    /// Up to where an object was looked at as a whole, in vain.
    tried: usize,
}

#[derive(Debug)]
struct Open {
    /// Where it starts, in the bytes not yet taken.
    start: usize,
    /// How far from the start of its line that is.
    column: i64,
    /// The brackets that are open within it.
    brackets: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Whether it is no object, array or string, and so ends at a separator.
    bare: bool,
    /// The last byte that is no white space, and where it is.
    last: (u8, usize),
}

impl ValueScanner {
    /// Scans `bytes` from `from` on and appends the places of the records that end there.
    pub(crate) fn scan(&mut self, bytes: &[u8], from: usize, records: &mut Vec<Range<usize>>) {
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            let after = at.saturating_add(1);
            let Some(open) = &mut self.open else {
                if let Some(end) = self.whole(at, bytes) {
                    records.push(at..end);
                    at = end;
                    continue;
                }
                self.begin(at, byte);
                self.line(at, byte);
                at = after;
                continue;
            };
            if open.in_string {
                if open.escaped && byte != b'\n' {
                    open.escaped = false;
                    at = after;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or_default();
                let Some(next) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                    return;
                };
                at = at.saturating_add(next);
                let after = at.saturating_add(1);
                match bytes.get(at) {
                    Some(b'\n') => {
                        self.end(at, records);
                        self.line(at, b'\n');
                    }
                    Some(b'\\') => open.escaped = true,
                    _ => {
                        open.in_string = false;
                        open.last = (b'"', at);
                        if open.brackets.is_empty() {
                            self.end(after, records);
                        }
                    }
                }
                at = after;
                continue;
            }
            if open.bare {
                if matches!(byte, b'\n' | b',' | b']') {
                    self.end(at, records);
                    self.begin(at, byte);
                }
                self.line(at, byte);
                at = after;
                continue;
            }
            match byte {
                b'"' => open.in_string = true,
                b'{' if self.fresh_line && open.is_cut_off_by(at, self.line_start) => {
                    // The comma before it separates the two.
                    let (last, last_at) = open.last;
                    self.end(if last == b',' { last_at } else { at }, records);
                    self.begin(at, byte);
                }
                b'{' | b'[' => open.brackets.push(byte),
                b'}' | b']' => {
                    let opening = if byte == b'}' { b'{' } else { b'[' };
                    match open.brackets.iter().rposition(|it| *it == opening) {
                        Some(depth) => {
                            open.brackets.truncate(depth);
                            if depth == 0 {
                                self.end(after, records);
                            }
                        }
                        None => {
                            self.end(at, records);
                            self.begin(at, byte);
                        }
                    }
                }
                _ => {}
            }
            if let Some(open) = &mut self.open
                && !byte.is_ascii_whitespace()
            {
                open.last = (byte, at);
            }
            self.line(at, byte);
            at = after;
        }
    }

    /// Where the object ends that starts at `at`, if all of it is there, on one line, and whole.
    fn whole(&mut self, at: usize, bytes: &[u8]) -> Option<usize> {
        // No byte is tried twice, or a broken archive could take long.
        if at < self.tried {
            return None;
        }
        let ahead = bytes.get(at..).filter(|ahead| ahead.starts_with(b"{"))?;
        match object_len(ahead) {
            Ok(len) => {
                self.fresh_line = false;
                Some(at.saturating_add(len))
            }
            Err(read) => {
                self.tried = at.saturating_add(read);
                None
            }
        }
    }

    /// A byte between records.
    fn begin(&mut self, at: usize, byte: u8) {
        match byte {
            b',' => {}
            byte if is_blank(byte) => {}
            b'[' if !self.in_array => self.in_array = true,
            b']' if self.in_array => self.in_array = false,
            _ => {
                let is_bracket = matches!(byte, b'{' | b'[');
                self.open = Some(Open {
                    start: at,
                    column: self.line_start.saturating_add(signed(at)),
                    brackets: if is_bracket { vec![byte] } else { Vec::new() },
                    in_string: byte == b'"',
                    escaped: false,
                    bare: !is_bracket && byte != b'"',
                    last: (byte, at),
                });
            }
        }
    }

    /// Ends the open record.
    fn end(&mut self, end: usize, records: &mut Vec<Range<usize>>) {
        if let Some(open) = self.open.take() {
            records.push(open.start..end);
        }
    }

    /// Keeps track of lines.
    fn line(&mut self, at: usize, byte: u8) {
        if byte == b'\n' {
            self.fresh_line = true;
            self.line_start = signed(at).saturating_add(1).saturating_neg();
        } else if self.fresh_line && !byte.is_ascii_whitespace() {
            self.fresh_line = false;
        }
    }

    /// Where the record that is not complete yet starts.
    pub(crate) fn open_record(&self) -> Option<usize> {
        self.open.as_ref().map(|open| open.start)
    }

    /// Tells the scanner that the first `taken` bytes are gone.
    pub(crate) fn taken(&mut self, taken: usize) {
        self.line_start = self.line_start.saturating_add(signed(taken));
        self.tried = self.tried.saturating_sub(taken);
        if let Some(open) = &mut self.open {
            open.start = open.start.saturating_sub(taken);
            open.last.1 = open.last.1.saturating_sub(taken);
        }
    }

    /// Ends the input: a record still open ends with it. True if an array was still open.
    pub(crate) fn finish(&mut self, len: usize, records: &mut Vec<Range<usize>>) -> bool {
        self.end(len, records);
        self.in_array
    }
}

impl Open {
    /// Whether an object that starts the line at `at` cannot be a part of this record.
    fn is_cut_off_by(&self, at: usize, line_start: i64) -> bool {
        let no_deeper = line_start.saturating_add(signed(at)) <= self.column;
        let among_members = self.brackets.last() == Some(&b'{');
        no_deeper
            && match self.last.0 {
                b',' => among_members,
                b':' | b'[' => false,
                _ => true,
            }
    }
}

fn signed(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use proptest::prelude::{Just, Strategy};
    use serde_json::Value;

    use super::*;

    fn scan(text: &str) -> (Vec<String>, bool) {
        scan_in(text, [])
    }

    /// Byte by byte, so that no object is ever there as a whole.
    fn scan_bytewise(text: &str) -> (Vec<String>, bool) {
        scan_in(text, 0..text.len())
    }

    /// In pieces that end at `ends` and at the end.
    fn scan_in(text: &str, ends: impl IntoIterator<Item = usize>) -> (Vec<String>, bool) {
        let mut scanner = ValueScanner::default();
        let mut records = Vec::new();
        let mut from = 0;
        for end in ends.into_iter().chain([text.len()]) {
            let end = end.min(text.len());
            scanner.scan(&text.as_bytes()[..end], from, &mut records);
            from = end;
        }
        let open = scanner.finish(text.len(), &mut records);
        (
            records
                .into_iter()
                .map(|place| text[place].trim_end().to_owned())
                .collect(),
            open,
        )
    }

    /// Objects of objects and arrays.
    fn record() -> impl Strategy<Value = Value> {
        let leaf = proptest::prop_oneof![
            Just(Value::Null),
            Just(Value::from(7)),
            "[\\[\\]{},\"\\\\]{0,3}".prop_map(Value::from),
        ];
        let value = leaf.prop_recursive(3, 12, 3, |value| {
            proptest::prop_oneof![
                proptest::collection::vec(value.clone(), 0..3).prop_map(Value::from),
                proptest::collection::vec(value, 0..3).prop_map(object),
            ]
        });
        proptest::collection::vec(value, 0..3).prop_map(object)
    }

    fn object(values: Vec<Value>) -> Value {
        let keys = ["a", "b", "c"].into_iter().map(str::to_owned);
        Value::Object(keys.zip(values).collect())
    }

    /// Writes `value` with white space wherever JSON allows it.
    fn lay_out<'s>(value: &Value, space: &mut impl FnMut() -> &'s str, text: &mut String) {
        let between = |space: &mut dyn FnMut() -> &'s str, first: bool, text: &mut String| {
            if !first {
                text.push_str(space());
                text.push(',');
            }
            text.push_str(space());
        };
        match value {
            Value::Array(elements) => {
                text.push('[');
                for (number, element) in elements.iter().enumerate() {
                    between(space, number == 0, text);
                    lay_out(element, space, text);
                }
                text.push_str(space());
                text.push(']');
            }
            Value::Object(members) => {
                text.push('{');
                for (number, (key, member)) in members.iter().enumerate() {
                    between(space, number == 0, text);
                    text.push_str(&Value::from(key.as_str()).to_string());
                    text.push_str(space());
                    text.push(':');
                    text.push_str(space());
                    lay_out(member, space, text);
                }
                text.push_str(space());
                text.push('}');
            }
            leaf => text.push_str(&leaf.to_string()),
        }
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
            // A bracket is missing.
            (
                "[{\"a\":[1},{\"b\":2}]",
                vec!["{\"a\":[1}", "{\"b\":2}"],
                false,
            ),
            (
                "[{\"a\":[{\"b\":1],\"c\":2},{}]",
                vec!["{\"a\":[{\"b\":1],\"c\":2}", "{}"],
                false,
            ),
            ("[{\"a\":{\"b\":1}]", vec!["{\"a\":{\"b\":1}"], false),
            (
                "[\n{\"a\":{\"b\":1},\n{\"c\":2},\n{\"d\":3}\n]",
                vec!["{\"a\":{\"b\":1}", "{\"c\":2}", "{\"d\":3}"],
                false,
            ),
            (
                "[{\"a\":{\"b\":1},\n {\"c\":2},\n {\"d\":3}]",
                vec!["{\"a\":{\"b\":1}", "{\"c\":2}", "{\"d\":3}"],
                false,
            ),
            (
                "[\n  {\n    \"a\": {\n      \"b\": 1,\n    \"c\": [\n      {\"d\": 1},\n      {\"d\": 2}\n    ]\n  },\n  {\n    \"e\": 1\n  }\n]",
                vec![
                    "{\n    \"a\": {\n      \"b\": 1,\n    \"c\": [\n      {\"d\": 1},\n      {\"d\": 2}\n    ]\n  }",
                    "{\n    \"e\": 1\n  }",
                ],
                false,
            ),
            // Values one after the other, the first without its end.
            (
                "{\n  \"a\": {\n    \"b\": 1\n  }\n{\n  \"c\": 1\n}\n",
                vec!["{\n  \"a\": {\n    \"b\": 1\n  }", "{\n  \"c\": 1\n}"],
                false,
            ),
        ] {
            let expected = (records.into_iter().map(str::to_owned).collect(), open);
            assert_eq!(scan(text), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        /// However the input is cut into pieces, the records are the same.
        #[test]
        fn pieces_do_not_matter(text in "[\\[\\]{}\",:\\\\a1 \n]{0,60}", at in 0..61_usize) {
            let whole = scan(&text);
            proptest::prop_assert_eq!(scan_in(&text, [at]), whole.clone());
            proptest::prop_assert_eq!(scan_bytewise(&text), whole);
        }

        /// Records that are JSON are never cut, however they are laid out.
        #[test]
        fn good_records_stay_whole(
            records in proptest::collection::vec(record(), 0..5),
            spaces in proptest::collection::vec("( |\n|\n  |\n \t|\r\n){0,2}", 1..30),
            array in proptest::bool::ANY,
        ) {
            let mut spaces = spaces.iter().cycle();
            let mut space = || spaces.next().unwrap().as_str();
            let mut text = space().to_owned();
            let mut expected = Vec::new();
            if array {
                text.push('[');
            }
            for (number, record) in records.iter().enumerate() {
                if array && number > 0 {
                    text.push(',');
                }
                text.push_str(space());
                let start = text.len();
                lay_out(record, &mut space, &mut text);
                expected.push(text[start..].to_owned());
                text.push_str(space());
            }
            if array {
                text.push(']');
            }
            let expected = (expected, false);
            proptest::prop_assert_eq!(scan(&text), expected.clone(), "{}", text);
            proptest::prop_assert_eq!(scan_bytewise(&text), expected, "{}", text);
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
