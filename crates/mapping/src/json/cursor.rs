//! Reads JSON straight off its text, as far as it is of the usual kind.
//!
//! [`Cursor`] is strict: what it reads is JSON by RFC 8259. It is also narrow: whatever is not
//! plainly so, and a few things that are (escapes in a key, deep nesting), it leaves to
//! serde_json by returning `None`, and with it every error message. `tests/paths.rs` and
//! `fuzz/` hold the two against each other.

use wide::u8x16;

use super::Raw;

/// How deep a value may nest; what is deeper is left to serde_json.
const DEPTH: usize = 32;

/// A place in the text of one record.
///
/// Loops over it have one of their own and hand [`Cursor::aside`] a copy on: what a reference was
/// taken of does not stay in registers.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    record: &'a str,
    at: usize,
    /// Of [`ESCAPE`] and [`OTHER`] those that were met.
    met: u8,
}

/// An escape in a string.
const ESCAPE: u8 = 1;

/// A value of [`Cursor::usual`] that is no string.
const OTHER: u8 = 2;

impl<'a> Cursor<'a> {
    pub(crate) fn new(record: &'a str) -> Self {
        Self {
            record,
            at: 0,
            met: 0,
        }
    }

    /// Whether no string so far has an escape in it.
    pub(crate) fn is_plain(&self) -> bool {
        self.met & ESCAPE == 0
    }

    /// Whether all values that [`Self::usual`] and [`Self::named`] took are strings.
    pub(crate) fn has_strings_only(&self) -> bool {
        self.met & OTHER == 0
    }

    /// Has `read` go on from here.
    #[inline(always)]
    pub(crate) fn aside<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut aside = self.clone();
        let value = read(&mut aside)?;
        *self = aside;
        Some(value)
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.record.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    /// The next byte that is no white space.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.step(),
                byte => return Some(byte),
            }
        }
    }

    /// Takes `byte`, which must be the next but for white space.
    #[inline(always)]
    pub(crate) fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.step())
    }

    /// Takes `open`, and `close` if it is next: then there is nothing inside.
    #[inline]
    pub(crate) fn opens_empty(&mut self, open: u8, close: u8) -> Option<bool> {
        self.take(open)?;
        let empty = self.peek()? == close;
        if empty {
            self.step();
        }
        Some(empty)
    }

    /// Takes the comma before the next member or element, or `close` if there is none.
    #[inline(always)]
    pub(crate) fn goes_on(&mut self, close: u8) -> Option<bool> {
        match self.peek()? {
            b',' => {
                self.step();
                // What follows a comma must be a value or a key: neither starts with `close`.
                self.peek()?;
                Some(true)
            }
            byte if byte == close => {
                self.step();
                Some(false)
            }
            _ => None,
        }
    }

    /// Whether there is nothing more.
    pub(crate) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Takes `start`, if that is what comes next to the letter.
    #[inline(always)]
    pub(crate) fn starts<const N: usize>(&mut self, start: &[u8; N]) -> bool {
        let ahead = self.record.as_bytes().get(self.at..).unwrap_or_default();
        let found = ahead.first_chunk::<N>() == Some(start);
        if found {
            self.at = self.at.wrapping_add(N);
        }
        found
    }

    /// Takes a member that starts with `start`, such as `,"key":"`, if that comes next to the
    /// letter, and its value. The last quote is that of the value; another kind of value is
    /// taken too.
    #[inline(always)]
    pub(crate) fn usual<const N: usize>(&mut self, start: &[u8; N]) -> Option<Option<Raw<'a>>> {
        if self.starts(start) {
            let value = self.at.wrapping_sub(1);
            return self.string_from(value).map(Some);
        }
        let (_, name) = start.split_last()?;
        let ahead = self.record.as_bytes().get(self.at..).unwrap_or_default();
        if ahead.starts_with(name) {
            self.at = self.at.wrapping_add(name.len());
            return self.aside(Self::named).map(Some);
        }
        Some(None)
    }

    /// Takes the value of an attribute that is a string as a rule.
    #[inline(never)]
    pub(crate) fn named(&mut self) -> Option<Raw<'a>> {
        let value = self.value()?;
        if !value.is_string() {
            self.met |= OTHER;
        }
        Some(value)
    }

    /// Takes a list of strings without white space between them and without escapes; `None` is
    /// any other value, and then this is no more to be used.
    #[inline(always)]
    pub(crate) fn plain_strings(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        if !self.starts(b"[]") {
            if !self.starts(b"[\"") {
                return None;
            }
            let plain = self.met;
            loop {
                self.string_from(self.at.wrapping_sub(1))?;
                if !self.starts(b",\"") {
                    break;
                }
            }
            if !self.starts(b"]") || self.met != plain {
                return None;
            }
        }
        self.since(start)
    }

    /// Takes what comes before the value of any member: the object's brace, if the member is
    /// the `first`, or a comma, and the key with its colon. `Some(None)` is the brace that
    /// closes the object.
    #[inline(always)]
    pub(crate) fn member(&mut self, first: &mut bool) -> Option<Option<&'a str>> {
        if !*first && self.byte() == Some(b'}') {
            self.step();
            return Some(None);
        }
        let is_first = std::mem::replace(first, false);
        self.aside(|cursor| cursor.any_member(is_first))
    }

    #[inline(never)]
    fn any_member(&mut self, first: bool) -> Option<Option<&'a str>> {
        let more = if first {
            !self.opens_empty(b'{', b'}')?
        } else {
            self.goes_on(b'}')?
        };
        if more {
            self.key().map(Some)
        } else {
            Some(None)
        }
    }

    /// Takes any key without escapes and its colon.
    fn key(&mut self) -> Option<&'a str> {
        let key = self.string()?;
        self.take(b':')?;
        if !self.is_plain() && key.bytes().contains(&b'\\') {
            return None;
        }
        key.text().strip_prefix('"')?.strip_suffix('"')
    }

    /// Takes a value.
    #[inline(always)]
    pub(crate) fn value(&mut self) -> Option<Raw<'a>> {
        if self.peek()? == b'"' {
            return self.string();
        }
        self.aside(Self::any_value)
    }

    /// Takes a value that is no string, most likely.
    #[inline(never)]
    fn any_value(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        self.other_value(0)?;
        self.since(start)
    }

    #[inline(always)]
    fn since(&self, start: usize) -> Option<Raw<'a>> {
        self.record.as_bytes().get(start..self.at).map(Raw::cut)
    }

    /// Takes a string, whose opening quote must be the next byte.
    #[inline(always)]
    fn string(&mut self) -> Option<Raw<'a>> {
        let start = self.at;
        if self.byte()? != b'"' {
            return None;
        }
        self.step();
        self.string_from(start)
    }

    /// Takes the rest of the string that starts at `start`, somewhere behind its opening quote.
    #[inline(always)]
    fn string_from(&mut self, start: usize) -> Option<Raw<'a>> {
        loop {
            let ahead = self.record.as_bytes().get(self.at..)?;
            self.at = self.at.wrapping_add(plain_len(ahead));
            match self.byte()? {
                b'"' => {
                    self.step();
                    return self.since(start);
                }
                b'\\' => self.aside(Self::escape)?,
                _ => return None,
            }
        }
    }

    #[cold]
    fn escape(&mut self) -> Option<()> {
        self.met |= ESCAPE;
        self.step();
        let kind = self.byte()?;
        self.step();
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                for _ in 0..4 {
                    if !self.byte()?.is_ascii_hexdigit() {
                        return None;
                    }
                    self.step();
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Takes a value with `depth` levels open around it.
    fn other_value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'[' if depth < DEPTH => {
                let mut more = !self.opens_empty(b'[', b']')?;
                while more {
                    self.other_value(depth.wrapping_add(1))?;
                    more = self.goes_on(b']')?;
                }
                Some(())
            }
            b'{' if depth < DEPTH => {
                let mut more = !self.opens_empty(b'{', b'}')?;
                while more {
                    self.peek()?;
                    self.string()?;
                    self.take(b':')?;
                    self.other_value(depth.wrapping_add(1))?;
                    more = self.goes_on(b'}')?;
                }
                Some(())
            }
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.number(),
        }
    }

    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        let ahead = self.record.as_bytes().get(self.at..)?;
        ahead.starts_with(literal).then(|| {
            self.at = self.at.wrapping_add(literal.len());
        })
    }

    /// What follows the number is for the caller to look at: `01` fails there.
    fn number(&mut self) -> Option<()> {
        if self.byte()? == b'-' {
            self.step();
        }
        if self.byte()? == b'0' {
            self.step();
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.step();
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.step();
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.step();
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.step();
        }
        (self.at > start).then_some(())
    }
}

/// How many bytes come before the first quote, backslash or control character.
#[inline(always)]
fn plain_len(bytes: &[u8]) -> usize {
    let mut at = 0_usize;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(([low, high], _)) = rest
            .first_chunk::<32>()
            .map(|chunk| chunk.as_chunks::<16>())
            .and_then(|(halves, rest)| Some((*halves.as_array::<2>()?, rest)))
        else {
            let plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
            return at.wrapping_add(rest.iter().take_while(plain).count());
        };
        // Most strings end within 32 bytes: one look, and no branch on their length.
        let special = special(low) | (special(high) << 16);
        if special != 0 {
            return at.wrapping_add(special.trailing_zeros() as usize);
        }
        at = at.wrapping_add(32);
    }
}

/// One bit for each quote, backslash and control character.
#[inline(always)]
fn special(chunk: [u8; 16]) -> u32 {
    let chunk = u8x16::new(chunk);
    let special = chunk.simd_eq(u8x16::splat(b'"'))
        | chunk.simd_eq(u8x16::splat(b'\\'))
        | chunk.min(u8x16::splat(0x1f)).simd_eq(chunk);
    special.to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> bool {
        let mut cursor = Cursor::new(text);
        cursor.value().is_some() && cursor.at_end()
    }

    #[test]
    fn what_is_read_is_json_to_serde_json_too() {
        for text in [
            "\"\"",
            "\"a\\u00e9\\n\"",
            "0",
            "-0.5e+10",
            "10",
            "true",
            "false",
            "null",
            "[]",
            "{}",
            " [ 1 , {\"a\" : [ ] } ] ",
            "\"sixteen bytes ab\"",
            "\"\u{e9}\u{1f600}\"",
        ] {
            assert!(whole(text), "{text}");
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
        }
        for text in [
            "",
            "\"",
            "\"\\x\"",
            "\"\\u00g0\"",
            "\"a\u{1}\"",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "-",
            "tru",
            "nul",
            "[1,]",
            "[,1]",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "[1}",
            "{]",
            "1 1",
            "\"\\",
            "\"\\u12",
            "{\"a\":{}",
            "\u{feff}1",
            "NaN",
        ] {
            assert!(!whole(text), "{text}");
            assert!(
                serde_json::from_str::<serde::de::IgnoredAny>(text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn members_are_taken_in_any_spelling() {
        fn keys(text: &str) -> Option<Vec<&str>> {
            let mut cursor = Cursor::new(text);
            let mut keys = Vec::new();
            let mut first = true;
            if cursor.usual(b"{\"id\":\"")?.is_some() {
                keys.push("id");
                first = false;
                if cursor.usual(b",\"login\":\"")?.is_some() {
                    keys.push("login");
                }
            }
            while let Some(key) = cursor.member(&mut first)? {
                cursor.value()?;
                keys.push(key);
            }
            cursor.at_end().then_some(keys)
        }
        for (text, expected) in [
            ("{\"id\":1,\"login\":\"2\"}", Some(vec!["id", "login"])),
            (
                "{\"id\":\"1\",\"x\":{\"id\":2} ,\"login\":3} ",
                Some(vec!["id", "x", "login"]),
            ),
            (" { \"login\" : 2 , \"id\" : 1 }", Some(vec!["login", "id"])),
            ("{}", Some(vec![])),
            ("{\"\\u0069d\":1}", None),
            ("{\"id\":1,}", None),
            ("{,\"id\":1}", None),
            (",\"id\":1}", None),
            ("{\"id\":1{\"login\":2}", None),
            ("{\"id\":1\"login\":2}", None),
            ("{\"id\":1,,\"login\":2}", None),
            ("{\"id\":}", None),
            ("{\"id\":\"1\"}}", None),
            ("{\"id\":\"1\"", None),
            ("}", None),
            ("", None),
        ] {
            assert_eq!(keys(text), expected, "{text}");
        }
    }
}
