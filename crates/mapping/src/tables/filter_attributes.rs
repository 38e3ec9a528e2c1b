//! The LogEvent attributes that a System Log filter may name.

use serde::{Deserialize, Serialize};

use super::{Evidence, TableError, rows};

/// The kind of value an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the kinds of Okta's API description")]
pub enum AttributeType {
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Object,
    /// Not told.
    Any,
}

/// One row of `filter_attributes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterAttribute {
    /// The path; one that ends in `.*` stands for every path below it.
    pub path: String,
    /// The kind of its values.
    pub attribute_type: AttributeType,
    /// Whether an event may have several values of it.
    pub multi_valued: bool,
    /// The operators that the server refuses on it.
    pub refused_operators: Vec<String>,
    /// The values it may have; empty where any.
    pub values: Vec<String>,
    /// What the row rests on.
    pub evidence: Evidence,
    /// What else there is to know.
    pub note: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Row {
    path: String,
    #[serde(rename = "type")]
    attribute_type: AttributeType,
    multi_valued: YesNo,
    refused_operators: String,
    values: String,
    evidence: Evidence,
    note: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum YesNo {
    Yes,
    No,
}

/// The rows of `filter_attributes.csv`, by path.
#[derive(Debug, Clone)]
pub struct FilterAttributes(Vec<FilterAttribute>);

impl FilterAttributes {
    pub(super) fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let mut attributes: Vec<FilterAttribute> = rows::<Row>(table, csv)?
            .into_iter()
            .map(|(_, row)| FilterAttribute {
                path: row.path,
                attribute_type: row.attribute_type,
                multi_valued: row.multi_valued == YesNo::Yes,
                refused_operators: words(&row.refused_operators, ' '),
                values: words(&row.values, '|'),
                evidence: row.evidence,
                note: row.note,
            })
            .collect();
        attributes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(attributes))
    }

    /// The row for a path: its own, or the nearest one above it that ends in `.*`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&FilterAttribute> {
        let row = |path: &str| {
            self.0
                .binary_search_by(|row| row.path.as_str().cmp(path))
                .ok()
                .and_then(|at| self.0.get(at))
        };
        row(path).or_else(|| {
            let mut above = path;
            while let Some((parent, _)) = above.rsplit_once('.') {
                if let Some(found) = row(&format!("{parent}.*")) {
                    return Some(found);
                }
                above = parent;
            }
            None
        })
    }

    /// All rows, sorted by path.
    #[must_use]
    pub fn rows(&self) -> &[FilterAttribute] {
        &self.0
    }
}

fn words(text: &str, separator: char) -> Vec<String> {
    text.split(separator)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
