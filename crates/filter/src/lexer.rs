//! Text to tokens. Nothing stops it: what is wrong is noted, and the token
//! that was meant is given.

use crate::error::{Expected, ParseErrors, SyntaxError, SyntaxErrorKind};
use crate::placeholder::{Where, placeholder_len};
use crate::quotes::{self, Quoted};
use crate::span::Span;
use crate::token::{Lexed, Token, TokenKind};

/// Reads a whole text.
pub(crate) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: 0,
        quote_missing: quotes::odd_number(text),
        lexed: Lexed {
            tokens: Vec::new(),
            errors: Vec::new(),
            unusual_whitespace: Vec::new(),
        },
    };
    while let Some(c) = lexer.rest().chars().next() {
        lexer.token(c);
    }
    lexer.push(TokenKind::End, 0);
    lexer.lexed
}

/// The length of the word that `rest` starts with, if it starts with one.
pub(crate) fn word_len(rest: &str) -> Option<usize> {
    let mut at = 0_usize;
    let mut previous = None;
    while let Some(tail) = rest.get(at..) {
        let Some(c) = tail.chars().next() else { break };
        let len = match placeholder_len(tail, Where::Word) {
            Some(len) => len,
            None if is_word(c) && !tail.starts_with("\\\"") => c.len_utf8(),
            None if is_apostrophe(previous, tail) => c.len_utf8(),
            None => break,
        };
        at = at.saturating_add(len);
        previous = tail.get(..len).and_then(|t| t.chars().next_back());
    }
    (at > 0).then_some(at)
}

/// Anything without a meaning of its own may be part of a word: the parser
/// then says what is wrong with the word as a whole.
fn is_word(c: char) -> bool {
    !c.is_whitespace()
        && !is_symbol(c)
        && !quotes::is_quote(c)
        && !matches!(c, '(' | ')' | '[' | ']' | ',' | ';')
}

fn is_symbol(c: char) -> bool {
    matches!(c, '=' | '<' | '>' | '!' | '~' | '&' | '|')
}

/// A quote between two letters, as in `O'Brien`, opens nothing.
fn is_apostrophe(previous: Option<char>, tail: &str) -> bool {
    let mut chars = tail.chars();
    matches!(chars.next(), Some('\'' | '’'))
        && previous.is_some_and(char::is_alphanumeric)
        && chars.next().is_some_and(char::is_alphanumeric)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The straight quotes from here on are odd in number.
    quote_missing: bool,
    lexed: Lexed,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token, or whitespace, that starts with `c`.
    fn token(&mut self, c: char) {
        let rest = self.rest();
        if c.is_whitespace() {
            self.whitespace(rest);
        } else if rest.starts_with("\\\"") || quotes::is_doubled(rest) {
            self.quoted(quotes::escaped(rest));
        } else if let Some(len) = word_len(rest) {
            self.word(rest, len);
        } else if c == '"' {
            let quoted = quotes::double(rest, self.quote_missing);
            self.quoted(quoted);
        } else if quotes::is_quote(c) {
            self.quoted(quotes::foreign(rest, c));
        } else if is_symbol(c) {
            let len = rest.find(|c| !is_symbol(c)).unwrap_or(rest.len());
            self.push(TokenKind::Symbol, len);
        } else {
            let kind = match c {
                '(' => TokenKind::Open,
                ')' => TokenKind::Close,
                '[' => TokenKind::OpenBracket,
                ']' => TokenKind::CloseBracket,
                _ => TokenKind::Comma,
            };
            self.push(kind, c.len_utf8());
        }
    }

    fn whitespace(&mut self, rest: &str) {
        let len = rest
            .find(|c: char| !c.is_whitespace())
            .unwrap_or(rest.len());
        let unusual = rest
            .get(..len)
            .unwrap_or_default()
            .char_indices()
            .filter(|(_, c)| *c != ' ')
            .map(|(at, c)| {
                let start = self.at.saturating_add(at);
                Span::new(start, start.saturating_add(c.len_utf8()))
            });
        self.lexed.unusual_whitespace.extend(unusual);
        self.at = self.at.saturating_add(len);
    }

    fn word(&mut self, rest: &str, len: usize) {
        let after = rest.get(len..).unwrap_or_default();
        let mut next = after.chars();
        // `eq value"`: the quote closes what nothing opened.
        let closes =
            next.next() == Some('"') && next.next().is_none_or(|c| c.is_whitespace() || c == ')');
        if self.quote_missing && closes {
            let whole = len.saturating_add(1);
            let content = rest.get(..len).unwrap_or_default().to_owned();
            self.report(
                SyntaxErrorKind::MissingOpeningQuote,
                0,
                whole,
                Some(&content),
            );
            self.quote_missing = false;
            self.push(TokenKind::String(content), whole);
        } else {
            self.push(TokenKind::Word, len);
        }
    }

    fn quoted(&mut self, quoted: Quoted) {
        for fault in quoted.faults {
            if matches!(
                fault.kind,
                SyntaxErrorKind::MissingClosingQuote | SyntaxErrorKind::TypographicQuote
            ) {
                self.quote_missing = false;
            }
            let fix = fault.fixable.then_some(quoted.content.as_str());
            self.report(fault.kind, fault.start, fault.end, fix);
        }
        self.push(TokenKind::String(quoted.content), quoted.len);
    }

    /// Notes an error `start..end` bytes from here; the fix, if any, writes
    /// `content` as a string.
    fn report(&mut self, kind: SyntaxErrorKind, start: usize, end: usize, content: Option<&str>) {
        let span = Span::new(self.at.saturating_add(start), self.at.saturating_add(end));
        let expected = match kind {
            SyntaxErrorKind::MissingClosingQuote => Expected::ClosingQuote,
            SyntaxErrorKind::InvalidEscape => Expected::Escape,
            SyntaxErrorKind::ControlCharacter => Expected::StringCharacter,
            _ => Expected::Value,
        };
        let mut error = SyntaxError::new(kind, span, self.text, Some(expected));
        if let Some(content) = content {
            error = error.with_fix(span, crate::value::Value::from(content).to_string());
        }
        if self.lexed.errors.len() < ParseErrors::MOST {
            self.lexed.errors.push(error);
        }
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        let start = self.at;
        self.at = self.at.saturating_add(len);
        self.lexed.tokens.push(Token {
            kind,
            span: Span::new(start, self.at),
        });
    }
}
