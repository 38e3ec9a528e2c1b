//! Does an event meet a filter?

use serde_json::Value as Json;

use crate::path::{AttributePath, Segment};
use crate::tree::{Comparison, Expr, ExprKind, Filter, Test};
use crate::value::Scalar;

impl Filter {
    /// Whether `event` meets the filter; see [`Expr::matches`].
    #[must_use]
    pub fn matches(&self, event: &Json) -> Option<bool> {
        self.expr.matches(event)
    }
}

impl Expr {
    /// Whether `event` meets the expression; none where that depends on a
    /// placeholder.
    ///
    /// A quoted string is text, placeholders in it or not: ask
    /// [`has_placeholder`](Self::has_placeholder) first where that matters.
    /// The meaning of each comparison is set out in the
    /// [crate's documentation](crate).
    #[must_use]
    pub fn matches(&self, event: &Json) -> Option<bool> {
        match &self.kind {
            ExprKind::Comparison(comparison) => comparison.matches(event),
            ExprKind::Placeholder(_) => None,
            ExprKind::Not(inner) => inner.matches(event).map(|met| !met),
            ExprKind::And(terms) => decided(terms, event, false),
            ExprKind::Or(terms) => decided(terms, event, true),
        }
    }
}

impl Comparison {
    /// Whether some value of the attribute in `event` meets the comparison;
    /// none where that depends on a placeholder.
    #[must_use]
    pub fn matches(&self, event: &Json) -> Option<bool> {
        if self.path.has_placeholder() {
            return None;
        }
        let values = self.path.values(event);
        match &self.test {
            Test::Present => Some(values.into_iter().any(is_present)),
            Test::Value(operator, value) => {
                let mut scalars = values.into_iter().filter_map(Scalar::of);
                match value.scalar() {
                    Some(literal) => Some(scalars.any(|scalar| operator.meets(&scalar, &literal))),
                    // Without a value nothing is met, whatever is filled in.
                    None => scalars.next().is_none().then_some(false),
                }
            }
        }
    }
}

/// One term with the `deciding` truth decides; else an undetermined one leaves
/// the whole undetermined.
fn decided(terms: &[Expr], event: &Json, deciding: bool) -> Option<bool> {
    let mut undetermined = false;
    for term in terms {
        match term.matches(event) {
            Some(met) if met == deciding => return Some(deciding),
            Some(_) => {}
            None => undetermined = true,
        }
    }
    (!undetermined).then_some(!deciding)
}

/// `pr` of one value; arrays were taken apart on the way here.
pub(crate) fn is_present(value: &Json) -> bool {
    match value {
        Json::Null | Json::Array(_) => false,
        Json::String(text) => !text.is_empty(),
        Json::Object(members) => !members.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
    }
}

impl AttributePath {
    /// The values that the attribute has in `event`, in the order of the
    /// event: arrays on the way and at the end stand for their elements, at
    /// any level, unless the path picks one by its index.
    #[must_use]
    pub fn values<'a>(&self, event: &'a Json) -> Vec<&'a Json> {
        let segments: Vec<Segment<'_>> = self.segments().collect();
        let mut found = Vec::new();
        // A stack of our own: an event may nest as deep as it likes.
        let mut open = vec![(event, 0_usize)];
        while let Some((value, depth)) = open.pop() {
            let deeper = depth.saturating_add(1);
            match (value, segments.get(depth)) {
                (Json::Array(elements), Some(Segment::Index { index, .. })) => {
                    open.extend(elements.get(*index).map(|element| (element, deeper)));
                }
                (Json::Array(elements), _) => {
                    open.extend(elements.iter().rev().map(|element| (element, depth)));
                }
                (Json::Object(members), Some(segment)) => {
                    open.extend(members.get(segment.as_str()).map(|member| (member, deeper)));
                }
                (value, None) => found.push(value),
                (_, Some(_)) => {}
            }
        }
        found
    }
}
