//! `explain`: what is known of an event type, an attribute, or a rule of check.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use events2logs_mapping::Tables;
use events2logs_mapping::check::RULES;
use events2logs_mapping::tables::{
    AttributeType, EventType, Evidence, FilterAttribute, LegacyAttribute, OutcomeResult, Severity,
    Status,
};

use crate::args::Explain;
use crate::exit::Exit;
use crate::rules::page;
use crate::style::{BOLD, styled, visible};
use crate::terminal::Terminal;

pub(crate) fn run(verb: &Explain, terminal: &mut Terminal) -> Result<Exit> {
    let name = verb.name.as_str();
    if let Some(rule) = RULES.iter().find(|it| it.code.eq_ignore_ascii_case(name)) {
        terminal.styled_data().write_all(page(rule).as_bytes())?;
        return Ok(Exit::Done);
    }
    let tables = Tables::shipped()?;
    let mut text = String::new();
    if let Some(row) = tables.event_types.get(name) {
        legacy_type(&tables, row, &mut text);
    }
    if let Some(entry) = tables.catalog.get(name) {
        event_type(
            &tables,
            name,
            entry.status,
            &entry.since,
            &entry.last_release,
            &mut text,
        );
    }
    if let Some(row) = tables.legacy_attributes.get(name) {
        legacy_attribute(row, &mut text);
    }
    if let Some(row) = tables.filter_attributes.get(name) {
        attribute(name, row, &mut text);
    }
    if text.is_empty() {
        let name = visible(name);
        terminal.say(&format!(
            "nothing is known of {name}; `events2logs types` looks for parts of names\n"
        ));
        return Ok(Exit::Findings);
    }
    terminal.styled_data().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

fn legacy_type(tables: &Tables, row: &EventType, text: &mut String) {
    heading(&row.legacy_event_type, "legacy event type", text);
    match &row.event_type {
        Some(event_type) => line("becomes", event_type, text),
        None => line("becomes", "nothing: it has no System Log successor", text),
    }
    if let Some(other) = &row.other_event_type {
        line("or", other, text);
    }
    let result = row.outcome_result.map_or("open", OutcomeResult::as_str);
    line("outcome.result", result, text);
    if let Some(reason) = &row.outcome_reason {
        line("outcome.reason", reason, text);
    } else if tables.message_reasons.knows(&row.legacy_event_type) {
        line("outcome.reason", "read off the message", text);
    }
    line(
        "severity",
        row.severity.map_or("open", Severity::as_str),
        text,
    );
    if let Some(evidence) = row.evidence {
        line("evidence", word(evidence), text);
    }
    match (&row.first_listed, &row.last_listed) {
        (Some(first), Some(last)) => line("listed", &format!("{first} to {last}"), text),
        _ => line("listed", "in no catalogue", text),
    }
    if let Some(note) = &row.note {
        line("note", note, text);
    }
    let siblings: Vec<&str> = row
        .event_type
        .iter()
        .flat_map(|event_type| tables.event_types.with_successor(event_type))
        .map(|sibling| sibling.legacy_event_type.as_str())
        .filter(|sibling| *sibling != row.legacy_event_type)
        .collect();
    list("same successor", &siblings, text);
}

fn event_type(
    tables: &Tables,
    name: &str,
    status: Status,
    since: &str,
    last: &str,
    text: &mut String,
) {
    heading(name, "System Log event type", text);
    let status = match status {
        Status::Current => "current".to_owned(),
        Status::Beta => "beta".to_owned(),
        Status::Retired => format!("retired: last listed by {last}"),
    };
    line("status", &status, text);
    line("since", since, text);
    let legacy: Vec<String> = tables
        .event_types
        .with_successor(name)
        .map(|row| match row.outcome_result {
            Some(result) => format!("{} ({})", row.legacy_event_type, result.as_str()),
            None => row.legacy_event_type.clone(),
        })
        .collect();
    let legacy: Vec<&str> = legacy.iter().map(String::as_str).collect();
    list("legacy types", &legacy, text);
    if legacy.is_empty() {
        line("legacy types", "none", text);
    }
}

fn legacy_attribute(row: &LegacyAttribute, text: &mut String) {
    heading(&row.legacy_path, "attribute of legacy filters", text);
    let becomes = row.log_event_path.as_deref().unwrap_or("nothing");
    line("becomes", becomes, text);
    line("evidence", word(row.evidence), text);
    if let Some(note) = &row.note {
        line("note", note, text);
    }
}

fn attribute(name: &str, row: &FilterAttribute, text: &mut String) {
    heading(name, "attribute of LogEvents", text);
    if row.path != name {
        line("by", &row.path, text);
    }
    let kind = match row.attribute_type {
        AttributeType::String => "string",
        AttributeType::Integer => "integer",
        AttributeType::Number => "number",
        AttributeType::Boolean => "boolean",
        AttributeType::Date => "date",
        AttributeType::Object => "object",
        AttributeType::Any => "not told",
    };
    line("type", kind, text);
    if row.multi_valued {
        line(
            "values",
            "several in one event: any of them may match",
            text,
        );
    }
    if !row.refused_operators.is_empty() {
        line("refused", &row.refused_operators.join(" "), text);
    }
    let values: Vec<&str> = row.values.iter().map(String::as_str).collect();
    list("one of", &values, text);
    line("evidence", word(row.evidence), text);
    if let Some(note) = &row.note {
        line("note", note, text);
    }
}

fn word(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented by Okta",
        Evidence::Observed => "observed in real events or queries",
        Evidence::Inferred => "inferred from the name",
    }
}

fn heading(name: &str, what: &str, text: &mut String) {
    let gap = if text.is_empty() { "" } else { "\n" };
    let _ = writeln!(text, "{gap}{}: {what}", styled(BOLD, &visible(name)));
}

fn line(name: &str, value: &str, text: &mut String) {
    let _ = writeln!(text, "  {name:<15} {}", visible(value));
}

fn list(name: &str, values: &[&str], text: &mut String) {
    for (at, value) in values.iter().enumerate() {
        line(if at == 0 { name } else { "" }, value, text);
    }
}
