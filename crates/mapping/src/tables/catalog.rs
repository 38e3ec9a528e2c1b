//! System Log event types.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::{TableError, rows};

/// Whether Okta still lists an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Listed by the newest catalogue read (2026.08.1).
    Current,
    /// The same, marked as beta.
    Beta,
    /// No longer listed.
    Retired,
}

/// One row of `catalog.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogEntry {
    /// The System Log event type.
    pub event_type: String,
    /// The release it came with.
    pub since: String,
    /// The last catalogue release that listed it.
    pub last_release: String,
    /// Whether that is the newest one read.
    pub status: Status,
}

/// The rows of `catalog.csv`, by event type.
#[derive(Debug, Clone)]
pub struct Catalog {
    rows: Vec<CatalogEntry>,
    by_event_type: HashMap<String, usize>,
}

impl Catalog {
    pub(super) fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let rows: Vec<CatalogEntry> = rows(table, csv)?.into_iter().map(|(_, row)| row).collect();
        let by_event_type = rows
            .iter()
            .enumerate()
            .map(|(at, row): (usize, &CatalogEntry)| (row.event_type.clone(), at))
            .collect();
        Ok(Self {
            rows,
            by_event_type,
        })
    }

    /// The entry of an event type.
    #[must_use]
    pub fn get(&self, event_type: &str) -> Option<&CatalogEntry> {
        self.by_event_type
            .get(event_type)
            .and_then(|at| self.rows.get(*at))
    }

    /// All entries, sorted by event type.
    #[must_use]
    pub fn rows(&self) -> &[CatalogEntry] {
        &self.rows
    }
}
