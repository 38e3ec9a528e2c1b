//! Tokens.

use crate::error::SyntaxError;
use crate::span::Span;

/// One token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is. Words and signs keep their text in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A run of characters without a meaning of their own: attribute paths,
    /// operators, logical words, numbers, booleans, placeholders.
    Word,
    /// A string, decoded, whatever quotes were used.
    String(String),
    /// A run of `= < > ! ~ & |`, none of which the language has.
    Symbol,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `,` or `;`
    Comma,
    /// The end of the text.
    End,
}

/// What the lexer makes of a text: tokens, the last of them `End`, and what
/// was wrong with them.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) unusual_whitespace: Vec<Span>,
}
