//! One comment: where it stands and which codes it gives.

use std::ops::Range;

use super::{Lines, MARK};
use crate::check::rules::comments::UNUSED;

/// A comment that asks for findings to be left out.
#[derive(Debug)]
pub(super) struct Comment<'t> {
    /// From 0.
    pub(super) line: usize,
    /// For the whole file.
    pub(super) file: bool,
    /// Nothing but the comment stands on its line.
    pub(super) alone: bool,
    /// From the mark to the last code.
    pub(super) span: Range<usize>,
    /// Codes, or starts of codes; all without any.
    pub(super) codes: Vec<Code<'t>>,
    /// Without codes: whether it takes anything away.
    pub(super) used: bool,
}

/// A code in a comment.
#[derive(Debug)]
pub(super) struct Code<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
    /// Whether it takes anything away.
    pub(super) used: bool,
}

impl Code<'_> {
    /// Whether it is `code`, or the start of it.
    pub(super) fn covers(&self, code: &str) -> bool {
        is_start(self.text, code)
    }
}

impl Comment<'_> {
    /// Whether it takes `code` away; if so it is of use.
    pub(super) fn use_for(&mut self, code: &str) -> bool {
        if self.codes.is_empty() {
            self.used = true;
            return true;
        }
        let mut covered = false;
        for it in &mut self.codes {
            if it.covers(code) {
                it.used = true;
                covered = true;
            }
        }
        covered
    }

    /// Whether it gives the code of comments that are of no use.
    pub(super) fn speaks_of_itself(&self) -> bool {
        self.codes.iter().any(|it| is_own(it.text))
    }
}

/// Whether a code stands for comments that are of no use, and not for everything.
pub(super) fn is_own(code: &str) -> bool {
    code.len() > "E2L".len() && is_start(code, UNUSED.code)
}

fn is_start(start: &str, code: &str) -> bool {
    code.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// All comments, in their order.
pub(super) fn comments<'t>(text: &'t str, lines: &Lines) -> Vec<Comment<'t>> {
    let found = memchr::memmem::find_iter(text.as_bytes(), MARK.as_bytes());
    found.filter_map(|at| comment(text, lines, at)).collect()
}

fn comment<'t>(text: &'t str, lines: &Lines, at: usize) -> Option<Comment<'t>> {
    /// The codes of a comment are near its start, however long the line is.
    const LONGEST: usize = 1024;
    let line = lines.of(at);
    let bytes = lines.bytes(line);
    let end = bytes.end.min(at.saturating_add(LONGEST));
    let whole = text.get(at..text.floor_char_boundary(end))?;
    let rest = whole.strip_prefix(MARK)?.trim_start();
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
    let mut place = at.saturating_add(whole.len().saturating_sub(rest.len()));
    let mut span = at..place;
    let mut codes = Vec::new();
    for word in rest.split([',', ' ', '\t', ':', '\r', '\n']) {
        let start = place;
        place = place.saturating_add(word.len()).saturating_add(1);
        if word.is_empty() {
            continue;
        }
        let code = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        if !is_start("E2L", code) {
            break;
        }
        span.end = start.saturating_add(code.len());
        codes.push(Code {
            text: code,
            span: start..span.end,
            used: false,
        });
    }
    let short = bytes
        .start
        .max(text.ceil_char_boundary(at.saturating_sub(LONGEST)));
    let before = text.get(short..at)?;
    Some(Comment {
        line,
        file,
        alone: short == bytes.start && is_opening(before) && !goes_on_after(rest),
        span,
        codes,
        used: false,
    })
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
