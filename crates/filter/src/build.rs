//! Building and rewriting expressions.

use std::collections::HashSet;
use std::convert::Infallible;

use crate::span::Span;
use crate::tree::{Comparison, Expr, ExprKind, Terms};

/// What joins terms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    And,
    Or,
}

impl Expr {
    /// All of `terms`: an `and` inside an `and` is dissolved, a term that
    /// occurs before is left out, and a single term stays as it is.
    /// None where there are no terms.
    #[must_use]
    pub fn and(terms: impl IntoIterator<Item = Self>) -> Option<Self> {
        join(Join::And, without_repeats(flatten(Join::And, terms)))
    }

    /// Any of `terms`, in the manner of [`Expr::and`].
    #[must_use]
    pub fn or(terms: impl IntoIterator<Item = Self>) -> Option<Self> {
        join(Join::Or, without_repeats(flatten(Join::Or, terms)))
    }

    /// The complement; the complement of a complement is the thing itself.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "named like its siblings `and` and `or`"
    )]
    pub fn not(inner: Self) -> Self {
        match inner.kind {
            ExprKind::Not(inner) => *inner,
            _ => Self::new(ExprKind::Not(Box::new(inner))),
        }
    }

    /// Replaces every comparison by what `change` makes of it.
    ///
    /// Where the result joins an `and` to an `and`, or an `or` to an `or`, they
    /// become one. Spans outside what was changed are kept.
    #[must_use]
    pub fn map_comparisons(self, mut change: impl FnMut(Comparison) -> Self) -> Self {
        match self.map(&mut |comparison| Ok::<_, Infallible>(change(comparison))) {
            Ok(expr) => expr,
            Err(never) => match never {},
        }
    }

    /// Replaces every comparison by what `change` makes of it, up to the first
    /// that it refuses.
    ///
    /// # Errors
    /// The error that `change` gave.
    pub fn try_map_comparisons<E>(
        self,
        mut change: impl FnMut(Comparison) -> Result<Self, E>,
    ) -> Result<Self, E> {
        self.map(&mut change)
    }

    /// The same condition without repeated terms and double negations. The
    /// order of the terms is kept.
    #[must_use]
    pub fn simplify(self) -> Self {
        let span = self.span;
        let parens = self.parens;
        let (join, terms) = match self.kind {
            ExprKind::Not(inner) => return Self::not(inner.simplify()),
            ExprKind::And(terms) => (Join::And, terms),
            ExprKind::Or(terms) => (Join::Or, terms),
            kind => return Self { kind, span, parens },
        };
        let mut simple = Vec::with_capacity(terms.len());
        for term in terms {
            simple.push(term.simplify());
        }
        joined(join, without_repeats(flatten(join, simple)), span, parens)
    }

    fn map<E>(self, change: &mut impl FnMut(Comparison) -> Result<Self, E>) -> Result<Self, E> {
        let Self { kind, span, parens } = self;
        let (join, terms) = match kind {
            ExprKind::Comparison(comparison) => return change(comparison),
            ExprKind::Not(inner) => {
                let kind = ExprKind::Not(Box::new(inner.map(change)?));
                return Ok(Self { kind, span, parens });
            }
            leaf @ ExprKind::Placeholder(_) => {
                return Ok(Self {
                    kind: leaf,
                    span,
                    parens,
                });
            }
            ExprKind::And(terms) => (Join::And, terms),
            ExprKind::Or(terms) => (Join::Or, terms),
        };
        // A plain loop: a chain of adapters would cost several times the stack.
        let mut changed = Vec::with_capacity(terms.len());
        for term in terms {
            changed.push(term.map(change)?);
        }
        Ok(joined(join, flatten(join, changed), span, parens))
    }
}

/// Joins terms as they are; none where there are none.
pub(crate) fn join(join: Join, terms: Vec<Expr>) -> Option<Expr> {
    let span = terms.first()?.outer_span().to(terms.last()?.outer_span());
    Some(joined(join, terms, span, None))
}

/// Joins terms, dissolving those that are joined the same way; a single one
/// keeps its parentheses.
pub(crate) fn join_flat(how: Join, terms: Vec<Expr>) -> Option<Expr> {
    let terms = if terms.len() > 1 {
        flatten(how, terms)
    } else {
        terms
    };
    join(how, terms)
}

/// Dissolves terms that are joined the same way.
fn flatten(join: Join, terms: impl IntoIterator<Item = Expr>) -> Vec<Expr> {
    let mut flat = Vec::new();
    for term in terms {
        match (join, term) {
            (
                Join::And,
                Expr {
                    kind: ExprKind::And(inner),
                    ..
                },
            )
            | (
                Join::Or,
                Expr {
                    kind: ExprKind::Or(inner),
                    ..
                },
            ) => flat.extend(inner),
            (_, term) => flat.push(term),
        }
    }
    flat
}

/// Terms joined in one place, or the only term in its own. Never called with
/// none.
fn joined(join: Join, mut terms: Vec<Expr>, span: Span, parens: Option<Span>) -> Expr {
    if terms.len() == 1
        && let Some(only) = terms.pop()
    {
        return only;
    }
    let terms = Terms::from_vec(terms);
    let kind = match join {
        Join::And => ExprKind::And(terms),
        Join::Or => ExprKind::Or(terms),
    };
    Expr { kind, span, parens }
}

fn without_repeats(terms: Vec<Expr>) -> Vec<Expr> {
    let mut seen = HashSet::new();
    let keep: Vec<bool> = terms.iter().map(|term| seen.insert(term)).collect();
    terms
        .into_iter()
        .zip(keep)
        .filter_map(|(term, keep)| keep.then_some(term))
        .collect()
}
