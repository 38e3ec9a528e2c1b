//! The right side of a comparison, and the ways it goes wrong.

use super::Parser;
use super::comparison::{Draft, Found};
use crate::build::{self, Join};
use crate::error::{Expected, SyntaxErrorKind};
use crate::operator::{Logical, Operator, is_operator};
use crate::path::AttributePath;
use crate::placeholder::{Placeholder, is_url_encoded, word_has_placeholder};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{Expr, ExprKind, Test};
use crate::value::{Number, Value};

impl Parser<'_> {
    /// The value after `operator`, or after what stands for one.
    pub(super) fn value(&mut self, draft: &Draft, operator: Option<Operator>) -> Option<Expr> {
        self.remember(draft, operator);
        while self.is_stray_operator() {
            self.report(
                SyntaxErrorKind::UnexpectedToken,
                self.span(),
                Expected::Value,
            );
            self.bump();
        }
        let span = self.span();
        let value = match self.kind() {
            TokenKind::String(content) => {
                self.bump();
                Value::String(content.clone())
            }
            TokenKind::Word if self.word().eq_ignore_ascii_case("null") => {
                return self.null(draft, operator);
            }
            TokenKind::Word if self.logical().is_none() => self.word_value()?,
            TokenKind::Open | TokenKind::OpenBracket => {
                let values = self.list();
                let span = draft.path_span.to(self.last_span());
                let expr = self.one_of(draft, operator?, values, span);
                self.report_rewrite(SyntaxErrorKind::ValueList, span, span, expr.as_ref());
                return expr;
            }
            _ => {
                self.report(SyntaxErrorKind::MissingValue, span, Expected::Value);
                return None;
            }
        };
        draft.comparison(Test::Value(operator?, value), span.to(self.last_span()))
    }

    /// A value that is a word. None where it is none, once that is said.
    fn word_value(&mut self) -> Option<Value> {
        let (span, word) = (self.span(), self.word());
        self.bump();
        if is_url_encoded(word) {
            self.url_encoded(span);
            return None;
        }
        if let Some(value) = literal(word) {
            return Some(value);
        }
        if is_nearly_number(word) {
            self.report(SyntaxErrorKind::InvalidNumber, span, Expected::Value);
            return None;
        }
        // `eq Okta Admin Console and …`: all of it, up to the next comparison.
        while self.continues_value() {
            self.bump();
        }
        let span = span.to(self.last_span());
        let content = span.text(self.text);
        let lower = content.to_ascii_lowercase();
        let meant = literal(&lower).unwrap_or_else(|| Value::from(content));
        let text = meant.to_string();
        self.report_fix(
            SyntaxErrorKind::UnquotedValue,
            span,
            Expected::Value,
            span,
            text,
        );
        Some(meant)
    }

    /// `a eq null` asks whether there is no value, `a ne null` whether there is.
    fn null(&mut self, draft: &Draft, operator: Option<Operator>) -> Option<Expr> {
        let null = self.span();
        self.bump();
        let whole = draft.path_span.to(null);
        let present = draft.comparison(Test::Present, null);
        let meant = match operator {
            Some(Operator::Ne) => present,
            Some(Operator::Eq) => present.map(Expr::not),
            _ => None,
        };
        self.report_rewrite(SyntaxErrorKind::NullLiteral, null, whole, meant.as_ref());
        meant
    }

    /// `in […]`, `in (…)`, `in "a", "b"`.
    pub(super) fn in_list(&mut self, draft: &Draft, negated: bool) -> Option<Expr> {
        let values = match self.kind() {
            TokenKind::Open | TokenKind::OpenBracket => self.list(),
            _ => {
                let mut values = Vec::new();
                while self.starts_value(0) {
                    values.extend(self.list_item());
                    if *self.kind() == TokenKind::Comma && self.starts_value(1) {
                        self.bump();
                    }
                }
                values
            }
        };
        let whole = draft.path_span.to(self.last_span());
        let any = self.one_of(draft, Operator::Eq, values, whole);
        let meant = if negated { any.map(Expr::not) } else { any };
        let span = draft.operator_span.to(self.last_span());
        self.report_rewrite(SyntaxErrorKind::InOperator, span, whole, meant.as_ref());
        meant
    }

    /// The values of a list in parentheses or brackets; nothing in it is
    /// reported, since all of it is one mistake.
    fn list(&mut self) -> Vec<Value> {
        let start = self.at;
        let (open, close) = match self.kind() {
            TokenKind::Open => (TokenKind::Open, TokenKind::Close),
            _ => (TokenKind::OpenBracket, TokenKind::CloseBracket),
        };
        self.skip_group(open, close);
        let end = std::mem::replace(&mut self.at, start);
        let mut values = Vec::new();
        while self.at < end {
            values.extend(self.list_item());
        }
        self.at = end;
        values
    }

    /// One value of a list; none for what stands between values.
    fn list_item(&mut self) -> Option<Value> {
        let word = self.word();
        let value = match self.kind() {
            TokenKind::String(content) => Some(Value::String(content.clone())),
            TokenKind::Word if self.logical().is_none() => {
                literal(word).or_else(|| Some(Value::from(word)))
            }
            _ => None,
        };
        self.bump();
        value
    }

    /// A value where a term should start: `a eq "x" or "y"` repeats the last
    /// comparison, anything else lacks its attribute.
    pub(super) fn literal_term(&mut self) -> Option<Expr> {
        let span = self.span();
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let comma = before.filter(|token| token.kind == TokenKind::Comma);
        let joined = before.is_some_and(|token| super::logical_of(token, self.text).is_some());
        let value = self.list_item();
        let is_left_side = self.operator_at(0);
        if let (true, false, Some((path, operator, path_span))) =
            (joined || comma.is_some(), is_left_side, self.last.clone())
        {
            let draft = Draft {
                path: Some(path),
                path_span,
                operator_span: span,
            };
            let expr = draft.comparison(Test::Value(operator, value?), span);
            // Only the value's own place: the comparison before is in order.
            let expr = Expr { span, ..expr? };
            let (replaced, text) = match comma {
                Some(comma) => (comma.span.to(span), format!(" or {expr}")),
                None => (span, expr.to_string()),
            };
            let kind = SyntaxErrorKind::ValueList;
            self.report_fix(kind, span, Expected::Expression, replaced, text);
            return Some(expr);
        }
        let quoted = match &value {
            Some(Value::String(text)) if is_left_side => AttributePath::parse(text).ok(),
            _ => None,
        };
        let kind = SyntaxErrorKind::MissingAttribute;
        match quoted {
            // `"actor.id" eq "x"`: an attribute in quotes.
            Some(path) if self.starts_value(1) => {
                let name = path.to_string();
                self.report_fix(kind, span, Expected::Attribute, span, name);
                let draft = Draft {
                    path: Some(path),
                    path_span: span,
                    operator_span: self.span(),
                };
                match self.operator() {
                    Found::Operator(operator) => self.value(&draft, Some(operator)),
                    _ => None,
                }
            }
            // `"SUCCESS" eq outcome.result`
            _ => {
                self.report(kind, span, Expected::Attribute);
                if is_left_side {
                    self.bump();
                    if !self.word().is_empty() && self.logical().is_none() {
                        self.bump();
                    }
                }
                None
            }
        }
    }

    /// The comparison with any of `values`; with none of them for `ne`.
    fn one_of(
        &self,
        draft: &Draft,
        operator: Operator,
        values: Vec<Value>,
        span: Span,
    ) -> Option<Expr> {
        let join = if operator == Operator::Ne {
            Join::And
        } else {
            Join::Or
        };
        let terms = values
            .into_iter()
            .filter_map(|value| draft.comparison(Test::Value(operator, value), self.last_span()))
            .collect();
        let mut expr = build::join(join, terms)?;
        expr.span = span;
        Some(expr)
    }

    /// Reports an error whose fix writes `replaced` as `meant`, in parentheses
    /// where there are several terms.
    fn report_rewrite(
        &mut self,
        kind: SyntaxErrorKind,
        span: Span,
        replaced: Span,
        meant: Option<&Expr>,
    ) {
        match meant {
            Some(expr) => {
                let joined = matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_));
                let text = if joined {
                    format!("({expr})")
                } else {
                    expr.to_string()
                };
                self.report_fix(kind, span, Expected::Value, replaced, text);
            }
            None => self.report(kind, span, Expected::Value),
        }
    }

    /// Keeps attribute and operator for a value that follows on its own.
    fn remember(&mut self, draft: &Draft, operator: Option<Operator>) {
        self.last = draft
            .path
            .clone()
            .zip(operator)
            .map(|(path, operator)| (path, operator, draft.path_span));
    }

    /// A second operator, or a sign, before the value: `a eq eq "x"`.
    fn is_stray_operator(&self) -> bool {
        match self.kind() {
            TokenKind::Symbol => self.logical().is_none(),
            TokenKind::Word => is_operator(self.word()) && self.starts_value(1),
            _ => false,
        }
    }

    /// A further word of a value without quotes.
    fn continues_value(&self) -> bool {
        let word = self.word();
        !word.is_empty()
            && self.logical().is_none()
            && !is_operator(word)
            && !word_has_placeholder(word)
            && !self.operator_follows()
    }

    /// The place of the token before this one.
    fn last_span(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or_else(|| self.span(), |token| token.span)
    }
}

/// A number, a boolean or a placeholder.
fn literal(word: &str) -> Option<Value> {
    match word {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ if Logical::from_word(word).is_some() => None,
        _ => Placeholder::new(word)
            .map(Value::Placeholder)
            .or_else(|| Number::new(word).map(Value::Number)),
    }
}

/// Made of the characters of a number, but none: `01`, `1.`, `+5`. Not a date
/// or an address, which only lack their quotes.
fn is_nearly_number(word: &str) -> bool {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().any(|b| b.is_ascii_digit())
        && unsigned.matches('.').count() <= 1
        && unsigned.split(['e', 'E']).all(|part| {
            let digits = part.strip_prefix(['+', '-']).unwrap_or(part);
            digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}
