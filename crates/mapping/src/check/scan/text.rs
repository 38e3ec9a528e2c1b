//! Pieces of text by byte, without a panic where there are none.

use std::ops::Range;

use memchr::{memchr, memrchr};

/// The piece; empty where it does not fit.
pub(in crate::check) fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// All from `at` on.
pub(in crate::check) fn tail(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// All before `at`.
pub(in crate::check) fn head(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

/// The byte there; 0 where there is none.
pub(in crate::check) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or_default()
}

/// The byte before; 0 at the start.
pub(in crate::check) fn byte_before(text: &str, at: usize) -> u8 {
    at.checked_sub(1).map_or(0, |before| byte(text, before))
}

/// No longer stretch of a line is looked at, so that a file of one line costs no more than others.
const LINE: usize = 16 * 1024;

/// The end of what stands before `at`: enough of it for any name.
pub(in crate::check) fn near_before(text: &str, at: usize) -> Range<usize> {
    text.floor_char_boundary(at.saturating_sub(NEAR))..at
}

/// The start of what stands from `at` on, likewise.
pub(in crate::check) fn near_after(text: &str, at: usize) -> Range<usize> {
    at..text.floor_char_boundary(at.saturating_add(NEAR))
}

/// A word without blanks is no longer.
const NEAR: usize = 4 * 1024;

/// Where the line of `at` starts, or a stretch of it that is long enough.
pub(in crate::check) fn line_start(text: &str, at: usize) -> usize {
    let from = text.floor_char_boundary(at.saturating_sub(LINE));
    memrchr(b'\n', part(text, from..at).as_bytes())
        .map_or(from, |found| from.saturating_add(found).saturating_add(1))
}

/// Where the line of `at` ends, its line break left out, or a stretch of it that is long enough.
pub(in crate::check) fn line_end(text: &str, at: usize) -> usize {
    line_end_within(text, at, LINE)
}

/// Where the line of `at` ends, or a stretch of it so long.
pub(in crate::check) fn line_end_within(text: &str, at: usize, stretch: usize) -> usize {
    let to = text.floor_char_boundary(at.saturating_add(stretch));
    let end =
        memchr(b'\n', part(text, at..to).as_bytes()).map_or(to, |found| at.saturating_add(found));
    if byte_before(text, end) == b'\r' && end > at {
        end.saturating_sub(1)
    } else {
        end
    }
}

/// The length of the prefix whose characters all meet `keep`.
pub(in crate::check) fn prefix(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|character| !keep(character))
        .unwrap_or(text.len())
}

/// `range` without white space at its ends.
pub(in crate::check) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = part(text, range.clone());
    let start = range
        .start
        .saturating_add(piece.len().saturating_sub(piece.trim_start().len()));
    let end = start.saturating_add(piece.trim().len());
    start..end
}
