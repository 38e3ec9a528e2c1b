//! Tokens to a tree, by recursive descent with a bound on depth.
//!
//! After an error it goes on with what was probably meant, so one pass finds
//! every mistake. Every loop takes a token or ends.

mod comparison;
mod terms;
mod values;

use crate::error::{Expected, ParseErrors, SyntaxError, SyntaxErrorKind};
use crate::lexer::lex;
use crate::limits::Limits;
use crate::operator::{Logical, Operator, is_operator};
use crate::path::AttributePath;
use crate::placeholder::{is_url, word_has_placeholder};
use crate::span::Span;
use crate::suggest::suggest;
use crate::token::{Lexed, Token, TokenKind};
use crate::tree::Filter;

/// Parses a filter within the default [`Limits`].
///
/// The text is the filter itself: percent-decoded, without `filter=` and
/// without the quotes of a shell.
///
/// # Errors
/// Everything found wrong with it; see [`SyntaxErrorKind`].
pub fn parse(text: &str) -> Result<Filter, ParseErrors> {
    parse_within(text, Limits::default())
}

/// Parses a filter within bounds of your own.
///
/// # Errors
/// As [`parse`].
pub fn parse_within(text: &str, limits: Limits) -> Result<Filter, ParseErrors> {
    let whole = |kind| {
        let start = text.len().saturating_sub(text.trim_start().len());
        let span = Span::new(start, start.saturating_add(text.trim().len()));
        let error = SyntaxError::new(kind, span, text, Some(Expected::Expression));
        Err(ParseErrors::new(vec![error], None))
    };
    if text.len() > limits.max_bytes {
        let kind = SyntaxErrorKind::TooLong {
            bytes: text.len(),
            limit: limits.max_bytes,
        };
        let error = SyntaxError {
            kind,
            span: Span::new(0, text.len()),
            // A copy of it would help nobody.
            found: None,
            expected: None,
            fix: None,
        };
        return Err(ParseErrors::new(vec![error], None));
    }
    let Lexed {
        tokens,
        errors,
        unusual_whitespace,
    } = lex(text);
    match tokens.as_slice() {
        [_] => return whole(SyntaxErrorKind::EmptyFilter),
        [only, _] if matches!(only.kind, TokenKind::String(_)) => {
            return whole(SyntaxErrorKind::QuotedFilter);
        }
        [first, second, ..] if is_query_string(text, first, second) => {
            return whole(SyntaxErrorKind::QueryString);
        }
        tokens if is_expression_language(text, tokens) => {
            return whole(SyntaxErrorKind::ExpressionLanguage);
        }
        _ => {}
    }
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
        max_depth: limits.depth(),
        stopped: false,
        last: None,
        errors,
    };
    let expr = parser.expression();
    match (parser.errors.is_empty(), expr) {
        (true, Some(expr)) => Ok(Filter {
            expr,
            unusual_whitespace,
        }),
        (_, expr) => Err(ParseErrors::new(parser.errors, expr)),
    }
}

/// A selection (`target.?[…]`) or the call of a method (`x.contains(…)`):
/// neither has any meaning in a filter.
fn is_expression_language(text: &str, tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| {
        let [word, next] = pair else { return false };
        let name = word.span.text(text);
        let glued = word.kind == TokenKind::Word && word.span.end == next.span.start;
        let selects = [".?", ".^", ".$"].iter().any(|mark| name.ends_with(mark))
            && next.kind == TokenKind::OpenBracket;
        let calls = next.kind == TokenKind::Open
            && name.contains('.')
            // `String.format(` is source code.
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric());
        glued && (selects || calls)
    })
}

/// A URL, a path on the server or a parameter with its name.
fn is_query_string(text: &str, first: &Token, second: &Token) -> bool {
    let word = first.span.text(text);
    first.kind == TokenKind::Word && (is_url(word) || is_parameter(text, first, second))
}

/// `since=`, without spaces.
fn is_parameter(text: &str, name: &Token, sign: &Token) -> bool {
    const PARAMETERS: [&str; 7] = [
        "filter",
        "startDate",
        "since",
        "until",
        "limit",
        "after",
        "sortOrder",
    ];
    name.kind == TokenKind::Word
        && PARAMETERS.contains(&name.span.text(text))
        && sign.span.start == name.span.end
        && sign.span.text(text) == "="
}

struct Parser<'a> {
    text: &'a str,
    /// The last one is `End`.
    tokens: &'a [Token],
    at: usize,
    /// How many parentheses and `not`s are open.
    depth: usize,
    max_depth: usize,
    /// Nothing more is read or reported.
    stopped: bool,
    /// The last comparison's attribute and operator, for `a eq "x" or "y"`.
    last: Option<(AttributePath, Operator, Span)>,
    errors: Vec<SyntaxError>,
}

impl<'a> Parser<'a> {
    /// A word with a placeholder that no operator follows.
    fn is_lone_placeholder(&self) -> bool {
        word_has_placeholder(self.word()) && !self.operator_follows()
    }

    /// Whether the token after this one is an operator or was meant as one.
    fn operator_follows(&self) -> bool {
        self.operator_at(1)
    }

    /// Whether the token `ahead` of this one is an operator or was meant as one.
    fn operator_at(&self, ahead: usize) -> bool {
        let Some(next) = self.peek(ahead) else {
            return false;
        };
        let text = next.span.text(self.text);
        match next.kind {
            TokenKind::Symbol => Logical::from_symbol(text).is_none(),
            TokenKind::Word if is_operator(text) => true,
            TokenKind::Word if Logical::from_word(text).is_some() => false,
            TokenKind::Word => {
                let stands_for_one = suggest(text).is_some() || word_has_placeholder(text);
                stands_for_one && self.starts_value(ahead.saturating_add(1))
            }
            _ => false,
        }
    }

    /// Whether the token `ahead` of this one can only start a value.
    fn starts_value(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|token| match token.kind {
            TokenKind::String(_) => true,
            TokenKind::Word => comparison::is_literal(token.span.text(self.text)),
            _ => false,
        })
    }

    /// Reads and reports nothing more.
    fn stop(&mut self) {
        self.stopped = true;
        self.at = self.tokens.len().saturating_sub(1);
    }

    fn peek(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at.saturating_add(ahead))
    }

    /// This token's kind; `End` forever after the last.
    fn kind(&self) -> &'a TokenKind {
        self.peek(0).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span(&self) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.peek(0).map_or(end, |token| token.span)
    }

    /// This token's text, if it is a word; else the empty text.
    fn word(&self) -> &'a str {
        match self.kind() {
            TokenKind::Word => self.span().text(self.text),
            _ => "",
        }
    }

    /// This token as a logical word or the sign for one.
    fn logical(&self) -> Option<Logical> {
        logical_of(self.peek(0)?, self.text)
    }

    fn bump(&mut self) {
        if *self.kind() != TokenKind::End {
            self.at = self.at.saturating_add(1);
        }
    }

    fn report(&mut self, kind: SyntaxErrorKind, span: Span, expected: Expected) {
        self.note(SyntaxError::new(kind, span, self.text, Some(expected)));
    }

    fn report_fix(
        &mut self,
        kind: SyntaxErrorKind,
        span: Span,
        expected: Expected,
        replaced: Span,
        text: String,
    ) {
        let error = SyntaxError::new(kind, span, self.text, Some(expected));
        self.note(error.with_fix(replaced, text));
    }

    /// `word` with the spaces that it needs in the place of `span`: `a=="x"`
    /// has none of its own.
    fn spaced(&self, span: Span, word: &str) -> String {
        let before = self.text.get(..span.start).unwrap_or_default();
        let after = self.text.get(span.end..).unwrap_or_default();
        let needs_space = |next: Option<char>| next.is_some_and(|c| !c.is_whitespace());
        let mut text = String::new();
        if needs_space(before.chars().next_back()) && !before.ends_with('(') {
            text.push(' ');
        }
        text.push_str(word);
        if needs_space(after.chars().next()) {
            text.push(' ');
        }
        text
    }

    fn note(&mut self, error: SyntaxError) {
        // Twice the bound: the lexer's errors fill at most one half.
        let room = self.errors.len() < ParseErrors::MOST.saturating_mul(2);
        let explains_the_end = matches!(error.kind, SyntaxErrorKind::TooDeep { .. });
        if !self.stopped && (room || explains_the_end) {
            self.errors.push(error);
        }
    }
}

fn logical_of(token: &Token, text: &str) -> Option<Logical> {
    match token.kind {
        TokenKind::Word => Logical::from_word(token.span.text(text)),
        TokenKind::Symbol => Logical::from_symbol(token.span.text(text)),
        _ => None,
    }
}
