//! Filters that are always or never met, and the part that makes them so.

use crate::span::Span;
use crate::tree::{Expr, ExprKind, Terms};

use super::effort::{Budget, Undecided};
use super::question::{Question, Size};
use super::schema::Schema;

/// Whether what a filter says depends on the event at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constancy {
    /// No event meets it, because of this part.
    Never(Part),
    /// Every event meets it, because of this part.
    Always(Part),
    /// Some events meet it and others do not.
    Varies,
    /// No answer.
    Undecided(Undecided),
}

/// A part of a filter that is always or never met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part: of terms joined by `and` or `or` only those that it takes.
    pub expr: Expr,
    /// Where those terms stand, parentheses included; one place unless they
    /// are some of the terms of a longer `and` or `or`.
    pub spans: Vec<Span>,
    /// Whether every event meets the part; else none does.
    pub always: bool,
}

/// What decides a part, in one schema.
pub(super) struct Prover<'a> {
    pub(super) schema: &'a Schema,
    pub(super) budget: &'a mut Budget,
}

impl Prover<'_> {
    pub(super) fn constancy(&mut self, expr: &Expr) -> Result<Constancy, Undecided> {
        Ok(if self.is(&[expr], false)? {
            Constancy::Never(self.cause(expr, false))
        } else if self.is(&[expr], true)? {
            Constancy::Always(self.cause(expr, true))
        } else {
            Constancy::Varies
        })
    }

    /// The outermost parts that are always or never met.
    pub(super) fn parts(&mut self, expr: &Expr) -> Result<Vec<Part>, Undecided> {
        match self.constancy(expr)? {
            Constancy::Never(part) | Constancy::Always(part) => return Ok(vec![part]),
            Constancy::Undecided(reason) => return Err(reason),
            Constancy::Varies => {}
        }
        let mut all = Vec::new();
        for child in expr.children() {
            all.extend(self.parts(child)?);
        }
        Ok(all)
    }

    /// Whether some of `exprs` is always met, or all of them together never.
    fn is(&mut self, exprs: &[&Expr], always: bool) -> Result<bool, Undecided> {
        let exprs = exprs.iter().copied();
        let parts: usize = exprs.clone().map(|expr| expr.walk().count()).sum();
        self.budget.spend(parts.saturating_mul(10))?;
        let question = if always {
            Question::new([], exprs)
        } else {
            Question::new(exprs, [])
        };
        let answer = question.answer(self.schema, None, Size::Any, self.budget)?;
        Ok(answer.is_none())
    }

    /// The smallest part of `expr`, which is always or never met, that makes
    /// it so. Where the work gets too much, a larger one.
    fn cause(&mut self, expr: &Expr, always: bool) -> Part {
        let whole = || Part {
            expr: expr.clone(),
            spans: vec![expr.outer_span()],
            always,
        };
        let terms: &Terms = match (&expr.kind, always) {
            (ExprKind::Not(inner), _) => return self.cause(inner, !always),
            (ExprKind::And(terms), false) | (ExprKind::Or(terms), true) => terms,
            // Each of the terms has a part in it.
            _ => return whole(),
        };
        let mut needed: Vec<&Expr> = terms.iter().collect();
        let mut at = needed.len();
        while let Some(last) = at.checked_sub(1) {
            at = last;
            let term = needed.remove(at);
            if self.is(&needed, always) != Ok(true) {
                needed.insert(at, term);
            }
        }
        if let [only] = needed.as_slice() {
            return self.cause(only, always);
        }
        let spans = if needed.len() == terms.len() {
            vec![expr.outer_span()]
        } else {
            needed.iter().map(|term| term.outer_span()).collect()
        };
        let joined = needed.into_iter().cloned();
        let joined = if always {
            Expr::or(joined)
        } else {
            Expr::and(joined)
        };
        Part {
            expr: joined.unwrap_or_else(|| expr.clone()),
            spans,
            always,
        }
    }
}
