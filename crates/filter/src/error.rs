//! What can be wrong with a filter, as data.

mod help;
mod kind;

use std::fmt;

pub use kind::SyntaxErrorKind;

use crate::span::Span;
use crate::tree::Expr;

/// One thing wrong with the text of a filter.
///
/// `Display` gives [`message`](Self::message).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct SyntaxError {
    /// Which mistake it is.
    pub kind: SyntaxErrorKind,
    /// Where it is, in bytes of the text.
    pub span: Span,
    /// The text there; none at the end of the text.
    pub found: Option<String>,
    /// What the language wants there; none where nothing in particular.
    pub expected: Option<Expected>,
    /// A replacement that says what was meant, where that is plain enough. It
    /// mends this one mistake; those of one text never overlap.
    pub fix: Option<Edit>,
}

/// A replacement of a part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where something is inserted.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// What the language wants at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A comparison, `not (…)` or an expression in parentheses.
    Expression,
    /// An attribute path.
    Attribute,
    /// One of the ten comparison operators.
    Operator,
    /// A string, a number, `true` or `false`.
    Value,
    /// `and`, `or` or the end of the expression.
    Logical,
    /// `(`
    OpeningParenthesis,
    /// `)`
    ClosingParenthesis,
    /// `"`
    ClosingQuote,
    /// One of JSON's escapes.
    Escape,
    /// Any character but U+0000 to U+001F.
    StringCharacter,
}

/// Everything found wrong with one filter: at least one error, in the order
/// of the text. No more than [`ParseErrors::MOST`] are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct ParseErrors {
    errors: Vec<SyntaxError>,
    /// Boxed: a result should not be as large as its rarest case.
    partial: Option<Box<Expr>>,
}

impl SyntaxError {
    pub(crate) fn new(
        kind: SyntaxErrorKind,
        span: Span,
        text: &str,
        expected: Option<Expected>,
    ) -> Self {
        let found = (!span.is_empty()).then(|| span.text(text).to_owned());
        Self {
            kind,
            span,
            found,
            expected,
            fix: None,
        }
    }

    pub(crate) fn with_fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Edit {
            span,
            text: text.into(),
        });
        self
    }
}

impl ParseErrors {
    /// The most errors kept of one text.
    pub const MOST: usize = 64;

    /// Errors, put in the order of the text.
    pub(crate) fn new(mut errors: Vec<SyntaxError>, partial: Option<Expr>) -> Self {
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        errors.dedup_by(|later, earlier| later.span == earlier.span && merge(later, earlier));
        let too_deep = errors
            .iter()
            .position(|error| matches!(error.kind, SyntaxErrorKind::TooDeep { .. }));
        if let Some(at) = too_deep.filter(|at| *at >= Self::MOST) {
            // It explains why nothing more was read.
            errors.swap(at, Self::MOST.saturating_sub(1));
        }
        errors.truncate(Self::MOST);
        drop_inner_fixes(&mut errors);
        Self {
            errors,
            partial: partial.map(Box::new),
        }
    }

    /// The errors, in the order of the text.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// What could be understood all the same, with the obvious repairs made.
    /// A guess: good for further advice, never for evaluation.
    #[must_use]
    pub fn partial(&self) -> Option<&Expr> {
        self.partial.as_deref()
    }

    /// The errors by themselves.
    #[must_use]
    pub fn into_errors(self) -> Vec<SyntaxError> {
        self.errors
    }

    fn summary(&self) -> String {
        let first = self
            .errors
            .first()
            .map(SyntaxError::message)
            .unwrap_or_default();
        match self.errors.len().saturating_sub(1) {
            0 => first,
            more => format!("{first} (and {more} more)"),
        }
    }
}

/// Of two errors in one place, leaves in `earlier` the one that says more; not
/// where both have something to say.
fn merge(later: &mut SyntaxError, earlier: &mut SyntaxError) -> bool {
    use SyntaxErrorKind::{
        InvalidAttributePath, MissingAttribute, MissingLogicalOperator, MissingOperator,
        UnexpectedToken,
    };
    let says_more = |kind| {
        matches!(
            kind,
            InvalidAttributePath | MissingAttribute | MissingOperator | UnexpectedToken
        )
    };
    if earlier.kind == MissingLogicalOperator && says_more(later.kind) {
        std::mem::swap(later, earlier);
        return true;
    }
    later.kind == MissingLogicalOperator && says_more(earlier.kind)
}

/// Keeps the outer one of two fixes that overlap: it is enough, or shows the
/// inner mistake again when it is made.
fn drop_inner_fixes(errors: &mut [SyntaxError]) {
    let spans: Vec<Span> = errors
        .iter()
        .filter_map(|error| error.fix.as_ref().map(|fix| fix.span))
        .collect();
    for error in errors {
        let inner = error.fix.as_ref().is_some_and(|fix| {
            spans.iter().any(|outer| {
                *outer != fix.span && outer.start <= fix.span.start && fix.span.end <= outer.end
            })
        });
        if inner {
            error.fix = None;
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expression => "a comparison, `not (...)` or `(`",
            Self::Attribute => "an attribute path",
            Self::Operator => "an operator (eq ne co sw ew pr gt ge lt le)",
            Self::Value => "a string in double quotes, a number, true or false",
            Self::Logical => "`and`, `or` or the end",
            Self::OpeningParenthesis => "`(`",
            Self::ClosingParenthesis => "`)`",
            Self::ClosingQuote => "`\"`",
            Self::Escape => "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uHHHH",
            Self::StringCharacter => "a character other than U+0000 to U+001F",
        })
    }
}
