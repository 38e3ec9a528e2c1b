//! What a comparison says holds: against brute force over events, against the precision that
//! rewrites claim, and for changed rewrites.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test states what must hold; a panic is its report"
)]

mod common;

use common::{NOW, TABLES, converted, event, filter, finds};
use events2logs_mapping::compare::{
    Cause, Comparison, Finds, Options, Single, Verdict, compare, single,
};
use events2logs_mapping::query::{self, Precision, Strategy as Rewriting, read_time, rewrite};
use proptest::prelude::*;

fn compared(legacy: &str, new: &str) -> Comparison {
    let options = Options {
        now: read_time(NOW),
        ..Options::default()
    };
    compare(legacy, new, &TABLES, options)
        .unwrap_or_else(|error| panic!("{legacy}\n{new}\n{error}"))
}

fn rewritten(legacy: &str, strategy: Rewriting) -> query::Rewrite {
    let options = query::Options {
        strategy,
        now: read_time(NOW),
    };
    rewrite(legacy, &TABLES, options).unwrap()
}

fn expected(precision: Precision) -> Verdict {
    match precision {
        Precision::Exact => Verdict::Equivalent,
        Precision::Wider => Verdict::Wider,
        Precision::Narrower => Verdict::Narrower,
        Precision::Different => Verdict::Different,
        Precision::Unsupported => Verdict::Undecided,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random pairs: the verdict agrees with brute force over converted events.
    #[test]
    fn the_verdict_agrees_with_events(
        legacy in filter(),
        other in filter(),
        events in prop::collection::vec(event(), 30),
    ) {
        let exact = rewritten(&legacy, Rewriting::Exact);
        let new = rewritten(&other, Rewriting::Native);
        prop_assume!(exact.precision == Precision::Exact && new.requests.len() == 1);
        let request = &new.requests[0];
        // A request without a filter is no filter; the window stands before it.
        prop_assume!(request.filter.is_some());
        let comparison = compared(&legacy, &request.query);
        let (mut added, mut dropped) = (false, false);
        for event in &events {
            let log_event = converted(event);
            let before = finds(&exact.requests, &log_event);
            let after = finds(&new.requests, &log_event);
            added |= after && !before;
            dropped |= before && !after;
        }
        let told = format!("{legacy}\n{}\n{comparison:#?}", request.query);
        match comparison.verdict {
            Verdict::Equivalent => prop_assert!(!added && !dropped, "{told}"),
            Verdict::Wider => prop_assert!(!dropped, "{told}"),
            Verdict::Narrower => prop_assert!(!added, "{told}"),
            Verdict::Different => {}
            // Hundreds of types by name are more than the effort allowed.
            Verdict::Undecided => prop_assert!(request.query.len() > 4000, "{told}"),
        }
        // Each direction that differs has its witness, and each witness separates.
        let witness = |which: Finds| comparison.witnesses.iter().filter(|it| it.finds == which).count();
        if comparison.verdict == Verdict::Undecided {
            return Ok(());
        }
        let wider = matches!(comparison.verdict, Verdict::Wider | Verdict::Different);
        let narrower = matches!(comparison.verdict, Verdict::Narrower | Verdict::Different);
        prop_assert_eq!(witness(Finds::New), usize::from(wider));
        prop_assert_eq!(witness(Finds::Legacy), usize::from(narrower));
        for tell_tale in &comparison.witnesses {
            let before = finds(&exact.requests, &tell_tale.log_event);
            let after = finds(&new.requests, &tell_tale.log_event);
            let expected = tell_tale.finds == Finds::New;
            prop_assert_eq!((before, after), (!expected, expected), "{}", told);
        }
    }

    /// A rewrite stands to its query as its precision says.
    #[test]
    fn a_rewrite_is_what_it_claims(legacy in filter(), exactly in any::<bool>()) {
        let strategy = if exactly { Rewriting::Exact } else { Rewriting::Native };
        let rewritten = rewritten(&legacy, strategy);
        prop_assume!(rewritten.precision != Precision::Unsupported && rewritten.requests.len() == 1);
        let new = &rewritten.requests[0];
        prop_assume!(new.filter.is_some());
        let verdict = compared(&legacy, &new.query).verdict;
        // A part that is wider by itself need not make the whole so: `wider` is a bound.
        let holds = verdict == expected(rewritten.precision)
            || match rewritten.precision {
                Precision::Wider | Precision::Narrower => verdict == Verdict::Equivalent,
                // Each part is a bound by itself.
                Precision::Different => true,
                _ => false,
            }
            // Hundreds of types by name are more than the effort allowed.
            || (verdict == Verdict::Undecided && new.query.len() > 4000);
        prop_assert!(holds, "{legacy}\n{}\n{:?} but {verdict:?}", new.query, rewritten.precision);
    }
}

/// Each type by itself, under both strategies.
#[test]
fn every_type_of_the_table() {
    for row in TABLES.event_types.rows() {
        let legacy = format!("action.objectType eq \"{}\"", row.legacy_event_type);
        for strategy in [Rewriting::Native, Rewriting::Exact] {
            let rewritten = rewritten(&legacy, strategy);
            let comparison = compared(&legacy, &rewritten.requests[0].query);
            assert_eq!(
                comparison.verdict,
                expected(rewritten.precision),
                "{legacy}"
            );
            let types = comparison.legacy_types.unwrap();
            assert_eq!(types.added, rewritten.parts[0].adds, "{legacy}");
            assert_eq!(types.dropped, rewritten.parts[0].drops, "{legacy}");
        }
    }
}

/// The fixtures of `rewrite` compare as their stated precision says.
#[test]
fn every_fixture_is_what_it_claims() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/queries/ok");
    let mut compared_ones = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let legacy = std::fs::read_to_string(&path).unwrap();
        let rewritten = rewritten(legacy.trim(), Rewriting::Native);
        // One query stands against one; several requests are compared by their property test.
        let [request] = rewritten.requests.as_slice() else {
            continue;
        };
        let comparison = compared(legacy.trim(), &request.query);
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if request.query.contains("&q=") {
            // How keywords narrow a search is not for a filter to say.
            assert_eq!(comparison.verdict, Verdict::Undecided, "{name}");
            continue;
        }
        assert_eq!(
            comparison.verdict,
            expected(rewritten.precision),
            "{name}: {}\n{comparison:#?}",
            request.query
        );
        compared_ones += 1;
    }
    assert!(compared_ones > 50, "only {compared_ones}");
}

/// What else decides what a request finds is never passed over.
#[test]
fn a_new_query_that_is_more_than_its_filter_is_not_decided() {
    let legacy = r#"action.objectType eq "app.auth.sso""#;
    let filter = r#"filter=eventType eq "user.authentication.sso""#;
    for (new, reason) in [
        (format!("{filter}&q=bob"), "q also decides"),
        (format!("{filter}&after=1"), "after also decides"),
        (format!("{filter}&{filter}"), "more than one filter"),
        (
            r#"published gt "2018-01-01T00:00:00.000Z""#.to_owned(),
            "refuses gt on published",
        ),
        (
            r#"debugContext.debugData.requestUri co "x""#.to_owned(),
            "refuses co on",
        ),
        (
            r#"evenType eq "user.authentication.sso""#.to_owned(),
            "did you mean eventType?",
        ),
    ] {
        let comparison = compared(legacy, &new);
        assert_eq!(comparison.verdict, Verdict::Undecided, "{new}");
        assert!(
            comparison.reason.as_deref().unwrap().contains(reason),
            "{comparison:?}"
        );
    }
    // A filter by itself looks back 7 days, as rewrite says of it.
    let new = r#"eventType eq "user.authentication.sso""#;
    assert_eq!(compared(legacy, new).verdict, Verdict::Narrower);
    let without_now = compare(legacy, new, &TABLES, Options::default()).unwrap();
    assert_eq!(without_now.verdict, Verdict::Equivalent);
    // A misspelt outcome finds nothing.
    let misspelt = compared("eventType pr", r#"outcome.result eq "FAILED""#);
    assert_eq!(misspelt.verdict, Verdict::Narrower);
}

/// An exact rewrite, changed in ways that people change queries, is not equivalent any more.
#[test]
fn changes_are_told() {
    let legacy = r#"(action.objectType eq "core.user.config.password_update.failure" or action.objectType eq "policy.created") and target.id eq "00u1" and published gt "2018-01-01""#;
    let exact = r#"since=2018-01-01T00:00:00.000Z&filter=(eventType eq "user.account.update_password" and outcome.result eq "FAILURE" or eventType eq "policy.lifecycle.create") and target.id eq "00u1""#;
    assert_eq!(compared(legacy, exact).verdict, Verdict::Equivalent);
    for (from, to, verdict) in [
        (" and target.id eq \"00u1\"", "", Verdict::Wider),
        (" and outcome.result eq \"FAILURE\"", "", Verdict::Wider),
        ("\"FAILURE\"", "\"SUCCESS\"", Verdict::Different),
        ("\"FAILURE\" or", "\"FAILURE\" and", Verdict::Narrower),
        (") and target.id", ") or target.id", Verdict::Wider),
        (
            "target.id eq \"00u1\"",
            "not (target.id eq \"00u1\")",
            Verdict::Different,
        ),
        (
            "target.id eq \"00u1\"",
            "target.id eq \"00u2\"",
            Verdict::Different,
        ),
        (
            "target.id eq \"00u1\"",
            "target.id sw \"00u1\"",
            Verdict::Wider,
        ),
        (
            "target.id eq \"00u1\"",
            "target.id eq \"00u1\" and target.type eq \"User\"",
            Verdict::Narrower,
        ),
        ("since=2018-01-01", "since=2018-01-02", Verdict::Narrower),
        ("since=2018-01-01", "since=2017-12-31", Verdict::Wider),
        (
            "policy.lifecycle.create",
            "policy.lifecycle.update",
            Verdict::Different,
        ),
    ] {
        let changed = exact.replace(from, to);
        assert_ne!(changed, exact, "{from}");
        let comparison = compared(legacy, &changed);
        assert_eq!(
            comparison.verdict, verdict,
            "{from} -> {to}\n{comparison:#?}"
        );
        assert!(!comparison.witnesses.is_empty());
        for witness in &comparison.witnesses {
            assert!(witness.legacy_event.is_some(), "{from} -> {to}");
        }
    }
}

#[test]
fn single_filters() {
    let cause = Cause {
        part: r#"outcome.result eq "SUCCESS" and outcome.result eq "FAILURE""#.to_owned(),
        part_always: false,
    };
    let single = |query: &str| single(query, &TABLES, Options::default()).unwrap();
    assert_eq!(
        single(r#"not (outcome.result eq "SUCCESS" and outcome.result eq "FAILURE")"#),
        Single::Always(cause.clone())
    );
    assert_eq!(
        single(r#"eventType pr and (outcome.result eq "SUCCESS" and outcome.result eq "FAILURE")"#),
        Single::Never(cause)
    );
    assert_eq!(
        single(r#"target.id eq "A" and target.id eq "B""#),
        Single::Varies
    );
    let window = r#"published gt "2018-01-01" and published lt "2017-01-01""#;
    assert!(matches!(single(window), Single::Never(_)));
    let window = "since=2018-01-01T00:00:00Z&until=2017-01-01T00:00:00Z&filter=eventType pr";
    assert!(matches!(single(window), Single::Never(_)));
}

#[test]
fn two_system_log_filters() {
    let comparison = compared(
        r#"eventType eq "user.session.start""#,
        r#"eventType eq "user.session.start" and outcome.result eq "FAILURE""#,
    );
    assert_eq!(comparison.verdict, Verdict::Narrower);
    assert_eq!(comparison.legacy_types, None);
    let both = r#"eventType eq "user.session.start" or eventType eq "user.session.end""#;
    let other =
        r#"not (not (eventType eq "user.session.end") and eventType ne "user.session.start")"#;
    assert_eq!(compared(both, both).verdict, Verdict::Equivalent);
    // Without an eventType an event meets neither `eq` nor `ne`.
    assert_eq!(compared(both, other).verdict, Verdict::Wider);
}

#[test]
fn what_cannot_be_answered_is_said() {
    let comparison = compared(r#"action.categories eq "x""#, r#"eventType eq "x""#);
    assert_eq!(comparison.verdict, Verdict::Undecided);
    assert!(comparison.reason.unwrap().contains("categories"));
    let comparison = compared(
        r#"published gt "${since}" and target.id eq "a""#,
        r#"since=${from}&filter=target.id eq "a""#,
    );
    assert_eq!(comparison.verdict, Verdict::Undecided);
    let comparison = compared(
        r#"published gt "${since}" and target.id eq "${user}""#,
        r#"since=${since}&filter=target.id eq "${user}""#,
    );
    assert_eq!(comparison.verdict, Verdict::Equivalent);
}
