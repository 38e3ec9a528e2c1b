//! What a legacy filter's attributes are called in a LogEvent.

use events2logs_filter::{AttributePath, Comparison, Expr, Operator, Scalar, Test};

use crate::tables::LegacyAttribute;

/// A comparison on a legacy attribute other than a type, on the attribute that took its place.
///
/// Two values change on the way: an actor without an id becomes `unknown`, and a User whose id
/// is a system principal's becomes a SystemPrincipal. Where the comparison would tell the old
/// value from the new one, it is spelled out.
pub(super) fn translate(
    comparison: &Comparison,
    attribute: &LegacyAttribute,
    to: &AttributePath,
) -> Expr {
    let renamed = Comparison {
        path: to.clone(),
        ..comparison.clone()
    };
    let changed = match attribute.legacy_path.rsplit_once('.') {
        Some(("actor" | "actors", "id")) if to.as_str() == "actor.id" => Some(("", "unknown")),
        Some(("actor", "objectType")) => Some(("User", "SystemPrincipal")),
        _ => None,
    };
    let Some((old, new)) = changed else {
        return renamed.into();
    };
    let is_new: Expr = Comparison::new(to.clone(), Operator::Eq, new).into();
    let plain: Expr = renamed.into();
    let spelled_out = match (meets(comparison, old), meets(comparison, new)) {
        (Some(true), Some(false)) => Expr::or([plain.clone(), is_new]),
        (Some(false), Some(true)) => Expr::and([plain.clone(), Expr::not(is_new)]),
        _ => None,
    };
    spelled_out.unwrap_or(plain)
}

/// Whether a value meets the comparison; `None` where a placeholder decides.
fn meets(comparison: &Comparison, value: &str) -> Option<bool> {
    match &comparison.test {
        Test::Present => Some(!value.is_empty()),
        Test::Value(operator, literal) => {
            let literal = literal.scalar()?;
            Some(operator.meets(&Scalar::String(value), &literal))
        }
    }
}
