//! Building and rewriting expressions.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "tests state what must hold"
)]

use events2logs_filter::{AttributePath, Comparison, Expr, Operator, parse};

fn expr(text: &str) -> Expr {
    parse(text)
        .unwrap_or_else(|errors| panic!("{text}: {errors}"))
        .expr
}

fn path(text: &str) -> AttributePath {
    AttributePath::parse(text).expect(text)
}

#[test]
fn joining() {
    let and = Expr::and([
        expr("a pr and b pr"),
        expr("c pr"),
        expr("a pr"),
        expr("d pr or e pr"),
    ]);
    assert_eq!(and, Some(expr("a pr and b pr and c pr and (d pr or e pr)")));
    let or = Expr::or([expr("a pr or b pr"), expr("b pr"), expr("c pr and d pr")]);
    assert_eq!(or, Some(expr("a pr or b pr or c pr and d pr")));
    assert_eq!(Expr::and([]), None);
    assert_eq!(Expr::or([expr("a pr"), expr("a pr")]), Some(expr("a pr")));
}

#[test]
fn negating() {
    let expr = expr("a pr or b pr");
    let negated = Expr::not(expr.clone());
    assert_eq!(negated.to_string(), "not (a pr or b pr)");
    assert_eq!(Expr::not(negated), expr);
}

#[test]
fn building_comparisons() {
    let built = Expr::and([
        Expr::from(Comparison::new(path("a.b"), Operator::Eq, "say \"x\"")),
        Expr::from(Comparison::new(path("c"), Operator::Gt, 5)),
        Expr::from(Comparison::new(path("d"), Operator::Ne, false)),
        Expr::from(Comparison::present(path("e"))),
    ]);
    let text = r#"a.b eq "say \"x\"" and c gt 5 and d ne false and e pr"#;
    assert_eq!(built, Some(expr(text)));
}

#[test]
fn mapping_comparisons() {
    let rename = |comparison: Comparison| {
        if comparison.path.as_str() == "b" {
            expr("x pr and y pr")
        } else {
            Expr::from(comparison)
        }
    };
    for (before, after) in [
        ("a pr and b pr", "a pr and x pr and y pr"),
        ("a pr or b pr", "a pr or x pr and y pr"),
        ("not (b pr)", "not (x pr and y pr)"),
        ("{more} or c pr", "{more} or c pr"),
    ] {
        assert_eq!(expr(before).map_comparisons(rename), expr(after));
    }
    let refused = expr("a pr and (b pr or c pr)").try_map_comparisons(|comparison| {
        if comparison.path.as_str() == "c" {
            Err(comparison.span().start)
        } else {
            Ok(Expr::from(comparison))
        }
    });
    assert_eq!(refused, Err(18));
}

#[test]
fn simplifying() {
    for (before, after) in [
        ("a pr and a pr", "a pr"),
        ("a pr or (b pr and b pr) or b pr", "a pr or b pr"),
        ("not (not (a pr and (b pr or b pr)))", "a pr and b pr"),
        (
            "a pr and (not (not (b pr and c pr)))",
            "a pr and b pr and c pr",
        ),
        ("a pr or b pr and c pr", "a pr or b pr and c pr"),
    ] {
        assert_eq!(expr(before).simplify(), expr(after), "{before}");
    }
}

#[test]
fn walking() {
    let expr = expr("a pr and not (b pr or {c}) and d eq 1");
    let paths: Vec<&str> = expr.comparisons().map(|c| c.path.as_str()).collect();
    assert_eq!(paths, ["a", "b", "d"]);
    assert_eq!(expr.walk().count(), 7);
}
