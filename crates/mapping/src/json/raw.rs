//! The text of one JSON value.

use std::borrow::Cow;

/// The text of one JSON value as it stood, without white space around it.
///
/// Only made from text that was read as JSON, so that the first byte tells the kind. It is kept
/// as bytes, which are copied as they are as a rule: a part of a text is checked for where it is
/// cut, a part of bytes is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a [u8]);

impl<'a> Raw<'a> {
    /// Wraps `text`, which must be one JSON value without white space around it.
    pub(crate) const fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    /// The same for a part of a text that starts and ends at ASCII characters.
    #[inline]
    pub(crate) const fn cut(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The text of the value, as bytes.
    #[inline]
    pub(crate) const fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text of the value.
    pub(crate) fn text(self) -> &'a str {
        str_of(self.0)
    }

    /// Whether the value is an object.
    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with(b"{")
    }

    /// Whether the value is an array.
    pub(crate) fn is_array(self) -> bool {
        self.0.starts_with(b"[")
    }

    /// Whether the value is a string.
    pub(crate) fn is_string(self) -> bool {
        self.0.starts_with(b"\"")
    }

    /// The text between the quotes of a string, escapes as they stand; `None` for other kinds.
    #[inline]
    pub(crate) fn escaped(self) -> Option<&'a [u8]> {
        self.0.strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    /// A string's value. `None` for other kinds, and for a string that is no Unicode text
    /// (a lone surrogate such as `"\ud800"`).
    pub(crate) fn decode(self) -> Option<Cow<'a, str>> {
        let escaped = self.escaped()?;
        if escaped.contains(&b'\\') {
            serde_json::from_slice(self.0).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(str_of(escaped)))
        }
    }

    /// Whether the value is the string `text`, however it is spelled; `text` has no characters
    /// that JSON escapes.
    #[inline(always)]
    pub(crate) fn is(self, text: &str) -> bool {
        let Some(escaped) = self.escaped() else {
            return false;
        };
        if escaped.len() == text.len() {
            return escaped == text.as_bytes();
        }
        // Escapes only make a string longer.
        escaped.len() > text.len() && may_start_with(escaped, text) && self.is_slow(text)
    }

    #[cold]
    fn is_slow(self, text: &str) -> bool {
        self.decode().is_some_and(|it| it == text)
    }

    /// Whether the value is a string that starts with `text`, however it is spelled.
    #[inline]
    pub(crate) fn starts_with(self, text: &str) -> bool {
        self.escaped()
            .is_some_and(|escaped| may_start_with(escaped, text))
            && self.decode().is_some_and(|it| it.starts_with(text))
    }

    /// Bytes from the start of `record` to this value, which must be a part of it.
    pub(crate) fn offset_in(self, record: &str) -> usize {
        (self.0.as_ptr() as usize).saturating_sub(record.as_ptr() as usize)
    }
}

/// Whether `escaped` may start with `text`, as far as its first byte tells.
#[inline]
fn may_start_with(escaped: &[u8], text: &str) -> bool {
    let first = escaped.first();
    first == Some(&b'\\') || first == text.as_bytes().first()
}

/// A part of a text that starts and ends at ASCII characters, which makes it a text too.
fn str_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
