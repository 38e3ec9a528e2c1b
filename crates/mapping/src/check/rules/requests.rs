//! Requests that do not return what they seem to.

use crate::check::{Rule, Severity};

/// E2L501
pub(in crate::check) const DEFAULT_LIMIT: Rule = Rule {
    code: "E2L501",
    name: "default-limit",
    severity: Severity::Info,
    summary: "A request to /logs without `limit`",
    reason: "The default is 100 events a page; the Events API had 1000. Ten times the requests count against the rate limit.",
    example: "https://example.okta.com/api/v1/logs?since=2026-01-01T00:00:00Z",
    instead: "https://example.okta.com/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: None,
};

/// E2L502
pub(in crate::check) const DESCENDING: Rule = Rule {
    code: "E2L502",
    name: "descending-without-until",
    severity: Severity::Warning,
    summary: "DESCENDING without `until`",
    reason: "A polling request has no until and ascends, a bounded one has since and until. This is neither: events that arrive meanwhile are missed.",
    example: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&sortOrder=DESCENDING",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&limit=10&sortOrder=DESCENDING",
    fix: None,
};

/// E2L503
pub(in crate::check) const EMPTY_WINDOW: Rule = Rule {
    code: "E2L503",
    name: "empty-window",
    severity: Severity::Error,
    summary: "`until` that is not after `since`",
    reason: "Nothing is in such a window.",
    example: "/api/v1/logs?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z&limit=10",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&limit=10",
    fix: None,
};
