//! Reasons read off messages.

use hashbrown::HashMap;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{Evidence, Severity, TableError, rows};

/// Stands in the table for "the message itself is the reason".
const MESSAGE: &str = "(message)";

/// What a message says beyond the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageReason<'t> {
    /// `outcome.reason`; `None` where the message itself is the reason.
    pub outcome_reason: Option<&'t str>,
    /// The severity, where the message changes it.
    pub severity: Option<Severity>,
}

#[derive(Debug, Deserialize)]
struct Row {
    legacy_event_type: String,
    pattern: String,
    outcome_reason: String,
    severity: Option<Severity>,
    #[serde(rename = "evidence")]
    _evidence: Evidence,
}

#[derive(Debug, Clone)]
struct Rule {
    pattern: Regex,
    outcome_reason: Option<String>,
    severity: Option<Severity>,
}

/// The rules of `message_reasons.csv`, by legacy type.
#[derive(Debug, Clone)]
pub struct MessageReasons(HashMap<String, Vec<Rule>>);

impl MessageReasons {
    pub(super) fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let mut rules: HashMap<String, Vec<Rule>> = HashMap::new();
        for (_, row) in rows::<Row>(table, csv)? {
            // The recorded messages differ in case ("Sign-In Failed"), not in words.
            let pattern = RegexBuilder::new(&row.pattern)
                .case_insensitive(true)
                .build()
                .map_err(|problem| TableError::Pattern {
                    table: table.to_owned(),
                    problem: Box::new(problem),
                })?;
            rules.entry(row.legacy_event_type).or_default().push(Rule {
                pattern,
                outcome_reason: (row.outcome_reason != MESSAGE).then_some(row.outcome_reason),
                severity: row.severity,
            });
        }
        Ok(Self(rules))
    }

    /// What `message`, decoded, says about an event of a legacy type; spaces around it do not
    /// count.
    #[must_use]
    pub fn find(&self, legacy_event_type: &str, message: &str) -> Option<MessageReason<'_>> {
        let message = message.trim();
        self.0
            .get(legacy_event_type)?
            .iter()
            .find(|rule| rule.pattern.is_match(message))
            .map(|rule| MessageReason {
                outcome_reason: rule.outcome_reason.as_deref(),
                severity: rule.severity,
            })
    }

    /// The severities that messages give an event of a legacy type.
    pub fn severities(&self, legacy_event_type: &str) -> impl Iterator<Item = Severity> {
        let rules = self.0.get(legacy_event_type).into_iter().flatten();
        rules.filter_map(|rule| rule.severity)
    }

    /// Whether any rule speaks of a legacy type.
    #[must_use]
    pub fn knows(&self, legacy_event_type: &str) -> bool {
        self.0.contains_key(legacy_event_type)
    }
}
