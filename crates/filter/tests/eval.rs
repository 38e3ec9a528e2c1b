//! What a filter means, case by case.

#![allow(clippy::panic, reason = "tests state what must hold")]

use events2logs_filter::{Operator, Scalar, parse};
use serde_json::{Value as Json, json};

fn matches(text: &str, event: &Json) -> Option<bool> {
    parse(text)
        .unwrap_or_else(|errors| panic!("{text}: {errors}"))
        .matches(event)
}

/// Checks filters over one event: those that are met, and those that are not.
fn check(event: &Json, met: &[&str], unmet: &[&str]) {
    for text in met {
        assert_eq!(matches(text, event), Some(true), "{text} over {event}");
    }
    for text in unmet {
        assert_eq!(matches(text, event), Some(false), "{text} over {event}");
    }
}

#[test]
fn strings() {
    check(
        &json!({"a": "Xyz", "empty": ""}),
        &[
            r#"a eq "Xyz""#,
            r#"a ne "xyz""#,
            r#"a co "y""#,
            r#"a sw "Xy""#,
            r#"a ew "yz""#,
            r#"a lt "a""#,
            r#"a ge "Xyz""#,
            r#"a le "Xyz""#,
            r#"a gt "X""#,
            r#"a co """#,
            r#"empty eq """#,
        ],
        &[
            r#"a eq "xyz""#,
            r#"a co "Y""#,
            r#"A eq "Xyz""#,
            r#"a gt "a""#,
            r#"a sw "y""#,
            "empty pr",
        ],
    );
    // By code points, not by UTF-16 units.
    check(&json!({"a": "😀"}), &[r#"a gt "￿""#], &[]);
}

#[test]
fn absent_null_and_empty() {
    let event =
        json!({"nil": null, "list": [], "object": {}, "nested": [null, [], ""], "o": {"x": 1}});
    check(
        &event,
        &[r#"not (absent ne "x")"#, "not (nil pr)", "o pr", "o.x pr"],
        &[
            r#"absent eq "x""#,
            r#"absent ne "x""#,
            r#"absent.further ne "x""#,
            r#"nil ne "x""#,
            r#"list ne "x""#,
            r#"object ne "x""#,
            r#"o ne "x""#,
            r#"o.x.y ne "x""#,
            "absent pr",
            "nil pr",
            "list pr",
            "object pr",
            "nested pr",
            "nil.x pr",
        ],
    );
}

#[test]
fn arrays_stand_for_their_elements() {
    let event = json!({"target": [
        {"id": "a", "type": "User", "tags": ["x", ["y"]]},
        {"id": "b", "type": "App", "tags": []},
        null,
    ]});
    check(
        &event,
        &[
            r#"target.id eq "a" and target.id eq "b""#,
            r#"target.id eq "a" and target.type eq "App""#,
            r#"target.id ne "a""#,
            r#"target.tags eq "y""#,
            r#"target.0.id eq "a""#,
            r#"target.1.id eq "b""#,
            r#"target.0.tags.1.0 eq "y""#,
            r#"target.tags.0 eq "x""#,
            "target pr",
            r#"not (target.id eq "c")"#,
        ],
        &[
            r#"target.id eq "c""#,
            r#"target.1.id eq "a""#,
            r#"target.2.id ne "a""#,
            "target.3 pr",
            "target.1.tags pr",
            "target.99999999999999999999999999 pr",
            r#"not (target.id ne "a")"#,
        ],
    );
    // On an object a segment of digits is a name.
    check(&json!({"a": {"0": "x"}}), &[r#"a.0 eq "x""#], &[]);
}

#[test]
fn dates_compare_chronologically() {
    let event = json!({"published": "2017-10-01T00:00:00.000Z", "day": "2017-10-01"});
    check(
        &event,
        &[
            r#"published eq "2017-10-01T00:00:00Z""#,
            r#"published eq "2017-09-30T17:00:00-07:00""#,
            r#"published le "2017-10-01T00:00:00Z""#,
            r#"published ge "2017-10-01T02:00:00+02:00""#,
            r#"published lt "2017-10-01T00:00:00.0001Z""#,
            r#"published gt "2017-10-01T00:30:00+01:00""#,
            r#"published sw "2017-10-01""#,
            // One side only is a date: text.
            r#"published gt "2017-10-01""#,
            r#"published ne "2017-10-01""#,
            r#"day eq "2017-10-01""#,
        ],
        &[
            r#"published ne "2017-10-01T00:00:00Z""#,
            r#"published gt "2017-10-01T00:00:00Z""#,
            r#"published sw "2017-10-01T00:00:00Z""#,
            r#"day eq "2017-10-01T00:00:00Z""#,
        ],
    );
}

#[test]
fn numbers_and_booleans() {
    let event = json!({
        "n": 1, "f": 0.1, "big": 9_007_199_254_740_993_u64, "neg": -2.5e3, "t": true, "s": "1", "st": "true",
    });
    check(
        &event,
        &[
            "n eq 1.0",
            "n eq 10e-1",
            "n lt 1e999999999999",
            "n gt -1e999999999999",
            "n gt 1e-999999999999",
            "f eq 0.1",
            "f eq 1e-1",
            "big gt 9007199254740992",
            "big eq 9007199254740993",
            "neg eq -2500",
            "neg lt 0",
            "t eq true",
            "t ne false",
            r#"n ne "1""#,
            r#"t ne "true""#,
            "s ne 1",
            "st ne true",
            "t ne 1",
        ],
        &[
            "n ne 1.0",
            r#"n eq "1""#,
            r#"t eq "true""#,
            "s eq 1",
            "st eq true",
            "t ge true",
            "t gt false",
            r#"n co "1""#,
            r#"n lt "2""#,
            "s lt 2",
            "big eq 9007199254740992",
        ],
    );
}

#[test]
fn logic() {
    let event = json!({"a": "x"});
    let (t, f) = ("a pr", "b pr");
    check(
        &event,
        &[
            &format!("{t} or {f}"),
            &format!("{t} and not ({f})"),
            &format!("{t} or {f} and {f}"),
            &format!("not ({t} and {f})"),
        ],
        &[
            &format!("{t} and {f}"),
            &format!("({t} or {f}) and {f}"),
            &format!("not ({t} or {f})"),
        ],
    );
}

#[test]
fn placeholders_leave_it_undetermined() {
    let event = json!({"a": "x"});
    for (text, expected) in [
        ("a eq {v}", None),
        ("not (a eq {v})", None),
        ("{whole}", None),
        ("{attribute} eq \"x\"", None),
        ("debugData.{name} pr", None),
        // What decides without it.
        ("a eq {v} or a pr", Some(true)),
        ("{whole} and b pr", Some(false)),
        ("b eq {v}", Some(false)),
        ("b ne {v}", Some(false)),
        // Within quotes it is text.
        ("a eq \"{v}\"", Some(false)),
    ] {
        assert_eq!(matches(text, &event), expected, "{text}");
    }
}

#[test]
fn equality_of_scalars_is_transitive_where_order_is_not() {
    let values = [
        "2020-01-01T00:00:00Z",
        "2020-01-01T01:00:00+01:00",
        "2020-01-01T00:30:00",
        "x",
    ];
    for a in values {
        for b in values {
            for c in values {
                let [a, b, c] = [a, b, c].map(Scalar::String);
                if Operator::Eq.meets(&a, &b) && Operator::Eq.meets(&b, &c) {
                    assert!(Operator::Eq.meets(&a, &c));
                }
            }
        }
    }
}

#[test]
fn a_deep_event_is_no_danger() {
    let mut event = json!("x");
    for _ in 0..100_000 {
        event = Json::Array(vec![event]);
    }
    assert_eq!(matches("a eq \"x\"", &event), Some(false));
    // serde_json drops by recursion; that is not what is tested here.
    std::mem::forget(event);
}
