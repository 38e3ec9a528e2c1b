//! Syntax errors, grouped as a person would.

use events2logs_filter::{SyntaxError, SyntaxErrorKind as Kind};

use crate::check::rules::syntax as rules;
use crate::check::scan::Place;
use crate::check::{Edit, Rule};

use super::Sink;

/// Reports what is wrong with a text that is no filter; tells whether anything was. `fragment`:
/// only what is wrong by itself counts.
pub(super) fn check(
    sink: &mut Sink<'_>,
    place: &Place,
    text: &str,
    errors: &[SyntaxError],
    fragment: bool,
) -> bool {
    // A template that brings its own operators cannot be judged.
    let is_template = errors
        .iter()
        .any(|error| error.kind == Kind::MisplacedPlaceholder);
    let mut told = false;
    for error in errors {
        if (fragment || is_template) && !stands_alone(error) {
            continue;
        }
        let rule = rule(error.kind);
        let edit = error.fix.as_ref().and_then(|fix| {
            let range = fix.span.start..fix.span.end;
            mends(text, fix.span.start, fix.span.end, &fix.text, errors.len())
                .then(|| place.edit(range, &fix.text))
                .flatten()
        });
        let span = place.span(error.span.start..error.span.end);
        let finding = sink.add(rule, span, error.message());
        if let Some(help) = error.help() {
            finding.help(help);
        }
        finding.fix(is_safe(rule), edit.filter(|edit| is_change(edit, text)));
        told = true;
    }
    told
}

/// Whether making the change leaves fewer errors: only then is it worth offering.
fn mends(text: &str, start: usize, end: usize, with: &str, errors: usize) -> bool {
    // Longer ones are for a person anyway.
    const LONGEST: usize = 8 * 1024;
    let Some((before, after)) = text.get(..start).zip(text.get(end..)) else {
        return false;
    };
    if text.len() > LONGEST {
        return false;
    }
    match events2logs_filter::parse(&format!("{before}{with}{after}")) {
        Ok(_) => true,
        Err(left) => left.errors().len() < errors,
    }
}

fn is_change(edit: &Edit, text: &str) -> bool {
    !edit.span.is_empty() || !edit.text.is_empty() || text.is_empty()
}

/// Whether a mistake is one wherever the text goes on.
fn stands_alone(error: &SyntaxError) -> bool {
    matches!(
        error.kind,
        Kind::TypographicQuote | Kind::SingleQuote | Kind::InOperator | Kind::NullLiteral
    )
}

/// Whether a repair says just what was meant: the server refuses what stands there, so that
/// there is no other meaning to keep.
fn is_safe(rule: &Rule) -> bool {
    rule.fix == Some(true)
}

fn rule(kind: Kind) -> &'static Rule {
    match kind {
        Kind::SingleQuote | Kind::BackQuote => &rules::QUOTES,
        Kind::TypographicQuote => &rules::TYPOGRAPHIC,
        Kind::EscapedQuote => &rules::ESCAPED,
        Kind::MissingClosingQuote | Kind::MissingOpeningQuote => &rules::MISSING_QUOTE,
        Kind::UnquotedValue => &rules::UNQUOTED,
        Kind::InOperator => &rules::IN,
        Kind::ValueList => &rules::VALUE_LIST,
        Kind::ValuePath => &rules::VALUE_PATH,
        Kind::UnknownOperator { .. } => &rules::OPERATOR,
        Kind::NullLiteral => &rules::NULL,
        Kind::NotWithoutParentheses => &rules::NOT,
        Kind::SymbolicLogicalOperator { .. } => &rules::SYMBOL,
        Kind::UnclosedParenthesis | Kind::UnmatchedParenthesis | Kind::EmptyParentheses => {
            &rules::PARENTHESES
        }
        Kind::MissingOperator
        | Kind::MissingValue
        | Kind::MissingAttribute
        | Kind::MissingLogicalOperator
        | Kind::DanglingLogicalOperator => &rules::MISSING_PART,
        Kind::InvalidEscape | Kind::ControlCharacter => &rules::STRING,
        Kind::ExpressionLanguage => &rules::OEL,
        Kind::UrlEncoded | Kind::QuotedFilter | Kind::QueryString => &rules::ENCODED,
        _ => &rules::SYNTAX,
    }
}
