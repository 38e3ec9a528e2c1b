//! The words for each mistake: plain text, one line each, no colours.

use std::borrow::Cow;
use std::fmt::Write;

use super::{SyntaxError, SyntaxErrorKind as Kind};

/// No more of the text than this many characters is quoted in a message.
const QUOTED_CHARACTERS: usize = 60;

impl SyntaxError {
    /// What is wrong, in one line, without a full stop.
    #[must_use]
    pub fn message(&self) -> String {
        let found = self.shown();
        match self.kind {
            Kind::EmptyFilter => "the filter is empty".to_owned(),
            Kind::TooLong { bytes, limit } => {
                format!("the filter has {bytes} bytes, more than the {limit} that are read")
            }
            Kind::TooDeep { limit } => format!("parentheses nest deeper than {limit}"),
            Kind::ExpressionLanguage => {
                "this is Okta Expression Language, not a System Log filter".to_owned()
            }
            Kind::QueryString => "this is a URL or a parameter of one, not a filter".to_owned(),
            Kind::UrlEncoded => format!("{found} is still encoded for a URL"),
            Kind::QuotedFilter => "the whole filter is inside quotes".to_owned(),
            Kind::TypographicQuote => format!("typographic quotes around a value: {found}"),
            Kind::SingleQuote => format!("single quotes around a value: {found}"),
            Kind::BackQuote => format!("back quotes around a value: {found}"),
            Kind::EscapedQuote => format!("escaped quotes around a value: {found}"),
            Kind::MissingClosingQuote => format!("no quote closes the string {found}"),
            Kind::MissingOpeningQuote => format!("no quote opens the string {found}"),
            Kind::InvalidEscape => format!("{found} is no escape in a string"),
            Kind::ControlCharacter => format!("the control character {found} in a string"),
            Kind::InvalidNumber => format!("{found} is no number"),
            Kind::UnquotedValue => format!("the value {found} has no quotes"),
            Kind::NullLiteral => "null is no value".to_owned(),
            Kind::ValueList => "one comparison with several values".to_owned(),
            Kind::InOperator => "there is no operator `in`".to_owned(),
            Kind::ValuePath => format!("there are no value paths: {found}"),
            Kind::UnknownOperator { .. } => format!("unknown operator {found}"),
            Kind::MissingOperator => match &self.found {
                Some(_) => format!("an operator is missing before {found}"),
                None => "an operator is missing at the end".to_owned(),
            },
            Kind::MissingValue => match &self.found {
                Some(_) => format!("a value is missing before {found}"),
                None => "a value is missing at the end".to_owned(),
            },
            Kind::ValueAfterPresent => format!("`pr` takes no value, but {found} follows"),
            Kind::InvalidAttributePath => format!("{found} is no attribute path"),
            Kind::MissingAttribute => format!("{found} where an attribute is expected"),
            Kind::MissingLogicalOperator => format!("`and` or `or` is missing before {found}"),
            Kind::SymbolicLogicalOperator { word } => format!("{found} instead of `{word}`"),
            Kind::DanglingLogicalOperator => format!("{found} lacks a side"),
            Kind::NotWithoutParentheses => "`not` without parentheses".to_owned(),
            Kind::EmptyParentheses => "nothing between the parentheses".to_owned(),
            Kind::UnclosedParenthesis => "this parenthesis is never closed".to_owned(),
            Kind::UnmatchedParenthesis => "this parenthesis closes nothing".to_owned(),
            Kind::MisplacedPlaceholder => {
                format!("the placeholder {found} cannot be read where it stands")
            }
            Kind::UnexpectedToken => format!("unexpected {found}"),
        }
    }

    /// What to do about it, in one line; none where the message says it all.
    #[must_use]
    pub fn help(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self.kind {
            Kind::EmptyFilter => "leave the parameter out to have no filter",
            Kind::TooLong { .. } | Kind::TooDeep { .. } => "split it into several filters",
            Kind::ExpressionLanguage => {
                "event hooks and policies take it; /api/v1/logs does not: write comparisons such as target.type eq \"UserGroup\""
            }
            Kind::QueryString => "take out the value of `filter` and decode it",
            Kind::UrlEncoded => "decode it first: `+` and %20 are spaces, %22 is a quote",
            Kind::QuotedFilter => "take the outer quotes away, and the backslashes within",
            Kind::TypographicQuote | Kind::SingleQuote | Kind::BackQuote | Kind::EscapedQuote => {
                "only straight double quotes enclose a string: \"...\""
            }
            Kind::MissingClosingQuote | Kind::MissingOpeningQuote => {
                "enclose the value in straight double quotes; write a quote within it as \\\""
            }
            Kind::InvalidEscape => {
                "a backslash itself is written \\\\; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uHHHH"
            }
            Kind::ControlCharacter => "write it as an escape: \\t, \\n, \\r or \\u00XX",
            Kind::InvalidNumber => {
                "numbers are written as in JSON: 12, -0.5, 1e3; anything else goes in double quotes"
            }
            Kind::UnquotedValue => return Some(self.unquoted_help()),
            Kind::NullLiteral => {
                "to ask for a value write `attribute pr`, for none `not (attribute pr)`"
            }
            Kind::ValueList => {
                "repeat attribute and operator for each value: (a eq \"x\" or a eq \"y\")"
            }
            Kind::InOperator => "compare with each value: (a eq \"x\" or a eq \"y\")",
            Kind::ValuePath => {
                "use dotted paths: target.type eq \"User\" and target.id eq \"x\"; nothing ties the two to one element"
            }
            Kind::UnknownOperator { suggestion } => {
                return Some(match suggestion {
                    Some(operator) => Cow::Owned(format!("did you mean `{operator}`?")),
                    None => Cow::Borrowed("the operators are eq ne co sw ew pr gt ge lt le"),
                });
            }
            Kind::MissingOperator => {
                "a comparison is: attribute, operator, value; the operators are eq ne co sw ew pr gt ge lt le"
            }
            Kind::MissingValue => {
                "put a string in double quotes, a number, true or false after the operator"
            }
            Kind::ValueAfterPresent => "to compare with a value use `eq`",
            Kind::InvalidAttributePath => {
                "a path is names joined by dots; a name has letters, digits, _ - $ and :"
            }
            Kind::MissingAttribute => {
                "the attribute comes first and has no quotes: outcome.result eq \"SUCCESS\""
            }
            Kind::MissingLogicalOperator => "join two comparisons with `and` or `or`",
            Kind::SymbolicLogicalOperator { .. } => "the logical words are and, or, not",
            Kind::DanglingLogicalOperator => {
                "take it away, or write the comparison that it should apply to"
            }
            Kind::NotWithoutParentheses => "write not (...) around exactly what should be negated",
            Kind::EmptyParentheses => "take them away, or write a comparison between them",
            Kind::UnclosedParenthesis => "add the closing parenthesis",
            Kind::UnmatchedParenthesis => {
                "take it away, or add the opening parenthesis where the group starts"
            }
            Kind::MisplacedPlaceholder => {
                "a placeholder can stand for an attribute, a value or a whole expression: keep operators, `and` and `or` outside it"
            }
            Kind::UnexpectedToken => return None,
        }))
    }

    fn unquoted_help(&self) -> Cow<'static, str> {
        let found = self.found.as_deref().unwrap_or_default();
        let boolean = ["true", "false"]
            .into_iter()
            .find(|word| word.eq_ignore_ascii_case(found));
        match boolean {
            Some(word) => Cow::Owned(format!("booleans are written in lower case: {word}")),
            None => Cow::Borrowed("put a string in double quotes"),
        }
    }

    /// The text found, in back quotes, cut short, with control characters
    /// escaped: it may come from anyone.
    fn shown(&self) -> String {
        let Some(found) = &self.found else {
            return "the end".to_owned();
        };
        let mut shown = String::from("`");
        for (place, c) in found.chars().enumerate() {
            if place >= QUOTED_CHARACTERS {
                shown.push_str("...");
                break;
            }
            if c.is_control() {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            } else {
                shown.push(c);
            }
        }
        shown.push('`');
        shown
    }
}
