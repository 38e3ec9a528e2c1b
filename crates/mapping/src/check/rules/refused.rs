//! What can be read and is refused all the same.

use crate::check::{Rule, Severity};

/// E2L101
pub(in crate::check) const PUBLISHED: Rule = Rule {
    code: "E2L101",
    name: "published-in-filter",
    severity: Severity::Error,
    summary: "`published` in a filter",
    reason: "The server refuses it with any operator. The window of a request is given by since and until. The old Events API took it.",
    example: r#"eventType eq "user.session.start" and published gt "2026-01-01T00:00:00Z""#,
    instead: r#"/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000&filter=eventType eq "user.session.start""#,
    fix: None,
};

/// E2L102
pub(in crate::check) const CHANGE_DETAILS: Rule = Rule {
    code: "E2L102",
    name: "change-details",
    severity: Severity::Error,
    summary: "`target.changeDetails` in a filter",
    reason: "It cannot be searched, nor can its `from` and `to` as a whole. Search by eventType and look at the details in the events returned.",
    example: r#"target.changeDetails pr and eventType eq "policy.rule.update""#,
    instead: r#"eventType eq "policy.rule.update""#,
    fix: None,
};

/// E2L103
pub(in crate::check) const CONTAINS_URL: Rule = Rule {
    code: "E2L103",
    name: "contains-on-url",
    severity: Severity::Error,
    summary: "`co` on url or requestUri",
    reason: "The server answers E0000031. On requestUri `ew` is accepted; `eq` and `sw` are on both.",
    example: r#"debugContext.debugData.requestUri co "/api/v1/users""#,
    instead: r#"debugContext.debugData.requestUri sw "/api/v1/users""#,
    fix: None,
};

/// E2L104
pub(in crate::check) const UNKNOWN_ATTRIBUTE: Rule = Rule {
    code: "E2L104",
    name: "unknown-attribute",
    severity: Severity::Error,
    summary: "An attribute that LogEvents do not have",
    reason: "The server answers E0000053. Attribute names are case-sensitive. Below a known attribute it is a warning, since Okta adds to them.",
    example: r#"user.email eq "a@example.com" and eventType eq "user.session.start""#,
    instead: r#"actor.alternateId eq "a@example.com" and eventType eq "user.session.start""#,
    fix: Some(false),
};

/// E2L105
pub(in crate::check) const BAD_DATE: Rule = Rule {
    code: "E2L105",
    name: "bad-date",
    severity: Severity::Error,
    summary: "`since` or `until` that is no RFC 3339 date",
    reason: "The server answers E0000001. A date has day, time with seconds, and `Z` or an offset; the plus sign of an offset is written %2B in a URL.",
    example: "/api/v1/logs?since=2026-01-01&limit=1000",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: Some(true),
};

/// E2L106
pub(in crate::check) const BAD_LIMIT: Rule = Rule {
    code: "E2L106",
    name: "bad-limit",
    severity: Severity::Error,
    summary: "`limit` outside of 0 to 1000",
    reason: "No request returns more than 1000 events: follow the next links for more.",
    example: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=5000",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=1000",
    fix: Some(true),
};

/// E2L107
pub(in crate::check) const KEYWORDS: Rule = Rule {
    code: "E2L107",
    name: "too-many-keywords",
    severity: Severity::Error,
    summary: "`q` with more than 10 keywords, or one over 40 characters",
    reason: "The server answers E0000001.",
    example: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&q=one+two+three+four+five+six+seven+eight+nine+ten+eleven",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&q=one+two+three",
    fix: None,
};

/// E2L108
pub(in crate::check) const TOO_OLD: Rule = Rule {
    code: "E2L108",
    name: "since-too-old",
    severity: Severity::Error,
    summary: "`since` more than 180 days ago",
    reason: "The server answers E0000053. Of what is more than 90 days ago, nothing comes back: search an archive. Checked where the present time is given.",
    example: "/api/v1/logs?since=2020-01-01T00:00:00Z&limit=1000",
    instead: "/api/v1/logs?since=${SINCE}&limit=1000",
    fix: None,
};
