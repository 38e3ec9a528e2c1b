//! What must hold for every filter, and for every text.

#![allow(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "tests state what must hold"
)]

mod naive;

use events2logs_filter::{
    AttributePath, Comparison, Expr, ExprKind, Number, Operator, Placeholder, Value, parse,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// Paths that events of [`event`] often have.
fn path() -> impl Strategy<Value = AttributePath> {
    let segment = prop_oneof![4 => "[abc]", 1 => "[01]", 1 => "[A-Za-z_$][A-Za-z0-9_$:-]{0,6}"];
    let first =
        prop_oneof![6 => "[abc]", 1 => "[A-Za-z_][A-Za-z0-9_:-]{0,6}", 1 => Just("{x}".to_owned())];
    (first, prop::collection::vec(segment, 0..3)).prop_filter_map(
        "a reserved word",
        |(first, rest)| {
            let text = rest
                .iter()
                .fold(first, |path, segment| path + "." + segment);
            AttributePath::parse(&text).ok()
        },
    )
}

/// Strings that meet each other often, dates among them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "", "x", "X", "xy", "yx", "true", "1", "ä", "😀",
            "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00.5Z",
            "2020-01-01", "2020-01-01T00:00:00",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let numbers = [
        "0", "1", "1.0", "-0", "-2", "10e-1", "1.5", "2E+0", "-1.5e0",
    ];
    let placeholders = [
        "{x}", "${a.b}", "$x", "<x>", "%s", "{{ x }}", "%(x)s", "{a}-{b}", "$(x y)",
    ];
    prop_oneof![
        8 => text().prop_map(Value::from),
        3 => prop::sample::select(numbers.to_vec())
            .prop_map(|text| Value::Number(Number::new(text).expect("a number"))),
        2 => any::<bool>().prop_map(Value::from),
        1 => prop::sample::select(placeholders.to_vec())
            .prop_map(|text| Value::Placeholder(Placeholder::new(text).expect("a placeholder"))),
    ]
}

fn leaf() -> impl Strategy<Value = Expr> {
    let comparison = (
        path(),
        prop::sample::select(Operator::ALL.to_vec()),
        value(),
    )
        .prop_map(|(path, operator, value)| Expr::from(Comparison::new(path, operator, value)));
    let placeholder = Placeholder::new("{more}").expect("a placeholder");
    prop_oneof![
        12 => comparison,
        3 => path().prop_map(|path| Expr::from(Comparison::present(path))),
        1 => Just(Expr::new(ExprKind::Placeholder(placeholder))),
    ]
}

/// Trees as the parser makes them: repeated terms and double negations too.
fn expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(5, 24, 4, |inner| {
        let terms = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|inner| Expr::new(ExprKind::Not(Box::new(inner)))),
            (terms.clone()).prop_map(|terms| Expr::and(terms).expect("at least two")),
            terms.prop_map(|terms| Expr::or(terms).expect("at least two")),
        ]
    })
}

fn event() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        6 => text().prop_map(Json::from),
        2 => prop::sample::select(vec![json!(0), json!(1), json!(1.0), json!(-2), json!(1.5), json!(2)]),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ];
    let inner = leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            object(inner),
        ]
    });
    object(inner)
}

fn object(value: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    prop::collection::vec(("[abc01]", value), 0..4).prop_map(|members| {
        members
            .into_iter()
            .collect::<serde_json::Map<_, _>>()
            .into()
    })
}

/// One comparison and an event that has values for its attribute.
fn close_call() -> impl Strategy<Value = (Expr, Json)> {
    let path = prop::sample::select(vec!["a", "a.b", "a.0", "a.1", "a.b.0", "a.1.b"])
        .prop_map(|text| AttributePath::parse(text).expect("a path"));
    let comparison = (
        path.clone(),
        prop::sample::select(Operator::ALL.to_vec()),
        value(),
    );
    let expr = prop_oneof![
        9 => comparison.prop_map(|(path, operator, value)| Expr::from(Comparison::new(path, operator, value))),
        1 => path.prop_map(|path| Expr::from(Comparison::present(path))),
    ];
    let leaf = prop_oneof![
        6 => text().prop_map(Json::from),
        3 => prop::sample::select(vec![json!(0), json!(1), json!(-2), json!(1.5), json!(2), json!(true)]),
        1 => prop::sample::select(vec![json!(null), json!({}), json!([]), json!("")]),
    ];
    let few = prop::collection::vec(leaf.clone(), 0..3).prop_map(Json::from);
    let inner = prop_oneof![2 => leaf, 1 => few];
    let object = inner.clone().prop_map(|value| json!({ "b": value }));
    let objects = prop::collection::vec(object.clone(), 0..3).prop_map(Json::from);
    let event =
        prop_oneof![3 => inner, 1 => object, 1 => objects].prop_map(|value| json!({ "a": value }));
    (expr, event)
}

/// A filter's text with some of it replaced, doubled or left out.
fn mutated() -> impl Strategy<Value = String> {
    let scraps = vec![
        "",
        " ",
        "(",
        ")",
        "\"",
        "'",
        "“",
        "\\",
        "[",
        "]",
        "{",
        "}",
        "$",
        "%s",
        "<",
        "=",
        "&&",
        "!",
        ",",
        "and",
        " or ",
        "not ",
        "not (",
        " in ",
        " eq ",
        "pr",
        "null",
        "true",
        "1",
        ".",
        "%20",
        "+eq+",
        "\t",
        "\0",
        "ä",
        "é",
        "&since=",
        "://",
        "\"\"x\"\"",
        ".?[",
    ];
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            0_usize..4,
            prop::sample::select(scraps),
        ),
        1..6,
    );
    (expr(), edits).prop_map(|(expr, edits)| {
        let mut chars: Vec<char> = expr.to_string().chars().collect();
        for (at, removed, scrap) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, scrap.chars());
        }
        chars.into_iter().collect()
    })
}

/// What must hold of any text at all.
fn check_text(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(filter) => {
            let printed = filter.to_string();
            let again =
                parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
            prop_assert_eq!(&again, &filter);
            prop_assert_eq!(again.to_string(), printed);
            for expr in filter.expr.walk() {
                prop_assert!(
                    text.get(expr.outer_span().start..expr.outer_span().end)
                        .is_some()
                );
            }
        }
        Err(errors) => {
            prop_assert!(!errors.errors().is_empty());
            for error in errors.errors() {
                prop_assert!(text.get(error.span.start..error.span.end).is_some());
                prop_assert!(!error.message().chars().any(char::is_control));
                if let Some(fix) = &error.fix {
                    prop_assert!(text.get(fix.span.start..fix.span.end).is_some());
                }
            }
            if let Some(partial) = errors.partial() {
                let printed = partial.to_string();
                prop_assert!(parse(&printed).is_ok(), "{}", printed);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_and_parsing_gives_the_same_tree(expr in expr()) {
        let printed = expr.to_string();
        let parsed = parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
        prop_assert_eq!(&parsed.expr, &expr);
        prop_assert_eq!(parsed.to_string(), printed);
        prop_assert!(parsed.unusual_whitespace.is_empty());
    }

    #[test]
    fn spans_give_back_each_part(expr in expr()) {
        let printed = expr.to_string();
        let parsed = parse(&printed).expect("it was printed").expr;
        for part in parsed.walk() {
            let again = parse(part.span.text(&printed)).expect("a part by itself");
            prop_assert_eq!(&again.expr, part);
        }
    }

    #[test]
    fn evaluation_agrees_with_the_naive_one(expr in expr(), event in event()) {
        prop_assert_eq!(expr.matches(&event), naive::matches(&expr, &event), "{} over {}", expr, event);
    }

    #[test]
    fn evaluation_agrees_where_there_are_values(cases in prop::collection::vec(close_call(), 20)) {
        for (expr, event) in cases {
            prop_assert_eq!(expr.matches(&event), naive::matches(&expr, &event), "{} over {}", expr, event);
        }
    }

    #[test]
    fn simplifying_keeps_the_meaning(expr in expr(), event in event()) {
        let simple = expr.clone().simplify();
        prop_assert_eq!(simple.matches(&event), expr.matches(&event));
        prop_assert_eq!(simple.clone().simplify(), simple);
    }

    #[test]
    fn mapping_to_itself_changes_nothing(expr in expr()) {
        prop_assert_eq!(expr.clone().map_comparisons(Expr::from), expr);
    }

    #[test]
    fn mutated_filters(text in mutated()) {
        check_text(&text)?;
    }

    #[test]
    fn any_text(text in any::<String>()) {
        check_text(&text)?;
    }

    #[test]
    fn any_words(words in prop::collection::vec(prop::sample::select(vec![
        "a", "b.c", "eq", "ne", "pr", "in", "and", "or", "not", "(", ")", "\"x\"", "'x'", "x\"", "\"x", "1", "true",
        "null", "{x}", "$x", "[", "]", ",", "==", "&&", "!", "“x”", "contains", "&since=1", "a[b eq \"c\"].d",
    ]), 0..12), separator in "[ \t]?") {
        check_text(&words.join(&separator))?;
    }

    #[test]
    fn any_path(text in "[a-c0-9.$:_{}@-]{0,8}") {
        if let Ok(path) = AttributePath::parse(&text) {
            let filter = parse(&format!("{path} pr")).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(filter.expr, Expr::from(Comparison::present(path)));
        }
    }

    #[test]
    fn any_placeholder(text in "[{}$%<>()sx .a\"]{0,10}") {
        if let Some(placeholder) = Placeholder::new(&text) {
            let path = AttributePath::parse("a").expect("a path");
            let expr = Expr::from(Comparison::new(path, Operator::Eq, Value::Placeholder(placeholder)));
            let printed = expr.to_string();
            let filter = parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
            prop_assert_eq!(filter.expr, expr);
        }
    }
}
