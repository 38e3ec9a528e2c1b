//! What LogEvents can be: their attributes, and what goes with each legacy event type.

use std::collections::BTreeSet;
use std::sync::Arc;

use events2logs_filter::decide::{self, Domain, Kind, Schema};
use events2logs_filter::{AttributePath, Expr};

use crate::query::path;
use crate::tables::{AttributeType, EventType, FilterAttribute, Severity, Tables};

const LEGACY_EVENT_TYPE: &str = "legacyEventType";
const EVENT_TYPE: &str = "eventType";
const OUTCOME_RESULT: &str = "outcome.result";
const OUTCOME_REASON: &str = "outcome.reason";
const SEVERITY: &str = "severity";

/// All events that a comparison speaks of.
pub(super) struct Universe<'t> {
    tables: &'t Tables,
    is_legacy: bool,
}

/// What the tables say of events, put as the decisions want it. It takes longer to make than most
/// decisions, so it is made once.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    schema: Schema,
    /// Any LogEvent.
    any: [decide::World; 1],
    /// One for each row of the legacy types, in their order.
    legacy: Vec<decide::World>,
    unlisted: decide::World,
}

impl Known {
    pub(crate) fn new(tables: &Tables) -> Self {
        let rows = tables.event_types.rows().iter();
        Self {
            schema: schema(tables),
            any: [decide::World::new()],
            legacy: rows.map(|row| world(row, tables)).collect(),
            unlisted: unlisted(tables),
        }
    }

    /// The attributes of LogEvents.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// One or several legacy types that the queries do not tell apart.
pub(super) struct World<'t> {
    pub(super) names: Vec<&'t str>,
    /// Whether they stand for the types that are in no table.
    pub(super) is_unlisted: bool,
}

impl<'t> Universe<'t> {
    /// For a legacy query, the events that the Events API had; else any LogEvent.
    pub(super) fn new(tables: &'t Tables, is_legacy: bool) -> Self {
        Self { tables, is_legacy }
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.is_legacy
    }

    pub(super) fn schema(&self) -> &'t Schema {
        self.tables.known().schema()
    }

    pub(super) fn listed(&self) -> &'t [decide::World] {
        let known = self.tables.known();
        if self.is_legacy {
            &known.legacy
        } else {
            &known.any
        }
    }

    pub(super) fn unlisted(&self) -> Option<&'t decide::World> {
        self.is_legacy.then(|| &self.tables.known().unlisted)
    }

    /// The legacy types of some of the worlds.
    pub(super) fn world(&self, numbers: &[usize]) -> World<'t> {
        let rows: &[EventType] = if self.is_legacy {
            self.tables.event_types.rows()
        } else {
            &[]
        };
        let rows = numbers.iter().filter_map(|number| rows.get(*number));
        World {
            names: rows.map(|row| row.legacy_event_type.as_str()).collect(),
            is_unlisted: false,
        }
    }
}

/// What an event of a listed legacy type has.
fn world(row: &EventType, tables: &Tables) -> decide::World {
    let legacy_event_type = row.legacy_event_type.as_str();
    let mut event_types: Vec<&str> = row.successors().collect();
    if event_types.is_empty() {
        event_types.push(legacy_event_type);
    }
    let by_message = tables.message_reasons.knows(legacy_event_type);
    let mut world = decide::World::new();
    let mut with = |name: &str, domain: Domain| {
        world = std::mem::take(&mut world).with(path(name), domain);
    };
    with(LEGACY_EVENT_TYPE, Domain::just(legacy_event_type));
    with(EVENT_TYPE, Domain::one_of(event_types).required());
    if let Some(result) = row.outcome_result {
        with(OUTCOME_RESULT, Domain::just(result.as_str()));
    }
    if let Some(reason) = row.outcome_reason.as_deref().filter(|_| !by_message) {
        with(OUTCOME_REASON, Domain::just(reason));
    }
    if let Some(severity) = row.severity {
        let mut severities = vec![severity.as_str()];
        severities.extend(
            tables
                .message_reasons
                .severities(legacy_event_type)
                .map(Severity::as_str),
        );
        with(SEVERITY, Domain::one_of(severities).required());
    }
    world
}

/// An event whose legacy type is in no table: its eventType is the same, and so not asked for by
/// itself.
fn unlisted(tables: &Tables) -> decide::World {
    let legacy = tables.event_types.rows().iter();
    let known: BTreeSet<String> = legacy
        .map(|row| row.legacy_event_type.clone())
        .chain(
            tables
                .catalog
                .rows()
                .iter()
                .map(|entry| entry.event_type.clone()),
        )
        // No event has an empty one: it is rejected.
        .chain([String::new()])
        .collect();
    let domain = Domain::of([Kind::Text])
        .none_of(Arc::new(known))
        .examples(["app.example.custom_event"])
        .required();
    decide::World::new().with(path(LEGACY_EVENT_TYPE), domain)
}

/// `expr` with `eventType` read as `legacyEventType`, which for an unlisted type it is.
pub(super) fn by_legacy_type(expr: &Expr) -> Expr {
    expr.clone().map_comparisons(|mut comparison| {
        if comparison.path.as_str() == EVENT_TYPE {
            comparison.path = path(LEGACY_EVENT_TYPE);
        }
        comparison.into()
    })
}

/// The attributes of LogEvents.
fn schema(tables: &Tables) -> Schema {
    let attributes = &tables.filter_attributes;
    let mut schema = Schema::new();
    for row in attributes.rows() {
        let Ok(path) = AttributePath::parse(&row.path) else {
            // A row for every path below another: those may have anything.
            continue;
        };
        let above = row
            .path
            .rsplit_once('.')
            .and_then(|(above, _)| attributes.get(above));
        if row.multi_valued && !above.is_some_and(|above| above.multi_valued) {
            schema = schema.array(&path);
        }
        schema = schema.attribute(path, domain(row));
    }
    schema
}

fn domain(row: &FilterAttribute) -> Domain {
    let domain = match row.attribute_type {
        AttributeType::String => Domain::of([Kind::Text]),
        AttributeType::Integer | AttributeType::Number => Domain::of([Kind::Number]),
        AttributeType::Boolean => Domain::of([Kind::Boolean]),
        AttributeType::Date => Domain::of([Kind::UtcDate]),
        AttributeType::Object => Domain::of([Kind::Object]),
        AttributeType::Any => Domain::any(),
    };
    match row.path.as_str() {
        // Nothing else is documented; a misspelt one finds nothing.
        OUTCOME_RESULT => Domain::one_of(row.values.clone()),
        _ if !row.values.is_empty() => domain.examples(row.values.clone()),
        // Values that people recognise.
        "actor.id" => domain.examples(["00u1", "00u2"]),
        "target.id" => domain.examples(["0oa1", "00u1"]),
        "actor.type" | "target.type" => domain.examples(["User", "AppInstance"]),
        "actor.alternateId" | "target.alternateId" => domain.examples(["someone@example.com"]),
        "client.ipAddress" | "request.ipChain.ip" => domain.examples(["192.0.2.1", "198.51.100.1"]),
        _ => domain,
    }
}
