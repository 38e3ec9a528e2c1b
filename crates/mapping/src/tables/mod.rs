//! The tables of `mappings/`: the facts about event types and user agents, as data.
//!
//! They are embedded as they stand in the repository; `mappings/README.md` says what each
//! column means. Organisations lay their own event types over them at run time.

mod catalog;
mod event_types;
mod filter_attributes;
mod legacy_attributes;
mod message_reasons;
mod user_agents;

use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use catalog::{Catalog, CatalogEntry, Status};
pub use event_types::{EventType, EventTypes, Evidence, OutcomeResult, Severity};
pub use filter_attributes::{AttributeType, FilterAttribute, FilterAttributes};
pub use legacy_attributes::{LegacyAttribute, LegacyAttributes};
pub use message_reasons::{MessageReason, MessageReasons};
pub use user_agents::{UserAgent, UserAgents};

use crate::check::scan::Markers;
use crate::compare::schema::Known;

/// `mappings/event_types.csv`.
pub const EVENT_TYPES_CSV: &str = include_str!("../../../../mappings/event_types.csv");
/// `mappings/catalog.csv`.
pub const CATALOG_CSV: &str = include_str!("../../../../mappings/catalog.csv");
/// `mappings/message_reasons.csv`.
pub const MESSAGE_REASONS_CSV: &str = include_str!("../../../../mappings/message_reasons.csv");
/// `mappings/user_agents.csv`.
pub const USER_AGENTS_CSV: &str = include_str!("../../../../mappings/user_agents.csv");
/// `mappings/attributes.csv`, which documents the rules of [`crate::Converter`].
pub const ATTRIBUTES_CSV: &str = include_str!("../../../../mappings/attributes.csv");

/// `mappings/filter_attributes.csv`.
pub const FILTER_ATTRIBUTES_CSV: &str = include_str!("../../../../mappings/filter_attributes.csv");
/// `mappings/legacy_filter_attributes.csv`.
pub const LEGACY_FILTER_ATTRIBUTES_CSV: &str =
    include_str!("../../../../mappings/legacy_filter_attributes.csv");

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Not CSV, a column is missing, or a value is none the column takes.
    #[error("{table}: {problem}")]
    Csv {
        /// The table's file name.
        table: String,
        /// What is wrong, with its line.
        problem: csv::Error,
    },
    /// A table without a column that it must have, as one without a header line.
    #[error("{table}: line 1: expected a header with {missing}, found {found:?}")]
    Header {
        /// The table's file name.
        table: String,
        /// The column.
        missing: &'static str,
        /// The first line as it stands.
        found: String,
    },
    /// Two rows of one table for the same legacy event type.
    #[error("{table}: line {line}: {legacy_event_type} has a row already")]
    Duplicate {
        /// The table's file name.
        table: String,
        /// The line of the second row, from 1.
        line: u64,
        /// The type.
        legacy_event_type: String,
    },
    /// A row without a legacy event type.
    #[error("{table}: line {line}: legacy_event_type is empty")]
    NoLegacyEventType {
        /// The table's file name.
        table: String,
        /// The line, from 1.
        line: u64,
    },
    /// A pattern that is no regular expression.
    #[error("{table}: {problem}")]
    Pattern {
        /// The table's file name.
        table: String,
        /// What is wrong with it.
        problem: Box<regex::Error>,
    },
}

/// All tables.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Legacy event types and what becomes of them.
    pub event_types: EventTypes,
    /// System Log event types.
    pub catalog: Catalog,
    /// Reasons read off messages.
    pub message_reasons: MessageReasons,
    /// Operating system, browser and device read off raw user agents.
    pub user_agents: UserAgents,
    /// LogEvent attributes that a filter may name.
    pub filter_attributes: FilterAttributes,
    /// What legacy filters call their attributes.
    pub legacy_attributes: LegacyAttributes,
    overlays: Vec<Overlay>,
    sha256: String,
    /// Made when it is first asked for, from the legacy types.
    markers: OnceLock<Markers>,
    /// Likewise, from the legacy types, their reasons, the catalogue and the attributes.
    known: OnceLock<Known>,
}

/// A user's own rows, laid over the shipped ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The name of the file.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The legacy types it has rows for.
    pub legacy_event_types: Vec<String>,
}

impl Tables {
    /// The tables as this version ships them.
    ///
    /// # Errors
    /// [`TableError`], which a test of this crate rules out.
    pub fn shipped() -> Result<Self, TableError> {
        let mut hash = Sha256::new();
        for text in [
            EVENT_TYPES_CSV,
            CATALOG_CSV,
            MESSAGE_REASONS_CSV,
            USER_AGENTS_CSV,
        ] {
            hash.update(text);
        }
        Ok(Self {
            event_types: EventTypes::read("event_types.csv", EVENT_TYPES_CSV)?,
            catalog: Catalog::read("catalog.csv", CATALOG_CSV)?,
            message_reasons: MessageReasons::read("message_reasons.csv", MESSAGE_REASONS_CSV)?,
            user_agents: UserAgents::read("user_agents.csv", USER_AGENTS_CSV)?,
            filter_attributes: FilterAttributes::read(
                "filter_attributes.csv",
                FILTER_ATTRIBUTES_CSV,
            )?,
            legacy_attributes: LegacyAttributes::read(
                "legacy_filter_attributes.csv",
                LEGACY_FILTER_ATTRIBUTES_CSV,
            )?,
            overlays: Vec::new(),
            sha256: HEXLOWER.encode(&hash.finalize()),
            markers: OnceLock::new(),
            known: OnceLock::new(),
        })
    }

    /// Lays the rows of a user's own CSV, with the columns of `event_types.csv`, over the
    /// shipped ones: a row replaces the shipped row for its type.
    ///
    /// # Errors
    /// [`TableError`], naming `name` and the line.
    pub fn overlay(&mut self, name: &str, csv: &str) -> Result<(), TableError> {
        let own = EventTypes::read(name, csv)?;
        let legacy_event_types = own.rows().iter().map(|row| row.legacy_event_type.clone());
        self.overlays.push(Overlay {
            name: name.to_owned(),
            sha256: HEXLOWER.encode(&Sha256::digest(csv)),
            legacy_event_types: legacy_event_types.collect(),
        });
        self.event_types.overlay(own);
        self.markers = OnceLock::new();
        self.known = OnceLock::new();
        let mut hash = Sha256::new();
        hash.update(&self.sha256);
        hash.update(csv);
        self.sha256 = HEXLOWER.encode(&hash.finalize());
        Ok(())
    }

    /// The event type, legacy or System Log, whose name is most like `name`.
    #[must_use]
    pub fn nearest_type(&self, name: &str) -> Option<&str> {
        let legacy = self.event_types.rows().iter();
        let names = legacy.map(|row| row.legacy_event_type.as_str());
        let event_types = self.catalog.rows().iter();
        nearest(
            names.chain(event_types.map(|it| it.event_type.as_str())),
            name,
        )
    }

    /// The attribute, of legacy filters or of LogEvents, whose name is most like `path`.
    #[must_use]
    pub fn nearest_attribute(&self, path: &str) -> Option<&str> {
        let legacy = self.legacy_attributes.rows().iter();
        let names = legacy.map(|row| row.legacy_path.as_str());
        let attributes = self.filter_attributes.rows().iter();
        nearest(names.chain(attributes.map(|row| row.path.as_str())), path)
    }

    /// What a text has at least one of if there is anything to check.
    pub(crate) fn markers(&self) -> &Markers {
        self.markers
            .get_or_init(|| Markers::new(self.event_types.rows()))
    }

    /// What the tables say of events, for decisions about queries.
    pub(crate) fn known(&self) -> &Known {
        self.known.get_or_init(|| Known::new(self))
    }

    /// The users' own rows, in the order they were laid over the shipped ones.
    #[must_use]
    pub fn overlays(&self) -> &[Overlay] {
        &self.overlays
    }

    /// SHA-256, in hexadecimal, over the tables that decide a conversion, overlays included.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// The name most like `name`, if any is.
fn nearest<'n>(names: impl Iterator<Item = &'n str>, name: &str) -> Option<&'n str> {
    /// Less alike than this is another word.
    const ALIKE: f64 = 0.7;
    let letters = Letters::of(name);
    names
        .filter(|it| letters.may_be_alike(it, ALIKE))
        .map(|it| (strsim::normalized_damerau_levenshtein(it, name), it))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, it)| it)
}

/// How often each byte stands in a name: what two names do not share is the least that their
/// distance can be, and is told much sooner than the distance.
struct Letters {
    counts: [u16; 256],
    len: usize,
    is_ascii: bool,
}

impl Letters {
    fn of(name: &str) -> Self {
        let mut counts = [0_u16; 256];
        for byte in name.bytes() {
            if let Some(count) = counts.get_mut(usize::from(byte)) {
                *count = count.saturating_add(1);
            }
        }
        Self {
            counts,
            len: name.len(),
            is_ascii: name.is_ascii(),
        }
    }

    /// Whether a name may be as much like this one; if not, it is not.
    fn may_be_alike(&self, other: &str, alike: f64) -> bool {
        if !self.is_ascii || !other.is_ascii() {
            return true;
        }
        let longer = self.len.max(other.len());
        let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        // A little less, for the sake of rounding.
        let enough = float(longer) * (alike - 0.001);
        if float(self.len.min(other.len())) < enough {
            return false;
        }
        let mut left = self.counts;
        let mut shared = 0_usize;
        for byte in other.bytes() {
            if let Some(count) = left.get_mut(usize::from(byte))
                && let Some(rest) = count.checked_sub(1)
            {
                *count = rest;
                shared = shared.saturating_add(1);
            }
        }
        float(shared) >= enough
    }
}

/// Reads every row of `csv` with its line.
fn rows<T: DeserializeOwned>(table: &str, csv: &str) -> Result<Vec<(u64, T)>, TableError> {
    let error = |problem| TableError::Csv {
        table: table.to_owned(),
        problem,
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(csv.as_bytes());
    let headers = reader.headers().map_err(error)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(error)?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record.deserialize(Some(&headers)).map_err(error)?));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_the_nearest_of_all() {
        let tables = Tables::shipped().unwrap();
        let rows = tables.event_types.rows();
        let names = || rows.iter().map(|row| row.legacy_event_type.as_str());
        for name in names().step_by(300) {
            for slip in [
                name.to_uppercase(),
                name.replace('e', ""),
                format!("{name}s"),
                name.replace("er", "re"),
            ] {
                let by_all = names()
                    .map(|it| (strsim::normalized_damerau_levenshtein(it, &slip), it))
                    .filter(|(alike, _)| *alike >= 0.7)
                    .max_by(|a, b| a.0.total_cmp(&b.0))
                    .map(|(_, it)| it);
                assert_eq!(nearest(names(), &slip), by_all, "{slip}");
            }
        }
    }
}
