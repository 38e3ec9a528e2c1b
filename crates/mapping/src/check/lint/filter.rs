//! One filter, by all rules for filters.

use events2logs_filter::{Expr, ExprKind, Span, parse};

use crate::check::rules;
use crate::check::scan::Place;

use super::{Part, Sink, legacy, logic, names, refused, syntax};

/// Checks a filter. `fragment`: a program adds to it, so that it need not be whole.
pub(super) fn check(sink: &mut Sink<'_>, place: &Place, text: &str, fragment: bool) {
    match parse(text) {
        Ok(filter) => {
            let part = Part {
                place,
                text,
                guessed: false,
            };
            whitespace(sink, part, &filter.unusual_whitespace);
            names_of(sink, part, &filter.expr);
            structure(sink, part, &filter.expr);
        }
        Err(errors) => {
            let told = syntax::check(sink, place, text, errors.errors(), fragment);
            // What else is wrong is worth knowing, but nothing is changed by a guess.
            if told && let Some(expr) = errors.partial() {
                let part = Part {
                    place,
                    text,
                    guessed: true,
                };
                names_of(sink, part, expr);
            }
        }
    }
}

fn names_of(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) {
    let is_legacy = legacy::check(sink, part, expr);
    for comparison in expr.comparisons() {
        if !refused::check(sink, part, comparison, is_legacy) {
            names::check(sink, part, comparison, is_legacy);
        }
    }
    names::outcomes(sink, part, expr);
}

/// Tabs and line breaks between words, as one finding.
fn whitespace(sink: &mut Sink<'_>, part: Part<'_>, spans: &[Span]) {
    let Some((first, last)) = spans.first().zip(spans.last()) else {
        return;
    };
    let mut edits: Vec<_> = Vec::new();
    for span in spans {
        match part.edit(*span, " ") {
            Some(edit) => edits.push(edit),
            None => edits.clear(),
        }
    }
    // Where the language folds lines itself, nothing needs to change.
    let is_folded = edits.iter().any(|edit| edit.span.len() > 2);
    let whole = part.span(Span::new(first.start, last.end));
    let finding = sink.add(
        &rules::syntax::WHITESPACE,
        whole,
        "a tab or line break between the words of a filter".to_owned(),
    );
    finding.help("put a plain space in its place: the server may refuse the filter");
    if edits.len() == spans.len() && !is_folded {
        finding.fix = Some(crate::check::Fix { safe: true, edits });
    }
}

/// What is wrong with the way that comparisons are joined.
fn structure(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) {
    for verdict in logic::logic(expr, sink.context.tables, &mut sink.decider) {
        let rule = match verdict.kind {
            logic::Kind::Never => &rules::logic::NEVER,
            logic::Kind::Always => &rules::logic::ALWAYS,
        };
        sink.add(rule, part.span(verdict.span), verdict.message)
            .help(verdict.help);
    }
    for term in expr.unparenthesized_ands() {
        let written = term.span.text(part.text);
        let edit = part.edit(term.span, &format!("({written})"));
        sink.add(
            &rules::logic::MIXED,
            part.span(term.span),
            "`and` binds tighter than the `or` beside it".to_owned(),
        )
        .help(format!(
            "read as ({written}); add parentheses, here or around the `or`, to say what is meant"
        ))
        .fix(true, edit);
    }
    duplicates(sink, part, expr);
}

fn duplicates(sink: &mut Sink<'_>, part: Part<'_>, expr: &Expr) {
    for joined in expr.walk() {
        let (ExprKind::And(terms) | ExprKind::Or(terms)) = &joined.kind else {
            continue;
        };
        let mut seen: Vec<&Expr> = Vec::new();
        let mut before: Option<&Expr> = None;
        for term in terms {
            // Of a hand-written filter a few dozen; a generated one is not searched for long.
            let known = seen.len() < 200 && seen.contains(&term);
            if known && !term.has_placeholder() {
                let edit = before.and_then(|before| {
                    let (from, to) = (before.outer_span().end, term.outer_span());
                    let between = Span::new(from, to.start).text(part.text).trim();
                    // Not where a parenthesis stands between the two.
                    ["and", "or"]
                        .iter()
                        .any(|it| it.eq_ignore_ascii_case(between))
                        .then(|| part.edit(Span::new(from, to.end), ""))?
                });
                sink.add(
                    &rules::logic::DUPLICATE,
                    part.span(term.outer_span()),
                    format!("{} stands here twice", super::shown(&term.to_string())),
                )
                .help("take one away, or put in the value that was meant")
                .fix(true, edit);
            } else {
                seen.push(term);
            }
            before = Some(term);
        }
    }
}
