//! What became of events, counted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use events2logs_mapping::TypeMatch;
use events2logs_mapping::tables::EventType;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::pointer::Pointer;

/// How many distinct legacy types are counted by name: more than any archive has, fewer than
/// a hostile one could invent.
const TYPES: usize = 10_000;

/// The length of a type that is counted by name: the longest that there ever was has 80 bytes.
const NAME: usize = 256;

/// What became of events, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records in.
    pub events: u64,
    /// Records that were converted (or restored).
    pub converted: u64,
    /// Records that stand as they were.
    pub passed_through: u64,
    /// Records that were rejected.
    pub rejected: u64,
    /// Rejected records by the code of their reason.
    pub rejects: BTreeMap<Cow<'static, str>, RejectCount>,
    /// Converted events by legacy event type.
    pub types: HashMap<String, u64>,
    /// Converted events whose type was not counted by name.
    pub other_types: u64,
}

/// Rejected records that have a reason in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectCount {
    /// How many.
    pub records: u64,
    /// The first one, as `input:line`, and its reason in words.
    pub first: (String, String),
    /// Where in one of them an event is, which another system wrapped there, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwrap: Option<String>,
}

/// Converted events of a block, or of all blocks of an input, by legacy event type.
///
/// A type with a row in the tables is told by the place of its row: that takes a fraction of the
/// time that its name would.
#[derive(Debug, Default)]
pub(crate) struct Types<'t> {
    rows: &'t [EventType],
    /// Events of each row, or nothing while there are none at all.
    known: Vec<u64>,
    unknown: HashMap<String, u64>,
    /// Those that are not counted by name.
    other: u64,
}

impl<'t> Types<'t> {
    /// None so far, of types by these `rows`.
    pub(crate) fn new(rows: &'t [EventType]) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Whether it is worth being used again.
    pub(crate) fn has_memory(&self) -> bool {
        !self.known.is_empty()
    }

    /// Counts an event.
    pub(crate) fn add(&mut self, type_match: &TypeMatch<'t, '_>) {
        match type_match {
            TypeMatch::Successor(row) | TypeMatch::NoSuccessor(row) => {
                match self.rows.element_offset(row) {
                    Some(place) => self.add_known(place, 1),
                    None => self.add_unknown(&row.legacy_event_type),
                }
            }
            TypeMatch::Unknown(legacy_event_type) => self.add_unknown(legacy_event_type),
        }
    }

    fn add_unknown(&mut self, legacy_event_type: &str) {
        if legacy_event_type.len() > NAME {
            self.other = self.other.saturating_add(1);
        } else {
            let events = self.unknown.entry_ref(legacy_event_type).or_insert(0);
            *events = events.saturating_add(1);
        }
    }

    #[inline]
    fn add_known(&mut self, row: usize, more: u64) {
        if self.known.is_empty() {
            self.known.resize(self.rows.len(), 0);
        }
        if let Some(events) = self.known.get_mut(row) {
            *events = events.saturating_add(more);
        }
    }

    /// Takes the types with a row in the tables over from `block`.
    pub(crate) fn take_known(&mut self, block: &mut Self) {
        for (row, more) in block.known.iter_mut().enumerate() {
            if *more > 0 {
                self.add_known(row, std::mem::take(more));
            }
        }
    }
}

impl Tally {
    /// Counts an event that was converted or restored.
    pub(crate) fn convert(&mut self) {
        self.events = self.events.saturating_add(1);
        self.converted = self.converted.saturating_add(1);
    }

    /// Counts a record that stands as it was.
    pub(crate) fn pass_through(&mut self) {
        self.events = self.events.saturating_add(1);
        self.passed_through = self.passed_through.saturating_add(1);
    }

    /// Counts a record that was rejected.
    pub(crate) fn reject(
        &mut self,
        code: &'static str,
        first: impl FnOnce() -> ((String, String), Option<Pointer>),
    ) {
        self.events = self.events.saturating_add(1);
        self.rejected = self.rejected.saturating_add(1);
        let count = self.rejects.entry(code.into()).or_insert_with(|| {
            let (first, unwrap) = first();
            RejectCount {
                records: 0,
                first,
                unwrap: unwrap.map(|it| it.to_string()),
            }
        });
        count.records = count.records.saturating_add(1);
    }

    /// Adds converted events of types with a row in the tables: there are not too many of them.
    pub(crate) fn add_known(&mut self, types: Types<'_>) {
        for (row, events) in types.rows.iter().zip(types.known) {
            if events > 0 {
                let name = row.legacy_event_type.as_str();
                let count = self.types.entry_ref(name).or_insert(0);
                *count = count.saturating_add(events);
            }
        }
    }

    /// Adds converted events of types without one.
    pub(crate) fn add_unknown(&mut self, types: &mut Types<'_>) {
        let other = std::mem::take(&mut types.other);
        self.other_types = self.other_types.saturating_add(other);
        for (legacy_event_type, events) in types.unknown.drain() {
            self.add_type(&legacy_event_type, events);
        }
    }

    fn add_type(&mut self, legacy_event_type: &str, events: u64) {
        if let Some(count) = self.types.get_mut(legacy_event_type) {
            *count = count.saturating_add(events);
        } else if self.types.len() < TYPES {
            self.types.insert(legacy_event_type.to_owned(), events);
        } else {
            self.other_types = self.other_types.saturating_add(events);
        }
    }

    /// Adds what came after.
    pub(crate) fn add(&mut self, later: Self) {
        self.events = self.events.saturating_add(later.events);
        self.converted = self.converted.saturating_add(later.converted);
        self.passed_through = self.passed_through.saturating_add(later.passed_through);
        self.rejected = self.rejected.saturating_add(later.rejected);
        self.other_types = self.other_types.saturating_add(later.other_types);
        for (code, more) in later.rejects {
            match self.rejects.entry(code) {
                std::collections::btree_map::Entry::Occupied(mut count) => {
                    let count = count.get_mut();
                    count.records = count.records.saturating_add(more.records);
                    count.unwrap = count.unwrap.take().or(more.unwrap);
                }
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(more);
                }
            }
        }
        for (legacy_event_type, events) in later.types {
            self.add_type(&legacy_event_type, events);
        }
    }
}
