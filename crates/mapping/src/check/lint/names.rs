//! Names and values that no event has.

pub(super) mod nearest;
mod values;

use events2logs_filter::{Comparison, Expr, ExprKind, Operator, Test, Value};

use crate::check::Severity;
use crate::check::rules::names as rules;
use crate::check::rules::refused::UNKNOWN_ATTRIBUTE;
use crate::tables::{Evidence, Tables};

use super::{Part, Sink, legacy, shown};

/// Reports unknown names in a comparison that the server can read.
pub(super) fn check(sink: &mut Sink<'_>, part: Part<'_>, comparison: &Comparison, is_legacy: bool) {
    if comparison.path.has_placeholder() {
        return;
    }
    let tables = sink.context.tables;
    let path = comparison.path.as_str();
    let plain = without_indices(path);
    if plain != path && known(&plain, tables) {
        let edit = part.edit(comparison.spans.path, &plain);
        sink.add(
            &rules::INDEX,
            part.span(comparison.spans.path),
            format!("{} goes by the place of an element", shown(path)),
        )
        .help(format!(
            "the order is not promised: search all with {plain}, and say which by its type"
        ))
        .fix(false, edit);
    } else if !known(path, tables) && legacy::renamed(&comparison.path, tables).is_none() {
        unknown(sink, part, comparison);
        let camel = nearest::camel(path);
        if camel == "eventType" {
            values::event_type(sink, part, comparison);
        }
        return;
    }
    if is_legacy && tables.legacy_attributes.get(path).is_some() {
        return;
    }
    // In a guess, a value may stand where it was not written.
    let is_there = match comparison.value() {
        Some(Value::String(value)) if part.guessed => {
            comparison.spans.value.text(part.text).contains(value)
        }
        _ => true,
    };
    if !is_there {
        return;
    }
    if plain == "eventType" {
        values::event_type(sink, part, comparison);
    } else if let Some(row) = tables.filter_attributes.get(&plain) {
        values::value(sink, part, comparison, row);
    }
}

fn known(path: &str, tables: &Tables) -> bool {
    tables.filter_attributes.get(path).is_some()
}

fn without_indices(path: &str) -> String {
    let names: Vec<&str> = path
        .split('.')
        .filter(|name| !name.bytes().all(|it| it.is_ascii_digit()))
        .collect();
    names.join(".")
}

/// An attribute that is none.
fn unknown(sink: &mut Sink<'_>, part: Part<'_>, comparison: &Comparison) {
    let tables = sink.context.tables;
    let path = comparison.path.as_str();
    let span = part.span(comparison.spans.path);
    let camel = nearest::camel(path);
    if camel != path && known(&camel, tables) {
        let edit = part.edit(comparison.spans.path, &camel);
        sink.add(
            &rules::SNAKE_CASE,
            span,
            format!("{} is spelled in snake_case", shown(path)),
        )
        .help(format!("the reference has {camel}"))
        .fix(true, edit);
        return;
    }
    if let Some(whole) = nearest::with_prefix(path, tables) {
        let edit = part.edit(comparison.spans.path, &whole);
        sink.add(
            &rules::PREFIX,
            span,
            format!("{} lacks the path before it", shown(path)),
        )
        .help(format!("the server answers E0000053: write {whole}"))
        .fix(false, edit);
        return;
    }
    let suggestion = sink.near.attribute(path, tables);
    let root = path.split('.').next().unwrap_or_default();
    let root_known = tables
        .filter_attributes
        .rows()
        .iter()
        .any(|row| row.path.split('.').next() == Some(root));
    let edit = suggestion
        .as_ref()
        .and_then(|it| part.edit(comparison.spans.path, it));
    let finding = sink.add(
        &UNKNOWN_ATTRIBUTE,
        span,
        format!("{} is no attribute of a LogEvent", shown(path)),
    );
    if root_known {
        finding.severity = Severity::Warning;
    }
    let answer = "the server answers E0000053";
    finding.help(match &suggestion {
        Some(suggestion) => format!("{answer}; did you mean {suggestion}?"),
        None => answer.to_owned(),
    });
    finding.fix(false, edit);
}

/// An outcome beside an event type that is not known to have it.
pub(super) fn outcomes(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) {
    let tables = sink.context.tables;
    for joined in expr.walk() {
        let ExprKind::And(terms) = &joined.kind else {
            continue;
        };
        let equal = |name: &str| {
            let mut found = terms.iter().filter_map(|term| match &term.kind {
                ExprKind::Comparison(comparison) if comparison.path.as_str() == name => {
                    match &comparison.test {
                        Test::Value(Operator::Eq, Value::String(value)) => {
                            Some((comparison, value.as_str()))
                        }
                        _ => None,
                    }
                }
                _ => None,
            });
            let only = found.next()?;
            found.next().is_none().then_some(only)
        };
        let Some(((_, event_type), (outcome, result))) =
            equal("eventType").zip(equal("outcome.result"))
        else {
            continue;
        };
        let Some(seen) = results(event_type, tables) else {
            continue;
        };
        let is_documented = tables
            .filter_attributes
            .get("outcome.result")
            .is_some_and(|row| row.values.iter().any(|it| it == result));
        if is_documented && !seen.contains(&result) {
            sink.add(
                &rules::OUTCOME,
                part.span(outcome.span()),
                format!(
                    "{} is not known to have the outcome {result}",
                    shown(event_type)
                ),
            )
            .help(format!("observed: {}", seen.join(", ")));
        }
    }
}

/// The results of an event type, where those of all its legacy types are observed or documented.
fn results<'t>(event_type: &str, tables: &'t Tables) -> Option<Vec<&'t str>> {
    let mut results = Vec::new();
    for row in tables.event_types.with_successor(event_type) {
        if !matches!(
            row.evidence,
            Some(Evidence::Observed | Evidence::Documented)
        ) {
            return None;
        }
        let result = row.outcome_result?.as_str();
        if !results.contains(&result) {
            results.push(result);
        }
    }
    (!results.is_empty()).then_some(results)
}
