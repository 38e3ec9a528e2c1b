//! About the comments that leave findings out.

use crate::check::{Rule, Severity};

/// E2L901
pub(in crate::check) const UNUSED: Rule = Rule {
    code: "E2L901",
    name: "unused-ignore",
    severity: Severity::Warning,
    summary: "A comment `events2logs: ignore` that leaves nothing out, or gives a code that is none",
    reason: "What it was for is gone, or the code is misspelt. It would hide the next mistake on its line. A comment with the code of this very rule is left alone.",
    example: "# events2logs: ignore E2L203\nq = 'eventType eq \"user.session.start\"'",
    instead: "q = 'eventType eq \"user.session.start\"'",
    fix: Some(true),
};
