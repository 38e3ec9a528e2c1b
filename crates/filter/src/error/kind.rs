//! The mistakes that are told apart.

/// Which mistake was made. Each documents an input that makes it.
///
/// Sources: the grammar in Okta's System Log API reference, and filters found
/// in public repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// There is nothing to read: `   `.
    EmptyFilter,
    /// The text is longer than [`Limits::max_bytes`](crate::Limits); nothing
    /// of it was read.
    TooLong {
        /// The length of the text in bytes.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// Parentheses nest deeper than [`Limits::max_depth`](crate::Limits): with
    /// a limit of 2, `(((actor.id pr)))`. Nothing after is read.
    TooDeep {
        /// The deepest nesting that is read.
        limit: usize,
    },
    /// It is in Okta Expression Language, as event hooks take it:
    /// `event.target.?[type eq 'UserGroup'].size()>0`.
    ExpressionLanguage,
    /// It is a URL, or a parameter with its name: `filter=actor.id pr`.
    QueryString,
    /// It still has the encoding of a URL: `eventType+eq+"x"`, `a%20pr`.
    UrlEncoded,
    /// All of it is inside one pair of quotes: `"actor.id pr"`.
    QuotedFilter,

    /// Quotes as word processors make them: `eventType eq “x”`.
    TypographicQuote,
    /// Single quotes: `eventType eq 'x'`.
    SingleQuote,
    /// Back quotes: ``eventType eq `x` ``.
    BackQuote,
    /// Quotes escaped for a shell, a programming language or CSV:
    /// `eventType eq \"x\"`, `eventType eq ""x""`.
    EscapedQuote,
    /// Nothing closes the string: `eventType eq "x`.
    MissingClosingQuote,
    /// Nothing opens the string: `eventType eq x"`.
    MissingOpeningQuote,
    /// A backslash that starts no JSON escape: `actor.id eq "a\x"`.
    InvalidEscape,
    /// A tab, line break or the like in a string that must be escaped.
    ControlCharacter,

    /// Nearly a number: `client.port eq 01`.
    InvalidNumber,
    /// A value without quotes: `outcome.result eq SUCCESS`.
    UnquotedValue,
    /// `null` as a value: `actor.id eq null`.
    NullLiteral,
    /// Several values for one comparison: `outcome.result eq ("A" or "B")`,
    /// `outcome.result eq ["A","B"]`, `outcome.result eq "A" or "B"`.
    ValueList,
    /// The operator `in`, of other languages: `eventType in ["a","b"]`.
    InOperator,
    /// A value path of SCIM: `target[type eq "User"].id eq "x"`.
    ValuePath,

    /// An operator that the language does not have: `actor.id eqq "x"`,
    /// `actor.id == "x"`.
    UnknownOperator {
        /// The operator that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// There is no operator: `actor.id "x"`.
    MissingOperator,
    /// There is no value: `actor.id eq`.
    MissingValue,
    /// `pr` is followed by a value: `actor.id pr "x"`.
    ValueAfterPresent,
    /// A name that no attribute can have: `actor..id eq "x"`.
    InvalidAttributePath,
    /// A value or an operator where an attribute is expected:
    /// `"SUCCESS" eq outcome.result`.
    MissingAttribute,

    /// Nothing joins two expressions: `actor.id pr target.id pr`.
    MissingLogicalOperator,
    /// `&&`, `||` or `!`: `actor.id pr && target.id pr`.
    SymbolicLogicalOperator {
        /// The word to write.
        word: &'static str,
    },
    /// `and`, `or` or `not` with nothing to join or to negate:
    /// `actor.id pr and`.
    DanglingLogicalOperator,
    /// `not` without parentheses: `not actor.id pr`. The grammar that the
    /// server's descends from asks for them (inferred).
    NotWithoutParentheses,
    /// Nothing between parentheses: `actor.id pr and ()`.
    EmptyParentheses,
    /// A parenthesis that nothing closes: `(actor.id pr`.
    UnclosedParenthesis,
    /// A parenthesis that closes nothing: `actor.id pr)`.
    UnmatchedParenthesis,
    /// A placeholder that stands for an operator or brings its own `and`, so
    /// that the filter cannot be read before it is filled in:
    /// `actor.id {operator} "x"`, `actor.id pr {more}`.
    MisplacedPlaceholder,
    /// Anything else that does not belong: `actor.id pr ]`.
    UnexpectedToken,
}
