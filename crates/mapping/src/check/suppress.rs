//! Comments that say: not this.

mod comment;
mod unused;

use std::ops::Range;

use hashbrown::HashMap;
use memchr::{memchr_iter, memmem};

use super::Finding;
use comment::Comment;

/// What a comment begins with.
const MARK: &str = "events2logs:";

/// Comments alone on a line, one below the other, all speak of what comes after them; no more
/// lines of them are looked at.
const STACKED: usize = 100;

/// A text to look for comments in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    /// The file's name.
    pub(super) name: &'t str,
    /// Whether the rule about the time that `since` may lie back was asked.
    pub(super) now: bool,
}

/// Takes away the findings that a comment in the text asks not to have, and adds one for each
/// comment that takes none away.
///
/// `events2logs: ignore`, alone or with codes after it, is for the line it is on, and where it is
/// alone on it, for the next one; `events2logs: ignore-file` is for all lines. What makes it a
/// comment, `#`, `//` or any other sign, is not looked at.
pub(super) fn suppress(source: Source<'_>, findings: &mut Vec<Finding>) {
    if memmem::find(source.text.as_bytes(), MARK.as_bytes()).is_none() {
        return;
    }
    let lines = Lines::new(source.text);
    let comments = comment::comments(source.text, &lines);
    if comments.is_empty() {
        return;
    }
    let mut ignored = Ignored::new(comments, &lines);
    findings.retain(|finding| !ignored.covers(finding.rule.code, &finding.span));
    let mut unused = unused::unused(source, &ignored);
    // That a comment is of no use is worth hearing unless the code of just that is given.
    ignored.comments.retain(|it| it.speaks_of_itself());
    let mut ignored = Ignored::new(ignored.comments, &lines);
    unused.retain(|finding| !ignored.covers(finding.rule.code, &finding.span));
    if !unused.is_empty() {
        findings.append(&mut unused);
        findings.sort_by_key(|it| (it.span.start, it.span.end, it.rule.code));
    }
}

/// Where the lines of a text are.
#[derive(Debug)]
struct Lines {
    /// The byte after each line end.
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    fn new(text: &str) -> Self {
        let ends = memchr_iter(b'\n', text.as_bytes());
        Self {
            starts: ends.map(|at| at.saturating_add(1)).collect(),
            len: text.len(),
        }
    }

    /// The line of a byte, from 0.
    fn of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// A line with its end.
    fn bytes(&self, line: usize) -> Range<usize> {
        let start = |line: usize| match line.checked_sub(1) {
            Some(before) => self.starts.get(before).copied().unwrap_or(self.len),
            None => 0,
        };
        start(line)..start(line.saturating_add(1))
    }
}

/// The comments of a text, and which of them are of use.
struct Ignored<'l, 't> {
    lines: &'l Lines,
    comments: Vec<Comment<'t>>,
    /// Those for the whole file.
    files: Vec<usize>,
    /// What was asked before: first line, last line, code.
    known: HashMap<(usize, usize, &'static str), bool>,
    /// Likewise of those for the whole file.
    known_of_file: HashMap<&'static str, bool>,
}

impl<'l, 't> Ignored<'l, 't> {
    /// `comments` in their order.
    fn new(comments: Vec<Comment<'t>>, lines: &'l Lines) -> Self {
        let files = comments.iter().enumerate().filter(|(_, it)| it.file);
        Self {
            lines,
            files: files.map(|(at, _)| at).collect(),
            comments,
            known: HashMap::new(),
            known_of_file: HashMap::new(),
        }
    }

    /// Whether a comment takes findings of `code` at `span` away.
    fn covers(&mut self, code: &'static str, span: &Range<usize>) -> bool {
        let first = self.lines.of(span.start);
        // The last byte, not the one after it, which may be of the next line.
        let last = self.lines.of(span.end.saturating_sub(1).max(span.start));
        let of_file = match self.known_of_file.get(code) {
            Some(known) => *known,
            None => {
                let files = self.files.clone();
                let known = self.ask(files, code);
                self.known_of_file.insert(code, known);
                known
            }
        };
        let key = (first, last, code);
        let of_line = match self.known.get(&key) {
            Some(known) => *known,
            None => {
                let here = self.near(first, last);
                let known = self.ask(here, code);
                self.known.insert(key, known);
                known
            }
        };
        of_file || of_line
    }

    /// The comments that speak of what stands on these lines.
    fn near(&self, first: usize, last: usize) -> Vec<usize> {
        let mut near = self.on(first);
        if last != first {
            near.extend(self.on(last));
        }
        let mut line = first;
        for _ in 0..STACKED {
            let Some(above) = line.checked_sub(1) else {
                break;
            };
            let mut alone = self.on(above);
            alone.retain(|at| self.comments.get(*at).is_some_and(|it| it.alone));
            if alone.is_empty() {
                break;
            }
            near.extend(alone);
            line = above;
        }
        near
    }

    fn on(&self, line: usize) -> Vec<usize> {
        let from = self.comments.partition_point(|it| it.line < line);
        let to = self.comments.partition_point(|it| it.line <= line);
        (from..to)
            .filter(|at| self.comments.get(*at).is_some_and(|it| !it.file))
            .collect()
    }

    /// Whether one of the comments covers `code`; those that do are of use.
    fn ask(&mut self, comments: Vec<usize>, code: &str) -> bool {
        let mut covered = false;
        for at in comments {
            let Some(comment) = self.comments.get_mut(at) else {
                continue;
            };
            covered |= comment.use_for(code);
        }
        covered
    }
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test states what must hold; a panic is its report"
)]
mod tests {
    use super::*;
    use crate::check::{Rule, Severity};

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
        suppress(source(text, ""), &mut findings);
        let left = findings.iter().filter(|it| it.rule.code != "E2L901");
        left.map(|it| &text[it.span.clone()])
            .collect::<Vec<_>>()
            .concat()
    }

    fn source<'t>(text: &'t str, name: &'t str) -> Source<'t> {
        Source {
            text,
            name,
            now: false,
        }
    }

    /// What is said of the comments of a text in which nothing else is to be found, and what a
    /// fix makes of it.
    fn said(text: &str, name: &str) -> String {
        let mut findings = Vec::new();
        suppress(source(text, name), &mut findings);
        let mut said = String::new();
        for finding in findings {
            let edit = finding.fix.map(|fix| fix.edits[0].clone());
            let fixed = edit.map(|it| {
                let (before, after) = (&text[..it.span.start], &text[it.span.end..]);
                [before, &it.text, after].concat()
            });
            said.push_str(&format!(
                "{:?} {} => {fixed:?}\n",
                &text[finding.span.clone()],
                finding.message
            ));
        }
        said
    }

    #[test]
    fn comments_of_no_use_are_told() {
        let all: Vec<String> = [
            "x # events2logs: ignore",
            "x # events2logs: ignore E2L203, E2L101",
            "x # events2logs: ignore E2L2O3",
            "x // events2logs: ignore E2L203, E2L999 as it must be\ny",
            "    # events2logs: ignore-file E2L4\r\nx\r\n",
            "# noqa # events2logs: ignore E2L203 # pylint: disable=x",
            "/* events2logs: ignore */ x",
            "x /* events2logs: ignore E2L203\n*/",
            "<!-- events2logs: ignore -->\nx",
            "## events2logs: ignore E2L203",
        ]
        .iter()
        .map(|text| said(text, "x.py"))
        .collect();
        insta::assert_snapshot!(all.join("--\n"));
    }

    #[test]
    fn comments_that_may_be_of_use_are_not() {
        for text in [
            // A text about comments.
            "write `# events2logs: ignore E2L203`",
            "text = \"x # events2logs: ignore E2L203\"",
            "events2logs: ignore E2L203",
            // Only with a time could it be told whether `since` lies too far back.
            "x # events2logs: ignore E2L108",
            "/api/v1/logs?since=2020-01-01T00:00:00Z # events2logs: ignore",
            // It is meant to stay.
            "x # events2logs: ignore E2L203 E2L901",
        ] {
            let said = said(text, "x.py");
            assert!(said.is_empty() || text.contains("E2L901"), "{text}: {said}");
        }
        assert_eq!(said("# events2logs: ignore E2L203\n", "README.md"), "");
        assert_eq!(said("x # events2logs: ignore E2L203 E2L901", "x.py"), "");
    }

    #[test]
    fn some_codes_of_a_comment_are_of_use() {
        let text = "XY # events2logs: ignore E2L2, E2L101, E2L3";
        let mut findings = vec![Finding {
            rule: &RULES[0],
            severity: Severity::Error,
            span: 0..1,
            message: String::new(),
            help: None,
            fix: None,
        }];
        suppress(source(text, ""), &mut findings);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "E2L101, E2L3 leave nothing out here");
        let edit = &findings[0].fix.as_ref().unwrap().edits[0];
        assert_eq!(
            (&text[edit.span.clone()], &*edit.text),
            ("E2L2, E2L101, E2L3", "E2L2")
        );
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
            suppress(source(text, ""), &mut findings);
            findings.retain(|it| it.rule.code != "E2L901");
            assert_eq!(findings.len(), expected, "{span:?}");
        }
    }
}
