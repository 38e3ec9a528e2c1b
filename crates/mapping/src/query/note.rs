//! What changes without being written, and what else a person should know of a rewrite.

use std::fmt;

use serde::{Serialize, Serializer};

/// What changes without being written, and what else a person should know of a rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The legacy filter had no lower bound, and `since` was not added for want of a `now`.
    DefaultWindow,
    /// The legacy request had neither startDate, filter nor after.
    LastHour,
    /// `since` was added for a legacy default, counted back from `now`.
    SinceAdded {
        /// The time added.
        since: String,
        /// What the legacy default was, in words.
        default: &'static str,
    },
    /// No `limit` was given.
    LimitAdded,
    /// More than the maximum was asked for.
    LimitCapped {
        /// What was asked for.
        limit: String,
    },
    /// A bound of the legacy window leaves its own time out, or takes it in, where the System
    /// Log may do otherwise.
    Bound {
        /// `since` or `until`.
        parameter: &'static str,
        /// Its time.
        time: String,
        /// Whether the legacy window takes the time itself in.
        inclusive: bool,
    },
    /// `published eq` became a window of one millisecond.
    OneInstant {
        /// Its time.
        time: String,
    },
    /// A request with `until` is finite and ordered by `published`.
    Bounded,
    /// A request without `until` never ends.
    Polling,
    /// The alternatives have different windows.
    SeveralRequests {
        /// How many.
        requests: usize,
    },
    /// No event can match.
    Never,
    /// `since` is further back than the server takes.
    TooOld {
        /// The time.
        since: String,
    },
    /// The old API took `startDate` or `filter`, not both.
    StartDateAndFilter,
    /// A date without a time or without a zone.
    ReadAsUtc {
        /// The date as it stood.
        date: String,
        /// What it was read as.
        time: String,
    },
    /// `and` binds tighter than `or`.
    MixedWithoutParentheses {
        /// The part, as it is understood.
        understood: String,
    },
    /// A legacy type without a System Log successor, asked for by `legacyEventType`.
    NoSuccessor {
        /// The type.
        legacy_event_type: String,
    },
    /// A type in no table, asked for by `legacyEventType`.
    UnknownType {
        /// The type.
        legacy_event_type: String,
        /// The listed type whose name is most like it.
        nearest: Option<String>,
    },
    /// A parameter that the Events API did not have, and the System Log API has.
    NewMeaning {
        /// The parameter.
        name: String,
    },
    /// Every event matches.
    Everything,
    /// The outcomes that tell types apart are read off the ids.
    InferredOutcomes {
        /// The types.
        legacy_event_types: Vec<String>,
    },
    /// Nothing in the query is of the Events API.
    AlreadySystemLog,
    /// A parameter without a value was left out.
    EmptyParameter {
        /// Its name.
        name: String,
    },
    /// `exact` asks for legacyEventType, which new event types do not have.
    LegacyTypesOnly,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DefaultWindow => f.write_str(
                "the legacy filter without a lower bound searched the whole retention (90 days); \
                 /logs looks back 7 days: add since, or give --now to have it added",
            ),
            Self::LastHour => f.write_str(
                "the legacy request without startDate, filter and after returned the last hour; \
                 /logs looks back 7 days: add since, or give --now to have it added",
            ),
            Self::SinceAdded { since, default } => {
                write!(f, "since={since} added: {default}; /logs looks back 7 days")
            }
            Self::LimitAdded => f.write_str("limit=1000 added: the default fell from 1000 to 100"),
            Self::LimitCapped { limit } => {
                write!(
                    f,
                    "limit={limit} became 1000, the most that either API returns at once"
                )
            }
            Self::Bound {
                parameter,
                time,
                inclusive,
            } => {
                let (legacy, does) = if *inclusive {
                    ("takes in", "does not")
                } else {
                    ("leaves out", "takes it in")
                };
                write!(
                    f,
                    "the legacy window {legacy} an event of {time} itself; it is not certain \
                     whether {parameter}={time} {does}"
                )
            }
            Self::OneInstant { time } => {
                write!(f, "published eq {time} became the millisecond from there")
            }
            Self::Bounded => f.write_str(
                "a request with until is finite and ordered by published: follow its next links \
                 till there is none",
            ),
            Self::Polling => f.write_str(
                "a request without until is for polling: ordered by arrival, and its next link \
                 never ends; add until for a finite one",
            ),
            Self::SeveralRequests { requests } => write!(
                f,
                "the alternatives have different windows: {requests} requests, in order of time"
            ),
            Self::Never => {
                f.write_str("no event can match this query: there is nothing to ask for")
            }
            Self::TooOld { since } => write!(
                f,
                "since={since} is more than 180 days ago: the server refuses it (E0000053); search \
                 an archive instead"
            ),
            Self::StartDateAndFilter => {
                f.write_str("the old API took startDate or filter, not both: read as both at once")
            }
            Self::ReadAsUtc { date, time } => {
                write!(f, "{date} names no zone: read as {time}")
            }
            Self::MixedWithoutParentheses { understood } => write!(
                f,
                "and binds tighter than or: read as {understood}; if you meant otherwise, add \
                 parentheses and rewrite again"
            ),
            Self::NoSuccessor { legacy_event_type } => write!(
                f,
                "{legacy_event_type} has no System Log successor: legacyEventType finds it in \
                 converted archives only"
            ),
            Self::UnknownType {
                legacy_event_type,
                nearest,
            } => {
                write!(
                    f,
                    "{legacy_event_type} is in no table: asked for by legacyEventType"
                )?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean {nearest}?"),
                    None => Ok(()),
                }
            }
            Self::NewMeaning { name } => write!(
                f,
                "{name} stands as it was: /events knew no such parameter, /logs searches by it"
            ),
            Self::Everything => f.write_str("every event matches: no filter is needed"),
            Self::InferredOutcomes { legacy_event_types } => write!(
                f,
                "the outcome is inferred from the id, not observed, for {}",
                legacy_event_types.join(", ")
            ),
            Self::AlreadySystemLog => f.write_str("nothing to rewrite: no part of the Events API"),
            Self::EmptyParameter { name } => write!(f, "{name} has no value: left out"),
            Self::LegacyTypesOnly => f.write_str(
                "events of newer types have no legacyEventType: eq never finds them, ne and not \
                 always do",
            ),
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
