//! Comments that take no finding away.

use std::ops::Range;

use super::comment::{Code, Comment, is_own};
use super::{Ignored, Source};
use crate::check::rules::comments::UNUSED;
use crate::check::rules::refused::TOO_OLD;
use crate::check::rules::{RULES, rule};
use crate::check::{Edit, Finding, Fix};

/// The signs of comments, and what ends them before the line does.
const SIGNS: [(&str, &str); 9] = [
    ("<!--", "-->"),
    ("/*", "*/"),
    ("<#", "#>"),
    ("{#", "#}"),
    ("//", ""),
    ("--", ""),
    ("#", ""),
    (";", ""),
    ("%", ""),
];

/// A finding for each comment of no use. What stands in no comment, such as a page that tells how
/// to write one, is none.
pub(super) fn unused(source: Source<'_>, ignored: &Ignored<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for comment in &ignored.comments {
        let line = ignored.lines.bytes(comment.line);
        let Some(around) = around(source, comment, line.clone()) else {
            continue;
        };
        if comment.codes.is_empty() {
            // What was not asked may be what it is there for.
            let may_be_old =
                !source.now && (comment.file || is_about_since(source, &line, ignored));
            if !comment.used && !may_be_old {
                findings.push(finding(
                    comment.span.clone(),
                    "this comment leaves nothing out".to_owned(),
                    around.removed(source.text, &line),
                ));
            }
            continue;
        }
        let is_unused = |code: &&Code<'_>| {
            let may_be_old = !source.now && code.covers(TOO_OLD.code);
            !code.used && !may_be_old && !is_own(code.text)
        };
        let unused: Vec<&Code<'_>> = comment.codes.iter().filter(is_unused).collect();
        let kept: Vec<&Code<'_>> = comment.codes.iter().filter(|it| !is_unused(it)).collect();
        let (Some(first), Some(last)) = (unused.first(), unused.last()) else {
            continue;
        };
        let edit = match (kept.is_empty(), comment.codes.first(), comment.codes.last()) {
            (false, Some(start), Some(end)) => Some(Edit {
                span: start.span.start..end.span.end,
                text: kept.iter().map(|it| it.text).collect::<Vec<_>>().join(", "),
            }),
            _ => around.removed(source.text, &line),
        };
        findings.push(finding(
            first.span.start..last.span.end,
            message(&unused),
            edit,
        ));
    }
    findings
}

fn finding(span: Range<usize>, message: String, edit: Option<Edit>) -> Finding {
    Finding {
        rule: &UNUSED,
        severity: UNUSED.severity,
        span,
        message,
        help: Some("take it away: it would hide the next mistake that is made here".to_owned()),
        fix: edit.map(|edit| Fix {
            safe: true,
            edits: vec![edit],
        }),
    }
}

fn message(unused: &[&Code<'_>]) -> String {
    /// No more codes are named.
    const NAMED: usize = 5;
    let is_known = |code: &Code<'_>| {
        rule(code.text).is_some() || RULES.iter().any(|rule| code.covers(rule.code))
    };
    let list = |codes: Vec<&str>| {
        let named = codes.iter().take(NAMED).copied().collect::<Vec<_>>();
        let more = if codes.len() > NAMED { " ..." } else { "" };
        format!("{}{more}", named.join(", "))
    };
    let of = |known: bool| -> Vec<&str> {
        let codes = unused.iter().filter(|it| is_known(it) == known);
        codes.map(|it| it.text).collect()
    };
    let (known, unknown) = (of(true), of(false));
    let mut parts = Vec::new();
    if !unknown.is_empty() {
        parts.push(format!("there is no rule {}", list(unknown)));
    }
    match known.len() {
        0 => {}
        1 => parts.push(format!("{} leaves nothing out here", list(known))),
        _ => parts.push(format!("{} leave nothing out here", list(known))),
    }
    parts.join("; ")
}

/// Whether the line of a comment, or the one after it, has a time that may lie too far back.
fn is_about_since(source: Source<'_>, line: &Range<usize>, ignored: &Ignored<'_, '_>) -> bool {
    let next = ignored.lines.bytes(ignored.lines.of(line.end));
    let both = source.text.get(line.start..next.end.max(line.end));
    both.is_some_and(|it| it.contains("since"))
}

/// The signs around what a comment says.
struct Around {
    /// From the sign to the end; the end is unknown where the line does not hold it.
    start: usize,
    end: Option<usize>,
}

/// The signs around a comment; `None` where it seems to be none.
fn around(source: Source<'_>, comment: &Comment<'_>, line: Range<usize>) -> Option<Around> {
    let before = source.text.get(line.start..comment.span.start)?;
    let after = source.text.get(comment.span.end..line.end)?;
    let trimmed = before.trim_end();
    let lower = source.name.to_ascii_lowercase();
    let is_prose = [".md", ".markdown", ".mdx"]
        .iter()
        .any(|it| lower.ends_with(it));
    let (sign, close) = SIGNS.iter().find(|(sign, _)| trimmed.ends_with(sign))?;
    // `#` is a heading there, or stands in an example.
    if is_prose && *sign != "<!--" {
        return None;
    }
    let opened = trimmed.strip_suffix(sign)?;
    // `##`, `///` and the like.
    let opened = match sign.chars().last() {
        Some(last) if close.is_empty() => opened.trim_end_matches(last),
        _ => opened,
    };
    // Within quotes it is a text about comments.
    let is_apart = opened.is_empty() || opened.ends_with(char::is_whitespace);
    let is_quoted = after.starts_with(['"', '\'', '`', '\\'])
        || after.bytes().filter(|it| *it == b'"').count() % 2 == 1;
    if !is_apart || is_quoted {
        return None;
    }
    let end = if close.is_empty() {
        // Another comment may follow within this one.
        let next = after.find(&format!(" {sign}"));
        Some(next.unwrap_or(after.trim_end().len()))
    } else {
        after.find(close).map(|at| at.saturating_add(close.len()))
    };
    Some(Around {
        start: line.start.saturating_add(opened.len()),
        end: end.map(|end| comment.span.end.saturating_add(end)),
    })
}

impl Around {
    /// What takes the comment away: with its line, where there is nothing else on it.
    fn removed(&self, text: &str, line: &Range<usize>) -> Option<Edit> {
        let end = self.end?;
        let before = text.get(line.start..self.start)?;
        let after = text.get(end..line.end)?;
        let span = if before.trim().is_empty() && after.trim().is_empty() {
            line.clone()
        } else if after.trim().is_empty() {
            line.start.saturating_add(before.trim_end().len())..end
        } else {
            // The blank on one side stays.
            let blanks = after.len().saturating_sub(after.trim_start().len());
            self.start..end.saturating_add(blanks)
        };
        Some(Edit {
            span,
            text: String::new(),
        })
    }
}
