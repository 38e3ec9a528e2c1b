//! The decision procedure against brute force.

#![allow(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "tests state what must hold"
)]

mod naive;

use std::sync::LazyLock;

use events2logs_filter::decide::{
    Constancy, Domain, Effort, Kind, Satisfiability, Schema, Undecided, World, compare, compare_in,
    compare_worlds, constancy, satisfiable,
};
use events2logs_filter::{AttributePath, Comparison, Expr, ExprKind, Number, Operator, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn path(text: &str) -> AttributePath {
    AttributePath::parse(text).expect("a path")
}

/// `t` is an array; everything else is single.
fn schema() -> Schema {
    Schema::new().array(&path("t"))
}

/// What events have: values that the literals below tell apart, and more.
fn values() -> Vec<Json> {
    vec![
        json!(""),
        json!("a"),
        json!("x"),
        json!("xy"),
        json!("xx"),
        json!("yx"),
        json!("xyx"),
        json!("y"),
        json!("z"),
        json!("w"),
        json!("2020-01-01T00:00:00Z"),
        json!("2020-01-01T01:00:00+01:00"),
        json!("2020-01-01t00:00:00.5Z"),
        json!("2019-12-31T23:59:59.9Z"),
        json!("2020-01-01"),
        json!("2020-01-01T00:00:00"),
        json!("2020-01-01x"),
        json!(0),
        json!(1),
        json!(1.25),
        json!(1.5),
        json!(2),
        json!(true),
        json!(false),
        json!({ "k": 1 }),
    ]
}

/// One attribute with each value and none, and an array with each value and
/// each pair: every combination of the two.
static EVENTS: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let values = values();
    let few: Vec<&Json> = values.iter().step_by(3).collect();
    let mut arrays = vec![json!([]), json!([{ "other": 1 }])];
    for (at, first) in values.iter().enumerate() {
        arrays.push(json!([{ "id": first }]));
        for second in &values[at + 1..] {
            arrays.push(json!([{ "id": first }, { "id": second }]));
        }
    }
    let mut events = Vec::new();
    for array in &arrays {
        events.push(json!({ "t": array }));
        for value in &few {
            events.push(json!({ "a": value, "t": array }));
        }
    }
    for value in &values {
        for array in arrays.iter().step_by(7) {
            events.push(json!({ "a": value, "t": array }));
        }
        for other in &values {
            events.push(json!({ "a": value, "b": other }));
        }
        events.push(json!({ "b": value }));
    }
    events
});

fn literal() -> impl Strategy<Value = Value> {
    prop_oneof![
        12 => prop::sample::select(vec![
            "", "x", "y", "xy", "yx", "x", "xx", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5Z", "2020-01-01",
        ]).prop_map(Value::from),
        3 => prop::sample::select(vec!["1", "1.5", "1.0", "0"])
            .prop_map(|text| Value::Number(Number::new(text).expect("a number"))),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn leaf(paths: &'static [&'static str]) -> impl Strategy<Value = Expr> {
    let paths = || prop::sample::select(paths).prop_map(path);
    prop_oneof![
        9 => (paths(), prop::sample::select(Operator::ALL.to_vec()), literal())
            .prop_map(|(path, operator, value)| Comparison::new(path, operator, value).into()),
        1 => paths().prop_map(|path| Comparison::present(path).into()),
    ]
}

fn tree(leaf: impl Strategy<Value = Expr> + 'static, size: u32) -> impl Strategy<Value = Expr> {
    leaf.prop_recursive(4, size, 3, |inner| {
        let terms = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(Expr::not),
            terms
                .clone()
                .prop_map(|terms| Expr::and(terms).expect("at least one")),
            terms.prop_map(|terms| Expr::or(terms).expect("at least one")),
        ]
    })
}

fn expr() -> impl Strategy<Value = Expr> {
    tree(leaf(&["a", "b", "t.id"]), 8)
}

/// A filter, and another that came of it by one change.
fn mutated() -> impl Strategy<Value = (Expr, Expr)> {
    (expr(), any::<prop::sample::Index>(), 0_u8..5, literal()).prop_map(
        |(expr, place, change, literal)| {
            let mut left = place.index(expr.walk().count());
            let other = mutate(&expr, &mut left, change, &literal);
            (expr, other)
        },
    )
}

/// Changes the part of that number, if the change fits it.
fn mutate(expr: &Expr, left: &mut usize, change: u8, literal: &Value) -> Expr {
    let here = *left == 0;
    *left = left.wrapping_sub(1);
    if here {
        match (&expr.kind, change) {
            (ExprKind::And(terms), 0) => return Expr::or(terms.to_vec()).expect("terms"),
            (ExprKind::Or(terms), 0) => return Expr::and(terms.to_vec()).expect("terms"),
            (ExprKind::And(terms), 1) => return Expr::and(terms[1..].to_vec()).expect("terms"),
            (ExprKind::Or(terms), 1) => return Expr::or(terms[1..].to_vec()).expect("terms"),
            (ExprKind::Comparison(comparison), 2 | 3) => {
                return Comparison::new(comparison.path.clone(), Operator::Eq, literal.clone())
                    .into();
            }
            _ => return Expr::not(expr.clone()),
        }
    }
    let children: Vec<Expr> = expr
        .children()
        .iter()
        .map(|child| mutate(child, left, change, literal))
        .collect();
    match &expr.kind {
        ExprKind::And(_) => Expr::and(children).expect("terms"),
        ExprKind::Or(_) => Expr::or(children).expect("terms"),
        ExprKind::Not(_) => Expr::not(children[0].clone()),
        _ => expr.clone(),
    }
}

/// The verdict, its events, and brute force agree.
fn check(left: &Expr, right: &Expr) -> Result<(), TestCaseError> {
    let difference = compare(left, right, &schema(), Effort::default());
    for (answer, yes, no) in [
        (&difference.left_only, left, right),
        (&difference.right_only, right, left),
    ] {
        match answer {
            Satisfiability::Sat(witness) => {
                let event = witness.event();
                prop_assert_eq!(
                    naive::matches(yes, event),
                    Some(true),
                    "{} over {}",
                    yes,
                    event
                );
                prop_assert_eq!(
                    naive::matches(no, event),
                    Some(false),
                    "{} over {}",
                    no,
                    event
                );
            }
            Satisfiability::Unsat => {
                let found = EVENTS.iter().find(|event| {
                    yes.matches(event) == Some(true) && no.matches(event) == Some(false)
                });
                prop_assert_eq!(found, None, "{} but not {}", yes, no);
            }
            Satisfiability::Undecided(reason) => {
                return Err(TestCaseError::fail(format!("{yes} but not {no}: {reason}")));
            }
        }
    }
    Ok(())
}

fn date_literal() -> impl Strategy<Value = Value> + Clone {
    prop::sample::select(vec![
        "2016-12-31T23:59:60Z",
        "2017-01-01T00:00:00Z",
        "2016-12-31T23:59:59.9Z",
        "2017-01-01T01:00:00+01:00",
        "2016-02-29T12:30:00.5Z",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00+23:59",
        "2017-01-01T00:00:00.05Z",
        "2017-01-01",
        "2016-12-31T2",
        "2016",
        "9",
        "0000",
        ":60",
        "Z",
        "z",
        "+05:30",
        "-",
        "t",
        "5",
        "1T",
        "x",
        "",
    ])
    .prop_map(Value::from)
}

const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "1.5",
    "0.1",
    "0.10000000000000001",
    "0.10000000000000002",
    "9007199254740992",
    "9007199254740993",
    "9007199254740992.5",
    "18446744073709551615",
    "-9223372036854775808",
    "1e400",
    "-1e400",
    "5e-324",
    "1e-400",
];

fn number_literal() -> impl Strategy<Value = Value> + Clone {
    prop::sample::select(NUMBERS.to_vec())
        .prop_map(|text| Value::Number(Number::new(text).expect("a number")))
}

/// Some comparisons of one attribute, each met or not.
fn conjunction(
    literal: impl Strategy<Value = Value> + Clone + 'static,
    operators: &'static [Operator],
) -> impl Strategy<Value = Expr> {
    let operator = prop::sample::select(operators);
    let term = (operator, literal, any::<bool>()).prop_map(|(operator, literal, met)| {
        let term = Expr::from(Comparison::new(path("d"), operator, literal));
        if met { term } else { Expr::not(term) }
    });
    prop::collection::vec(term, 1..5).prop_map(|terms| Expr::and(terms).expect("terms"))
}

/// The answer for one attribute of some kinds, against the values that are to
/// be tried. The value found, if there is one.
fn check_alone(
    expr: &Expr,
    kinds: &[Kind],
    values: &[Json],
) -> Result<Option<Json>, TestCaseError> {
    let schema = Schema::new().attribute(path("d"), Domain::of(kinds).required());
    match satisfiable(expr, &schema, Effort::default()) {
        Satisfiability::Sat(witness) => Ok(Some(witness.event()["d"].clone())),
        Satisfiability::Unsat => {
            let found = values
                .iter()
                .find(|value| expr.matches(&json!({ "d": value })) == Some(true));
            prop_assert_eq!(found, None, "{}", expr);
            Ok(None)
        }
        // That no leap second on any of 2,880 clocks will do takes long to show.
        Satisfiability::Undecided(Undecided::Effort { .. }) if expr.to_string().contains(":60") => {
            Ok(None)
        }
        Satisfiability::Undecided(reason) => Err(TestCaseError::fail(format!("{expr}: {reason}"))),
    }
}

/// Dates with many clocks, leap seconds among them.
static DATES: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let mut dates = Vec::new();
    for day in [
        "2016-12-31",
        "2017-01-01",
        "2016-02-29",
        "0000-01-01",
        "9999-12-31",
    ] {
        for time in [
            "00:00:00",
            "23:59:59",
            "23:59:60",
            "12:30:00.5",
            "00:59:60",
            "00:00:00.0",
        ] {
            for zone in [
                "Z", "z", "+00:00", "-00:00", "+01:00", "-01:00", "+23:59", "-23:59", "+05:30",
            ] {
                dates.push(json!(format!("{day}T{time}{zone}")));
                dates.push(json!(format!("{day}t{time}{zone}")));
            }
        }
    }
    // Of a date it does not matter whether it has `T` or `t`.
    let date = |value: &Json| {
        let text = value.as_str().unwrap_or_default();
        let other = if text.contains('T') {
            text.replace('T', "t")
        } else {
            text.replace('t', "T")
        };
        let same = Comparison::new(path("d"), Operator::Eq, other);
        same.matches(&json!({ "d": text })) == Some(true)
    };
    dates.retain(date);
    dates
});

/// Every string of up to six of three characters, the shortest first.
static TEXTS: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let mut texts = vec![String::new()];
    let mut start = 0;
    for _ in 0..6 {
        let end = texts.len();
        for at in start..end {
            for c in ["a", "b", "~"] {
                texts.push(texts[at].clone() + c);
            }
        }
        start = end;
    }
    texts.into_iter().map(Json::from).collect()
});

/// Worlds over `a` and `b`: fixed, one of several, absent, open.
fn worlds() -> impl Strategy<Value = Vec<World>> {
    let domain = || {
        let values = prop::collection::vec(prop::sample::select(values()[..24].to_vec()), 1..3);
        (values, any::<bool>()).prop_map(|(values, required)| {
            let domain = Domain::one_of(values);
            if required { domain.required() } else { domain }
        })
    };
    let open = Just(Domain::of([Kind::Number, Kind::Text]).required());
    let world = (domain(), prop_oneof![3 => domain(), 1 => open])
        .prop_map(|(a, b)| World::new().with(path("a"), a).with(path("b"), b));
    prop::collection::vec(world, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_filters(left in expr(), right in expr()) {
        check(&left, &right)?;
    }

    #[test]
    fn a_filter_and_its_mutation((left, right) in mutated()) {
        check(&left, &right)?;
    }

    #[test]
    fn a_filter_with_what_it_implies(left in expr(), more in expr()) {
        let (wider, narrower) = (
            Expr::or([left.clone(), more.clone()]).expect("terms"),
            Expr::and([left.clone(), more]).expect("terms"),
        );
        check(&left, &wider)?;
        check(&left, &narrower)?;
        prop_assert_eq!(compare(&left, &wider, &schema(), Effort::default()).left_only, Satisfiability::Unsat);
        prop_assert_eq!(compare(&narrower, &left, &schema(), Effort::default()).left_only, Satisfiability::Unsat);
    }

    #[test]
    fn constant_filters(expr in tree(leaf(&["a", "t.id"]), 6)) {
        let always = EVENTS.iter().all(|event| expr.matches(event) == Some(true));
        let never = EVENTS.iter().all(|event| expr.matches(event) == Some(false));
        let part = match constancy(&expr, &schema(), Effort::default()) {
            Constancy::Always(part) => {
                prop_assert!(always);
                part
            }
            Constancy::Never(part) => {
                prop_assert!(never);
                part
            }
            Constancy::Varies => return Ok(()),
            Constancy::Undecided(reason) => return Err(TestCaseError::fail(reason.to_string())),
        };
        // The part does it by itself, and none of its terms could be spared.
        prop_assert!(EVENTS.iter().all(|event| part.expr.matches(event) == Some(part.always)));
        let again = constancy(&part.expr, &schema(), Effort::default());
        let again = matches!(again, Constancy::Always(_)) || matches!(again, Constancy::Never(_));
        prop_assert!(again, "{}", part.expr);
    }

    #[test]
    fn texts_are_the_shortest(expr in conjunction("[ab]{0,3}".prop_map(Value::from), &Operator::ALL)) {
        let found = check_alone(&expr, &[Kind::Text], &TEXTS)?;
        let shortest = TEXTS.iter().find(|text| **text != "" && expr.matches(&json!({ "d": text })) == Some(true));
        if let (Some(found), Some(shortest)) = (found, shortest) {
            let length = |value: &Json| value.as_str().map(|text| text.chars().count());
            prop_assert!(length(&found) <= length(shortest), "{}: {}", expr, found);
        }
    }

    #[test]
    fn dates_of_any_clock(expr in conjunction(date_literal(), &Operator::ALL)) {
        check_alone(&expr, &[Kind::Date], &DATES)?;
    }

    #[test]
    fn dates_in_utc(expr in conjunction(date_literal(), &Operator::ALL)) {
        let utc: Vec<Json> = DATES.iter().filter(|date| date.as_str().is_some_and(|text| text.ends_with('Z'))).cloned().collect();
        let found = check_alone(&expr, &[Kind::UtcDate], &utc)?;
        prop_assert!(found.is_none_or(|date| date.as_str().is_some_and(|text| text.ends_with('Z'))));
    }

    #[test]
    fn numbers_next_to_each_other(expr in conjunction(number_literal(), &Operator::ALL)) {
        let doubles = NUMBERS.iter().filter_map(|text| text.parse::<f64>().ok());
        let doubles = doubles.flat_map(|double| [double.next_down(), double, double.next_up()]).filter(|double| double.is_finite()).map(Json::from);
        let integers = NUMBERS.iter().filter_map(|text| text.parse::<i64>().ok());
        let integers = integers.flat_map(|integer| [integer.saturating_sub(1), integer, integer.saturating_add(1)]).map(Json::from);
        check_alone(&expr, &[Kind::Number], &doubles.chain(integers).collect::<Vec<_>>())?;
    }

    #[test]
    fn attributes_within_others(left in tree(leaf(&["t.id", "t.0.id", "t.1.id", "t", "t.0", "t.id.k"]), 5), right in tree(leaf(&["t.id", "t.0.id", "t"]), 3)) {
        let events = EVENTS.iter().filter(|event| event.get("a").is_none());
        let difference = compare(&left, &right, &schema(), Effort::default());
        if difference.left_only == Satisfiability::Unsat {
            for event in events {
                prop_assert!(!(left.matches(event) == Some(true) && right.matches(event) == Some(false)), "{}", event);
            }
        }
    }

    #[test]
    fn worlds_that_are_not_told_apart(left in expr(), right in expr(), worlds in worlds()) {
        let groups = compare_worlds(&left, &right, &schema(), &worlds, Effort::default());
        let mut all: Vec<usize> = groups.iter().flat_map(|group| group.worlds.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..worlds.len()).collect::<Vec<_>>());
        for group in &groups {
            for number in &group.worlds {
                let alone = compare_in(&left, &right, &schema(), &worlds[*number], Effort::default());
                prop_assert_eq!(alone.relation(), group.difference.relation(), "{} {} {:?}", left, right, worlds[*number]);
            }
        }
    }
}
