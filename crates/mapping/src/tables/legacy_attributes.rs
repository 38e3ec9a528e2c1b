//! The attributes that legacy filters name.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::{Evidence, TableError, rows};

/// One row of `legacy_filter_attributes.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyAttribute {
    /// As legacy filters spell it.
    pub legacy_path: String,
    /// What took its place; `None` where nothing did, and `note` says what to do.
    pub log_event_path: Option<String>,
    /// What the row rests on.
    pub evidence: Evidence,
    /// What else there is to know.
    pub note: Option<String>,
}

/// The rows of `legacy_filter_attributes.csv`, by path.
#[derive(Debug, Clone)]
pub struct LegacyAttributes {
    rows: Vec<LegacyAttribute>,
    by_path: HashMap<String, usize>,
}

impl LegacyAttributes {
    pub(super) fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let rows: Vec<LegacyAttribute> =
            rows(table, csv)?.into_iter().map(|(_, row)| row).collect();
        let by_path = rows
            .iter()
            .enumerate()
            .map(|(at, row): (usize, &LegacyAttribute)| (row.legacy_path.clone(), at))
            .collect();
        Ok(Self { rows, by_path })
    }

    /// The row of a path.
    #[must_use]
    pub fn get(&self, legacy_path: &str) -> Option<&LegacyAttribute> {
        self.by_path
            .get(legacy_path)
            .and_then(|at| self.rows.get(*at))
    }

    /// All rows, sorted by path.
    #[must_use]
    pub fn rows(&self) -> &[LegacyAttribute] {
        &self.rows
    }
}
