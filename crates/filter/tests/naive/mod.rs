//! A second evaluator, written for plainness: truth as a number (0, 1, and ½
//! for undetermined), values collected by recursion, dates by jiff, numbers as
//! doubles. Good for the small values that the tests make.

use events2logs_filter::{Expr, ExprKind, Operator, Test, Value};
use serde_json::Value as Json;

pub(crate) fn matches(expr: &Expr, event: &Json) -> Option<bool> {
    match truth(expr, event) {
        0 => Some(false),
        2 => Some(true),
        _ => None,
    }
}

/// Twice the truth: 0, 1 or 2.
fn truth(expr: &Expr, event: &Json) -> u8 {
    match &expr.kind {
        ExprKind::Placeholder(_) => 1,
        ExprKind::Not(inner) => 2 - truth(inner, event),
        ExprKind::And(terms) => terms
            .iter()
            .map(|t| truth(t, event))
            .min()
            .expect("two terms"),
        ExprKind::Or(terms) => terms
            .iter()
            .map(|t| truth(t, event))
            .max()
            .expect("two terms"),
        ExprKind::Comparison(comparison) => {
            if comparison.path.as_str().contains('{') || comparison.path.as_str().starts_with('$') {
                return 1;
            }
            let segments: Vec<&str> = comparison.path.as_str().split('.').collect();
            let values = collect(event, &segments);
            match &comparison.test {
                Test::Present => 2 * u8::from(values.iter().any(present)),
                Test::Value(operator, value) => values
                    .iter()
                    .map(|found| met(*operator, found, value))
                    .max()
                    .unwrap_or(0),
            }
        }
    }
}

fn collect(value: &Json, segments: &[&str]) -> Vec<Json> {
    match (value, segments) {
        (Json::Array(list), [first, rest @ ..]) if first.bytes().all(|b| b.is_ascii_digit()) => {
            match first.parse().ok().and_then(|at: usize| list.get(at)) {
                Some(element) => collect(element, rest),
                None => vec![],
            }
        }
        (Json::Array(list), _) => list.iter().flat_map(|e| collect(e, segments)).collect(),
        (value, []) => vec![value.clone()],
        (value, [first, rest @ ..]) => match value.get(first) {
            Some(member) => collect(member, rest),
            None => vec![],
        },
    }
}

fn present(value: &Json) -> bool {
    *value != Json::Null && *value != serde_json::json!("") && *value != serde_json::json!({})
}

fn met(operator: Operator, found: &Json, value: &Value) -> u8 {
    if matches!(found, Json::Null | Json::Object(_)) {
        return 0;
    }
    let met = match (found, value) {
        (_, Value::Placeholder(_)) => return 1,
        (Json::String(a), Value::String(b)) => match (date(a), date(b)) {
            (Some(a), Some(b)) if !matches!(operator.as_str(), "co" | "sw" | "ew") => {
                ordered(operator, a, b)
            }
            _ => strings(operator, a, b),
        },
        (Json::Number(a), Value::Number(b)) => {
            let b: f64 = b.as_str().parse().expect("a number");
            ordered(operator, a.as_f64().expect("a number"), b)
        }
        (Json::Bool(a), Value::Boolean(b)) => match operator {
            Operator::Eq => a == b,
            Operator::Ne => a != b,
            _ => false,
        },
        _ => operator == Operator::Ne,
    };
    2 * u8::from(met)
}

fn date(text: &str) -> Option<jiff::Timestamp> {
    if matches!(text.get(10..11), Some("T" | "t")) {
        text.parse().ok()
    } else {
        None
    }
}

fn strings(operator: Operator, a: &str, b: &str) -> bool {
    match operator.as_str() {
        "co" => a.match_indices(b).next().is_some(),
        "sw" => a.strip_prefix(b).is_some(),
        "ew" => a.strip_suffix(b).is_some(),
        _ => ordered(operator, a.chars().collect::<Vec<_>>(), b.chars().collect()),
    }
}

fn ordered<T: PartialOrd>(operator: Operator, a: T, b: T) -> bool {
    match operator.as_str() {
        "eq" => a == b,
        "ne" => a != b,
        "gt" => a > b,
        "ge" => a >= b,
        "lt" => a < b,
        "le" => a <= b,
        _ => false,
    }
}
