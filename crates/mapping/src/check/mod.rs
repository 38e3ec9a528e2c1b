//! Finds legacy leftovers and System Log queries in any text, and says what is wrong with them.

mod finding;

pub use finding::{Edit, Finding, Fix, Rule, Severity};

use jiff::Timestamp;

use crate::tables::Tables;

/// What decides findings beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Options<'t> {
    /// The tables to go by.
    pub tables: &'t Tables,
    /// The time that `since` may lie at most 180 days before.
    pub now: Option<Timestamp>,
}

/// Every rule, sorted by code.
pub const RULES: &[Rule] = &[];

/// Checks a text. `name` is the file's name, by which formats such as CSV are told. The findings
/// are sorted by place, then code; fixes of one finding do not overlap.
#[must_use]
pub fn check(text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    let _ = (text, name, options);
    Vec::new()
}
