//! Attribute paths: `debugContext.debugData.requestUri`, `target.0.id`.

use std::fmt;
use std::str::FromStr;

use crate::operator::{Logical, is_literal_word, is_operator};
use crate::placeholder::{Where, placeholder_len};

/// The name of an attribute: segments joined by dots, case-sensitive.
///
/// A segment has letters, digits, `_`, `-`, `$` and `:`. A segment of digits
/// picks an element of an array. A template may hold placeholders
/// (`debugContext.debugData.{name}`, `$attribute`).
/// Equality and order are those of the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributePath(String);

/// One part of an attribute path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// A member of an object, or of each object in an array.
    Name(&'a str),
    /// An element of an array, from 0; on an object, the member of that name.
    Index {
        /// The place in the array; the largest number where it is larger still.
        index: usize,
        /// The digits as written.
        text: &'a str,
    },
}

/// Why a text is no attribute path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// There is nothing: ``.
    #[error("an attribute path cannot be empty")]
    Empty,
    /// A dot has nothing before or after it: `actor..id`, `.id`, `actor.`.
    #[error("a part of the attribute path is empty, at byte {offset}")]
    EmptySegment {
        /// Byte offset of the place where a segment is missing.
        offset: usize,
    },
    /// A character that names cannot have: `user@id`.
    #[error("attribute names cannot contain {character:?}, at byte {offset}")]
    InvalidCharacter {
        /// Byte offset of the character.
        offset: usize,
        /// The character.
        character: char,
    },
    /// It starts like a number: `0.id`.
    #[error("an attribute name cannot start with {character:?}")]
    InvalidStart {
        /// The first character.
        character: char,
    },
    /// It is a word of the language: `and`, `eq`, `true`.
    #[error("this is a word of the filter language, not an attribute")]
    Reserved,
}

impl PathError {
    /// The byte in the path where the fault is.
    #[must_use]
    pub const fn offset(&self) -> usize {
        match self {
            Self::EmptySegment { offset } | Self::InvalidCharacter { offset, .. } => *offset,
            Self::Empty | Self::InvalidStart { .. } | Self::Reserved => 0,
        }
    }
}

impl AttributePath {
    /// Reads a path.
    ///
    /// # Errors
    /// See [`PathError`].
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if Logical::from_word(text).is_some() || is_operator(text) || is_literal_word(text) {
            return Err(PathError::Reserved);
        }
        let mut segment_empty = true;
        let mut skip_to = 0;
        for (offset, character) in text.char_indices() {
            if offset < skip_to {
                continue;
            }
            let rest = text.get(offset..).unwrap_or_default();
            if let Some(len) = group_len(rest) {
                skip_to = offset.saturating_add(len);
                segment_empty = false;
            } else if character == '.' {
                if segment_empty {
                    return Err(PathError::EmptySegment { offset });
                }
                segment_empty = true;
            } else if character.is_ascii_alphanumeric()
                || matches!(character, '_' | '-' | '$' | ':')
            {
                if offset == 0 && (character.is_ascii_digit() || matches!(character, '-' | ':')) {
                    return Err(PathError::InvalidStart { character });
                }
                segment_empty = false;
            } else {
                return Err(PathError::InvalidCharacter { offset, character });
            }
        }
        if segment_empty {
            return Err(PathError::EmptySegment { offset: text.len() });
        }
        Ok(Self(text.to_owned()))
    }

    /// The path as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, outermost first. Without meaning where
    /// [`has_placeholder`](Self::has_placeholder) holds.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.0.split('.').map(Segment::new)
    }

    /// Whether a segment picks an element of an array by its place, as in
    /// `target.0.displayName`. The order of such arrays is not promised.
    #[must_use]
    pub fn has_index(&self) -> bool {
        self.segments()
            .any(|segment| matches!(segment, Segment::Index { .. }))
    }

    /// Whether a part of the path is still to be filled in. A `$name` counts
    /// at the very start only, since names may contain `$`.
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        placeholder_len(&self.0, Where::Word).is_some()
            || self.0.char_indices().any(|(at, _)| {
                self.0
                    .get(at..)
                    .is_some_and(|rest| group_len(rest).is_some())
            })
    }
}

/// A placeholder within a path: any form but `$name`.
fn group_len(rest: &str) -> Option<usize> {
    let dollar_name = rest.starts_with('$') && !rest.starts_with("${") && !rest.starts_with("$(");
    if dollar_name {
        return None;
    }
    placeholder_len(rest, Where::Word)
}

impl<'a> Segment<'a> {
    fn new(text: &'a str) -> Self {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            // Too large for usize: no array is that long.
            let index = text.parse().unwrap_or(usize::MAX);
            Self::Index { index, text }
        } else {
            Self::Name(text)
        }
    }

    /// The segment as written.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Name(text) | Self::Index { text, .. } => text,
        }
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AttributePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{AttributePath, PathError};

    #[test]
    fn paths() {
        for text in [
            "a",
            "debugContext.debugData.requestUri",
            "target.0.displayName",
            "urn:ietf:params:scim",
            "a.$ref",
            "a_b-c",
            "debugContext.debugData.{name}",
            "$attribute",
            "_x",
        ] {
            assert_eq!(AttributePath::parse(text).unwrap().as_str(), text);
        }
        let index = AttributePath::parse("target.0.id").unwrap();
        assert!(index.has_index() && !index.has_placeholder());
        assert!(AttributePath::parse("a.{b}.c").unwrap().has_placeholder());
        assert!(AttributePath::parse("$a").unwrap().has_placeholder());
        assert!(!AttributePath::parse("a.$ref").unwrap().has_placeholder());
        assert!(!AttributePath::parse("target.x0.id").unwrap().has_index());
    }

    #[test]
    fn no_paths() {
        for (text, error) in [
            ("", PathError::Empty),
            ("a..b", PathError::EmptySegment { offset: 2 }),
            (".b", PathError::EmptySegment { offset: 0 }),
            ("a.", PathError::EmptySegment { offset: 2 }),
            (
                "a@b",
                PathError::InvalidCharacter {
                    offset: 1,
                    character: '@',
                },
            ),
            (
                "äb",
                PathError::InvalidCharacter {
                    offset: 0,
                    character: 'ä',
                },
            ),
            ("0.id", PathError::InvalidStart { character: '0' }),
            ("AND", PathError::Reserved),
            ("eq", PathError::Reserved),
            ("true", PathError::Reserved),
        ] {
            assert_eq!(AttributePath::parse(text), Err(error), "{text}");
        }
    }
}
