//! What parses, to which tree, and how it is printed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "tests state what must hold"
)]

use events2logs_filter::{
    AttributePath, Comparison, Expr, ExprKind, Filter, Operator, Placeholder, Span, Test, Value,
    contains_placeholder, parse,
};

fn filter(text: &str) -> Filter {
    parse(text).unwrap_or_else(|errors| panic!("{text}: {errors}"))
}

fn comparison(text: &str) -> Comparison {
    match filter(text).expr.kind {
        ExprKind::Comparison(comparison) => comparison,
        other => panic!("{text}: {other:?}"),
    }
}

/// The tree with every group in brackets.
fn shape(expr: &Expr) -> String {
    let join = |terms: &[Expr], word: &str| {
        let terms: Vec<String> = terms.iter().map(shape).collect();
        format!("[{}]", terms.join(word))
    };
    match &expr.kind {
        ExprKind::Comparison(comparison) => comparison.path.to_string(),
        ExprKind::Placeholder(placeholder) => placeholder.to_string(),
        ExprKind::Not(inner) => format!("not {}", shape(inner)),
        ExprKind::And(terms) => join(terms, " and "),
        ExprKind::Or(terms) => join(terms, " or "),
    }
}

#[test]
fn canonical_form() {
    for (text, canonical) in [
        (r#"eventType eq "x""#, r#"eventType eq "x""#),
        (r#"  eventType   EQ"x"  "#, r#"eventType eq "x""#),
        (r#"((eventType eq "x"))"#, r#"eventType eq "x""#),
        ("a PR AND b Pr oR c pr", "a pr and b pr or c pr"),
        ("a pr and (b pr or c pr)", "a pr and (b pr or c pr)"),
        ("(a pr and b pr) or c pr", "a pr and b pr or c pr"),
        ("a pr and (b pr and c pr)", "a pr and b pr and c pr"),
        ("not(a pr)", "not (a pr)"),
        ("NOT ((a pr or b pr))", "not (a pr or b pr)"),
        ("not (not (a pr))", "not (not (a pr))"),
        ("(not (a pr)) and b pr", "not (a pr) and b pr"),
        ("a.b-c_d.$ref pr", "a.b-c_d.$ref pr"),
        ("target.0.id pr", "target.0.id pr"),
        ("a gt -12.50e+3", "a gt -12.50e+3"),
        ("a eq true or a eq false", "a eq true or a eq false"),
        (
            r#"a eq "\u00e4\ud83d\ude00\/\"\\\n\u0001""#,
            r#"a eq "ä😀/\"\\\n\u0001""#,
        ),
        (r#"a eq "it’s “so”""#, r#"a eq "it’s “so”""#),
        (r#"a eq "" and b co "'""#, r#"a eq "" and b co "'""#),
        ("a eq {x} and b eq ${y}-z", "a eq {x} and b eq ${y}-z"),
        ("a pr and {{ extra }}", "a pr and {{ extra }}"),
        (
            "$a eq %s or debugData.{name} ne <x>",
            "$a eq %s or debugData.{name} ne <x>",
        ),
        (
            "a eq $($x.y) or a eq %(name)s",
            "a eq $($x.y) or a eq %(name)s",
        ),
    ] {
        let filter = filter(text);
        assert_eq!(filter.to_string(), canonical, "{text}");
        assert_eq!(parse(canonical), Ok(filter), "{text}");
    }
}

#[test]
fn and_binds_tighter_than_or() {
    for (text, expected) in [
        ("a pr or b pr and c pr", "[a or [b and c]]"),
        ("a pr and b pr or c pr and d pr", "[[a and b] or [c and d]]"),
        ("(a pr or b pr) and c pr", "[[a or b] and c]"),
        ("not (a pr) and b pr", "[not a and b]"),
        ("not (a pr and b pr) or c pr", "[not [a and b] or c]"),
        ("a pr or (b pr or c pr and d pr)", "[a or b or [c and d]]"),
        (
            "(a pr and b pr) and (c pr and d pr)",
            "[a and b and c and d]",
        ),
    ] {
        assert_eq!(shape(&filter(text).expr), expected, "{text}");
    }
}

#[test]
fn spans() {
    let text = r#"(a eq "ä")  or not (b.c pr)"#;
    let expr = filter(text).expr;
    assert_eq!(expr.span.text(text), text);
    let [first, second] = expr.children() else {
        panic!("two terms")
    };
    assert_eq!(first.span.text(text), r#"a eq "ä""#);
    assert_eq!(
        first.parens.map(|span| span.text(text)),
        Some(r#"(a eq "ä")"#)
    );
    assert_eq!(second.span.text(text), "not (b.c pr)");
    assert_eq!(second.parens, None);
    assert_eq!(second.children()[0].outer_span().text(text), "(b.c pr)");

    let comparisons: Vec<&Comparison> = expr.comparisons().collect();
    assert_eq!(comparisons[0].spans.path.text(text), "a");
    assert_eq!(comparisons[0].spans.operator.text(text), "eq");
    assert_eq!(comparisons[0].spans.value.text(text), "\"ä\"");
    assert_eq!(comparisons[1].span().text(text), "b.c pr");
    assert!(comparisons[1].spans.value.is_empty());
}

#[test]
fn spans_and_parentheses_do_not_count_for_equality() {
    assert_eq!(filter("a pr and b pr"), filter("( a  PR\tAND (b pr) )"));
    assert_ne!(filter("a pr"), filter("A pr"));
    assert_ne!(filter("a eq 1"), filter("a eq 1.0"));
}

#[test]
fn values() {
    assert_eq!(comparison("a pr").test, Test::Present);
    assert_eq!(comparison("a pr").test.word(), "pr");
    assert_eq!(
        comparison("a co \"x\"").test,
        Test::Value(Operator::Co, "x".into())
    );
    assert_eq!(comparison("a eq 5").value(), Some(&Value::from(5_i64)));
    assert_eq!(comparison("a eq true").value(), Some(&Value::Boolean(true)));
    assert_eq!(
        comparison("a eq ${x}").value(),
        Some(&Value::Placeholder(
            Placeholder::new("${x}").expect("a placeholder")
        )),
    );
}

#[test]
fn operators_in_any_case() {
    for operator in Operator::ALL {
        let word = operator.as_str();
        let mixed: String = word
            .char_indices()
            .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })
            .collect();
        for spelling in [word.to_owned(), word.to_uppercase(), mixed] {
            let found = comparison(&format!("a {spelling} \"x\"")).test;
            assert_eq!(found, Test::Value(operator, "x".into()));
            assert_eq!(found.word(), word);
        }
    }
}

#[test]
fn unusual_whitespace_is_noted() {
    let text = "a pr\tand\u{a0}b pr\r\nor c eq \"x\ty\"".replace("x\ty", "x y");
    let found: Vec<&str> = filter(&text)
        .unusual_whitespace
        .iter()
        .map(|span| span.text(&text))
        .collect();
    assert_eq!(found, ["\t", "\u{a0}", "\r", "\n"]);
    assert_eq!(filter(" a  pr ").unusual_whitespace, Vec::<Span>::new());
}

#[test]
fn mixed_and_or_without_parentheses() {
    let mixed = |text: &str| -> Vec<String> {
        let filter = filter(text);
        let found = filter.expr.unparenthesized_ands();
        found.map(|expr| expr.span.text(text).to_owned()).collect()
    };
    assert_eq!(mixed("a pr or b pr and c pr"), ["b pr and c pr"]);
    assert_eq!(
        mixed("a pr and b pr or (c pr and d pr or e pr)"),
        ["a pr and b pr", "c pr and d pr"],
    );
    assert!(mixed("a pr or (b pr and c pr)").is_empty());
    assert!(mixed("(a pr or b pr) and c pr").is_empty());
    assert_eq!(
        mixed("x pr and not (a pr or b pr and c pr)"),
        ["b pr and c pr"]
    );
}

#[test]
fn placeholders() {
    for (text, found) in [
        ("a eq \"x\"", false),
        ("a eq {x}", true),
        ("a eq \"{x}\"", true),
        ("a eq \":id\"", true),
        ("{a} eq \"x\"", true),
        ("a pr and not ({more})", true),
        ("a eq 5", false),
    ] {
        assert_eq!(filter(text).expr.has_placeholder(), found, "{text}");
    }
    assert!(contains_placeholder("' + $until + '"));
}

#[test]
fn array_indexes() {
    let path = comparison("target.0.displayName eq \"x\"").path;
    assert!(path.has_index());
    assert!(
        !AttributePath::parse("target.id")
            .expect("a path")
            .has_index()
    );
}

#[test]
fn an_apostrophe_opens_nothing() {
    let errors = parse("actor.displayName eq O'Brien").expect_err("no quotes");
    assert_eq!(
        errors.partial().map(ToString::to_string).as_deref(),
        Some("actor.displayName eq \"O'Brien\""),
    );
}
