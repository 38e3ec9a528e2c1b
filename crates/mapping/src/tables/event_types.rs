//! Legacy event types and what becomes of them.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::{TableError, rows};

/// `outcome.result` of a LogEvent, the values that Okta's API description lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(
    missing_docs,
    reason = "the names are Okta's, and their meaning with them"
)]
pub enum OutcomeResult {
    Success,
    Failure,
    Skipped,
    Allow,
    Deny,
    Challenge,
    Unknown,
    RateLimit,
    Deferred,
    Scheduled,
    Abandoned,
    Unanswered,
}

impl OutcomeResult {
    /// The value as a LogEvent spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Skipped => "SKIPPED",
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
            Self::Challenge => "CHALLENGE",
            Self::Unknown => "UNKNOWN",
            Self::RateLimit => "RATE_LIMIT",
            Self::Deferred => "DEFERRED",
            Self::Scheduled => "SCHEDULED",
            Self::Abandoned => "ABANDONED",
            Self::Unanswered => "UNANSWERED",
        }
    }
}

/// `severity` of a LogEvent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(
    missing_docs,
    reason = "the names are Okta's, and their meaning with them"
)]
pub enum Severity {
    Debug,
    Info,
    Warn,
    Error,
}

impl Severity {
    /// The value as a LogEvent spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// The ground a row stands on: for its outcome and severity, or, where it has neither, for
/// the pair of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Okta's pages or catalogues say so.
    Documented,
    /// Real LogEvents show it.
    Observed,
    /// The id says so.
    Inferred,
}

/// One row of `event_types.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventType {
    /// The id under `action.objectType` of a legacy event.
    pub legacy_event_type: String,
    /// The System Log event type; `None` for a type without a successor.
    pub event_type: Option<String>,
    /// The second successor of the few types that have two.
    #[serde(default)]
    pub other_event_type: Option<String>,
    /// `None` where the id does not tell, or where both results occur.
    #[serde(default)]
    pub outcome_result: Option<OutcomeResult>,
    /// Only where it is always the same.
    #[serde(default)]
    pub outcome_reason: Option<String>,
    /// `None` where nothing tells.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// What the row rests on; a user's own row may leave it out.
    #[serde(default)]
    pub evidence: Option<Evidence>,
    /// The first catalogue release that listed the pair.
    #[serde(default)]
    pub first_listed: Option<String>,
    /// The last catalogue release that listed the pair.
    #[serde(default)]
    pub last_listed: Option<String>,
    /// What else there is to know.
    #[serde(default)]
    pub note: Option<String>,
}

impl EventType {
    /// The System Log event types it becomes: none, one, or for a few two.
    pub fn successors(&self) -> impl Iterator<Item = &str> {
        [&self.event_type, &self.other_event_type]
            .into_iter()
            .filter_map(Option::as_deref)
    }
}

/// The rows of `event_types.csv`, by legacy type.
#[derive(Debug, Clone)]
pub struct EventTypes {
    /// Sorted by legacy type.
    rows: Vec<EventType>,
    by_legacy_type: HashMap<String, usize>,
    by_successor: HashMap<String, Vec<usize>>,
}

impl EventTypes {
    /// Reads a table with the columns of `event_types.csv`, of which `legacy_event_type` and
    /// `event_type` are required.
    ///
    /// # Errors
    /// [`TableError`], naming `table`.
    pub fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let mut types = Self {
            rows: Vec::new(),
            by_legacy_type: HashMap::new(),
            by_successor: HashMap::new(),
        };
        let header = csv.lines().next().unwrap_or_default();
        for column in ["legacy_event_type", "event_type"] {
            if !header.split(',').any(|name| name.trim() == column) {
                return Err(TableError::Header {
                    table: table.to_owned(),
                    missing: column,
                    found: header.to_owned(),
                });
            }
        }
        let mut seen = hashbrown::HashSet::new();
        for (line, row) in rows::<EventType>(table, csv)? {
            if row.legacy_event_type.is_empty() {
                return Err(TableError::NoLegacyEventType {
                    table: table.to_owned(),
                    line,
                });
            }
            if !seen.insert(row.legacy_event_type.clone()) {
                return Err(TableError::Duplicate {
                    table: table.to_owned(),
                    line,
                    legacy_event_type: row.legacy_event_type,
                });
            }
            types.rows.push(row);
        }
        types.index();
        Ok(types)
    }

    /// Puts the rows of `own` over these.
    pub(super) fn overlay(&mut self, own: Self) {
        self.rows
            .retain(|row| !own.by_legacy_type.contains_key(&row.legacy_event_type));
        self.rows.extend(own.rows);
        self.index();
    }

    fn index(&mut self) {
        self.rows
            .sort_by(|a, b| a.legacy_event_type.cmp(&b.legacy_event_type));
        self.by_legacy_type = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.legacy_event_type.clone(), at))
            .collect();
        self.by_successor.clear();
        for (at, row) in self.rows.iter().enumerate() {
            for successor in row.successors() {
                let rows = self.by_successor.entry(successor.to_owned()).or_default();
                rows.push(at);
            }
        }
    }

    /// The row of a legacy type.
    #[must_use]
    pub fn get(&self, legacy_event_type: &str) -> Option<&EventType> {
        self.by_legacy_type
            .get(legacy_event_type)
            .and_then(|at| self.rows.get(*at))
    }

    /// The rows of the legacy types that became a System Log event type, sorted.
    pub fn with_successor(&self, event_type: &str) -> impl Iterator<Item = &EventType> {
        self.by_successor
            .get(event_type)
            .into_iter()
            .flatten()
            .filter_map(|at| self.rows.get(*at))
    }

    /// All rows, sorted by legacy type.
    #[must_use]
    pub fn rows(&self) -> &[EventType] {
        &self.rows
    }
}
