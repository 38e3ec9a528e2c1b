//! Terms, and what joins, groups and negates them.

use super::{Parser, is_parameter, logical_of};
use crate::build::{self, Join};
use crate::error::{Expected, SyntaxErrorKind};
use crate::operator::Logical;
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{Expr, ExprKind};

/// What comes after a term.
enum Joint {
    And,
    Or,
    End,
}

impl Parser<'_> {
    /// Terms joined by `and` and `or`, up to a closing parenthesis or the end.
    pub(super) fn expression(&mut self) -> Option<Expr> {
        let mut groups = vec![Vec::new()];
        loop {
            if let (Some(term), Some(group)) = (self.term(), groups.last_mut()) {
                group.push(term);
            }
            match self.joint() {
                Joint::And => {}
                Joint::Or => groups.push(Vec::new()),
                Joint::End => break,
            }
        }
        let terms = groups
            .into_iter()
            .filter_map(|group| build::join_flat(Join::And, group))
            .collect();
        build::join_flat(Join::Or, terms)
    }

    /// One term; none where it could not be understood.
    fn term(&mut self) -> Option<Expr> {
        while let Some(logical @ (Logical::And | Logical::Or)) = self.logical() {
            // Two in a row, or one at the start.
            self.report(
                SyntaxErrorKind::DanglingLogicalOperator,
                self.span(),
                Expected::Expression,
            );
            self.symbol_word(logical);
            self.bump();
        }
        if self.logical() == Some(Logical::Not) {
            return self.not();
        }
        match self.kind() {
            TokenKind::End | TokenKind::Close => {
                self.nothing_here();
                None
            }
            TokenKind::Open => self.group(),
            TokenKind::Word | TokenKind::String(_) => self.comparison(),
            _ => {
                self.report(
                    SyntaxErrorKind::UnexpectedToken,
                    self.span(),
                    Expected::Expression,
                );
                self.bump();
                if self.starts_value(0) {
                    // `= "x"`: no less unexpected.
                    self.bump();
                }
                None
            }
        }
    }

    /// A term is missing: says why.
    fn nothing_here(&mut self) {
        let Some(before) = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)) else {
            // A parenthesis at the very start, which the joint reports.
            return;
        };
        let span = before.span;
        if before.kind == TokenKind::Open {
            self.report(
                SyntaxErrorKind::EmptyParentheses,
                span.to(self.span()),
                Expected::Expression,
            );
        } else if logical_of(before, self.text).is_some() {
            self.report(
                SyntaxErrorKind::DanglingLogicalOperator,
                span,
                Expected::Expression,
            );
        } else if before.kind == TokenKind::Comma {
            self.report(SyntaxErrorKind::UnexpectedToken, span, Expected::Logical);
        }
    }

    /// `(…)`
    fn group(&mut self) -> Option<Expr> {
        let open = self.span();
        if !self.enter(open) {
            return None;
        }
        self.bump();
        let inner = self.expression();
        self.depth = self.depth.saturating_sub(1);
        let end = self.close(open);
        inner.map(|mut inner| {
            inner.parens = Some(open.to(end));
            inner
        })
    }

    /// The closing parenthesis of the one at `open`; gives its place.
    fn close(&mut self, open: Span) -> Span {
        let end = self.span();
        if *self.kind() == TokenKind::Close {
            self.bump();
            return end;
        }
        // The string that was never closed has swallowed it.
        let swallowed = self
            .errors
            .iter()
            .any(|error| error.kind == SyntaxErrorKind::MissingClosingQuote);
        if !swallowed {
            let insert = Span::new(end.start, end.start);
            self.report_fix(
                SyntaxErrorKind::UnclosedParenthesis,
                open,
                Expected::ClosingParenthesis,
                insert,
                ")".to_owned(),
            );
        }
        end
    }

    /// `not (…)`
    fn not(&mut self) -> Option<Expr> {
        let word = self.span();
        self.symbol_word(Logical::Not);
        if !self.enter(word) {
            return None;
        }
        self.bump();
        let parenthesised = *self.kind() == TokenKind::Open;
        let missing = matches!(self.kind(), TokenKind::End | TokenKind::Close)
            || matches!(self.logical(), Some(Logical::And | Logical::Or));
        let errors_before = self.errors.len();
        let inner = if missing {
            self.report(
                SyntaxErrorKind::DanglingLogicalOperator,
                word,
                Expected::OpeningParenthesis,
            );
            None
        } else {
            // The parentheses of `not` are its own: one level, not two.
            self.depth = self.depth.saturating_sub(usize::from(parenthesised));
            let inner = self.term();
            self.depth = self.depth.saturating_add(usize::from(parenthesised));
            inner
        };
        self.depth = self.depth.saturating_sub(1);
        let inner = inner?;
        let operand = inner.outer_span();
        if !parenthesised {
            let clean = self.errors.len() == errors_before;
            let fix = clean.then(|| format!("({})", operand.text(self.text)));
            match fix {
                Some(fix) => self.report_fix(
                    SyntaxErrorKind::NotWithoutParentheses,
                    word,
                    Expected::OpeningParenthesis,
                    operand,
                    fix,
                ),
                None => self.report(
                    SyntaxErrorKind::NotWithoutParentheses,
                    word,
                    Expected::OpeningParenthesis,
                ),
            }
        }
        Some(Expr {
            span: word.to(operand),
            kind: ExprKind::Not(Box::new(inner)),
            parens: None,
        })
    }

    /// One level deeper, unless that is too deep.
    fn enter(&mut self, span: Span) -> bool {
        if self.depth >= self.max_depth {
            let limit = self.max_depth;
            self.report(
                SyntaxErrorKind::TooDeep { limit },
                span,
                Expected::Expression,
            );
            self.stop();
            return false;
        }
        self.depth = self.depth.saturating_add(1);
        true
    }

    /// What joins the term just read to the next.
    fn joint(&mut self) -> Joint {
        loop {
            let span = self.span();
            if self.at_parameter() {
                let rest = Span::new(span.start, self.text.len());
                let kind = SyntaxErrorKind::QueryString;
                self.report_fix(kind, rest, Expected::Logical, rest, String::new());
                self.stop();
                return Joint::End;
            }
            match self.logical() {
                Some(logical @ (Logical::And | Logical::Or)) => {
                    self.symbol_word(logical);
                    self.bump();
                    return if logical == Logical::Or {
                        Joint::Or
                    } else {
                        Joint::And
                    };
                }
                Some(Logical::Not) => {
                    self.report(
                        SyntaxErrorKind::MissingLogicalOperator,
                        span,
                        Expected::Logical,
                    );
                    return Joint::And;
                }
                None => {}
            }
            match self.kind() {
                TokenKind::End => return Joint::End,
                TokenKind::Close if self.depth > 0 => return Joint::End,
                TokenKind::Close => {
                    self.report(
                        SyntaxErrorKind::UnmatchedParenthesis,
                        span,
                        Expected::Logical,
                    );
                }
                TokenKind::Comma if self.starts_value(1) && self.last.is_some() => {
                    // A list of values: the next term says so.
                    self.bump();
                    return Joint::Or;
                }
                TokenKind::Comma => {
                    self.report(
                        SyntaxErrorKind::MissingLogicalOperator,
                        span,
                        Expected::Logical,
                    );
                    self.bump();
                    return Joint::And;
                }
                TokenKind::Word if self.is_lone_placeholder() => {
                    self.report(
                        SyntaxErrorKind::MisplacedPlaceholder,
                        span,
                        Expected::Logical,
                    );
                }
                TokenKind::Word | TokenKind::String(_) | TokenKind::Open => {
                    self.report(
                        SyntaxErrorKind::MissingLogicalOperator,
                        span,
                        Expected::Logical,
                    );
                    if !self.starts_value(0) || self.operator_follows() {
                        return Joint::And;
                    }
                }
                TokenKind::Symbol | TokenKind::OpenBracket | TokenKind::CloseBracket => {
                    self.report(SyntaxErrorKind::UnexpectedToken, span, Expected::Logical);
                }
            }
            self.bump();
        }
    }

    /// `&since=…`: what follows is no longer the filter.
    fn at_parameter(&self) -> bool {
        match (self.peek(0), self.peek(1), self.peek(2)) {
            (Some(sign), Some(name), Some(equals)) => {
                sign.span.text(self.text) == "&"
                    && sign.span.end == name.span.start
                    && is_parameter(self.text, name, equals)
            }
            _ => false,
        }
    }

    /// Notes that a logical word is written as a sign, if it is.
    fn symbol_word(&mut self, logical: Logical) {
        if *self.kind() == TokenKind::Symbol {
            let word = logical.as_str();
            let span = self.span();
            let kind = SyntaxErrorKind::SymbolicLogicalOperator { word };
            let text = self.spaced(span, word);
            self.report_fix(kind, span, Expected::Logical, span, text);
        }
    }
}
