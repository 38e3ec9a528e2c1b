//! Every mistake that is told apart: one list of inputs, one snapshot.

#![allow(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "tests state what must hold"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use events2logs_filter::{Limits, ParseErrors, SyntaxErrorKind, parse, parse_within};

/// Inputs and the kind of the first error each must give.
const FIXTURES: &[(&str, &str)] = &[
    ("EmptyFilter", ""),
    ("EmptyFilter", " \t\n"),
    (
        "ExpressionLanguage",
        "event.target.?[type eq 'UserGroup'].size()>0",
    ),
    (
        "ExpressionLanguage",
        "event.outcome.reason.contains('INVALID')",
    ),
    ("QueryString", "filter=actor.id pr"),
    (
        "QueryString",
        "https://example.okta.com/api/v1/logs?filter=actor.id%20pr",
    ),
    (
        "QueryString",
        "actor.id eq \"x\" &since=2023-01-01T00:00:00Z&limit=5",
    ),
    ("UrlEncoded", "eventType+eq+%22x%22"),
    ("UrlEncoded", "eventType+eq+\"x\""),
    ("UrlEncoded", "actor.id%20pr"),
    ("UrlEncoded", "{attribute}%20eq%20%22x%22"),
    ("QuotedFilter", "\"actor.id pr\""),
    ("QuotedFilter", "'eventType eq \"x\"'"),
    (
        "TypographicQuote",
        "eventType eq “x” and outcome.result eq ”FAILURE”",
    ),
    (
        "TypographicQuote",
        "eventType eq \"x” and outcome.result eq \"FAILURE\"",
    ),
    ("TypographicQuote", "(eventType eq “x)"),
    ("TypographicQuote", "eventType eq ‘x’"),
    ("SingleQuote", "eventType eq 'x' or eventType eq 'y z'"),
    ("SingleQuote", "eventType eq 'x and actor.id pr"),
    ("BackQuote", "eventType eq `x`"),
    ("EscapedQuote", "eventType eq \\\"x\\\" and actor.id pr"),
    ("EscapedQuote", "eventType eq \"\"x y\"\""),
    ("MissingClosingQuote", "eventType eq \"x"),
    ("MissingClosingQuote", "(eventType eq \"x and actor.id pr)"),
    (
        "MissingClosingQuote",
        "eventType eq \"x y and outcome.result eq \"FAILURE\"",
    ),
    ("MissingOpeningQuote", "eventType eq x\" and actor.id pr"),
    ("InvalidEscape", "actor.id eq \"a\\x\\u12G4\""),
    ("InvalidEscape", "actor.id eq \"\\ud800 \\udc00\""),
    ("ControlCharacter", "actor.id eq \"a\tb\nc\""),
    (
        "InvalidNumber",
        "client.port eq 01 or client.port gt 1. or client.port lt +5",
    ),
    ("UnquotedValue", "outcome.result eq SUCCESS"),
    (
        "UnquotedValue",
        "target.displayName eq Okta Admin Console and actor.id pr",
    ),
    ("UnquotedValue", "securityContext.isProxy eq True"),
    ("UnquotedValue", "published gt 2017-10-01T00:00:00.000Z"),
    ("UnquotedValue", "client.ipAddress eq 10.0.0.1"),
    ("NullLiteral", "actor.id eq null"),
    ("NullLiteral", "actor.id ne NULL and target.id gt null"),
    ("ValueList", "outcome.result eq (\"A\" or \"B\")"),
    ("ValueList", "outcome.result ne [\"A\",\"B\"]"),
    ("ValueList", "outcome.result eq \"A\" or \"B\""),
    ("ValueList", "outcome.result eq \"A\", \"B\""),
    ("InOperator", "eventType in [\"a\", \"b\"] and actor.id pr"),
    ("InOperator", "eventType IN ('a', 'b')"),
    ("InOperator", "eventType not in (\"a\", b)"),
    ("InOperator", "eventType in \"a\", \"b\""),
    ("ValuePath", "target[type eq \"User\"].id eq \"x\""),
    ("ValuePath", "target[type eq \"User\" and id eq \"x\"]"),
    ("UnknownOperator", "actor.id eqq \"x\""),
    ("UnknownOperator", "actor.id==\"x\" && actor.id != \"y\""),
    (
        "UnknownOperator",
        "actor.id contains \"x\" or actor.id startsWith \"y\"",
    ),
    ("UnknownOperator", "securityContext.asNumber >= 50"),
    (
        "UnknownOperator",
        "actor.id exists and actor.id resembles \"x\"",
    ),
    ("UnknownOperator", "actor.id not eq \"x\""),
    ("UnknownOperator", "actor.id not co \"x\""),
    ("UnknownOperator", "actor.id not pr"),
    ("MissingOperator", "actor.id \"x\""),
    ("MissingOperator", "actor.id and target.id pr"),
    ("MissingOperator", "actor.id"),
    ("MissingOperator", "outcome.result SUCCESS"),
    ("MissingOperator", "event.action:user.session.start"),
    ("MissingValue", "actor.id eq"),
    ("MissingValue", "actor.id eq and target.id pr"),
    ("MissingValue", "(actor.id eq) or actor.id pr"),
    ("ValueAfterPresent", "actor.id pr \"x\""),
    ("ValueAfterPresent", "actor.id pr true and target.id pr"),
    ("InvalidAttributePath", "actor..id eq \"x\""),
    ("InvalidAttributePath", "аctor.id eq \"x\""),
    ("InvalidAttributePath", "0.id pr"),
    ("MissingAttribute", "\"SUCCESS\" eq outcome.result"),
    ("MissingAttribute", "\"actor.id\" eq \"x\""),
    ("MissingAttribute", "eq \"x\" and actor.id pr"),
    ("MissingAttribute", "true"),
    ("MissingLogicalOperator", "actor.id pr target.id pr"),
    ("MissingLogicalOperator", "actor.id eq \"x\" (target.id pr)"),
    ("MissingLogicalOperator", "actor.id pr, target.id pr"),
    ("MissingLogicalOperator", "actor.id eq \"x\" \"y\""),
    ("MissingLogicalOperator", "actor.id pr not (target.id pr)"),
    (
        "SymbolicLogicalOperator",
        "actor.id pr && target.id pr||uuid pr",
    ),
    ("SymbolicLogicalOperator", "!(actor.id pr)"),
    ("DanglingLogicalOperator", "actor.id pr and"),
    ("DanglingLogicalOperator", "or actor.id pr"),
    (
        "DanglingLogicalOperator",
        "actor.id pr and and target.id pr",
    ),
    ("DanglingLogicalOperator", "(actor.id pr or) and uuid pr"),
    ("DanglingLogicalOperator", "actor.id pr and not"),
    (
        "NotWithoutParentheses",
        "not actor.id eq \"x\" and target.id pr",
    ),
    ("NotWithoutParentheses", "not not (actor.id pr)"),
    ("EmptyParentheses", "actor.id pr and ()"),
    ("EmptyParentheses", "not ()"),
    ("UnclosedParenthesis", "(actor.id pr"),
    (
        "UnclosedParenthesis",
        "actor.id pr and (target.id pr or (uuid pr)",
    ),
    ("UnmatchedParenthesis", "actor.id pr) and target.id pr"),
    ("UnmatchedParenthesis", ")"),
    ("MisplacedPlaceholder", "actor.id {operator} \"x\""),
    ("MisplacedPlaceholder", "actor.id pr {more}"),
    ("UnexpectedToken", "actor.id pr ]"),
    ("UnexpectedToken", "actor.id eq eq \"x\""),
    ("UnexpectedToken", "= \"x\""),
    // Several mistakes in one text.
    (
        "ValueList",
        "target.displayName co (\"A\" or \"B\") target.type eq User and not outcome.result eq x or y)",
    ),
];

fn errors(text: &str) -> ParseErrors {
    parse(text).expect_err(text)
}

/// The text with a line of marks under it for each error.
fn report(out: &mut String, text: &str, errors: &ParseErrors) {
    writeln!(out, "{:?}", text).expect("a string takes everything");
    for error in errors.errors() {
        let span = error.span;
        let name = format!("{:?}", error.kind);
        writeln!(out, "  {name} at {}..{}", span.start, span.end).expect("as above");
        writeln!(out, "    {error}").expect("as above");
        if let Some(help) = error.help() {
            writeln!(out, "    help: {help}").expect("as above");
        }
        if let Some(expected) = error.expected {
            writeln!(out, "    expected: {expected}").expect("as above");
        }
        if let Some(fix) = &error.fix {
            let (start, end) = (fix.span.start, fix.span.end);
            writeln!(out, "    fix: {start}..{end} {:?}", fix.text).expect("as above");
        }
    }
    match errors.partial() {
        Some(partial) => writeln!(out, "  read as: {partial}"),
        None => writeln!(out, "  read as nothing"),
    }
    .expect("as above");
    out.push('\n');
}

fn name(kind: SyntaxErrorKind) -> String {
    let name = format!("{kind:?}");
    name.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn messages() {
    let mut out = String::new();
    for (_, text) in FIXTURES {
        report(&mut out, text, &errors(text));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn each_names_the_actual_mistake() {
    for (kind, text) in FIXTURES {
        let errors = errors(text);
        let kinds: Vec<String> = errors.errors().iter().map(|e| name(e.kind)).collect();
        assert_eq!(kinds[0], *kind, "{text}: {kinds:?}");
    }
}

#[test]
fn every_kind_has_a_fixture() {
    let source = include_str!("../src/error/kind.rs");
    let declared: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| line.trim_end_matches([' ', '{', ',']).to_owned())
        .collect();
    let mut tested: BTreeSet<String> = FIXTURES
        .iter()
        .map(|(kind, _)| (*kind).to_owned())
        .collect();
    // Tested in limits.rs.
    tested.extend(["TooLong".to_owned(), "TooDeep".to_owned()]);
    assert_eq!(declared, tested);
}

#[test]
fn spans_lie_in_the_text_and_fixes_do_not_overlap() {
    for (_, text) in FIXTURES {
        let errors = errors(text);
        let mut fixes = Vec::new();
        for error in errors.errors() {
            assert!(
                text.get(error.span.start..error.span.end).is_some(),
                "{text}"
            );
            assert_eq!(error.found.is_none(), error.span.is_empty(), "{text}");
            assert!(!error.message().contains('\n'), "{text}");
            if let Some(fix) = &error.fix {
                assert!(text.get(fix.span.start..fix.span.end).is_some(), "{text}");
                fixes.push(fix.span);
            }
        }
        fixes.sort();
        for pair in fixes.windows(2) {
            assert!(pair[0].end <= pair[1].start, "{text}: {fixes:?}");
        }
    }
}

/// Makes every fix there is, again and again.
fn mend(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..10 {
        let Err(errors) = parse(&text) else { break };
        let mut fixes: Vec<_> = errors
            .errors()
            .iter()
            .filter_map(|e| e.fix.clone())
            .collect();
        if fixes.is_empty() {
            break;
        }
        fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
        for fix in fixes {
            text.replace_range(fix.span.start..fix.span.end, &fix.text);
        }
    }
    text
}

#[test]
fn fixes_lead_to_a_filter() {
    let mut out = String::new();
    for (_, text) in FIXTURES {
        if errors(text)
            .errors()
            .iter()
            .all(|error| error.fix.is_some())
        {
            let mended = mend(text);
            let filter = parse(&mended).expect(&mended);
            writeln!(out, "{text:?}\n  {filter}").expect("a string takes everything");
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn control_characters_do_not_reach_the_message() {
    let errors = errors("actor.id eq a\u{1b}[31m");
    assert!(
        errors
            .errors()
            .iter()
            .all(|e| !e.message().contains('\u{1b}'))
    );
    assert!(errors.to_string().contains("\\u{1b}"));
}

#[test]
fn no_more_errors_than_stated() {
    let text = "actor.id eq 'x' x ".repeat(1000);
    assert_eq!(errors(&text).errors().len(), ParseErrors::MOST);
}

#[test]
fn limits_are_errors_too() {
    let limits = Limits {
        max_bytes: 10,
        ..Limits::default()
    };
    let errors = parse_within("actor.id pr", limits).expect_err("too long");
    assert_eq!(
        errors.errors()[0].kind,
        SyntaxErrorKind::TooLong {
            bytes: 11,
            limit: 10
        }
    );
}
