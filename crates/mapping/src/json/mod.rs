//! JSON text, read without building a tree: an event stays the text it came as.
//!
//! [`Cursor`] reads what is of the usual kind, fast; [`Members`] reads one level of any object
//! into borrowed `(key, text)` pairs;
//! [`compact`] copies a nested value onto one line; [`canonical`] writes the one
//! form that all spellings of the same JSON value share; [`first_difference`] says where two
//! values part.

mod canonical;
mod compact;
mod cursor;
mod difference;
mod members;
mod raw;

pub use canonical::{canonical, same_json};
pub(crate) use compact::compact;
pub(crate) use cursor::Cursor;
pub use difference::{Difference, first_difference};
pub(crate) use members::{Members, elements};
pub(crate) use raw::Raw;

/// How deep arrays and objects may nest inside a record, the record itself included.
///
/// The deepest recorded legacy event nests four levels; the bound keeps hostile input
/// from exhausting the stack, here and in readers that stop at 128 levels (serde_json does).
pub const MAX_DEPTH: usize = 120;

/// Why a text is not usable JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON by RFC 8259, as in `{"a":1,}`.
    #[error("not JSON: {problem} at byte {offset} of the record")]
    Syntax {
        /// Bytes from the start of the record to where reading stopped.
        offset: usize,
        /// What was found and expected there.
        problem: String,
    },
    /// One object names the same key twice, as in `{"a":1,"a":2}`: which one counts is
    /// undefined (RFC 8259 section 4), so neither is chosen.
    #[error("duplicate key {key:?}, again at byte {offset} of the record")]
    DuplicateKey {
        /// The key, decoded.
        key: String,
        /// Bytes from the start of the record to where it stands again, or to its value there.
        offset: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels in the LogEvent at byte {offset} of the record")]
    TooDeep {
        /// Bytes from the start of the record to the value that is too deep.
        offset: usize,
    },
}

/// Whether `text` is JSON, as far as that is told without keeping any of it.
///
/// # Errors
/// [`JsonError::Syntax`].
pub fn syntax(text: &str) -> Result<(), JsonError> {
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    read.map(|_| ())
        .map_err(|error| JsonError::from_serde(&error, text))
}

impl JsonError {
    /// The same error, told from `start` bytes further left.
    pub(crate) fn shifted(self, start: usize) -> Self {
        match self {
            Self::Syntax { offset, problem } => Self::Syntax {
                offset: offset.saturating_add(start),
                problem,
            },
            Self::DuplicateKey { key, offset } => Self::DuplicateKey {
                key,
                offset: offset.saturating_add(start),
            },
            Self::TooDeep { offset } => Self::TooDeep {
                offset: offset.saturating_add(start),
            },
        }
    }

    /// Turns serde_json's line and column within `text` into a byte offset.
    pub(crate) fn from_serde(error: &serde_json::Error, text: &str) -> Self {
        let before: usize = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let message = error.to_string();
        let problem = message
            .split_once(" at line ")
            .map_or(message.as_str(), |(problem, _)| problem);
        Self::Syntax {
            offset: before
                .saturating_add(error.column().saturating_sub(1))
                .min(text.len()),
            problem: problem.to_owned(),
        }
    }
}
