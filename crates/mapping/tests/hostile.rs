//! Texts made to take long. What they hold is found all the same, or where an effort is spent,
//! not; no time is taken here: that these tests end is what they show.

#![allow(
    clippy::unwrap_used,
    reason = "a test states what must hold; a panic is its report"
)]

use std::sync::LazyLock;

use events2logs_mapping::Tables;
use events2logs_mapping::check::{Options, check};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

const BYTES: usize = 40_000;

fn codes(text: &str, name: &str) -> Vec<&'static str> {
    let options = Options {
        tables: &TABLES,
        now: None,
    };
    let findings = check(text, name, options);
    findings.iter().map(|finding| finding.rule.code).collect()
}

fn much(unit: &str) -> String {
    let count = BYTES.checked_div(unit.len()).unwrap_or_default();
    unit.repeat(count)
}

#[test]
fn texts_of_one_thing_over_and_over() {
    for unit in [
        "a and ",
        "eventType eq \"a\" and ",
        "eventType eq ",
        "(eventType eq \"a\" and ",
        "eventType eq \"a\" or (",
        "eventType eq \"",
        "eventType eq [",
        "eventType eq ${",
        "eventType%25",
        "eventType%20eq%20%22a%22+and+",
        "eventType+eq+%22a%22&filter=",
        "/api/v1/logs?",
        "/api/v1/logs?filter=eventType eq \"a\"&since=",
        "> eventType eq `a` | \n",
        "\"\"\"eventType eq \"a\"\n",
        "cat <<EOF\neventType eq \"a\"\n",
        "{\"legacyEventType\":",
    ] {
        for name in ["x.txt", "x.py", "x.yaml", "x.json", "x.sh", "x.csv", "x.md"] {
            // Whatever is found.
            let _ = codes(&much(unit), name);
        }
    }
}

#[test]
fn one_literal_of_many_comparisons() {
    let text = format!(
        "q = '{}eventType eq \"user.session.start\"'\n",
        much("eventType eq \"user.session.start\" and ")
    );
    assert!(codes(&text, "x.py").iter().all(|code| *code == "E2L404"));
}

#[test]
fn a_block_of_many_lines() {
    let text = format!("okta:\n  q: |\n{}", much("    eventType eq \"a.b\"\n"));
    // Read as one filter that is broken; a longer one comparison by comparison.
    for text in [
        text.clone(),
        format!("{text}{}", text.replace("okta:\n  q: |\n", "")),
    ] {
        let found = codes(&text, "x.yaml");
        let unknown = found.iter().filter(|code| **code == "E2L301").count();
        assert_eq!(unknown, text.matches("a.b").count());
        assert!(
            found
                .iter()
                .all(|code| *code == "E2L301" || code.starts_with("E2L0"))
        );
    }
}

#[test]
fn many_ids_on_one_line() {
    let text = format!("okta {}", much("core.user_auth.login_failed "));
    let found = codes(&text, "x.txt");
    assert_eq!(found.len(), text.matches("core.").count());
    assert!(found.iter().all(|code| *code == "E2L206"));
}

#[test]
fn many_filters() {
    let text =
        much("q = 'eventType eq \"user.session.start\" and outcome.result eq \"FAILURE\"'\n");
    assert_eq!(codes(&text, "x.py"), [""; 0]);
    // Each takes a proof; together they take more than there is effort for.
    let hard = "actor.id co \"a\" and not (actor.id co \"b\" or actor.id ew \"c\") or ";
    let hard = format!("q = '{}actor.id pr'\n", hard.repeat(20));
    let never = "q = 'not (actor.id sw \"ab\") and actor.id sw \"abc\"'\n";
    let text = format!("{never}{}", much(&hard));
    assert!(codes(&text, "x.py").contains(&"E2L401"));
}

#[test]
fn many_comments() {
    let comments = much("# events2logs: ignore E2L401\n");
    let text = format!(
        "{comments}{}",
        much("'core.user_auth.login_failed' # okta\n")
    );
    let found = codes(&text, "x.py");
    let of = |code: &str| found.iter().filter(|it| **it == code).count();
    assert_eq!(of("E2L901"), comments.lines().count());
    assert_eq!(of("E2L206"), text.matches("core.").count());
}

#[test]
fn a_table_of_many_pairs() {
    let pair = "x,\"action.objectType eq \"\"core.user_auth.login_failed\"\"\",\"eventType eq \"\"user.session.start\"\"\"\n";
    let text = format!("name,legacy,rewritten\n{}", much(pair));
    let found = codes(&text, "x.csv");
    assert_eq!(found.len(), text.lines().count().saturating_sub(1));
    assert!(found.iter().all(|code| *code == "E2L208"));
}
