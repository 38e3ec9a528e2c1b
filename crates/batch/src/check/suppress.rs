//! Comments that say: not this.

use std::collections::BTreeSet;

use events2logs_mapping::check::Finding;

use super::place::Places;

/// What a comment begins with.
const MARK: &str = "events2logs:";

/// One comment.
#[derive(Debug, PartialEq, Eq)]
struct Comment<'t> {
    line: usize,
    /// For the whole file.
    file: bool,
    /// Nothing but the comment stands on its line.
    alone: bool,
    /// Codes, or starts of codes; all without any.
    codes: Vec<&'t str>,
}

/// Takes away the findings that a comment in `text` asks not to have, and says how many.
///
/// `events2logs: ignore`, alone or with codes after it, is for the line it is on, and where it is
/// alone on it, for the next one; `events2logs: ignore-file` is for all lines. What makes it a
/// comment, `#`, `//` or any other sign, is not looked at.
pub fn suppress(text: &str, findings: &mut Vec<Finding>) -> usize {
    if findings.is_empty() {
        return 0;
    }
    let places = Places::new(text);
    let comments = comments(text, &places);
    if comments.is_empty() {
        return 0;
    }
    let alone: BTreeSet<usize> = comments
        .iter()
        .filter(|comment| comment.alone)
        .map(|comment| comment.line)
        .collect();
    let before = findings.len();
    findings.retain(|finding| {
        let first = places.line(finding.span.start);
        // The last byte, not the one after it, which may be of the next line.
        let last = finding.span.end.saturating_sub(1).max(finding.span.start);
        let last = places.line(last);
        // Comments that stand one below the other all speak of what comes after them.
        let mut top = first;
        while alone.contains(&top.saturating_sub(1)) {
            top = top.saturating_sub(1);
        }
        !comments.iter().any(|comment| {
            let here = comment.file
                || comment.line == first
                || comment.line == last
                || (comment.alone && (top..first).contains(&comment.line));
            let code = finding.rule.code;
            here && (comment.codes.is_empty()
                || comment.codes.iter().any(|start| is_start(start, code)))
        })
    });
    before.saturating_sub(findings.len())
}

fn is_start(start: &str, code: &str) -> bool {
    code.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn comments<'t>(text: &'t str, places: &Places<'t>) -> Vec<Comment<'t>> {
    let found = text.match_indices(MARK);
    found
        .filter_map(|(at, _)| {
            let line = places.line(at);
            let whole = places.lines(line, line);
            let column = at.checked_sub(places.start(line))?;
            let (before, rest) = whole.split_at_checked(column)?;
            let rest = rest.strip_prefix(MARK)?.trim_start();
            let rest = rest.strip_prefix("ignore")?;
            let (file, rest) = match rest.strip_prefix("-file") {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            // `ignored`, `ignore_all` and the like are other words.
            let goes_on = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_');
            if rest.starts_with(goes_on) {
                return None;
            }
            let codes = rest
                .split([',', ' ', '\t', ':'])
                .filter(|word| !word.is_empty())
                .map(|word| word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric()))
                .take_while(|word| is_start("E2L", word))
                .collect();
            Some(Comment {
                line,
                file,
                alone: is_opening(before) && !goes_on_after(rest),
                codes,
            })
        })
        .collect()
}

/// Whether nothing but the sign of a comment is before it.
fn is_opening(before: &str) -> bool {
    let before = before.trim();
    before.eq_ignore_ascii_case("rem")
        || before
            .chars()
            .all(|it| it.is_whitespace() || "#/*-<!;'\"%({:".contains(it))
}

/// Whether a comment that has an end is followed by more.
fn goes_on_after(rest: &str) -> bool {
    ["*/", "-->", "#>"].iter().any(|end| {
        rest.split_once(end)
            .is_some_and(|(_, after)| !after.trim().is_empty())
    })
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test states what must hold; a panic is its report"
)]
mod tests {
    use events2logs_mapping::check::{Rule, Severity};

    use super::*;

    static RULES: [Rule; 2] = [rule("E2L203"), rule("E2L101")];

    const fn rule(code: &'static str) -> Rule {
        Rule {
            code,
            name: "",
            severity: Severity::Error,
            summary: "",
            reason: "",
            example: "",
            instead: "",
            fix: None,
        }
    }

    /// Puts a finding of E2L203 on each `X`, one of E2L101 on each `Y`, and marks what is left.
    fn left(text: &str) -> String {
        let mut findings: Vec<Finding> = text
            .match_indices(['X', 'Y'])
            .map(|(at, mark)| Finding {
                rule: &RULES[usize::from(mark == "Y")],
                severity: Severity::Error,
                span: at..at + 1,
                message: String::new(),
                help: None,
                fix: None,
            })
            .collect();
        suppress(text, &mut findings);
        let left = findings.iter().map(|it| &text[it.span.clone()]);
        left.collect::<Vec<_>>().concat()
    }

    #[test]
    fn comments_of_many_languages_are_obeyed() {
        for (text, expected) in [
            ("XY", "XY"),
            ("XY # events2logs: ignore", ""),
            ("XY # events2logs: ignore E2L203", "Y"),
            ("XY // events2logs: ignore E2L203, E2L101", ""),
            (
                "XY // events2logs: ignore E2L203 E2L101 as they must be",
                "",
            ),
            ("XY # events2logs: ignore E2L2: the mock speaks it", "Y"),
            ("XY # events2logs: ignore because", ""),
            // A slip of the pen hides nothing.
            ("XY # events2logs: ignore E2L2O3", "XY"),
            ("XY # events2logs: ignored", "XY"),
            ("XY # events2logs:ignore e2l101", "X"),
            ("-- events2logs: ignore E2L203\nXY\nX", "YX"),
            ("<!-- events2logs: ignore -->\nX\nX", "X"),
            ("/* events2logs: ignore */ X\nX", "X"),
            ("/* events2logs: ignore E2L203 */\r\nX\r\nX", "X"),
            ("; events2logs: ignore\nX", ""),
            ("REM events2logs: ignore\nX", ""),
            (
                "# events2logs: ignore E2L203\n# events2logs: ignore E2L101\nXY",
                "",
            ),
            // Beside something else it is for its own line.
            ("Y # events2logs: ignore\nX", "X"),
            ("# events2logs: ignore\n\nX", "X"),
            ("X\nY\n# events2logs: ignore-file", ""),
            ("X\nY\n# events2logs: ignore-file E2L101", "X"),
            ("é events2logs: ignore X", ""),
        ] {
            assert_eq!(left(text), expected, "{text}");
        }
    }

    #[test]
    fn of_several_lines_the_first_and_the_last_count() {
        let text = "a\nb\nc # events2logs: ignore\nd";
        for (span, expected) in [(0..5, 0), (0..4, 1), (2..32, 1), (4..32, 0), (0..2, 1)] {
            let mut findings = vec![Finding {
                rule: &RULES[0],
                severity: Severity::Error,
                span: span.clone(),
                message: String::new(),
                help: None,
                fix: None,
            }];
            suppress(text, &mut findings);
            assert_eq!(findings.len(), expected, "{span:?}");
        }
    }
}
