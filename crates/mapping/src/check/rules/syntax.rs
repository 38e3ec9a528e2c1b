//! What is no filter at all: the server answers E0000053.

use crate::check::{Rule, Severity};

/// E2L001
pub(in crate::check) const SYNTAX: Rule = Rule {
    code: "E2L001",
    name: "syntax-error",
    severity: Severity::Error,
    summary: "A filter that cannot be read",
    reason: "The server answers E0000053 and returns nothing. It names the place of the first mistake only.",
    example: r#"actor.id pr "x""#,
    instead: r#"actor.id eq "x""#,
    fix: None,
};

/// E2L002
pub(in crate::check) const QUOTES: Rule = Rule {
    code: "E2L002",
    name: "single-quotes",
    severity: Severity::Error,
    summary: "Single or back quotes around a value",
    reason: "Only straight double quotes enclose a string. Programming languages and SQL take single quotes, the server does not.",
    example: "eventType eq 'user.session.start'",
    instead: r#"eventType eq "user.session.start""#,
    fix: Some(true),
};

/// E2L003
pub(in crate::check) const TYPOGRAPHIC: Rule = Rule {
    code: "E2L003",
    name: "typographic-quotes",
    severity: Severity::Error,
    summary: "Typographic quotes around a value",
    reason: "Word processors, wikis and chat programs turn straight quotes into typographic ones. The server takes them for a part of a word and refuses the filter.",
    example: "eventType eq “user.session.start”",
    instead: r#"eventType eq "user.session.start""#,
    fix: Some(true),
};

/// E2L004
pub(in crate::check) const ESCAPED: Rule = Rule {
    code: "E2L004",
    name: "escaped-quotes",
    severity: Severity::Error,
    summary: "Quotes that are still escaped for another language",
    reason: "A backslash or a doubled quote belongs to the language around the filter. Where it reaches the server, the filter is refused: within single quotes a shell keeps the backslash.",
    example: r#"eventType eq \"user.session.start\""#,
    instead: r#"eventType eq "user.session.start""#,
    fix: Some(true),
};

/// E2L005
pub(in crate::check) const MISSING_QUOTE: Rule = Rule {
    code: "E2L005",
    name: "missing-quote",
    severity: Severity::Error,
    summary: "A string that is never closed, or never opened",
    reason: "The rest of the filter becomes a part of the value, and the server refuses it.",
    example: r#"eventType eq "user.session.start"#,
    instead: r#"eventType eq "user.session.start""#,
    fix: Some(false),
};

/// E2L006
pub(in crate::check) const UNQUOTED: Rule = Rule {
    code: "E2L006",
    name: "unquoted-value",
    severity: Severity::Error,
    summary: "A value without quotes",
    reason: "Strings need double quotes; only numbers, true and false have none. A shell takes quotes away that are not escaped.",
    example: "outcome.result eq SUCCESS",
    instead: r#"outcome.result eq "SUCCESS""#,
    fix: Some(true),
};

/// E2L007
pub(in crate::check) const IN: Rule = Rule {
    code: "E2L007",
    name: "in-operator",
    severity: Severity::Error,
    summary: "The operator `in`",
    reason: "Other query languages have it, this one does not. Compare with each value and join the comparisons with `or`.",
    example: r#"outcome.result in ["DENY", "FAILURE"]"#,
    instead: r#"(outcome.result eq "DENY" or outcome.result eq "FAILURE")"#,
    fix: Some(true),
};

/// E2L008
pub(in crate::check) const VALUE_LIST: Rule = Rule {
    code: "E2L008",
    name: "value-list",
    severity: Severity::Error,
    summary: "One comparison with several values",
    reason: "A comparison takes one value. What follows `or` must be a comparison again, with its attribute and operator.",
    example: r#"outcome.result eq ("DENY" or "FAILURE")"#,
    instead: r#"(outcome.result eq "DENY" or outcome.result eq "FAILURE")"#,
    fix: Some(false),
};

/// E2L009
pub(in crate::check) const VALUE_PATH: Rule = Rule {
    code: "E2L009",
    name: "value-path",
    severity: Severity::Error,
    summary: "A value path in brackets",
    reason: r#"SCIM has `target[type eq "User"]`, the System Log does not. Write dotted paths; nothing ties two of them to one target."#,
    example: r#"target[type eq "User"].id eq "00u1""#,
    instead: r#"target.type eq "User" and target.id eq "00u1""#,
    fix: Some(false),
};

/// E2L010
pub(in crate::check) const OPERATOR: Rule = Rule {
    code: "E2L010",
    name: "unknown-operator",
    severity: Severity::Error,
    summary: "An operator that the language does not have",
    reason: "The operators are eq ne co sw ew pr gt ge lt le, in any case. The server answers `Unrecognized attribute operator` with its position.",
    example: r#"actor.id eqq "00u1" and outcome.result eq "DENY""#,
    instead: r#"actor.id eq "00u1" and outcome.result eq "DENY""#,
    fix: Some(false),
};

/// E2L011
pub(in crate::check) const NULL: Rule = Rule {
    code: "E2L011",
    name: "null-value",
    severity: Severity::Error,
    summary: "A comparison with null",
    reason: "null is no value of the language. `pr` asks whether there is a value, `not (… pr)` whether there is none.",
    example: "actor.alternateId eq null",
    instead: "not (actor.alternateId pr)",
    fix: Some(false),
};

/// E2L012
pub(in crate::check) const NOT: Rule = Rule {
    code: "E2L012",
    name: "not-without-parentheses",
    severity: Severity::Error,
    summary: "`not` without parentheses",
    reason: "The grammar asks for parentheses around what `not` negates. Without them it is not plain how far it reaches.",
    example: r#"eventType eq "user.session.start" and not outcome.result eq "SUCCESS""#,
    instead: r#"eventType eq "user.session.start" and not (outcome.result eq "SUCCESS")"#,
    fix: Some(false),
};

/// E2L013
pub(in crate::check) const SYMBOL: Rule = Rule {
    code: "E2L013",
    name: "logical-symbol",
    severity: Severity::Error,
    summary: "`&&`, `||` or `!` instead of a word",
    reason: "The logical words are and, or, not, in any case.",
    example: r#"actor.id eq "00u1" && outcome.result eq "DENY""#,
    instead: r#"actor.id eq "00u1" and outcome.result eq "DENY""#,
    fix: Some(true),
};

/// E2L014
pub(in crate::check) const PARENTHESES: Rule = Rule {
    code: "E2L014",
    name: "unbalanced-parentheses",
    severity: Severity::Error,
    summary: "A parenthesis without its partner",
    reason: "The server refuses the filter. Where the missing one belongs decides what the filter means.",
    example: r#"(actor.id eq "00u1" or actor.id eq "00u2""#,
    instead: r#"(actor.id eq "00u1" or actor.id eq "00u2")"#,
    fix: Some(false),
};

/// E2L015
pub(in crate::check) const MISSING_PART: Rule = Rule {
    code: "E2L015",
    name: "missing-part",
    severity: Severity::Error,
    summary: "A comparison or a join with something missing",
    reason: "A comparison has an attribute, an operator and a value; two comparisons are joined by `and` or `or`.",
    example: r#"eventType eq "user.session.start" outcome.result eq "DENY""#,
    instead: r#"eventType eq "user.session.start" and outcome.result eq "DENY""#,
    fix: Some(false),
};

/// E2L016
pub(in crate::check) const STRING: Rule = Rule {
    code: "E2L016",
    name: "invalid-string",
    severity: Severity::Error,
    summary: "An escape or a control character that a string cannot have",
    reason: "Strings are written as in JSON: a backslash starts an escape, and a tab or a line break must be written as one.",
    example: r#"displayMessage co "C:\windows" and outcome.result eq "DENY""#,
    instead: r#"displayMessage co "C:\\windows" and outcome.result eq "DENY""#,
    fix: None,
};

/// E2L017
pub(in crate::check) const OEL: Rule = Rule {
    code: "E2L017",
    name: "expression-language",
    severity: Severity::Error,
    summary: "Okta Expression Language instead of a filter",
    reason: "Event hooks and policies take it, /api/v1/logs does not: it is another language, with other operators.",
    example: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&filter=event.target.?[type+eq+'UserGroup'].size()>0",
    instead: r#"/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&filter=target.type+eq+"UserGroup""#,
    fix: None,
};

/// E2L018
pub(in crate::check) const WHITESPACE: Rule = Rule {
    code: "E2L018",
    name: "unusual-whitespace",
    severity: Severity::Info,
    summary: "A tab or line break between words",
    reason: "The parser that the server's descends from skips plain spaces only: other whitespace may be refused.",
    example: r#"eventType eq "user.session.start"	and outcome.result eq "DENY""#,
    instead: r#"eventType eq "user.session.start" and outcome.result eq "DENY""#,
    fix: Some(true),
};

/// E2L019
pub(in crate::check) const ENCODED: Rule = Rule {
    code: "E2L019",
    name: "encoded-filter",
    severity: Severity::Error,
    summary: "A filter that is encoded twice, or quoted as a whole",
    reason: "What is left after decoding once still has %20, %22 or quotes around it: the server sees one word, no filter.",
    example: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&filter=eventType%2520eq%2520%2522user.session.start%2522",
    instead: "/api/v1/logs?since=2026-01-01T00:00:00Z&limit=10&filter=eventType%20eq%20%22user.session.start%22",
    fix: None,
};
