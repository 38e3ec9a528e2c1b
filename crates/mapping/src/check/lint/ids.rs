//! Legacy event types by name, outside of filters.

use crate::check::Severity;
use crate::check::rules::legacy as rules;
use crate::check::scan::{Attribute, Id, What, covered};

use super::legacy::{all_successors, partly, successors};
use super::{Sink, shown};

/// Reports a legacy type; as a detection's, where it is compared with an attribute.
pub(super) fn check(sink: &mut Sink<'_>, id: &Id<'_>) {
    let tables = sink.context.tables;
    let (named, help) = match &id.what {
        What::Type(row) => (
            format!("the legacy event type {}", shown(&row.legacy_event_type)),
            successors(row),
        ),
        What::Start(start) => {
            let rows: Vec<_> = covered(start, tables).collect();
            (counted(rows.len(), start), all_successors(&rows))
        }
    };
    let mut is_partly = false;
    let (rule, message) = match (id.key, &id.what) {
        (None, What::Type(row)) => (
            &rules::ID,
            format!("{} is a legacy event type", shown(&row.legacy_event_type)),
        ),
        (None, What::Start(_)) => (&rules::ID, format!("this is for {named}")),
        (Some(Attribute::EventType), What::Type(row)) => (
            &rules::TYPE_AS_EVENT_TYPE,
            format!(
                "{} is a legacy event type: eventType never equals it",
                shown(&row.legacy_event_type)
            ),
        ),
        (Some(Attribute::EventType), What::Start(start)) => (
            &rules::TYPE_AS_EVENT_TYPE,
            match partly(start, tables) {
                Some(message) => {
                    is_partly = true;
                    message
                }
                None => format!("eventType never meets this: it is for {named}"),
            },
        ),
        (Some(Attribute::Legacy(key)), _) => {
            (&rules::KEYED, format!("this goes by {key}, for {named}"))
        }
        (Some(Attribute::ObjectType), _) => (
            &rules::KEYED,
            format!("this goes by action.objectType, for {named}"),
        ),
    };
    let finding = sink.add(rule, id.span.clone(), message);
    finding.help(help);
    if is_partly {
        finding.severity = Severity::Warning;
    }
    // It works in the System Log, for what has a legacy type at all.
    if matches!(id.key, Some(Attribute::Legacy(_))) {
        finding.severity = Severity::Info;
    }
}

/// `the 31 legacy event types that start with …`.
pub(super) fn counted(count: usize, start: &str) -> String {
    let start = shown(start);
    match count {
        1 => format!("the one legacy event type that starts with {start}"),
        _ => format!("the {count} legacy event types that start with {start}"),
    }
}
