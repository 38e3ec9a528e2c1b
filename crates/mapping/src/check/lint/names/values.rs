//! Values that no event has.

use events2logs_filter::{Comparison, Operator, Scalar, Test, Value};

use crate::check::Severity;
use crate::check::rules::names as rules;
use crate::check::scan::names_attribute;
use crate::tables::{AttributeType, FilterAttribute, Status};

use super::super::{Part, Sink, legacy, shown};

/// The value of `eventType`.
pub(super) fn event_type(sink: &mut Sink<'_>, part: Part<'_>, comparison: &Comparison) {
    let tables = sink.context.tables;
    let Test::Value(operator, value @ Value::String(name)) = &comparison.test else {
        return;
    };
    // A legacy type has a rule of its own.
    if value.has_placeholder()
        || tables.event_types.get(name).is_some() && tables.catalog.get(name).is_none()
    {
        return;
    }
    let span = part.span(comparison.spans.value);
    match operator {
        Operator::Eq | Operator::Ne => match tables.catalog.get(name) {
            Some(entry) if entry.status == Status::Retired => {
                sink.add(
                    &rules::RETIRED,
                    span,
                    format!("Okta no longer lists {}", shown(name)),
                )
                .help(format!(
                    "last listed by release {}: new events of it are not to be expected",
                    entry.last_release
                ));
            }
            Some(_) => {}
            None if is_invented(name) => {}
            None => {
                let suggestion = sink.near.event_type(name, tables);
                let edit = suggestion.as_ref().filter(|it| it.is_slip).and_then(|it| {
                    part.edit(
                        comparison.spans.value,
                        &Value::from(it.event_type).to_string(),
                    )
                });
                let help = match &suggestion {
                    Some(it) => format!("did you mean {}?", it.event_type),
                    None => "look it up with `events2logs types`".to_owned(),
                };
                let finding = sink.add(
                    &rules::EVENT_TYPE,
                    span,
                    format!("{} is not in Okta's catalogue (2026.08.1)", shown(name)),
                );
                finding.help(help).fix(false, edit);
                // It may be newer than the catalogue, or older: nothing tells of a slip.
                if !suggestion.is_some_and(|it| it.is_likely(name)) {
                    finding.severity = Severity::Info;
                }
            }
        },
        Operator::Sw | Operator::Ew | Operator::Co => {
            let literal = Scalar::String(name);
            let matches = tables
                .catalog
                .rows()
                .iter()
                .any(|row| operator.meets(&Scalar::String(&row.event_type), &literal));
            // Those of legacy types have a rule of their own.
            let is_legacy = *operator == Operator::Sw && legacy::is_legacy_start(name, tables);
            if !matches && !is_legacy {
                sink.add(
                    &rules::EVENT_TYPE,
                    span,
                    format!(
                        "no event type of Okta's catalogue (2026.08.1) meets {operator} {}",
                        shown(name)
                    ),
                )
                .help("look types up with `events2logs types`")
                .severity = Severity::Info;
            }
        }
        _ => {}
    }
}

/// A name that stands for one, as in documentation.
fn is_invented(name: &str) -> bool {
    !name.contains('.') || name.contains(['*', ' ', '…']) || name.contains("...")
}

/// The value of any other attribute.
pub(super) fn value(
    sink: &mut Sink<'_>,
    part: Part<'_>,
    comparison: &Comparison,
    row: &FilterAttribute,
) {
    let Test::Value(operator, value) = &comparison.test else {
        return;
    };
    if value.has_placeholder() || !names_attribute(comparison.path.as_str(), sink.context.tables) {
        return;
    }
    let span = part.span(comparison.spans.value);
    let wanted = match (row.attribute_type, value) {
        (AttributeType::Boolean, Value::String(_) | Value::Number(_)) => {
            Some("true or false, without quotes")
        }
        (AttributeType::Integer | AttributeType::Number, Value::String(_) | Value::Boolean(_)) => {
            Some("a number, without quotes")
        }
        (AttributeType::String, Value::Number(_) | Value::Boolean(_)) => {
            Some("a string, in quotes")
        }
        _ => None,
    };
    if let Some(wanted) = wanted {
        let unquoted = match value {
            Value::String(text)
                if text.parse::<f64>().is_ok() || matches!(text.as_str(), "true" | "false") =>
            {
                Some(text.clone())
            }
            Value::String(_) => None,
            other => Some(Value::from(other.to_string()).to_string()),
        };
        let edit = unquoted.and_then(|it| part.edit(comparison.spans.value, &it));
        sink.add(
            &rules::TYPE,
            span,
            format!(
                "{} is no value of the type of {}",
                shown(&value.to_string()),
                comparison.path
            ),
        )
        .help(format!(
            "its values are {wanted}; whether the server minds is not known"
        ))
        .fix(false, edit);
        return;
    }
    let (Operator::Eq | Operator::Ne, Value::String(text)) = (operator, value) else {
        return;
    };
    if row.values.is_empty() || row.values.contains(text) {
        return;
    }
    let meant = row.values.iter().find(|it| {
        it.eq_ignore_ascii_case(text)
            || strsim::damerau_levenshtein(&it.to_ascii_lowercase(), &text.to_ascii_lowercase())
                <= 1
            || (it.as_str() == "FAILURE" && text.to_ascii_lowercase().starts_with("fail"))
    });
    let edit = meant.and_then(|it| {
        part.edit(
            comparison.spans.value,
            &Value::from(it.as_str()).to_string(),
        )
    });
    let help = match meant {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("documented: {}", row.values.join(", ")),
    };
    let finding = sink.add(
        &rules::VALUE,
        span,
        format!(
            "{} is no documented value of {}",
            shown(text),
            comparison.path
        ),
    );
    finding.help(help).fix(false, edit);
    // Lists that are known to be whole; of others Okta's pages show a part.
    if !matches!(comparison.path.as_str(), "outcome.result" | "severity") {
        finding.severity = Severity::Info;
    }
}
