//! Names and values that no event has.

use crate::check::{Rule, Severity};

/// E2L301
pub(in crate::check) const EVENT_TYPE: Rule = Rule {
    code: "E2L301",
    name: "unknown-event-type",
    severity: Severity::Warning,
    summary: "An event type that is not in the catalogue",
    reason: "No event has it, so nothing matches, and the server says nothing. Okta adds types with every release: the catalogue here is that of 2026.08.1. A name that is like none of them is info only: it may be newer.",
    example: r#"eventType eq "policy.evaluate.sign_on""#,
    instead: r#"eventType eq "policy.evaluate_sign_on""#,
    fix: Some(false),
};

/// E2L302
pub(in crate::check) const RETIRED: Rule = Rule {
    code: "E2L302",
    name: "retired-event-type",
    severity: Severity::Warning,
    summary: "An event type that Okta no longer lists",
    reason: "Events of it may still be in archives, but new ones are not to be expected.",
    example: r#"eventType eq "system.agent.ad.read_toplogy""#,
    instead: r#"eventType eq "user.session.start""#,
    fix: None,
};

/// E2L303
pub(in crate::check) const VALUE: Rule = Rule {
    code: "E2L303",
    name: "unknown-value",
    severity: Severity::Warning,
    summary: "A value that the attribute is not documented to have",
    reason: "Comparison is case-sensitive: `success` is not SUCCESS. Nothing matches.",
    example: r#"eventType eq "user.session.start" and outcome.result eq "Failed""#,
    instead: r#"eventType eq "user.session.start" and outcome.result eq "FAILURE""#,
    fix: Some(false),
};

/// E2L304
pub(in crate::check) const OUTCOME: Rule = Rule {
    code: "E2L304",
    name: "unseen-outcome",
    severity: Severity::Info,
    summary: "An outcome that this event type is not known to have",
    reason: "All legacy types that became this event type have another outcome, as documented or observed.",
    example: r#"eventType eq "user.account.lock" and outcome.result eq "SUCCESS""#,
    instead: r#"eventType eq "user.account.lock" and outcome.result eq "FAILURE""#,
    fix: None,
};

/// E2L305
pub(in crate::check) const PREFIX: Rule = Rule {
    code: "E2L305",
    name: "missing-prefix",
    severity: Severity::Error,
    summary: "An attribute without its path",
    reason: "The server answers E0000053: an attribute is named by its whole path.",
    example: r#"eventType eq "user.session.start" and result eq "FAILURE""#,
    instead: r#"eventType eq "user.session.start" and outcome.result eq "FAILURE""#,
    fix: Some(false),
};

/// E2L306
pub(in crate::check) const SNAKE_CASE: Rule = Rule {
    code: "E2L306",
    name: "snake-case-attribute",
    severity: Severity::Info,
    summary: "An attribute in snake_case",
    reason: "Some pages of Okta show event_type and display_message; the reference has camelCase throughout. Detection platforms rename attributes, the API does not.",
    example: r#"event_type eq "user.session.start""#,
    instead: r#"eventType eq "user.session.start""#,
    fix: Some(true),
};

/// E2L307
pub(in crate::check) const INDEX: Rule = Rule {
    code: "E2L307",
    name: "array-index",
    severity: Severity::Warning,
    summary: "A target by its place in the list",
    reason: r#"The order of targets is not promised. Search by type instead: `target.type eq "User"`."#,
    example: r#"target.0.displayName eq "Payroll""#,
    instead: r#"target.displayName eq "Payroll""#,
    fix: Some(false),
};

/// E2L308
pub(in crate::check) const TYPE: Rule = Rule {
    code: "E2L308",
    name: "value-type",
    severity: Severity::Info,
    summary: "A value of another type than the attribute",
    reason: r#"Whether the server takes "true" for true is not known. Values under debugData are strings."#,
    example: r#"eventType eq "user.session.start" and securityContext.isProxy eq "true""#,
    instead: r#"eventType eq "user.session.start" and securityContext.isProxy eq true"#,
    fix: Some(false),
};
