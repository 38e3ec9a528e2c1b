//! Every rule by its fixtures, and what fixes do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use events2logs_mapping::Tables;
use events2logs_mapping::check::{Finding, Options, RULES, check, rule};
use proptest::prelude::*;
use proptest::sample::select;

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

fn findings(text: &str, name: &str) -> Vec<Finding> {
    let options = Options {
        tables: &TABLES,
        now: Some("2026-03-01T00:00:00Z".parse().unwrap()),
    };
    let findings = check(text, name, options);
    for finding in &findings {
        assert!(
            text.get(finding.span.clone()).is_some(),
            "{}: the span is no piece of the text: {finding:?}",
            name
        );
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(text.get(edit.span.clone()).is_some(), "{name}: {finding:?}");
        }
    }
    let order = |it: &Finding| (it.span.start, it.span.end);
    assert!(findings.is_sorted_by(|a, b| order(a) <= order(b)));
    findings
}

fn codes(text: &str, name: &str) -> Vec<&'static str> {
    findings(text, name)
        .iter()
        .map(|finding| finding.rule.code)
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/check")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// One round of fixes as a caller makes them: from the front, none that overlaps another.
fn fixed(text: &str, findings: &[Finding], unsafe_too: bool) -> Option<String> {
    let mut edits: Vec<_> = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe || unsafe_too) else {
            continue;
        };
        let clashes = |span: &std::ops::Range<usize>| {
            edits
                .iter()
                .any(|(other, _): &(std::ops::Range<usize>, String)| {
                    span.start < other.end && other.start < span.end || span.start == other.start
                })
        };
        if !fix.edits.iter().any(|edit| clashes(&edit.span)) {
            edits.extend(
                fix.edits
                    .iter()
                    .map(|edit| (edit.span.clone(), edit.text.clone())),
            );
        }
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::new();
    let mut done = 0;
    for (span, with) in edits {
        out.push_str(&text[done..span.start]);
        out.push_str(&with);
        done = span.end;
    }
    out.push_str(&text[done..]);
    Some(out)
}

/// Fixes until nothing changes; it must end, and soon.
fn fixed_for_good(text: &str, name: &str, unsafe_too: bool) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        match fixed(&text, &findings(&text, name), unsafe_too) {
            Some(next) => {
                assert_ne!(next, text, "a fix that changes nothing");
                text = next;
            }
            None => return text,
        }
    }
    panic!("fixing does not end: {text}");
}

#[test]
fn rules_are_in_order_and_documented() {
    assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
    for rule in RULES {
        let digits = rule.code.strip_prefix("E2L").unwrap();
        assert!(digits.len() == 3 && digits.bytes().all(|it| it.is_ascii_digit()));
        assert!(
            rule.name
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it == b'-')
        );
        assert!(
            rule.summary.len() > 10 && !rule.summary.ends_with('.'),
            "{}",
            rule.code
        );
        assert!(
            rule.reason.len() > 20 && rule.reason.ends_with('.'),
            "{}",
            rule.code
        );
        assert_eq!(RULES.iter().filter(|it| it.name == rule.name).count(), 1);
        assert_eq!(
            events2logs_mapping::check::rule(&rule.code.to_lowercase()),
            Some(rule)
        );
    }
    assert_eq!(rule("E2L999"), None);
}

#[test]
fn examples_do_what_they_say() {
    for rule in RULES {
        // A pair of queries is told in tables only.
        let name = if rule.code == "E2L208" {
            "example.csv"
        } else {
            "example.txt"
        };
        let of_rule = |text| codes(text, name).contains(&rule.code);
        assert!(of_rule(rule.example), "{}: {}", rule.code, rule.example);
        assert!(!of_rule(rule.instead), "{}: {}", rule.code, rule.instead);
    }
}

#[test]
fn every_rule_has_its_fixtures() {
    for rule in RULES {
        let mut seen = Vec::new();
        for path in files(&folder().join(rule.code)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let found = codes(&text, name);
            let kind = name.split('.').next().unwrap().to_owned();
            assert_eq!(
                found.contains(&rule.code),
                kind == "bad",
                "{}: {found:?}",
                path.display()
            );
            seen.push(kind);
        }
        // Some in several languages.
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["bad", "good"], "{}", rule.code);
    }
}

#[test]
fn every_fixture_has_its_rule() {
    for path in files(&folder()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            matches!(name, "README.md" | "quiet") || rule(name).is_some(),
            "{name}"
        );
    }
}

#[test]
fn findings_of_the_fixtures() {
    let mut shown = String::new();
    for rule in RULES {
        for path in files(&folder().join(rule.code)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            shown.push_str(&format!("{}/{name}\n", rule.code));
            for finding in findings(&text, name) {
                let place = &text[finding.span.clone()];
                shown.push_str(&format!(
                    "  {} {:?} at {place:?}: {}\n",
                    finding.rule.code, finding.severity, finding.message
                ));
                if let Some(help) = &finding.help {
                    shown.push_str(&format!("    help: {help}\n"));
                }
                if let Some(fix) = &finding.fix {
                    let safe = if fix.safe { "safe" } else { "unsafe" };
                    for edit in &fix.edits {
                        let old = &text[edit.span.clone()];
                        shown.push_str(&format!("    {safe}: {old:?} -> {:?}\n", edit.text));
                    }
                }
            }
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for path in files(&folder().join("quiet")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = findings(&fs::read_to_string(&path).unwrap(), name);
        assert_eq!(found, [], "{name}");
    }
}

#[test]
fn a_rule_says_whether_it_has_fixes() {
    for rule in RULES {
        for path in files(&folder().join(rule.code)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            for finding in findings(&text, name) {
                let promised = finding.rule.fix;
                if let Some(fix) = &finding.fix {
                    assert!(
                        promised.is_some() && (!fix.safe || promised == Some(true)),
                        "{}: {finding:?}",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn fixed_fixtures_are_clean_of_what_was_fixed() {
    for rule in RULES {
        for path in files(&folder().join(rule.code)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            for unsafe_too in [false, true] {
                let own = findings(&text, name);
                let mut own = own.iter().filter(|it| it.rule.code == rule.code).peekable();
                let fixable = own.peek().is_some()
                    && own.all(|it| it.fix.as_ref().is_some_and(|fix| fix.safe || unsafe_too));
                let fixed = fixed_for_good(&text, name, unsafe_too);
                if fixable {
                    assert!(
                        !codes(&fixed, name).contains(&rule.code),
                        "{}: {fixed}",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn a_table_keeps_its_legacy_column() {
    let table = "id,legacy_query,rewritten\n\
        1,\"action.objectType eq \"\"core.user_auth.session_clear\"\"\",\"eventType eq 'user.session.clear'\"\n";
    let found = findings(table, "rules.csv");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule.code, "E2L002");
    let fixed = fixed_for_good(table, "rules.csv", false);
    assert!(
        fixed.ends_with(",\"eventType eq \"\"user.session.clear\"\"\"\n"),
        "{fixed}"
    );
}

#[test]
fn parts_that_a_program_puts_in_stay() {
    let text = "url = org + '/api/v1/events?startDate=2026-02-01T00:00:00Z'\n# okta\n";
    let fixed = fixed_for_good(text, "a.py", true);
    assert_eq!(
        fixed,
        "url = org + '/api/v1/logs?since=2026-02-01T00:00:00.000Z&limit=1000'\n# okta\n"
    );
    let text =
        "q = 'eventType eq \u{201c}user.session.start\u{201d} and actor.id eq \"' + id + '\"'\n";
    assert_eq!(
        fixed_for_good(text, "a.py", true),
        "q = 'eventType eq \"user.session.start\" and actor.id eq \"' + id + '\"'\n"
    );
}

/// Ways to write a text into a file, with the file's name.
const WRAPPINGS: [&str; 12] = [
    "a.txt", "a.py", "b.py", "a.js", "b.js", "a.go", "a.rs", "a.sh", "a.ps1", "a.yaml", "a.vb",
    "a.json",
];

fn wrapped(filter: &str, how: usize) -> (String, &'static str) {
    let backslash = |text: &str, quote: char| {
        text.replace('\\', "\\\\")
            .replace(quote, &format!("\\{quote}"))
    };
    let text = match how {
        1 => format!("q = \"{}\"\n", backslash(filter, '"')),
        2 => format!("q = '''{}'''\n", backslash(filter, '\'')),
        3 => format!("const q = '{}';\n", backslash(filter, '\'')),
        4 => format!("const q = `{}`;\n", backslash(filter, '`')),
        5 => format!("const q = `{filter}`\n"),
        6 => format!("const Q: &str = r##\"{filter}\"##;\n"),
        7 => format!("q='{}'\n", filter.replace('\'', r"'\''")),
        8 => format!(
            "$q = \"{}\"\n",
            filter.replace('`', "``").replace('"', "`\"")
        ),
        9 => format!("a:\n  q: |\n    {filter}\n  b: 1\n"),
        10 => format!("q = \"{}\"\n", filter.replace('"', "\"\"")),
        11 => format!("{{\"q\": {}}}\n", serde_json::Value::from(filter)),
        _ => format!("{filter}\n"),
    };
    (text, WRAPPINGS[how])
}

fn filter() -> BoxedStrategy<String> {
    let comparison = prop_oneof![
        4 => select(&[
            "eventType eq \"user.session.start\"",
            "outcome.result eq \"FAILURE\"",
            "actor.id eq \"00u1\"",
            "actor.alternateId pr",
            "target.id eq \"0oa1\"",
            "debugContext.debugData.requestUri sw \"/x\"",
        ][..]),
        5 => select(&[
            "eventType eq 'user.session.start'",
            "eventType eq “user.session.start”",
            "outcome.result eq FAILURE",
            "outcome.result in [\"DENY\", \"FAILURE\"]",
            "outcome.result eq (\"DENY\" or \"FAILURE\")",
            "eventType eq \"core.user_auth.login_failed\"",
            "eventType eq \"core.user_auth.session_clear\"",
            "action.objectType eq \"core.user_auth.login_success\"",
            "event_type eq \"user.session.start\"",
            "result eq \"FAILURE\"",
            "target.0.id eq \"0oa1\"",
            "securityContext.isProxy eq \"true\"",
            "eventType eq \"user.sesion.start\"",
            "outcome.result eq \"Failed\"",
            "actor.id eq null",
            "actor.id eqq \"x\"",
            "outcom.result eq \"DENY\"",
            "not actor.id pr",
        ][..]),
    ];
    let comparison = comparison.prop_map(str::to_owned);
    comparison
        .prop_recursive(3, 12, 4, |inner| {
            (
                prop::collection::vec(inner, 2..4),
                select(&[" and ", " or ", " && ", " OR "][..]),
                any::<bool>(),
            )
                .prop_map(|(terms, join, parens)| {
                    let joined = terms.join(join);
                    if parens {
                        format!("({joined})")
                    } else {
                        joined
                    }
                })
        })
        .prop_map(|filter| format!("eventType sw \"user.\" and {filter}"))
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Fixing ends, and leaves nothing that could be fixed.
    #[test]
    fn fixing_ends(filter in filter(), how in 0..WRAPPINGS.len(), unsafe_too: bool) {
        let (text, name) = wrapped(&filter, how);
        let fixed = fixed_for_good(&text, name, unsafe_too);
        let left = findings(&fixed, name);
        let open = |it: &&Finding| it.fix.as_ref().is_some_and(|fix| fix.safe || unsafe_too);
        prop_assert_eq!(left.iter().find(open), None);
        // A filter that was sound stays one.
        if !findings(&text, name).iter().any(|it| it.rule.code < "E2L100") {
            prop_assert!(!left.iter().any(|it| it.rule.code < "E2L100"), "{}", fixed);
        }
    }

    /// One fix by itself takes its own finding away.
    #[test]
    fn a_fix_resolves_its_finding(filter in filter(), how in 0..WRAPPINGS.len()) {
        let (text, name) = wrapped(&filter, how);
        let all = findings(&text, name);
        for finding in all.iter().filter(|it| it.fix.is_some()) {
            let fixed = fixed(&text, std::slice::from_ref(finding), true).unwrap();
            let count = |findings: &[Finding]| {
                findings.iter().filter(|it| it.rule == finding.rule).count()
            };
            // `a or a and a` becomes `a or a`: one repetition less, and the next comes to light.
            let next = finding.rule.code == "E2L404" && fixed.len() < text.len();
            prop_assert!(
                next || count(&findings(&fixed, name)) < count(&all),
                "{}: {} -> {}", finding.rule.code, text, fixed
            );
        }
    }

    /// However a filter is written down, the same is found in it.
    #[test]
    fn wrappings_do_not_matter(filter in filter(), how in 0..WRAPPINGS.len()) {
        // No literal of some languages can hold every quote.
        let (text, name) = wrapped(&filter, how);
        let (plain, plain_name) = wrapped(&filter, 1);
        prop_assert_eq!(codes(&text, name), codes(&plain, plain_name), "{}", text);
    }

    /// Any text at all is checked without a panic.
    #[test]
    fn any_text(text in "\\PC{0,80}", piece in filter(), tail in "[\"'`\\\\%&+(){}\\[\\] \n=a-z“”]{0,40}", how in 0..WRAPPINGS.len()) {
        let _ = findings(&format!("{text}{piece}{tail}"), WRAPPINGS[how]);
        let _ = findings(&format!("{tail}/api/v1/logs?filter={piece}{text}&since={tail}"), WRAPPINGS[how]);
        let _ = findings(&format!("{tail}'{piece}' + {text} + \"{tail}/api/v1/events?filter={piece}"), WRAPPINGS[how]);
    }
}
