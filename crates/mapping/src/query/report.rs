//! What a rewrite says.

use serde::Serialize;

use events2logs_filter::{ParseErrors, Span};

use super::note::Note;

/// How the events that a rewritten query finds relate to those that the legacy query found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// The same events.
    Exact,
    /// The same events and more.
    Wider,
    /// Some of these events only.
    Narrower,
    /// Some of these events only, and others.
    Different,
    /// There is no rewrite.
    Unsupported,
}

impl Precision {
    /// The precision of a query of which one part has this precision, another `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsupported, _) | (_, Self::Unsupported) => Self::Unsupported,
            (Self::Exact, it) | (it, Self::Exact) => it,
            (one, another) if one == another => one,
            _ => Self::Different,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
            Self::Different => "different",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Stands among legacy types for those that are in no table.
pub const UNLISTED: &str = "(a type in no table)";

/// What became of one part of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The part as it stood.
    pub from: String,
    /// What it became; empty where there is no rewrite.
    pub to: String,
    /// How the two relate.
    pub precision: Precision,
    /// Legacy event types that come in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adds: Vec<String>,
    /// Legacy event types that drop out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drops: Vec<String>,
    /// Why it is not exact, or what else there is to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One request to `/api/v1/logs`. A rewrite may take several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The rewritten query, the same kind of thing as the input: what is printed.
    pub query: String,
    /// The URL, where the input was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// RFC 3339, or a placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// RFC 3339, or a placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The filter; none where every event matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// As it is written in the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

/// A rewritten query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rewrite {
    /// The query as it was given.
    pub input: String,
    /// How the events that the requests find together relate to those of the input.
    pub precision: Precision,
    /// In order of time; none where there is no rewrite, or where nothing can match.
    pub requests: Vec<Request>,
    /// What became of each part.
    pub parts: Vec<Part>,
    /// The form by `legacyEventType`, where the one above is not exact and this one is more so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<Vec<Request>>,
    /// What changes without being written.
    pub notes: Vec<Note>,
}

/// Why a query cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing but white space.
    #[error("the query is empty")]
    Empty,
    /// The filter has syntax errors; their spans are within `filter`.
    #[error("{errors}")]
    Filter {
        /// The filter, decoded.
        filter: String,
        /// What is wrong with it.
        errors: ParseErrors,
    },
    /// A `curl` command with an open quote.
    #[error("a quote is opened and never closed")]
    OpenQuote {
        /// Where it opens, in the input.
        span: Span,
    },
    /// A URL of something else, or a `curl` command without one of the Events API.
    #[error(
        "no URL of /api/v1/events: expected one such as https://example.okta.com/api/v1/events"
    )]
    NoUrl,
}
