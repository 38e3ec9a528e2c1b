//! Findings made by hand, for the tests of what is done with findings.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

use std::ops::Range;

use events2logs_mapping::check::{Edit, Finding, Fix, Rule, Severity};

use super::outcome::Checked;

pub(crate) static RULES: [Rule; 4] = [
    Rule {
        code: "E2L101",
        name: "published-in-filter",
        severity: Severity::Error,
        summary: "published in a filter of /logs",
        reason: "The server refuses it. Bounds on time are parameters: since and until.",
        example: "filter=published gt \"2026-01-01\"",
        instead: "since=2026-01-01T00:00:00Z",
        fix: None,
    },
    Rule {
        code: "E2L201",
        name: "legacy-endpoint",
        severity: Severity::Error,
        summary: "a request to /api/v1/events",
        reason: "Okta retired the Events API.",
        example: "GET /api/v1/events",
        instead: "GET /api/v1/logs",
        fix: Some(true),
    },
    Rule {
        code: "E2L401",
        name: "mixed-and-or",
        severity: Severity::Warning,
        summary: "and beside or, without parentheses",
        reason: "`and` binds closer than `or`; <few> readers & writers know.",
        example: "a or b\nand c",
        instead: "a or (b and c)",
        fix: Some(false),
    },
    Rule {
        code: "E2L501",
        name: "default-limit",
        severity: Severity::Info,
        summary: "a request without limit",
        reason: "The default fell from 1000 to 100.",
        example: "/api/v1/logs",
        instead: "/api/v1/logs?limit=1000",
        fix: None,
    },
];

/// Whether a fix keeps the meaning, and its edits.
type ShortFix<'f> = (bool, &'f [(Range<usize>, &'f str)]);

pub(crate) fn finding(
    rule: &'static Rule,
    span: Range<usize>,
    message: &str,
    help: Option<&str>,
    fix: Option<ShortFix<'_>>,
) -> Finding {
    Finding {
        rule,
        severity: rule.severity,
        span,
        message: message.to_owned(),
        help: help.map(str::to_owned),
        fix: fix.map(|(safe, edits)| Fix {
            safe,
            edits: edits
                .iter()
                .map(|(span, text)| Edit {
                    span: span.clone(),
                    text: (*text).to_owned(),
                })
                .collect(),
        }),
    }
}

/// Findings in every form, in text and paths that are hard to print.
pub(crate) fn files() -> Vec<Checked> {
    let python =
        "# é𝄞\nurl = \"/api/v1/events\"\r\n\tq = 'a eq \"x\" or b eq \"y\"\n  and c eq \"z\"'\n";
    let at = |part: &str| {
        let start = python.find(part).unwrap();
        start..start + part.len()
    };
    let both = at("a eq").start..at("\"z\"").end;
    let evil = "filter='published gt \"\u{1b}[2J\u{202e}\"' & <b>% &]]>";
    vec![
        Checked {
            name: "src/été, 1.py".to_owned(),
            text: python.to_owned(),
            findings: vec![
                finding(&RULES[3], at("é𝄞"), "no limit", None, None),
                finding(
                    &RULES[1],
                    at("/api/v1/events"),
                    "/api/v1/events is gone",
                    Some("write /api/v1/logs"),
                    Some((true, &[(at("events"), "logs")])),
                ),
                finding(
                    &RULES[2],
                    both.clone(),
                    "`and` binds closer than `or`",
                    Some("add parentheses"),
                    Some((
                        false,
                        &[
                            (at("b eq").start..at("b eq").start, "("),
                            (both.end..both.end, ")"),
                        ],
                    )),
                ),
            ],
            ..Checked::default()
        },
        Checked {
            name: "weird:name%<&\".sh".to_owned(),
            text: evil.to_owned(),
            findings: vec![
                finding(
                    &RULES[0],
                    8..evil.len(),
                    "the server refuses \"\u{1b}[2J\u{202e}\" & <b>%: E0000031\u{0}",
                    Some("use since, until; not 'published'"),
                    None,
                ),
                finding(&RULES[3], evil.len()..evil.len(), "no limit", None, None),
            ],
            ..Checked::default()
        },
    ]
}

/// A check that finds words.
pub(crate) fn find(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (word, rule, with, safe) in [
        ("LEGACY", &RULES[1], Some("legacy"), true),
        ("UNSAFE", &RULES[2], Some("safe"), false),
        ("BROKEN", &RULES[0], None, false),
    ] {
        for (at, _) in text.match_indices(word) {
            let span = at..at + word.len();
            let edits = with.map(|with| [(span.clone(), with)]);
            let fix = edits.as_ref().map(|edits| (safe, &edits[..]));
            findings.push(finding(rule, span.clone(), word, None, fix));
        }
    }
    findings.sort_by_key(|it| it.span.start);
    findings
}
