//! The syntax tree.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

use crate::operator::Operator;
use crate::path::AttributePath;
use crate::placeholder::Placeholder;
use crate::span::Span;
use crate::value::Value;

/// A whole filter: its expression and where the text has unusual whitespace.
///
/// Equality is that of the expressions.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The expression.
    pub expr: Expr,
    /// Whitespace outside strings other than U+0020, in the order of the text:
    /// the parser that Okta's descends from skips only spaces, so a tab or a
    /// line break may be refused.
    pub unusual_whitespace: Vec<Span>,
}

/// An expression, with its place in the text.
///
/// Equality and hash ignore spans and parentheses.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place, without parentheses around it.
    pub span: Span,
    /// The outermost parentheses written around it, if any.
    pub parens: Option<Span>,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// `actor.id eq "x"`, `actor.id pr`.
    Comparison(Comparison),
    /// A placeholder where an expression is expected: `… and {extra}`.
    Placeholder(Placeholder),
    /// `not (…)`.
    Not(Box<Expr>),
    /// `… and …`: at least two, none of them an `and` itself.
    And(Terms),
    /// `… or …`: at least two, none of them an `or` itself.
    Or(Terms),
}

/// The terms that one `and` or `or` joins: at least two.
///
/// Made by the parser and by [`Expr::and`] and [`Expr::or`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Terms(Vec<Expr>);

/// One comparison. Equality and hash ignore spans.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The attribute.
    pub path: AttributePath,
    /// What is asked of it.
    pub test: Test,
    /// Where its parts stand.
    pub spans: ComparisonSpans,
}

/// What a comparison asks of its attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// `pr`: there is a value.
    Present,
    /// An operator and the value to compare with.
    Value(Operator, Value),
}

/// Where the parts of a comparison stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComparisonSpans {
    /// The attribute path.
    pub path: Span,
    /// The operator.
    pub operator: Span,
    /// The value with its quotes; the end of the operator for `pr`.
    pub value: Span,
}

impl Comparison {
    /// A comparison with a value.
    #[must_use]
    pub fn new(path: AttributePath, operator: Operator, value: impl Into<Value>) -> Self {
        Self {
            path,
            test: Test::Value(operator, value.into()),
            spans: ComparisonSpans::default(),
        }
    }

    /// `path pr`.
    #[must_use]
    pub fn present(path: AttributePath) -> Self {
        Self {
            path,
            test: Test::Present,
            spans: ComparisonSpans::default(),
        }
    }

    /// The whole comparison's place.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.spans.path.to(self.spans.value)
    }

    /// The value compared with; none for `pr`.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match &self.test {
            Test::Present => None,
            Test::Value(_, value) => Some(value),
        }
    }

    /// Whether its path or its value has a part still to be filled in.
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        self.path.has_placeholder() || self.value().is_some_and(Value::has_placeholder)
    }
}

impl Test {
    /// The operator's word, `pr` included.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Present => "pr",
            Self::Value(operator, _) => operator.as_str(),
        }
    }
}

impl Expr {
    /// An expression without a place in a text.
    #[must_use]
    pub fn new(kind: ExprKind) -> Self {
        Self {
            kind,
            span: Span::default(),
            parens: None,
        }
    }

    /// Its place, with the parentheses around it.
    #[must_use]
    pub fn outer_span(&self) -> Span {
        self.parens.unwrap_or(self.span)
    }

    /// The expressions directly within: the terms of `and` and `or`, what
    /// `not` encloses.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        match &self.kind {
            ExprKind::Comparison(_) | ExprKind::Placeholder(_) => &[],
            ExprKind::Not(inner) => std::slice::from_ref(&**inner),
            ExprKind::And(terms) | ExprKind::Or(terms) => terms,
        }
    }

    /// It and every expression within, in the order of the text.
    pub fn walk(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.children().iter().rev());
            Some(next)
        })
    }

    /// Every comparison within, in the order of the text.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.walk().filter_map(|expr| match &expr.kind {
            ExprKind::Comparison(comparison) => Some(comparison),
            _ => None,
        })
    }

    /// Whether a part of it is still to be filled in.
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        self.walk().any(|expr| match &expr.kind {
            ExprKind::Placeholder(_) => true,
            ExprKind::Comparison(comparison) => comparison.has_placeholder(),
            _ => false,
        })
    }

    /// Each `and` that stands next to an `or` without parentheses around it,
    /// as in `a or b and c`: `and` binds tighter, which not every reader knows.
    pub fn unparenthesized_ands(&self) -> impl Iterator<Item = &Self> {
        self.walk()
            .filter(|expr| matches!(expr.kind, ExprKind::Or(_)))
            .flat_map(Self::children)
            .filter(|term| matches!(term.kind, ExprKind::And(_)) && term.parens.is_none())
    }
}

impl Terms {
    /// Terms that are known to be at least two.
    pub(crate) fn from_vec(terms: Vec<Expr>) -> Self {
        Self(terms)
    }
}

impl Deref for Terms {
    type Target = [Expr];

    fn deref(&self) -> &[Expr] {
        &self.0
    }
}

impl IntoIterator for Terms {
    type Item = Expr;
    type IntoIter = std::vec::IntoIter<Expr>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Terms {
    type Item = &'a Expr;
    type IntoIter = std::slice::Iter<'a, Expr>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl From<Comparison> for Expr {
    fn from(comparison: Comparison) -> Self {
        let span = comparison.span();
        Self {
            kind: ExprKind::Comparison(comparison),
            span,
            parens: None,
        }
    }
}

impl PartialEq for Comparison {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.test == other.test
    }
}

impl Eq for Comparison {}

impl Hash for Comparison {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.hash(state);
        self.test.hash(state);
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

impl Eq for Filter {}
