//! What a check finds.

use std::ops::Range;

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The server refuses it, or it cannot mean what it says.
    Error,
}

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `E2L` and three digits; never reused. Hundreds: 0 syntax, 1 refused by the server,
    /// 2 legacy leftovers, 3 names and values, 4 logic, 5 requests and windows, 9 comments for this
    /// tool.
    pub code: &'static str,
    /// Short, in kebab case.
    pub name: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Why it matters, in a few sentences.
    pub reason: &'static str,
    /// A text that brings it about.
    pub example: &'static str,
    /// The same text put right.
    pub instead: &'static str,
    /// Whether its findings come with a fix: `None` for never, `Some(true)` for one that keeps
    /// the meaning. Where that depends on the place, [`Fix::safe`] of the finding says so.
    pub fix: Option<bool>,
}

/// Something wrong at one place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub rule: &'static Rule,
    /// Mostly that of the rule.
    pub severity: Severity,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What was found, in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// How to do it.
    pub fix: Option<Fix>,
}

/// A change of the text that resolves a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it keeps the meaning.
    pub safe: bool,
    /// What to replace; they do not overlap.
    pub edits: Vec<Edit>,
}

/// A replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What to put there.
    pub text: String,
}
