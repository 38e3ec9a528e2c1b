//! What is left of the Events API in a filter.

use std::collections::BTreeSet;

use events2logs_filter::{AttributePath, Comparison, Expr, ExprKind, Operator, Test, Value, parse};

use crate::check::rules::legacy as rules;
use crate::check::scan::{covered, shares};
use crate::query::{Options, Precision, Rewrite, rewrite};
use crate::tables::{EventType, Tables};

use super::ids::counted;
use super::{Part, Sink, shown};

/// Reports legacy attributes and types; tells whether the filter is one for the Events API.
pub(super) fn check(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) -> bool {
    let tables = sink.context.tables;
    let is_legacy = expr
        .comparisons()
        .any(|comparison| renamed(&comparison.path, tables).is_some());
    if is_legacy {
        attributes(sink, part, expr);
    }
    for comparison in expr.comparisons() {
        match comparison.path.as_str() {
            "eventType" | "event_type" => type_as_event_type(sink, part, expr, comparison),
            "legacyEventType" => keyed(sink, part, comparison),
            _ => {}
        }
    }
    is_legacy
}

/// What the path of a legacy attribute became; `None` where it is none, or has the same name.
pub(super) fn renamed(path: &AttributePath, tables: &Tables) -> Option<Option<String>> {
    let path = path.as_str();
    if tables.filter_attributes.get(path).is_some() {
        return None;
    }
    let row = tables.legacy_attributes.get(path)?;
    Some(row.log_event_path.clone())
}

fn attributes(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) {
    let tables = sink.context.tables;
    let rewritten = rewritten(part.text, tables);
    let mut change = rewritten.as_ref().and_then(|(filter, safe)| {
        let whole = events2logs_filter::Span::new(0, part.text.len());
        Some((part.edit(whole, filter)?, *safe))
    });
    let mut told = false;
    for comparison in expr.comparisons() {
        let Some(successor) = renamed(&comparison.path, tables) else {
            continue;
        };
        let path = comparison.path.as_str();
        let help = match (&rewritten, path, successor) {
            (Some((filter, _)), ..) if !std::mem::replace(&mut told, true) => {
                format!("the System Log filter is {}", brief(filter))
            }
            (_, "action.objectType" | "action.eventType", _) => types_help(comparison, tables),
            (_, _, Some(successor)) => format!("it is called {successor} there"),
            (_, _, None) => tables
                .legacy_attributes
                .get(path)
                .and_then(|row| row.note.clone())
                .unwrap_or_else(|| "LogEvents have nothing like it".to_owned()),
        };
        let finding = sink.add(
            &rules::ATTRIBUTE,
            part.span(comparison.spans.path),
            format!("{} is an attribute of the Events API", shown(path)),
        );
        finding.help(help);
        // The change is of the whole filter: once is enough.
        if let Some((edit, safe)) = change.take() {
            finding.fix(safe, Some(edit));
        }
    }
}

/// The System Log filter that a legacy filter becomes, if it becomes one filter, and whether it
/// finds the same events.
fn rewritten(filter: &str, tables: &Tables) -> Option<(String, bool)> {
    let rewritten = rewrite(filter, tables, Options::default()).ok()?;
    let [request] = rewritten.requests.as_slice() else {
        return None;
    };
    if request.since.is_some() || request.until.is_some() {
        return None;
    }
    let filter = request.filter.clone()?;
    Some((filter, is_exact(&rewritten)))
}

/// Whether every part keeps its meaning. The window is the request's business.
fn is_exact(rewritten: &Rewrite) -> bool {
    rewritten
        .parts
        .iter()
        .all(|part| part.precision == Precision::Exact)
}

/// A legacy id under `eventType`, which it can never equal.
fn type_as_event_type(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr, comparison: &Comparison) {
    let tables = sink.context.tables;
    let Test::Value(operator, Value::String(id)) = &comparison.test else {
        return;
    };
    if *operator == Operator::Sw && is_legacy_start(id, tables) {
        let rows: Vec<_> = covered(id, tables).collect();
        sink.add(
            &rules::TYPE_AS_EVENT_TYPE,
            part.span(comparison.spans.value),
            format!(
                "eventType never starts so: it is for {}",
                counted(rows.len(), id)
            ),
        )
        .help(all_successors(&rows));
        return;
    }
    if *operator == Operator::Sw
        && let Some(message) = partly(id, tables)
    {
        let rows: Vec<_> = covered(id, tables).collect();
        let finding = sink.add(
            &rules::TYPE_AS_EVENT_TYPE,
            part.span(comparison.spans.value),
            message,
        );
        finding.severity = crate::check::Severity::Warning;
        finding.help(all_successors(&rows));
        return;
    }
    let Some(row) = tables.event_types.get(id) else {
        return;
    };
    if tables.catalog.get(id).is_some() {
        return;
    }
    let is_equality = matches!(comparison.test, Test::Value(Operator::Eq | Operator::Ne, _));
    let as_legacy = Comparison {
        path: comparison.path.clone(),
        ..comparison.clone()
    };
    let change = rewritten(&as_legacy.to_string(), tables).filter(|_| is_equality);
    let edit = change.as_ref().and_then(|(clause, _)| {
        let is_alone = expr.comparisons().count() == 1;
        let joined = clause.contains(" and ") || clause.contains(" or ");
        let clause = if joined && !is_alone {
            format!("({clause})")
        } else {
            clause.clone()
        };
        part.edit(comparison.span(), &clause)
    });
    let safe = change.as_ref().is_some_and(|(_, safe)| *safe);
    sink.add(
        &rules::TYPE_AS_EVENT_TYPE,
        part.span(comparison.spans.value),
        format!(
            "{} is a legacy event type: eventType never equals it",
            shown(id)
        ),
    )
    .help(successors(row))
    .fix(safe, edit);
}

/// Whether legacy types start so, and no System Log type does.
pub(super) fn is_legacy_start(start: &str, tables: &Tables) -> bool {
    let is_listed = tables
        .catalog
        .rows()
        .iter()
        .any(|row| row.event_type.starts_with(start));
    !is_listed && covered(start, tables).next().is_some()
}

/// Says that of the types that start so, nearly all are legacy ones; `None` where all are, or
/// many are not.
pub(super) fn partly(start: &str, tables: &Tables) -> Option<String> {
    let (listed, others) = shares(start, tables)?;
    (listed > 0).then(|| {
        format!(
            "finds only {listed} of {} types that start with {}: the other {others} are legacy \
             types, which are never eventType",
            listed.saturating_add(others),
            shown(start)
        )
    })
}

/// `legacyEventType` with a legacy id: it works, but for old types only.
fn keyed(sink: &mut Sink<'_>, part: Part<'_>, comparison: &Comparison) {
    let tables = sink.context.tables;
    let Test::Value(operator, Value::String(id)) = &comparison.test else {
        return;
    };
    let (named, help) = match (operator, tables.event_types.get(id)) {
        (Operator::Eq, Some(row)) => (
            format!("the legacy event type {}", shown(id)),
            successors(row),
        ),
        (Operator::Sw, _) => {
            let rows: Vec<_> = covered(id, tables).collect();
            if rows.is_empty() {
                return;
            }
            (counted(rows.len(), id), all_successors(&rows))
        }
        _ => return,
    };
    let finding = sink.add(
        &rules::KEYED,
        part.span(comparison.span()),
        format!("goes by {named}"),
    );
    finding.severity = crate::check::Severity::Info;
    finding.help(help);
}

/// A filter to be shown in a line: of many alternatives, a few.
pub(super) fn brief(filter: &str) -> String {
    /// No shorter filter is cut.
    const LONG: usize = 240;
    if filter.len() <= LONG {
        return filter.to_owned();
    }
    let alternatives = parse(filter).ok().and_then(|it| match it.expr.kind {
        ExprKind::Or(terms) if terms.len() > NAMED => Some(terms),
        _ => None,
    });
    let Some(terms) = alternatives else {
        let end = filter.floor_char_boundary(LONG);
        return format!("{} ...", filter.get(..end).unwrap_or_default());
    };
    let spelled = |term: &Expr| match &term.kind {
        ExprKind::And(_) => format!("({term})"),
        _ => term.to_string(),
    };
    let named: Vec<String> = terms.iter().take(NAMED).map(spelled).collect();
    let more = terms.len().saturating_sub(NAMED);
    format!("{} and {more} more", named.join(" or "))
}

fn types_help(comparison: &Comparison, tables: &Tables) -> String {
    let row = match comparison.value() {
        Some(Value::String(id)) => tables.event_types.get(id),
        _ => None,
    };
    row.map_or_else(
        || "use eventType, and outcome.result where the type named it".to_owned(),
        successors,
    )
}

/// What became of a legacy type, in words.
pub(super) fn successors(row: &EventType) -> String {
    let types: Vec<String> = row
        .successors()
        .map(|it| format!("eventType {it}"))
        .collect();
    match (types.is_empty(), row.outcome_result) {
        (true, _) => "it has no successor in the System Log".to_owned(),
        (false, Some(result)) => format!(
            "the System Log has {} with outcome.result {}",
            types.join(" or "),
            result.as_str()
        ),
        (false, None) => format!("the System Log has {}", types.join(" or ")),
    }
}

/// How many types a line names.
const NAMED: usize = 3;

/// What became of several legacy types, in words.
pub(super) fn all_successors(rows: &[&EventType]) -> String {
    let types: BTreeSet<&str> = rows.iter().flat_map(|row| row.successors()).collect();
    if types.is_empty() {
        return "they have no successor in the System Log".to_owned();
    }
    let named: Vec<&str> = types.iter().copied().take(NAMED).collect();
    match types.len().saturating_sub(NAMED) {
        0 => format!("the System Log has eventType {}", named.join(" or ")),
        more => format!(
            "the System Log has eventType {} and {more} more",
            named.join(", ")
        ),
    }
}
