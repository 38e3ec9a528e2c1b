//! Proofs and witnesses, case by case.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state what must hold"
)]

use events2logs_filter::decide::{
    Constancy, Difference, Domain, Effort, Kind, Relation, Satisfiability, Schema, Undecided,
    compare, constancy, constant_parts, satisfiable,
};
use events2logs_filter::{AttributePath, Expr, parse};
use serde_json::{Value as Json, json};

fn path(text: &str) -> AttributePath {
    AttributePath::parse(text).expect("a path")
}

fn expr(text: &str) -> Expr {
    parse(text)
        .unwrap_or_else(|errors| panic!("{text}: {errors}"))
        .expr
}

/// Targets and IP chains are arrays, as in the System Log; dates are dates.
fn schema() -> Schema {
    Schema::new()
        .array(&path("target"))
        .array(&path("request.ipChain"))
        .attribute(path("published"), Domain::of([Kind::Date]))
}

fn find(text: &str) -> Satisfiability {
    satisfiable(&expr(text), &schema(), Effort::default())
}

/// The smallest event that meets a filter.
fn event(text: &str) -> Json {
    match find(text) {
        Satisfiability::Sat(witness) => {
            assert_eq!(expr(text).matches(witness.event()), Some(true), "{text}");
            witness.into_event()
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn never(text: &str) {
    assert_eq!(find(text), Satisfiability::Unsat, "{text}");
}

fn difference(left: &str, right: &str) -> Difference {
    let (left, right) = (expr(left), expr(right));
    let difference = compare(&left, &right, &schema(), Effort::default());
    for (side, yes, no) in [
        (&difference.left_only, &left, &right),
        (&difference.right_only, &right, &left),
    ] {
        if let Some(witness) = side.witness() {
            assert_eq!(yes.matches(witness.event()), Some(true));
            assert_eq!(no.matches(witness.event()), Some(false));
        }
    }
    difference
}

fn relation(left: &str, right: &str) -> Relation {
    difference(left, right).relation()
}

fn part_of(text: &str) -> (bool, Vec<String>, String) {
    match constancy(&expr(text), &schema(), Effort::default()) {
        Constancy::Never(part) | Constancy::Always(part) => {
            let spans = part.spans.iter().map(|span| span.text(text).to_owned());
            (part.always, spans.collect(), part.expr.to_string())
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_examples_of_the_docs() {
    let always = r#"not (outcome.result eq "SUCCESS" and outcome.result eq "FAILURE")"#;
    assert!(matches!(
        constancy(&expr(always), &schema(), Effort::default()),
        Constancy::Always(_)
    ));
    let never = r#"outcome.result eq "SUCCESS" and outcome.result eq "FAILURE""#;
    assert!(matches!(
        constancy(&expr(never), &schema(), Effort::default()),
        Constancy::Never(_)
    ));
    let varies = r#"target.id eq "A" and target.id eq "B""#;
    assert_eq!(
        constancy(&expr(varies), &schema(), Effort::default()),
        Constancy::Varies
    );
    assert_eq!(
        event(varies),
        json!({ "target": [{ "id": "A" }, { "id": "B" }] })
    );
}

#[test]
fn the_smallest_part_that_causes_it() {
    assert_eq!(
        part_of(r#"a pr and not (b pr) and x eq "1" and y pr and x eq "2""#),
        (
            false,
            vec![r#"x eq "1""#.into(), r#"x eq "2""#.into()],
            r#"x eq "1" and x eq "2""#.into(),
        ),
    );
    assert_eq!(
        part_of(r#"a pr or not (b pr and (x eq "1" and x eq "2"))"#),
        (
            false,
            vec![r#"x eq "1""#.into(), r#"x eq "2""#.into()],
            r#"x eq "1" and x eq "2""#.into(),
        ),
    );
    assert_eq!(
        part_of(r#"b pr or (x eq "1" or not (x eq "1"))"#),
        (
            true,
            vec![r#"x eq "1""#.into(), r#"not (x eq "1")"#.into()],
            r#"x eq "1" or not (x eq "1")"#.into(),
        ),
    );
    // A single comparison can be enough.
    assert_eq!(
        part_of("a pr and b gt true"),
        (false, vec!["b gt true".into()], "b gt true".into())
    );
    // Both alternatives are needed: the whole is the part.
    let both = r#"(x eq "1" and x eq "2" or x lt 1 and x gt 2)"#;
    assert_eq!(part_of(&format!("a pr and {both}")).1, [both]);
}

#[test]
fn constant_parts_of_filters_that_vary() {
    let text = r#"a pr and (b pr or c eq "1" and c eq "2") and (d pr or not (d pr))"#;
    let parts = constant_parts(&expr(text), &schema(), Effort::default()).expect("decided");
    let shown: Vec<(bool, String)> = parts
        .iter()
        .map(|part| (part.always, part.expr.to_string()))
        .collect();
    assert_eq!(
        shown,
        [
            (false, r#"c eq "1" and c eq "2""#.to_owned()),
            (true, "d pr or not (d pr)".to_owned()),
        ],
    );
}

#[test]
fn small_readable_events() {
    for (text, expected) in [
        ("a pr", json!({ "a": "a" })),
        (r#"a ne "a""#, json!({ "a": "b" })),
        (r#"a eq """#, json!({ "a": "" })),
        (r#"not (a pr)"#, json!({})),
        (r#"a sw "core." and a ew ".x""#, json!({ "a": "core.x" })),
        (r#"a co "abc" and a co "cde""#, json!({ "a": "abcde" })),
        (r#"a gt "x" and a lt "y""#, json!({ "a": "xa" })),
        (r#"a gt "x" and not (a co "a")"#, json!({ "a": "y" })),
        ("a gt 1 and a lt 2", json!({ "a": 1.0000000000000002 })),
        ("a gt 1", json!({ "a": 2 })),
        ("a eq true", json!({ "a": true })),
        (
            "a.b.c eq 7 and a.d pr",
            json!({ "a": { "b": { "c": 7 }, "d": "a" } }),
        ),
        (
            r#"target.id eq "x" and target.type eq "User""#,
            json!({ "target": [{ "id": "x", "type": "User" }] }),
        ),
        (
            r#"target.id co "x" and target.id co "y" and not (target.id sw "y")"#,
            json!({ "target": [{ "id": "xy" }] }),
        ),
        // The fewest attributes, whatever comes first.
        (
            r#"a pr and b pr and c pr or d eq "long enough""#,
            json!({ "d": "long enough" }),
        ),
        (
            r#"(a pr or b eq "b") and (c pr or b eq "b")"#,
            json!({ "b": "b" }),
        ),
    ] {
        assert_eq!(event(text), expected, "{text}");
    }
}

#[test]
fn strings_that_cannot_be() {
    for text in [
        r#"a eq "x" and a ne "x""#,
        r#"a eq "abc" and a co "d""#,
        r#"a sw "b" and a lt "b""#,
        r#"a sw "b" and a gt "c""#,
        r#"a lt """#,
        r#"a gt "a" and a lt "a\u0000""#,
        r#"a pr and not (a ge "")"#,
        r#"a sw "ab" and a le "ab" and a ne "ab""#,
        r#"a co "ab" and not (a co "a")"#,
        r#"a eq "x" and not (a pr)"#,
        r#"not (a eq "x") and not (a ne "x") and a co """#,
    ] {
        let typed = schema().attribute(path("a"), Domain::of([Kind::Text]));
        let answer = satisfiable(&expr(text), &typed, Effort::default());
        assert_eq!(answer, Satisfiability::Unsat, "{text}");
    }
    // Of another kind it can be.
    assert_eq!(event(r#"a pr and not (a ge "")"#), json!({ "a": 1 }));
}

#[test]
fn numbers_that_an_event_can_hold() {
    for text in [
        "a gt 1 and a lt 1.0000000000000001",
        "a eq 0.1000000000000000055",
        "a gt 9007199254740992 and a lt 9007199254740993",
        "a gt 1e400",
        "a eq 1 and a ne 1.0",
        r#"a lt 5 and a co "5""#,
    ] {
        never(text);
    }
    for (text, expected) in [
        (
            "a gt 9007199254740992 and a lt 9007199254740994",
            json!(9_007_199_254_740_993_i64),
        ),
        (
            "a gt 0.1 and a lt 0.10000000000000003",
            json!(0.10000000000000002),
        ),
        ("a lt -1e308", json!(-1.0000000000000002e308)),
        (
            "a ge 18446744073709551615 and a lt 18446744073709551616",
            json!(u64::MAX),
        ),
        ("a lt 1e-400 and a gt -1e-400", json!(0)),
    ] {
        assert_eq!(event(text)["a"], expected, "{text}");
    }
}

#[test]
fn dates() {
    for (text, expected) in [
        (
            r#"published gt "2020-01-01T00:00:00.000Z""#,
            "2020-01-01T00:00:00.001Z",
        ),
        (
            r#"published gt "2020-01-01T00:00:00Z" and published lt "2020-01-01T00:00:00.0001Z""#,
            "2020-01-01T00:00:00.00001Z",
        ),
        (
            r#"published lt "2020-01-01T00:00:00Z" and published gt "2020-01-01T01:00:00Z""#,
            "",
        ),
        (
            r#"published ge "2020-01-01T01:00:00+01:00" and published le "2020-01-01T00:00:00Z""#,
            "2020-01-01T00:00:00Z",
        ),
        // A day is no date: it compares as text.
        (r#"published gt "2020-05-05""#, "2020-05-05T00:00:00.001Z"),
        (
            r#"published gt "2020-05-05" and published lt "2020-05-04T00:02:00Z""#,
            "2020-05-05T00:00:00+23:59",
        ),
        (
            r#"published gt "2020-05-05" and published lt "2020-05-04T00:01:00Z""#,
            "",
        ),
        // Only a leap second lies between.
        (
            r#"published gt "2016-12-31T23:59:59.9Z" and published lt "2017-01-01T00:00:00Z" and published co ":60""#,
            "2016-12-31T23:59:60Z",
        ),
        (r#"published sw "2020-02-30""#, ""),
        (
            r#"published sw "2020-02-29" and published ew "+05:30""#,
            "2020-02-29T",
        ),
        (r#"published co "hello""#, ""),
    ] {
        match (find(text), expected) {
            (Satisfiability::Unsat, "") => {}
            (Satisfiability::Sat(witness), expected) if !expected.is_empty() => {
                let found = witness.event()["published"]
                    .as_str()
                    .expect("a date")
                    .to_owned();
                assert!(found.starts_with(expected), "{text}: {found}");
            }
            (other, _) => panic!("{text}: {other:?}"),
        }
    }
    // A string that is no date compares as text even with dates.
    assert_eq!(
        event(r#"a gt "2020-01-01T00:00:00Z" and a lt "2019-01-01T00:00:00Z" or b eq 1"#),
        json!({ "b": 1 })
    );
    assert_eq!(
        event(r#"a gt "2020-01-01T00:00:00Z" and a lt "2020-01-01T00:00:00Zb""#),
        json!({ "a": "2020-01-01T00:00:00.001Z" })
    );
}

#[test]
fn several_values() {
    never(r#"target.id eq "x" and not (target.id co "x")"#);
    never(r#"target.id eq "x" and not (target.id pr)"#);
    assert_eq!(
        relation(r#"target.id ne "x""#, r#"not (target.id eq "x")"#),
        Relation::Different
    );
    assert_eq!(
        relation(
            r#"target.id co "x" and target.id co "y""#,
            r#"target.id co "y" and target.id co "x""#
        ),
        Relation::Equivalent
    );
    // Each may be met by another element.
    let wider = difference(
        r#"target.id sw "x" and target.id ew "y""#,
        r#"target.id sw "x" and target.id ew "y" and target.id ne "xy""#,
    );
    assert_eq!(wider.relation(), Relation::Wider);
    let witness = wider.left_only.witness().expect("an event");
    assert_eq!(*witness.event(), json!({ "target": [{ "id": "xy" }] }));
    assert_eq!(witness.values(), [(path("target.id"), vec![json!("xy")])]);
}

#[test]
fn attributes_within_attributes() {
    for text in [
        "target.id pr and not (target pr)",
        r#"target.0.id eq "x" and not (target.id eq "x")"#,
        r#"target.0.id eq "x" and not (target.id co "x")"#,
        r#"outcome eq "x" and outcome.result eq "y""#,
        r#"outcome.result eq "" and not (outcome pr)"#,
    ] {
        never(text);
    }
    for (text, expected) in [
        (
            "target pr and not (target.id pr)",
            json!({ "target": [{ "other": true }] }),
        ),
        (
            r#"outcome pr and outcome.result eq "y""#,
            json!({ "outcome": { "result": "y" } }),
        ),
        (
            r#"target.1.id eq "x" and target.id eq "y""#,
            json!({ "target": [null, { "id": "x" }, { "id": "y" }] }),
        ),
        (
            r#"target eq "x" and target.id eq "y""#,
            json!({ "target": [{ "id": "y" }, "x"] }),
        ),
        (
            r#"target.0.id eq "x" and not (target.1.id eq "x")"#,
            json!({ "target": [{ "id": "x" }] }),
        ),
    ] {
        assert_eq!(event(text), expected, "{text}");
    }
    // Two ways to write one attribute.
    never(r#"target.0.id eq "x" and not (target.00.id eq "x")"#);
    assert!(matches!(
        find("target.99999999999999999999999 pr"),
        Satisfiability::Undecided(Undecided::FarBack { .. })
    ));
    assert_eq!(
        relation(r#"target.0.id eq "x""#, r#"target.id eq "x""#),
        Relation::Narrower
    );
}

#[test]
fn the_schema_counts() {
    let outcomes = Domain::one_of(["SUCCESS", "FAILURE"]);
    let open = schema().attribute(path("outcome.result"), outcomes.clone());
    let fixed = schema().attribute(path("outcome.result"), outcomes.required());
    let (left, right) = (
        expr(r#"not (outcome.result eq "SUCCESS")"#),
        expr(r#"outcome.result eq "FAILURE""#),
    );
    let differ = compare(&left, &right, &open, Effort::default());
    assert_eq!(differ.relation(), Relation::Wider);
    assert_eq!(
        *differ.left_only.witness().expect("an event").event(),
        json!({})
    );
    let same = compare(&left, &right, &fixed, Effort::default());
    assert_eq!(same.relation(), Relation::Equivalent);

    // Excluded values are ruled out as they come up.
    let known = ["core.", "core.a", "a"].map(str::to_owned).into();
    let unknown = Domain::of([Kind::Text])
        .none_of(std::sync::Arc::new(known))
        .required();
    let schema = schema().attribute(path("legacyEventType"), unknown);
    let answer = satisfiable(
        &expr(r#"legacyEventType sw "core.""#),
        &schema,
        Effort::default(),
    );
    assert_eq!(
        *answer.witness().expect("an event").event(),
        json!({ "legacyEventType": "core.b" })
    );
    let answer = satisfiable(
        &expr(r#"legacyEventType eq "core.a""#),
        &schema,
        Effort::default(),
    );
    assert_eq!(answer, Satisfiability::Unsat);

    let examples = schema.attribute(path("actor.id"), Domain::any().examples(["00u1"]));
    let answer = satisfiable(&expr("actor.id pr"), &examples, Effort::default());
    assert_eq!(
        *answer.witness().expect("an event").event(),
        json!({ "actor": { "id": "00u1" } })
    );
}

#[test]
fn placeholders() {
    // The same unknown value on both sides.
    assert_eq!(
        relation(r#"a eq {x} and b pr"#, r#"b pr and a eq {x}"#),
        Relation::Equivalent
    );
    assert_eq!(
        relation(r#"a eq "${x}" and b pr"#, r#"b pr and a eq "${x}""#),
        Relation::Equivalent
    );
    assert_eq!(
        relation("{whole} and a pr", "a pr and {whole}"),
        Relation::Equivalent
    );
    // One way to fill it in shows the difference.
    let differs = difference(r#"a eq "${x}" and b pr"#, r#"b pr or a eq "${x}""#);
    assert_eq!(differs.relation(), Relation::Narrower);
    assert_eq!(
        *differs.right_only.witness().expect("an event").event(),
        json!({ "a": "${x}" })
    );
    let filled_in = find("a eq {x}");
    let witness = filled_in.witness().expect("an event");
    assert_eq!(*witness.event(), json!({ "a": "{x}" }));
    // Here it depends: `{x}` may stand for `1`.
    assert!(matches!(
        find(r#"a eq "{x}" and a eq "1""#),
        Satisfiability::Undecided(Undecided::Placeholder { .. })
    ));
    assert!(matches!(
        find("{whole} and a pr"),
        Satisfiability::Undecided(Undecided::Placeholder { .. })
    ));
    // What does not depend on it is decided.
    never(r#"{whole} and a eq "1" and a eq "2""#);
    assert_eq!(event("{whole} or a pr"), json!({ "a": "a" }));
}

#[test]
fn too_much_work_is_said() {
    let text = r#"a co "ab" and a co "bc" and a co "cd" and not (a co "c")"#;
    assert_eq!(
        satisfiable(&expr(text), &schema(), Effort { steps: 10 }),
        Satisfiability::Undecided(Undecided::Effort { steps: 10 })
    );
    never(text);
}

#[test]
fn mutations_of_a_rewrite_are_told() {
    let exact = r#"eventType eq "user.session.start" and outcome.result eq "FAILURE" and (target.id eq "1" or target.id eq "2")"#;
    for mutation in [
        r#"eventType eq "user.session.start" and outcome.result eq "FAILURE""#,
        r#"eventType eq "user.session.start" and outcome.result eq "SUCCESS" and (target.id eq "1" or target.id eq "2")"#,
        r#"eventType eq "user.session.start" and outcome.result eq "FAILURE" and target.id eq "1" and target.id eq "2""#,
        r#"eventType eq "user.session.start" or outcome.result eq "FAILURE" and (target.id eq "1" or target.id eq "2")"#,
        r#"eventType eq "user.session.start" and not (outcome.result eq "FAILURE") and (target.id eq "1" or target.id eq "2")"#,
        r#"eventType eq "user.session.start" and outcome.result ne "FAILURE" and (target.id eq "1" or target.id eq "2")"#,
        r#"eventType sw "user.session.start" and outcome.result eq "FAILURE" and (target.id eq "1" or target.id eq "2")"#,
        r#"eventType eq "user.session.start" and outcome.result eq "FAILURE" and (target.id eq "1" or target.id eq "3")"#,
    ] {
        let relation = relation(exact, mutation);
        assert!(
            matches!(
                relation,
                Relation::Wider | Relation::Narrower | Relation::Different
            ),
            "{mutation}: {relation:?}"
        );
    }
    let shuffled = r#"not (not (target.id eq "2") and not (target.id eq "1")) and outcome.result eq "FAILURE" and eventType eq "user.session.start""#;
    assert_eq!(relation(exact, shuffled), Relation::Equivalent);
}
