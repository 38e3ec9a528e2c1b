//! What can never be met, or always is.
//!
//! Two simple shapes are told by their form, for the sake of what can be said of them; all others
//! are proved.

use events2logs_filter::decide::{Decider, Effort};
use events2logs_filter::{
    AttributePath, Comparison, Expr, ExprKind, Operator, Scalar, Span, Test, Value,
};

use hashbrown::HashMap;

use crate::tables::Tables;

/// What is known of a part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct Verdict {
    /// Which.
    pub(in crate::check) kind: Kind,
    /// The part.
    pub(in crate::check) span: Span,
    /// Why, in one line.
    pub(in crate::check) message: String,
    /// What to do, in one line.
    pub(in crate::check) help: String,
}

/// How a part of a filter is without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Kind {
    /// No event meets it.
    Never,
    /// Every event meets it.
    Always,
}

/// The parts of a filter that no event meets, or every event.
pub(in crate::check) fn logic(
    expr: &Expr,
    tables: &Tables,
    decider: &mut Decider<'_>,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    visit(expr, tables, &mut verdicts);
    prove(expr, decider, &mut verdicts);
    verdicts
}

/// The parts that are proved to be met never or always, and not told by their form.
fn prove(expr: &Expr, decider: &mut Decider<'_>, verdicts: &mut Vec<Verdict>) {
    /// One filter leaves something for the others.
    const EFFORT: Effort = Effort { steps: 1_000_000 };
    let Ok(parts) = decider.at_most(EFFORT, |it| it.constant_parts(expr)) else {
        return;
    };
    for part in parts {
        // A single comparison is for the rules about names and values.
        if part.expr.comparisons().count() < 2 {
            continue;
        }
        let (Some(first), Some(last)) = (part.spans.first(), part.spans.last()) else {
            continue;
        };
        let span = first.to(*last);
        let apart = |it: &Verdict| it.span.end <= span.start || span.end <= it.span.start;
        if !verdicts.iter().all(apart) {
            continue;
        }
        let (kind, message) = if part.always {
            (
                Kind::Always,
                format!("always true: every event meets `{}`", part.expr),
            )
        } else {
            (
                Kind::Never,
                format!("never true: no event meets `{}`", part.expr),
            )
        };
        verdicts.push(Verdict {
            kind,
            span,
            message,
            help: "take the part away, or write what it should ask for".to_owned(),
        });
    }
}

fn visit(expr: &Expr, tables: &Tables, verdicts: &mut Vec<Verdict>) {
    if let ExprKind::Not(inner) = &expr.kind
        && let Some((first, second)) = contradiction(inner, tables)
    {
        verdicts.push(Verdict {
            kind: Kind::Always,
            span: expr.outer_span(),
            message: format!("always true: `{first}` and `{second}` never hold together"),
            help: format!("for neither of the two write not ({first} or {second})"),
        });
        return;
    }
    if let Some((first, second)) = contradiction(expr, tables) {
        verdicts.push(Verdict {
            kind: Kind::Never,
            span: first.span().to(second.span()),
            message: format!("never true: an event has one {} only", first.path),
            help: format!("for either of the two write ({first} or {second})"),
        });
        return;
    }
    for child in expr.children() {
        visit(child, tables, verdicts);
    }
}

/// Two terms of an `and` that ask one attribute for two values.
fn contradiction<'e>(expr: &'e Expr, tables: &Tables) -> Option<(&'e Comparison, &'e Comparison)> {
    let ExprKind::And(terms) = &expr.kind else {
        return None;
    };
    // What is asked of an attribute first; the same value again changes nothing.
    let mut seen: HashMap<&AttributePath, (&Comparison, Scalar<'_>)> = HashMap::new();
    for term in terms {
        let ExprKind::Comparison(comparison) = &term.kind else {
            continue;
        };
        let Some(value) = equals(comparison, tables) else {
            continue;
        };
        match seen.get(&comparison.path) {
            Some((first, other)) if !Operator::Eq.meets(other, &value) => {
                return Some((first, comparison));
            }
            Some(_) => {}
            None => {
                seen.insert(&comparison.path, (comparison, value));
            }
        }
    }
    None
}

/// What a comparison asks an attribute of one value to equal.
fn equals<'e>(comparison: &'e Comparison, tables: &Tables) -> Option<Scalar<'e>> {
    let row = tables.filter_attributes.get(comparison.path.as_str())?;
    if row.multi_valued || comparison.has_placeholder() {
        return None;
    }
    match &comparison.test {
        Test::Value(
            Operator::Eq,
            value @ (Value::String(_) | Value::Number(_) | Value::Boolean(_)),
        ) => value.scalar(),
        _ => None,
    }
}
