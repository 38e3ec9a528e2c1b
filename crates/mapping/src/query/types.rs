//! Conditions on the legacy event type.
//!
//! Such a condition picks a set of types. By `native` it becomes the System Log event types and
//! outcomes of that set; by `exact` it stays what it is, on `legacyEventType`.

use std::collections::{BTreeMap, BTreeSet};

use events2logs_filter::{
    AttributePath, Comparison, Expr, ExprKind, Operator, Scalar, Test, Value,
};

use crate::tables::{EventType, Evidence, OutcomeResult, Tables};

use super::cond::Cond;

/// The types that a condition picks.
#[derive(Debug)]
pub(super) struct TypeSet<'t> {
    /// Types with a row.
    pub(super) listed: Vec<&'t EventType>,
    /// Types without a row that the condition names.
    pub(super) unlisted: Vec<String>,
    /// Whether it also picks every type that has no row and no name in it.
    pub(super) rest: bool,
}

/// A set of types as a condition on eventType and outcome.
#[derive(Debug)]
pub(super) struct Native<'t> {
    pub(super) condition: Cond,
    /// Types outside the set that the condition also finds.
    pub(super) adds: Vec<&'t str>,
    /// Types of the set whose inferred outcome the condition asks for.
    pub(super) inferred: Vec<&'t str>,
}

/// Whether a comparison is with the legacy event type: `action.objectType`, or `eventType` with
/// a legacy id, which is a mistake that the System Log can never match.
pub(super) fn is_type(comparison: &Comparison, tables: &Tables) -> bool {
    match comparison.path.as_str() {
        "action.objectType" | "action.eventType" => true,
        "eventType" => match comparison.value() {
            Some(Value::String(text)) => {
                tables.event_types.get(text).is_some() && tables.catalog.get(text).is_none()
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a condition is on the legacy event type only.
pub(super) fn is_on_types(expr: &Expr, tables: &Tables) -> bool {
    !matches!(&expr.kind, ExprKind::Placeholder(_))
        && expr.walk().all(|part| match &part.kind {
            ExprKind::Comparison(comparison) => is_type(comparison, tables),
            ExprKind::Placeholder(_) => false,
            _ => true,
        })
}

/// Whether a condition picks types by a part or the order of their names, and so also types that
/// are in no table.
pub(super) fn is_by_name(expr: &Expr) -> bool {
    let mut comparisons = expr.comparisons();
    comparisons.any(|comparison| !matches!(comparison.test.word(), "eq" | "ne" | "pr"))
}

/// The set that a condition on types picks; `None` where a placeholder decides.
pub(super) fn set<'t>(expr: &Expr, tables: &'t Tables) -> Option<TypeSet<'t>> {
    /// Stands for a type that nobody has named.
    const NOBODYS: &str = "\u{e000}";
    let mut listed = Vec::new();
    for row in tables.event_types.rows() {
        if holds(expr, &row.legacy_event_type)? {
            listed.push(row);
        }
    }
    let named: BTreeSet<&str> = expr
        .comparisons()
        .filter_map(|comparison| match comparison.value() {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        })
        .filter(|name| tables.event_types.get(name).is_none())
        .collect();
    let rest = holds(expr, NOBODYS)?;
    let mut unlisted = Vec::new();
    for name in named {
        // A type whose name is only a part of a comparison, as with sw, is nobody's type.
        let is_whole = expr.comparisons().any(|comparison| {
            matches!(&comparison.test, Test::Value(Operator::Eq | Operator::Ne, Value::String(text)) if text == name)
        });
        if is_whole && holds(expr, name)? != rest {
            unlisted.push(name.to_owned());
        }
    }
    Some(TypeSet {
        listed,
        unlisted,
        rest,
    })
}

/// Whether a condition on types holds for one; `None` where a placeholder decides.
fn holds(expr: &Expr, legacy_event_type: &str) -> Option<bool> {
    let mut undecided = false;
    let cond = Cond::map(expr, &mut |leaf| {
        let met = match &leaf.kind {
            ExprKind::Comparison(comparison) => match &comparison.test {
                Test::Present => Some(!legacy_event_type.is_empty()),
                Test::Value(_, value) if value.has_placeholder() => None,
                Test::Value(operator, value) => value
                    .scalar()
                    .map(|literal| operator.meets(&Scalar::String(legacy_event_type), &literal)),
            },
            _ => None,
        };
        undecided |= met.is_none();
        Cond::from_bool(met.unwrap_or_default())
    });
    (!undecided).then_some(cond == Cond::Always)
}

/// The condition on `legacyEventType` that picks the same types.
pub(super) fn exact(expr: &Expr) -> Expr {
    expr.clone().map_comparisons(|comparison| {
        Comparison {
            path: path("legacyEventType"),
            ..comparison
        }
        .into()
    })
}

/// The condition on event types and outcomes that picks at least the types of `set`, which must
/// not have all the rest.
pub(super) fn native<'t>(set: &TypeSet<'t>, tables: &'t Tables) -> Native<'t> {
    let is_in: BTreeSet<&str> = set
        .listed
        .iter()
        .map(|row| row.legacy_event_type.as_str())
        .collect();
    let mut adds = BTreeSet::new();
    let mut inferred = BTreeSet::new();
    let mut without_successor: Vec<&str> = Vec::new();
    // Event types by the outcomes that are asked for with them; none: any.
    let mut by_outcomes: BTreeMap<Vec<OutcomeResult>, BTreeSet<&str>> = BTreeMap::new();
    let successors: BTreeSet<&str> = set.listed.iter().flat_map(|row| row.successors()).collect();
    for event_type in successors {
        let rows: Vec<&EventType> = tables.event_types.with_successor(event_type).collect();
        let outcomes = outcomes_to_ask(&rows, &is_in);
        adds.extend(
            rows.iter()
                .filter(|row| !is_in.contains(row.legacy_event_type.as_str()))
                .filter(|row| {
                    outcomes.is_empty()
                        || row
                            .outcome_result
                            .is_none_or(|result| outcomes.contains(&result))
                })
                .map(|row| row.legacy_event_type.as_str()),
        );
        if !outcomes.is_empty() {
            inferred.extend(
                rows.iter()
                    .filter(|row| is_in.contains(row.legacy_event_type.as_str()))
                    .filter(|row| row.evidence == Some(Evidence::Inferred))
                    .map(|row| row.legacy_event_type.as_str()),
            );
        }
        by_outcomes.entry(outcomes).or_default().insert(event_type);
    }
    for row in &set.listed {
        if row.event_type.is_none() {
            without_successor.push(&row.legacy_event_type);
        }
    }
    let legacy = without_successor
        .into_iter()
        .chain(set.unlisted.iter().map(String::as_str));
    let by_successor = by_outcomes.into_iter().map(|(outcomes, event_types)| {
        Cond::all([
            any_of("eventType", event_types),
            match outcomes.as_slice() {
                [] => Cond::Always,
                outcomes => any_of("outcome.result", outcomes.iter().map(|it| it.as_str())),
            },
        ])
    });
    Native {
        condition: Cond::any(by_successor.chain([any_of("legacyEventType", legacy)])),
        adds: adds.into_iter().collect(),
        inferred: inferred.into_iter().collect(),
    }
}

/// The outcomes that tell the wanted `rows` of an event type from the others; none where all
/// outcomes are wanted, or where a wanted row may have any.
fn outcomes_to_ask(rows: &[&EventType], is_in: &BTreeSet<&str>) -> Vec<OutcomeResult> {
    let wanted: BTreeSet<Option<OutcomeResult>> = rows
        .iter()
        .filter(|row| is_in.contains(row.legacy_event_type.as_str()))
        .map(|row| row.outcome_result)
        .collect();
    let all: BTreeSet<Option<OutcomeResult>> = rows.iter().map(|row| row.outcome_result).collect();
    if wanted.contains(&None) || wanted == all {
        Vec::new()
    } else {
        wanted.into_iter().flatten().collect()
    }
}

fn any_of<'v>(attribute: &str, values: impl IntoIterator<Item = &'v str>) -> Cond {
    Cond::any(
        values
            .into_iter()
            .map(|value| Cond::Expr(Comparison::new(path(attribute), Operator::Eq, value).into())),
    )
}

/// A path that is a constant of this crate.
#[expect(clippy::expect_used, reason = "each constant is met by a test")]
pub(crate) fn path(text: &str) -> AttributePath {
    AttributePath::parse(text).expect("a path of this crate")
}
