//! What can never be met, or always is.

use crate::check::{Rule, Severity};

/// E2L401
pub(in crate::check) const NEVER: Rule = Rule {
    code: "E2L401",
    name: "never-true",
    severity: Severity::Error,
    summary: "A condition that no event meets",
    reason: "An event has one value of the attribute: it cannot equal two. Most often `or` was meant.",
    example: r#"outcome.result eq "DENY" and outcome.result eq "FAILURE""#,
    instead: r#"outcome.result eq "DENY" or outcome.result eq "FAILURE""#,
    fix: None,
};

/// E2L402
pub(in crate::check) const ALWAYS: Rule = Rule {
    code: "E2L402",
    name: "always-true",
    severity: Severity::Error,
    summary: "A condition that every event meets",
    reason: "What is negated here never holds, so this says nothing. Most often `not (A or B)` was meant.",
    example: r#"eventType eq "user.session.start" and not (outcome.result eq "DENY" and outcome.result eq "FAILURE")"#,
    instead: r#"eventType eq "user.session.start" and not (outcome.result eq "DENY" or outcome.result eq "FAILURE")"#,
    fix: None,
};

/// E2L403
pub(in crate::check) const MIXED: Rule = Rule {
    code: "E2L403",
    name: "mixed-and-or",
    severity: Severity::Warning,
    summary: "`and` beside `or` without parentheses",
    reason: "`and` binds tighter than `or`, which not every reader knows, and not every author meant.",
    example: r#"actor.id eq "00u1" or actor.id eq "00u2" and outcome.result eq "DENY""#,
    instead: r#"actor.id eq "00u1" or (actor.id eq "00u2" and outcome.result eq "DENY")"#,
    fix: Some(true),
};

/// E2L404
pub(in crate::check) const DUPLICATE: Rule = Rule {
    code: "E2L404",
    name: "duplicate-term",
    severity: Severity::Warning,
    summary: "The same condition twice",
    reason: "It says nothing the second time. Often another value was meant.",
    example: r#"actor.id eq "00u1" or actor.id eq "00u1""#,
    instead: r#"actor.id eq "00u1" or actor.id eq "00u2""#,
    fix: Some(true),
};
