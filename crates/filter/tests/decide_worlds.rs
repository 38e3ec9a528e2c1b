//! Cases told apart, and hard questions that must not take forever.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests state what must hold"
)]

use events2logs_filter::decide::{
    Constancy, Domain, Effort, Kind, Relation, Satisfiability, Schema, Undecided, World, compare,
    compare_in, compare_worlds, constancy, satisfiable,
};
use events2logs_filter::{AttributePath, Expr, parse};
use serde_json::json;

fn path(text: &str) -> AttributePath {
    AttributePath::parse(text).expect("a path")
}

fn expr(text: &str) -> Expr {
    parse(text)
        .unwrap_or_else(|errors| panic!("{text}: {errors}"))
        .expr
}

fn schema() -> Schema {
    Schema::new()
        .array(&path("target"))
        .attribute(path("published"), Domain::of([Kind::UtcDate]).required())
}

/// As from a table of types: many share an event type, some leave the outcome
/// open, and there are types in no table and events without a type.
fn worlds(count: usize) -> Vec<World> {
    let outcomes = ["SUCCESS", "FAILURE", "SKIPPED"];
    let mut worlds: Vec<World> = (0..count)
        .map(|number| {
            let outcome = match outcomes.get(number % 4) {
                Some(outcome) => Domain::just(*outcome),
                None => Domain::one_of(outcomes),
            };
            World::new()
                .with(
                    path("legacyEventType"),
                    Domain::just(format!("core.{number}")),
                )
                .with(
                    path("eventType"),
                    Domain::just(format!("user.{}", number / 2)),
                )
                .with(path("outcome.result"), outcome)
        })
        .collect();
    let known = (0..count).map(|number| format!("core.{number}")).collect();
    let unknown = Domain::of([Kind::Text]).none_of(std::sync::Arc::new(known));
    worlds.push(World::new().with(path("legacyEventType"), unknown.required()));
    worlds.push(World::new().with(path("legacyEventType"), Domain::absent()));
    worlds
}

#[test]
fn worlds_are_told_apart_as_far_as_it_matters() {
    let worlds = worlds(1264);
    let legacy = expr(r#"legacyEventType eq "core.5" and target.id eq "x""#);
    let rewritten =
        expr(r#"eventType eq "user.2" and outcome.result eq "FAILURE" and target.id eq "x""#);
    let groups = compare_worlds(&legacy, &rewritten, &schema(), &worlds, Effort::default());
    assert!(groups.len() < 12, "{}", groups.len());
    let differing: Vec<(Relation, &[usize])> = groups
        .iter()
        .map(|group| (group.difference.relation(), group.worlds.as_slice()))
        .filter(|(relation, _)| *relation != Relation::Equivalent)
        .collect();
    // In both of the last no table has a say in the event type.
    assert_eq!(
        differing,
        [
            (Relation::Narrower, &[1264][..]),
            (Relation::Narrower, &[1265]),
        ]
    );
    let witness = groups
        .iter()
        .find(|group| group.worlds == [1264])
        .and_then(|group| group.difference.right_only.witness())
        .expect("an event");
    assert_eq!(
        *witness.event(),
        json!({
            "eventType": "user.2",
            "legacyEventType": "a",
            "outcome": { "result": "FAILURE" },
            "target": [{ "id": "x" }],
        })
    );

    // Without the outcome, the sibling type comes in.
    let wider = expr(r#"eventType eq "user.2" and target.id eq "x""#);
    let groups = compare_worlds(
        &legacy,
        &wider,
        &schema(),
        &worlds[..1264],
        Effort::default(),
    );
    let narrower = |group: &&events2logs_filter::decide::Group| {
        group.difference.relation() == Relation::Narrower
    };
    let added: Vec<usize> = groups
        .iter()
        .filter(narrower)
        .flat_map(|group| group.worlds.clone())
        .collect();
    assert_eq!(added, [4]);
    let difference = compare_in(&legacy, &wider, &schema(), &worlds[4], Effort::default());
    assert_eq!(
        *difference.right_only.witness().expect("an event").event(),
        json!({
            "eventType": "user.2",
            "legacyEventType": "core.4",
            "outcome": { "result": "SUCCESS" },
            "target": [{ "id": "x" }],
        })
    );
}

#[test]
fn every_type_at_once() {
    let worlds = worlds(400);
    let any = |attribute: &str, prefix: &str, count: usize| {
        let terms: Vec<String> = (0..count)
            .map(|number| format!("{attribute} eq \"{prefix}.{number}\""))
            .collect();
        expr(&terms.join(" or "))
    };
    let (legacy, rewritten) = (
        any("legacyEventType", "core", 400),
        any("eventType", "user", 200),
    );
    let groups = compare_worlds(
        &legacy,
        &rewritten,
        &schema(),
        &worlds[..400],
        Effort::default(),
    );
    for group in &groups {
        assert_eq!(
            group.difference.relation(),
            Relation::Equivalent,
            "{:?}",
            group.worlds
        );
    }
}

#[test]
fn what_lies_below_an_attribute_counts_as_well() {
    let worlds = [
        World::new().with(path("outcome.result"), Domain::just("SUCCESS")),
        World::new(),
    ];
    let (left, right) = (
        expr("outcome pr"),
        expr(r#"outcome pr or not (outcome pr)"#),
    );
    let groups = compare_worlds(&left, &right, &schema(), &worlds, Effort::default());
    let relations: Vec<Relation> = groups
        .iter()
        .map(|group| group.difference.relation())
        .collect();
    assert_eq!(relations, [Relation::Equivalent, Relation::Narrower]);
}

#[test]
fn fifty_terms_over_ten_attributes() {
    // `(a1 or b1) and (a2 or b2) …` and the same the other way round.
    let pairs: Vec<(String, String)> = (0..25)
        .map(|number| {
            let attribute = [
                "eventType",
                "actor.id",
                "target.id",
                "displayMessage",
                "client.ipAddress",
            ][number % 5];
            let other = [
                "actor.type",
                "target.type",
                "severity",
                "transaction.id",
                "outcome.reason",
            ][number % 5];
            let operator = ["co", "eq", "sw", "ne", "gt"][number / 5];
            (
                format!("{attribute} {operator} \"v{number}\""),
                format!("not ({other} {operator} \"w{number}\")"),
            )
        })
        .collect();
    let left: Vec<String> = pairs.iter().map(|(a, b)| format!("({a} or {b})")).collect();
    let mut right: Vec<String> = pairs
        .iter()
        .map(|(a, b)| format!("not (not ({b}) and not ({a}))"))
        .collect();
    right.reverse();
    let effort = Effort { steps: 5_000_000 };
    let (left, same) = (expr(&left.join(" and ")), expr(&right.join(" and ")));
    assert_eq!(
        compare(&left, &same, &schema(), effort).relation(),
        Relation::Equivalent
    );
    right.remove(7);
    let fewer = expr(&right.join(" and "));
    assert_eq!(
        compare(&left, &fewer, &schema(), effort).relation(),
        Relation::Narrower
    );
}

#[test]
fn many_texts_to_contain() {
    for count in [8, 20, 50] {
        let terms: Vec<String> = (0..count)
            .map(|number| format!("displayMessage co \"w{number}x\""))
            .collect();
        let (all, any) = (expr(&terms.join(" and ")), expr(&terms.join(" or ")));
        let difference = compare(&all, &any, &schema(), Effort::default());
        assert_eq!(difference.relation(), Relation::Narrower);
    }
}

#[test]
fn beyond_the_effort_there_is_no_answer_and_no_wait() {
    let effort = Effort { steps: 1_000_000 };
    let attributes: Vec<String> = (0..20_000).map(|number| format!("a{number} pr")).collect();
    let wide = expr(&attributes.join(" and "));
    assert!(matches!(
        satisfiable(&wide, &schema(), effort),
        Satisfiability::Undecided(Undecided::Effort { steps: 1_000_000 })
    ));
    assert!(matches!(
        constancy(&wide, &schema(), effort),
        Constancy::Undecided(_)
    ));
    let long: Vec<String> = (0..20_000)
        .map(|number| format!("a ne \"{number}\""))
        .collect();
    let long = expr(&long.join(" and "));
    let answer = compare(&long, &wide, &schema(), effort);
    assert_eq!(answer.relation(), Relation::Undecided);
    let groups = compare_worlds(&long, &wide, &schema(), &worlds(2000), effort);
    assert!(
        groups
            .iter()
            .all(|group| group.difference.relation() == Relation::Undecided)
    );
}

#[test]
fn the_deepest_tree_fits_a_small_stack() {
    let work = || {
        let text = format!(
            "{}a pr{}",
            "a eq \"x\" or b pr and not (".repeat(128),
            ")".repeat(128)
        );
        let deep = expr(&text);
        let _ = compare(&deep, &expr("a pr"), &schema(), Effort::default()).relation();
        let _ = constancy(&deep, &schema(), Effort { steps: 1_000_000 });
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no panic");
}
