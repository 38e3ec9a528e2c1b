//! Operating system, browser and device read off raw user agents.

use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::{TableError, rows};

/// What a raw user agent says, in Okta's vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserAgent<'t> {
    /// `client.userAgent.os`, such as `Mac OS X`.
    pub os: Option<&'t str>,
    /// `client.userAgent.browser`, such as `CHROME`.
    pub browser: Option<&'t str>,
    /// `client.device`, such as `Computer`.
    pub device: Option<&'t str>,
}

#[derive(Debug, Deserialize)]
struct Row {
    pattern: String,
    os: Option<String>,
    browser: Option<String>,
    device: Option<String>,
}

/// The rules of `user_agents.csv`, in their order.
#[derive(Debug, Clone)]
pub struct UserAgents {
    rows: std::sync::Arc<[Row]>,
    patterns: RegexSet,
}

impl UserAgents {
    pub(super) fn read(table: &str, csv: &str) -> Result<Self, TableError> {
        let rows: Vec<Row> = rows(table, csv)?.into_iter().map(|(_, row)| row).collect();
        let pattern = |problem| TableError::Pattern {
            table: table.to_owned(),
            problem: Box::new(problem),
        };
        for row in &rows {
            // RegexSet does not say which of its patterns is wrong.
            Regex::new(&row.pattern).map_err(pattern)?;
        }
        let patterns = RegexSet::new(rows.iter().map(|row| &row.pattern)).map_err(pattern)?;
        Ok(Self {
            rows: rows.into(),
            patterns,
        })
    }

    /// Reads `raw_user_agent`: each of the three is what the first matching rule that names it
    /// says.
    #[must_use]
    pub fn find(&self, raw_user_agent: &str) -> UserAgent<'_> {
        let mut found = UserAgent {
            os: None,
            browser: None,
            device: None,
        };
        for at in self.patterns.matches(raw_user_agent) {
            if let Some(row) = self.rows.get(at) {
                found.os = found.os.or(row.os.as_deref());
                found.browser = found.browser.or(row.browser.as_deref());
                found.device = found.device.or(row.device.as_deref());
            }
        }
        found
    }
}
