//! Why a record does not become a LogEvent.

use crate::json::JsonError;

/// Why a record is rejected. Each variant names an input that brings it about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// `{"eventId":`, `{"a":1,"a":2}`.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// `42`
    #[error("expected an event (a JSON object), found {found}")]
    NotAnObject {
        /// The kind of value found, with its article.
        found: &'static str,
    },
    /// `{"published":"2018-01-01T00:00:00.000Z"}`, or an `action` that is a string.
    #[error("expected the event type under action.objectType, found {found}")]
    NoObjectType {
        /// What stands there instead.
        found: &'static str,
    },
    /// `{"action":{"objectType":"app.auth.sso"}}`
    #[error("expected the time of the event under published, found nothing")]
    NoPublished,
    /// `{"action":{"objectType":"app.auth.sso"},"published":"yesterday"}`
    #[error("expected a date and time (RFC 3339) under published, found {found}")]
    UnreadablePublished {
        /// The value as it stands, cut where it is long.
        found: String,
    },
    /// A type that no table knows, where such types are to be rejected.
    #[error("event type {legacy_event_type:?} is in no table")]
    UnknownType {
        /// The type.
        legacy_event_type: String,
    },
    /// A type without a System Log successor, where such types are to be rejected.
    #[error("event type {legacy_event_type:?} has no System Log successor")]
    NoSuccessor {
        /// The type.
        legacy_event_type: String,
    },
}

impl Reject {
    /// A short name for the kind of reason, stable, for counting and for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(JsonError::Syntax { .. }) => "invalid-json",
            Self::Json(JsonError::DuplicateKey { .. }) => "duplicate-key",
            Self::Json(JsonError::TooDeep { .. }) => "too-deep",
            Self::NotAnObject { .. } => "not-an-object",
            Self::NoObjectType { .. } => "no-object-type",
            Self::NoPublished => "no-published",
            Self::UnreadablePublished { .. } => "unreadable-published",
            Self::UnknownType { .. } => "unknown-type",
            Self::NoSuccessor { .. } => "no-successor",
        }
    }

    /// Bytes from the start of the record to the place the reason speaks of.
    #[must_use]
    pub fn offset(&self) -> usize {
        match self {
            Self::Json(
                JsonError::Syntax { offset, .. }
                | JsonError::DuplicateKey { offset, .. }
                | JsonError::TooDeep { offset },
            ) => *offset,
            _ => 0,
        }
    }
}
