//! Legacy event types by name, outside of filters.

use crate::check::Severity;
use crate::check::rules::legacy as rules;
use crate::check::scan::Id;

use super::legacy::successors;
use super::{Sink, shown};

/// Reports a legacy type; as a detection's, where it is compared with an attribute.
pub(super) fn check(sink: &mut Sink<'_>, id: &Id<'_>) {
    let name = shown(&id.row.legacy_event_type);
    match id.key {
        None => {
            sink.add(
                &rules::ID,
                id.span.clone(),
                format!("{name} is a legacy event type"),
            )
            .help(successors(id.row));
        }
        Some(key) => {
            let finding = sink.add(
                &rules::KEYED,
                id.span.clone(),
                format!("this goes by {key}, for the legacy event type {name}"),
            );
            finding.help(successors(id.row));
            if key != "action.objectType" {
                finding.severity = Severity::Info;
            }
        }
    }
}
