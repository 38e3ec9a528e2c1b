//! What is left of the Events API.

use crate::check::{Rule, Severity};

/// E2L201
pub(in crate::check) const ENDPOINT: Rule = Rule {
    code: "E2L201",
    name: "legacy-endpoint",
    severity: Severity::Error,
    summary: "A request to the Events API",
    reason: "Okta retired `/api/v1/events`. `/api/v1/logs` has other parameters, other defaults (7 days instead of all, 100 events instead of 1000) and other filters.",
    example: "https://example.okta.com/api/v1/events?startDate=2026-01-01T00:00:00Z",
    instead: "https://example.okta.com/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: Some(true),
};

/// E2L202
pub(in crate::check) const ATTRIBUTE: Rule = Rule {
    code: "E2L202",
    name: "legacy-attribute",
    severity: Severity::Error,
    summary: "An attribute of legacy events in a filter",
    reason: "LogEvents have other names: /api/v1/logs refuses the legacy ones. A filter keeps its meaning only where the types and outcomes are translated with it.",
    example: r#"action.objectType eq "core.user_auth.session_clear""#,
    instead: r#"eventType eq "user.session.clear""#,
    fix: Some(true),
};

/// E2L203
pub(in crate::check) const TYPE_AS_EVENT_TYPE: Rule = Rule {
    code: "E2L203",
    name: "legacy-type-as-event-type",
    severity: Severity::Error,
    summary: "A legacy event type compared with eventType",
    reason: "It can never match: legacy types stand under legacyEventType. eventType has names of its own, often with the outcome apart.",
    example: r#"eventType eq "core.user_auth.session_clear""#,
    instead: r#"eventType eq "user.session.clear""#,
    fix: Some(true),
};

/// E2L204
pub(in crate::check) const START_DATE: Rule = Rule {
    code: "E2L204",
    name: "start-date-on-logs",
    severity: Severity::Error,
    summary: "`startDate` on /api/v1/logs",
    reason: "The parameter is called since there; startDate is passed over in silence, and the window becomes the last 7 days.",
    example: "/api/v1/logs?startDate=2026-01-01T00:00:00Z&limit=1000",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: Some(false),
};

/// E2L205
pub(in crate::check) const CURSOR: Rule = Rule {
    code: "E2L205",
    name: "legacy-cursor",
    severity: Severity::Error,
    summary: "A cursor of the Events API under `after`",
    reason: "`after` is opaque and made by the server: one of the old API means nothing to the new one. Start over with since.",
    example: "/api/v1/logs?after=tevZxTo4IyHR9yUHIFdU0-f0w1373905100000&limit=1000",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: None,
};

/// E2L206
pub(in crate::check) const ID: Rule = Rule {
    code: "E2L206",
    name: "legacy-type-name",
    severity: Severity::Info,
    summary: "A legacy event type by name",
    reason: "New event types have no legacy name, and Okta stopped listing the old ones with 2026.07.1. Code that goes by them sees ever less.",
    example: r#"case "core.user_auth.login_success":"#,
    instead: r#"case "user.session.start":"#,
    fix: None,
};

/// E2L207
pub(in crate::check) const KEYED: Rule = Rule {
    code: "E2L207",
    name: "legacy-keyed-rule",
    severity: Severity::Warning,
    summary: "A detection that goes by a legacy event type",
    reason: "action.objectType is in no LogEvent: such a rule is silent. legacyEventType is in LogEvents and still works there, but is null for whatever came later: that is info only.",
    example: r#""action.objectType"="core.user_auth.login_failed""#,
    instead: r#"eventType="user.session.start" outcome.result="FAILURE""#,
    fix: None,
};

/// E2L208
pub(in crate::check) const PAIR: Rule = Rule {
    code: "E2L208",
    name: "pair-not-equivalent",
    severity: Severity::Warning,
    summary: "A pair of queries in a table that do not find the same events",
    reason: "The table says that the one took the place of the other; `events2logs compare` shows an event that tells them apart. A new query that misses events of the old one is an error; one that only finds more, a warning.",
    example: "name,legacy,rewritten\nsso,\"action.objectType eq \"\"app.auth.sso\"\"\",\"eventType eq \"\"user.authentication.slo\"\"\"\n",
    instead: "name,legacy,rewritten\nsso,\"action.objectType eq \"\"app.auth.sso\"\"\",\"eventType eq \"\"user.authentication.sso\"\"\"\n",
    fix: None,
};
