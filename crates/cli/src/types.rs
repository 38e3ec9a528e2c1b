//! `types`: looks event types up, either way.

use std::io::Write as _;

use anyhow::Result;
use events2logs_mapping::Tables;
use events2logs_mapping::tables::{EventType, Evidence, OutcomeResult, Severity, Status};
use serde::Serialize;

use crate::args::{Types, TypesFormat};
use crate::convert::tables;
use crate::exit::Exit;
use crate::style::{DIM, styled, visible};
use crate::terminal::Terminal;

/// One type, as `--format json` prints it; keys are only ever added.
#[derive(Debug, Serialize)]
struct Found<'t> {
    /// None for a System Log event type that no legacy type became.
    legacy_event_type: Option<&'t str>,
    event_type: Option<&'t str>,
    other_event_type: Option<&'t str>,
    /// Whether Okta still lists the event type.
    status: Option<Status>,
    outcome_result: Option<OutcomeResult>,
    outcome_reason: Option<&'t str>,
    severity: Option<Severity>,
    evidence: Option<Evidence>,
    note: Option<&'t str>,
}

pub(crate) fn run(verb: &Types, terminal: &mut Terminal) -> Result<Exit> {
    let tables = tables(&verb.mappings)?;
    let found = find(&tables, verb.pattern.as_deref());
    match verb.format {
        TypesFormat::Json => {
            let mut out = terminal.data();
            serde_json::to_writer_pretty(&mut out, &found).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        TypesFormat::Text => {
            terminal.styled_data().write_all(text(&found).as_bytes())?;
        }
    }
    if found.is_empty() {
        let pattern = verb.pattern.as_deref().unwrap_or_default();
        terminal.say(&format!("no event type matches {}\n", visible(pattern)));
        let nearest = nearest(&tables, pattern);
        if !nearest.is_empty() {
            terminal.say(&format!("did you mean {}?\n", nearest.join(", ")));
        }
        return Ok(Exit::Findings);
    }
    Ok(Exit::Done)
}

/// The names most like `pattern`.
fn nearest<'t>(tables: &'t Tables, pattern: &str) -> Vec<&'t str> {
    /// More are no help.
    const SHOWN: usize = 3;
    /// Less alike than this is another name.
    const ALIKE: f64 = 0.75;
    let legacy = tables.event_types.rows().iter();
    let names = legacy.map(|row| row.legacy_event_type.as_str());
    let event_types = tables.catalog.rows().iter();
    let mut alike: Vec<(f64, &str)> = names
        .chain(event_types.map(|entry| entry.event_type.as_str()))
        .map(|name| (strsim::normalized_damerau_levenshtein(name, pattern), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    alike.dedup();
    alike
        .into_iter()
        .take(SHOWN)
        .map(|(_, name)| name)
        .collect()
}

fn find<'t>(tables: &'t Tables, pattern: Option<&str>) -> Vec<Found<'t>> {
    // A whole name is no part of others.
    let is_whole = pattern.is_some_and(|pattern| {
        tables.event_types.get(pattern).is_some() || tables.catalog.get(pattern).is_some()
    });
    let matches = |name: &str| {
        pattern.is_none_or(|pattern| {
            if is_whole {
                name == pattern
            } else {
                matches(pattern, name)
            }
        })
    };
    let legacy = tables
        .event_types
        .rows()
        .iter()
        .filter(|row| matches(&row.legacy_event_type) || row.successors().any(matches));
    let mut found: Vec<Found<'t>> = legacy.map(|row| with_legacy_type(tables, row)).collect();
    if pattern.is_some() {
        // Without a pattern the question is about legacy types.
        let has_legacy_type = |event_type: &str| {
            let mut rows = tables.event_types.rows().iter();
            rows.any(|row| row.successors().any(|successor| successor == event_type))
        };
        let newer = tables
            .catalog
            .rows()
            .iter()
            .filter(|entry| matches(&entry.event_type) && !has_legacy_type(&entry.event_type));
        found.extend(newer.map(|entry| Found {
            legacy_event_type: None,
            event_type: Some(&entry.event_type),
            other_event_type: None,
            status: Some(entry.status),
            outcome_result: None,
            outcome_reason: None,
            severity: None,
            evidence: None,
            note: None,
        }));
    }
    found
}

fn with_legacy_type<'t>(tables: &'t Tables, row: &'t EventType) -> Found<'t> {
    let event_type = row.event_type.as_deref();
    Found {
        legacy_event_type: Some(&row.legacy_event_type),
        event_type,
        other_event_type: row.other_event_type.as_deref(),
        status: event_type
            .and_then(|event_type| tables.catalog.get(event_type))
            .map(|entry| entry.status),
        outcome_result: row.outcome_result,
        outcome_reason: row.outcome_reason.as_deref(),
        severity: row.severity,
        evidence: row.evidence,
        note: row.note.as_deref(),
    }
}

/// Whether `name` holds `pattern`, in any case; with a `*` in it, whether it is all of `name`.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let (Some(first), Some(last)) = (parts.next(), parts.next_back()) else {
        return name.contains(&pattern);
    };
    let Some(mut rest) = name
        .strip_prefix(first)
        .and_then(|rest| rest.strip_suffix(last))
    else {
        return false;
    };
    parts.all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

fn text(found: &[Found<'_>]) -> String {
    let width = found
        .iter()
        .filter_map(|found| found.legacy_event_type)
        .map(|name| visible(name).chars().count())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for found in found {
        let legacy = visible(found.legacy_event_type.unwrap_or("(no legacy type)"));
        let event_type = visible(found.event_type.unwrap_or("(no successor)"));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(found.outcome_result.map(|it| it.as_str().to_owned()));
        facts.extend(found.outcome_reason.map(visible));
        facts.extend(found.severity.map(|it| it.as_str().to_owned()));
        let mut asides: Vec<String> = Vec::new();
        asides.extend(found.evidence.map(|it| {
            match it {
                Evidence::Documented => "documented",
                Evidence::Observed => "observed",
                Evidence::Inferred => "inferred",
            }
            .to_owned()
        }));
        asides.extend(match found.status {
            Some(Status::Retired) => Some("retired event type".to_owned()),
            Some(Status::Beta) => Some("beta event type".to_owned()),
            Some(Status::Current) | None => None,
        });
        asides.extend(found.note.map(visible));
        text.push_str(&format!("{legacy:<width$}  →  {event_type}"));
        for fact in facts {
            text.push(' ');
            text.push_str(&fact);
        }
        if !asides.is_empty() {
            text.push_str("  ");
            text.push_str(&styled(DIM, &format!("({})", asides.join("; "))));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("login", "core.user_auth.login_failed", true),
            ("LOGIN", "core.user_auth.login_failed", true),
            ("login_failed", "core.user_auth.login", false),
            ("core.*", "core.user_auth.login", true),
            ("user*", "core.user_auth.login", false),
            ("*user*login", "core.user_auth.login", true),
            ("*user*login", "core.user_auth.login.x", false),
            ("a*a", "a", false),
            ("a*b*c", "a.c.b", false),
            ("*", "anything", true),
            ("", "anything", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
