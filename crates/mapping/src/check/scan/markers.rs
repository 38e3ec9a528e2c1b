//! Words without which a text has nothing to find.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::tables::EventType;

/// Where requests are made; before the others, so that these win.
const ENDPOINTS: [&str; 4] = ["/api/v1/logs", "/api/v1/events", "/logs?", "/events?"];

/// The parameter that only the Events API has.
const START_DATE: &str = "startDate";

/// How most legacy types start in a regular expression. Those of all would make too many patterns
/// for a fast search.
const ESCAPED: [&str; 2] = ["core\\.", "app\\."];

/// Parts of attribute names that a query has at least one of.
const ATTRIBUTES: [&str; 19] = [
    // eventType and legacyEventType.
    "ventType",
    "vent_type",
    "outcome.",
    "actor.",
    "actors.",
    "target.",
    "target[",
    "targets.",
    "client.",
    "ebugContext",
    "debug_context",
    "ecurityContext",
    "uthenticationContext",
    "transaction.",
    "equest.ipChain",
    "displayMessage",
    "display_message",
    "action.",
    "published",
];

/// Finds the places in a text that are worth a look.
#[derive(Debug, Clone)]
pub(crate) struct Markers {
    /// `None` never happens: the patterns are few and short.
    finder: Option<AhoCorasick>,
    /// Every legacy type.
    types: BTreeSet<String>,
}

/// What stands at a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Mark {
    /// The path of a request.
    Endpoint,
    /// A parameter of the Events API.
    StartDate,
    /// Start of an event type's id in a regular expression: `core\.`.
    Escaped,
    /// Part of an attribute's name or of an event type's id.
    Word,
}

impl Markers {
    /// Those for the legacy types of these rows beside the attributes.
    pub(crate) fn new(rows: &[EventType]) -> Self {
        let prefixes: BTreeSet<&str> = rows
            .iter()
            .filter_map(|row| {
                let (first, _) = row.legacy_event_type.split_once('.')?;
                row.legacy_event_type.get(..first.len().saturating_add(1))
            })
            .collect();
        let patterns = ENDPOINTS
            .into_iter()
            .chain([START_DATE])
            .chain(ESCAPED)
            .chain(ATTRIBUTES)
            .chain(prefixes);
        Self {
            finder: AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .build(patterns)
                .ok(),
            types: rows.iter().map(|it| it.legacy_event_type.clone()).collect(),
        }
    }

    /// Whether a legacy type starts so.
    pub(in crate::check) fn is_start(&self, word: &str) -> bool {
        let from = (Bound::Included(word), Bound::Unbounded);
        let mut after = self.types.range::<str, _>(from);
        after.next().is_some_and(|it| it.starts_with(word))
    }

    /// The markers in `text`, in order.
    pub(in crate::check) fn find<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = (Mark, Range<usize>)> + 't {
        self.finder
            .iter()
            .flat_map(move |finder| finder.find_iter(text))
            .map(|found| {
                let mark = match found.pattern().as_usize() {
                    at if at < ENDPOINTS.len() => Mark::Endpoint,
                    at if at == ENDPOINTS.len() => Mark::StartDate,
                    at if at <= ENDPOINTS.len().saturating_add(ESCAPED.len()) => Mark::Escaped,
                    _ => Mark::Word,
                };
                (mark, found.range())
            })
    }
}
