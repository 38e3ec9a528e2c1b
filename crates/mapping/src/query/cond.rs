//! A condition that may hold always or never.

use events2logs_filter::{Expr, ExprKind};

/// A filter expression, or one of the two conditions that the language has no words for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cond {
    Always,
    Never,
    Expr(Expr),
}

impl Cond {
    pub(super) fn from_bool(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Expr(expr) => Self::Expr(Expr::not(expr)),
        }
    }

    pub(super) fn all(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut exprs = Vec::new();
        for term in terms {
            match term {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::Expr(expr) => exprs.push(expr),
            }
        }
        Expr::and(exprs).map_or(Self::Always, Self::Expr)
    }

    pub(crate) fn any(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut exprs = Vec::new();
        for term in terms {
            match term {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Expr(expr) => exprs.push(expr),
            }
        }
        Expr::or(exprs).map_or(Self::Never, Self::Expr)
    }

    /// Replaces every leaf of `expr` by what `leaf` makes of it.
    pub(super) fn map(expr: &Expr, leaf: &mut impl FnMut(&Expr) -> Self) -> Self {
        match &expr.kind {
            ExprKind::Comparison(_) | ExprKind::Placeholder(_) => leaf(expr),
            ExprKind::Not(inner) => Self::map(inner, leaf).not(),
            ExprKind::And(terms) => {
                let terms: Vec<Self> = terms.iter().map(|term| Self::map(term, leaf)).collect();
                Self::all(terms)
            }
            ExprKind::Or(terms) => {
                let terms: Vec<Self> = terms.iter().map(|term| Self::map(term, leaf)).collect();
                Self::any(terms)
            }
        }
    }
}

/// Alternatives that agree in all but the terms that `varies` picks become one, with those terms
/// joined: `(A and x) or (B and x)` becomes `(A or B) and x`.
pub(super) fn factored(expr: &Expr, varies: &impl Fn(&Expr) -> bool) -> Expr {
    let result = match &expr.kind {
        ExprKind::Comparison(_) | ExprKind::Placeholder(_) => None,
        ExprKind::Not(inner) => Some(Expr::not(factored(inner, varies))),
        ExprKind::And(terms) => Expr::and(terms.iter().map(|term| factored(term, varies))),
        ExprKind::Or(terms) => {
            // The terms in common, and the alternatives that have just those beside them.
            let mut groups: Vec<(Vec<Expr>, Vec<Expr>)> = Vec::new();
            for term in terms {
                let (common, varying) = apart(factored(term, varies), varies);
                let same = |group: &&mut (Vec<Expr>, Vec<Expr>)| {
                    group.0.len() == common.len() && common.iter().all(|it| group.0.contains(it))
                };
                match groups.iter_mut().find(same) {
                    Some(group) => group.1.extend(varying),
                    None => groups.push((common, varying.into_iter().collect())),
                }
            }
            Expr::or(groups.into_iter().filter_map(|(common, alternatives)| {
                Expr::and(Expr::or(alternatives).into_iter().chain(common))
            }))
        }
    };
    result.unwrap_or_else(|| expr.clone())
}

/// The conjuncts of `term`: those that stay, and those that vary as one. A term without any that
/// varies is taken for one that varies, so that nothing is joined to it that it implies.
fn apart(term: Expr, varies: &impl Fn(&Expr) -> bool) -> (Vec<Expr>, Option<Expr>) {
    let conjuncts: Vec<Expr> = match &term.kind {
        ExprKind::And(terms) => terms.to_vec(),
        _ => vec![term.clone()],
    };
    let (varying, common): (Vec<Expr>, Vec<Expr>) = conjuncts.into_iter().partition(varies);
    match Expr::and(varying) {
        Some(varying) => (common, Some(varying)),
        None => (Vec::new(), Some(term)),
    }
}
