//! One comparison: attribute, operator, value.

use super::Parser;
use crate::decimal::Decimal;
use crate::error::{Expected, SyntaxErrorKind};
use crate::operator::{Logical, Operator, is_literal_word, is_operator, is_present};
use crate::path::AttributePath;
use crate::placeholder::{Placeholder, is_url_encoded, word_has_placeholder};
use crate::span::Span;
use crate::suggest::suggest;
use crate::token::TokenKind;
use crate::tree::{Comparison, ComparisonSpans, Expr, ExprKind, Test};

/// What stands in the operator's place.
pub(super) enum Found {
    /// An operator, or what was meant as one.
    Operator(Operator),
    /// `pr`
    Present,
    /// `in`, or `not in`.
    In { negated: bool },
    /// Something with a value after it, but who knows what.
    Unknown,
    /// Nothing: the comparison ends here.
    Nothing,
}

/// The comparison that is being read.
pub(super) struct Draft {
    /// None where the attribute could not be read.
    pub(super) path: Option<AttributePath>,
    pub(super) path_span: Span,
    pub(super) operator_span: Span,
}

impl Parser<'_> {
    /// A comparison, or a placeholder for a whole expression.
    pub(super) fn comparison(&mut self) -> Option<Expr> {
        let span = self.span();
        let word = self.word();
        if is_url_encoded(word) {
            self.url_encoded(span);
            return None;
        }
        if word.is_empty() || is_literal(word) {
            return self.literal_term();
        }
        if is_operator(word) && !self.operator_follows() {
            self.report(SyntaxErrorKind::MissingAttribute, span, Expected::Attribute);
            self.bump();
            if self.starts_value(0) {
                self.bump();
            }
            return None;
        }
        if self.is_lone_placeholder() {
            self.bump();
            let Some(placeholder) = Placeholder::new(word) else {
                self.report(
                    SyntaxErrorKind::InvalidAttributePath,
                    span,
                    Expected::Expression,
                );
                return None;
            };
            return Some(Expr {
                kind: ExprKind::Placeholder(placeholder),
                span,
                parens: None,
            });
        }
        let mut draft = Draft {
            path: self.attribute(),
            path_span: span,
            operator_span: span,
        };
        if *self.kind() == TokenKind::OpenBracket {
            self.value_path(&mut draft)?;
        }
        draft.operator_span = self.span();
        match self.operator() {
            Found::Operator(operator) => self.value(&draft, Some(operator)),
            Found::Unknown => self.value(&draft, None),
            Found::In { negated } => self.in_list(&draft, negated),
            Found::Present => {
                self.nothing_after_present();
                let end = draft.operator_span.end;
                draft.comparison(Test::Present, Span::new(end, end))
            }
            Found::Nothing => None,
        }
    }

    /// The attribute path at this word.
    fn attribute(&mut self) -> Option<AttributePath> {
        let (span, word) = (self.span(), self.word());
        self.bump();
        match AttributePath::parse(word) {
            Ok(path) => Some(path),
            Err(_) => {
                let kind = if is_operator(word) {
                    SyntaxErrorKind::MissingAttribute
                } else {
                    SyntaxErrorKind::InvalidAttributePath
                };
                self.report(kind, span, Expected::Attribute);
                None
            }
        }
    }

    /// `[…]` after an attribute, and what is glued to it: `target[…].id`.
    /// None where nothing more of a comparison follows.
    fn value_path(&mut self, draft: &mut Draft) -> Option<()> {
        self.skip_group(TokenKind::OpenBracket, TokenKind::CloseBracket);
        let closed = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let mut span = draft
            .path_span
            .to(closed.map_or(draft.path_span, |token| token.span));
        if self.word().starts_with('.') && self.span().start == span.end {
            let tail = self.span();
            let whole = [draft.path_span.text(self.text), tail.text(self.text)].concat();
            draft.path = AttributePath::parse(&whole).ok();
            span = span.to(tail);
            self.bump();
        }
        draft.path_span = span;
        self.report(SyntaxErrorKind::ValuePath, span, Expected::Operator);
        let ends = matches!(self.kind(), TokenKind::End | TokenKind::Close);
        (!ends && self.logical().is_none()).then_some(())
    }

    /// The operator; takes it, and what was written for one.
    pub(super) fn operator(&mut self) -> Found {
        let (span, word) = (self.span(), self.word());
        if let Some(operator) = Operator::from_word(word) {
            self.bump();
            return Found::Operator(operator);
        }
        if is_present(word) {
            self.bump();
            return Found::Present;
        }
        match self.kind() {
            TokenKind::Word => self.no_operator(word, span),
            TokenKind::Symbol if self.logical().is_none() => {
                let symbol = span.text(self.text);
                self.unknown_operator(span, suggest(symbol))
            }
            _ => {
                self.report(SyntaxErrorKind::MissingOperator, span, Expected::Operator);
                match self.kind() {
                    // Takes the value that the operator should stand before.
                    TokenKind::String(_) => self.bump(),
                    TokenKind::Open => self.skip_group(TokenKind::Open, TokenKind::Close),
                    TokenKind::OpenBracket => {
                        self.skip_group(TokenKind::OpenBracket, TokenKind::CloseBracket);
                    }
                    _ => {}
                }
                Found::Nothing
            }
        }
    }

    /// A word stands where the operator should.
    fn no_operator(&mut self, word: &str, span: Span) -> Found {
        let next = self.peek(1);
        let next_word = next
            .filter(|token| token.kind == TokenKind::Word)
            .map_or("", |token| token.span.text(self.text));
        if word.eq_ignore_ascii_case("in") {
            self.bump();
            return Found::In { negated: false };
        }
        if word.eq_ignore_ascii_case("not") && next_word.eq_ignore_ascii_case("in") {
            self.bump();
            self.bump();
            return Found::In { negated: true };
        }
        if word.eq_ignore_ascii_case("not") && is_operator(next_word) {
            // `a not eq "x"`
            let whole = span.to(next.map_or(span, |token| token.span));
            let negates_eq = next_word.eq_ignore_ascii_case("eq");
            let negates_present = is_present(next_word);
            self.bump();
            let found = self.unknown_operator(whole, negates_eq.then_some("ne"));
            return if negates_present {
                Found::Nothing
            } else {
                found
            };
        }
        let value_follows = match next.map(|token| &token.kind) {
            Some(TokenKind::String(_) | TokenKind::OpenBracket | TokenKind::Open) => true,
            Some(TokenKind::Word) => {
                Logical::from_word(next_word).is_none() && !is_operator(next_word)
            }
            _ => false,
        };
        if Logical::from_word(word).is_none() {
            if value_follows && word_has_placeholder(word) {
                self.report(
                    SyntaxErrorKind::MisplacedPlaceholder,
                    span,
                    Expected::Operator,
                );
                self.bump();
                return Found::Unknown;
            }
            if value_follows || suggest(word) == Some("pr") {
                return self.unknown_operator(span, suggest(word));
            }
            self.report(SyntaxErrorKind::MissingOperator, span, Expected::Operator);
            // A value without quotes; but `a b eq "x"` starts anew at `b`.
            if !self.operator_follows() {
                self.bump();
            }
        } else {
            self.report(SyntaxErrorKind::MissingOperator, span, Expected::Operator);
        }
        Found::Nothing
    }

    /// Reports the last token of `span`, which is this one, as no operator.
    fn unknown_operator(&mut self, span: Span, suggestion: Option<&'static str>) -> Found {
        self.bump();
        let kind = SyntaxErrorKind::UnknownOperator { suggestion };
        match suggestion {
            Some(word) => {
                let text = self.spaced(span, word);
                self.report_fix(kind, span, Expected::Operator, span, text);
            }
            None => self.report(kind, span, Expected::Operator),
        }
        match suggestion {
            Some("pr") => Found::Present,
            Some(word) => Operator::from_word(word).map_or(Found::Unknown, Found::Operator),
            None => Found::Unknown,
        }
    }

    /// Stops: whatever follows is encoded as well, and what was found wrong
    /// before comes from that.
    pub(super) fn url_encoded(&mut self, span: Span) {
        self.errors.clear();
        self.report(SyntaxErrorKind::UrlEncoded, span, Expected::Attribute);
        self.stop();
    }

    /// Complains about a value after `pr`.
    fn nothing_after_present(&mut self) {
        let word = self.word();
        let stray = self.starts_value(0)
            || (!word.is_empty()
                && self.logical().is_none()
                && !word_has_placeholder(word)
                && !self.operator_follows());
        if stray {
            self.report(
                SyntaxErrorKind::ValueAfterPresent,
                self.span(),
                Expected::Logical,
            );
            self.bump();
        }
    }

    /// Moves past a bracketed group, or to the end where it is never closed.
    pub(super) fn skip_group(&mut self, open: TokenKind, close: TokenKind) {
        let mut depth = 0_usize;
        loop {
            let kind = self.kind();
            if *kind == TokenKind::End {
                return;
            }
            if *kind == open {
                depth = depth.saturating_add(1);
            } else if *kind == close {
                depth = depth.saturating_sub(1);
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }
}

impl Draft {
    /// The comparison, if its attribute could be read.
    pub(super) fn comparison(&self, test: Test, value: Span) -> Option<Expr> {
        Some(Expr::from(Comparison {
            path: self.path.clone()?,
            test,
            spans: ComparisonSpans {
                path: self.path_span,
                operator: self.operator_span,
                value,
            },
        }))
    }
}

/// A number, boolean or `null`, which cannot name an attribute.
pub(super) fn is_literal(word: &str) -> bool {
    is_literal_word(word) || Decimal::parse(word).is_some()
}
