//! How much of the text around an attribute is its filter.

use std::ops::Range;

use events2logs_filter::parse;

use super::extent::extent;
use super::text::{byte, head, line_end, line_start, near_after, near_before, part, tail, trimmed};
use super::words::{
    first_two, is_join, is_nearly_operator, is_operator, is_value_path, starts_comparison,
};

/// A filter's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// All of it.
    pub(super) range: Range<usize>,
    /// Whether something is added to it elsewhere.
    pub(super) fragment: bool,
}

/// No longer filter is looked at.
const LONGEST: usize = 64 * 1024;

/// Nothing longer is tried as a whole just to see whether it is a filter.
const SOUND: usize = 4096;

/// Where the parameters start that `at` is in: `filter=…` before it.
pub(super) fn parameters(text: &str, at: usize) -> Option<usize> {
    let near = near_before(text, at);
    let offset = near.start;
    let before = part(text, near);
    let glued = head(before, before.trim_end_matches(['(', ' ', '+']).len())
        .trim_end_matches("%28")
        .trim_end_matches("%20");
    let start = match glued.strip_suffix("filter=") {
        Some(before) => before.len(),
        // Further on in a filter that is encoded, so that it is one word.
        None => {
            let word = before
                .rfind(|it: char| it.is_whitespace())
                .map_or(0, |it| it.saturating_add(1));
            let found = tail(before, word).rfind("filter=")?;
            if tail(before, word.saturating_add(found)).contains(['&', '"', '\'']) {
                return None;
            }
            word.saturating_add(found)
        }
    };
    let before = head(before, start);
    // `--filter=` is an option, `my_filter=` a name; a request's own path is a request.
    let is_name =
        before.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '$' | '.'));
    (!is_name).then_some(offset.saturating_add(start))
}

/// The percent-encoded filter by itself that `at` is in.
pub(super) fn encoded(text: &str, at: usize) -> Option<Range<usize>> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "._%+()-{}$".contains(it);
    let (before, after) = (near_before(text, at), near_after(text, at));
    let offset = before.start;
    let start = offset.saturating_add(part(text, before).trim_end_matches(is_part).len());
    let end = at.saturating_add(super::text::prefix(part(text, after), is_part));
    let word = part(text, start..end);
    let has_blanks = ["+eq+", "%20eq%20", "+sw+", "+co+", "%20sw%20", "%20co%20"]
        .iter()
        .any(|it| word.contains(it));
    (has_blanks && word.contains("%22") && !text.get(start..).is_some_and(|it| it.starts_with('%')))
        .then_some(start..end)
}

/// Where they end.
pub(super) fn parameters_end(text: &str, start: usize, quoted: bool) -> usize {
    if quoted {
        return text.trim_end().len();
    }
    let line = part(text, start..line_end(text, start));
    let value = line.split_once('=').map_or("", |(_, value)| value);
    let end = if value.contains(' ') && starts_comparison(value) && !value.starts_with(['"', '\''])
    {
        line.trim_end().len()
    } else {
        line.find(|it: char| it.is_whitespace() || matches!(it, ')' | '`' | ','))
            .unwrap_or(line.len())
    };
    start.saturating_add(end)
}

/// The filter in a literal's contents.
pub(super) fn in_literal(text: &str, at: usize) -> Option<Shape> {
    if text.len() > LONGEST {
        return in_prose(text, at);
    }
    let mut range = trimmed(text, 0..text.len());
    let mut fragment = false;
    // `" and actor.id pr"`: what comes before is added elsewhere.
    let piece = part(text, range.clone());
    let first = piece.split([' ', '(']).next().unwrap_or_default();
    if is_join(first) {
        fragment = true;
        range = trimmed(text, range.start.saturating_add(first.len())..range.end);
    }
    let piece = part(text, range.clone());
    let last = piece.rsplit([' ', ')']).next().unwrap_or_default();
    if is_join(last) {
        fragment = true;
        range = trimmed(text, range.start..range.end.saturating_sub(last.len()));
    }
    let piece = part(text, range.clone());
    let ends_open = piece.ends_with(" \"")
        || piece.ends_with(" (")
        || piece.rsplit(' ').next().is_some_and(is_operator)
            && !piece.to_ascii_lowercase().ends_with(" pr");
    if ends_open || piece.starts_with(")") || piece.starts_with("\" ") {
        fragment = true;
    }
    if !begins(piece, at.saturating_sub(range.start)) {
        return in_prose(text, at);
    }
    whole_or_extent(text, at, range, fragment)
}

/// The filter in a text of any kind: the value of a key, or a line of its own.
pub(super) fn in_text(text: &str, at: usize) -> Option<Shape> {
    let line = line_start(text, at);
    let before = part(text, line..at);
    // Sought by one byte: a long line is searched for each attribute in it.
    let last = |sign: u8| {
        memchr::memrchr_iter(sign, before.as_bytes())
            .find(|at| byte(before, at.saturating_add(1)) == b' ')
            .map(|at| at.saturating_add(2))
    };
    let key_end = last(b':')
        .max(last(b'='))
        .or_else(|| before.rfind('=').map(|found| found.saturating_add(1)))
        .filter(|end| !head(before, *end).contains(['"', '“', '`']))
        .unwrap_or_default();
    let bullet = part(before, key_end..before.len());
    let bullet = bullet.len().saturating_sub(
        bullet
            .trim_start()
            .trim_start_matches("- ")
            .trim_start()
            .len(),
    );
    let start = line.saturating_add(key_end).saturating_add(bullet);
    let piece = part(text, start..line_end(text, at));
    if !begins(piece, at.saturating_sub(start)) {
        return in_prose(text, at);
    }
    let mut end = line_end(text, at);
    if let Some(comment) = part(text, at..end).find(" #") {
        end = at.saturating_add(comment);
    }
    // The next lines, while `and` or `or` joins them.
    while end < text.len().min(at.saturating_add(LONGEST)) {
        let rest = tail(text, end);
        let line_break = if rest.starts_with('\n') { 1 } else { 2 };
        if line_break == 2 && !rest.starts_with("\r\n") {
            break;
        }
        let next = end.saturating_add(line_break);
        let line = part(text, next..line_end(text, next));
        let goes_on = part(text, start..end)
            .split_whitespace()
            .next_back()
            .is_some_and(is_join)
            || line.split_whitespace().next().is_some_and(is_join);
        if !goes_on || line.trim().is_empty() {
            break;
        }
        end = line_end(text, next);
    }
    whole_or_extent(text, at, trimmed(text, start..end), false)
}

/// Whole comparisons in prose or code.
pub(super) fn in_prose(text: &str, at: usize) -> Option<Shape> {
    extent(text, at).map(|range| Shape {
        range,
        fragment: false,
    })
}

/// Whether a filter starts with `piece`, in which an attribute stands at `at`.
fn begins(piece: &str, at: usize) -> bool {
    let before = head(piece, at);
    let only_opens = before
        .split(|it: char| it.is_whitespace() || it == '(')
        .all(|word| {
            word.is_empty()
                || word.eq_ignore_ascii_case("not")
                || is_join(word)
                || (word.starts_with('{') && word.ends_with('}'))
        });
    let nearly = first_two(piece).is_some_and(|(path, operator)| {
        (path.contains('.') || path == "eventType") && is_nearly_operator(operator)
    });
    only_opens
        || nearly
        || starts_comparison(piece)
        || is_value_path(piece)
        || (piece.len() < SOUND && parse(piece).is_ok())
}

/// All of `range`, or the part of it that is a filter where the rest is prose.
fn whole_or_extent(text: &str, at: usize, range: Range<usize>, fragment: bool) -> Option<Shape> {
    let piece = part(text, range.clone());
    if parse(piece).is_ok() {
        return Some(Shape { range, fragment });
    }
    let first = match extent(text, at) {
        Some(extent) if extent.end <= range.end => extent,
        _ => return is_broken_filter(piece).then_some(Shape { range, fragment }),
    };
    let rest = part(text, first.end..range.end);
    if is_prose(rest) {
        return Some(Shape {
            range: first,
            fragment,
        });
    }
    Some(Shape { range, fragment })
}

/// Whether what follows a filter is no part of it.
fn is_prose(rest: &str) -> bool {
    let rest = rest.trim();
    let looks_like_filter = rest.contains(['"', '“', '”', '['])
        || rest.split_whitespace().any(is_operator)
        || rest.split_whitespace().next().is_some_and(is_join)
        || rest.starts_with("&&")
        || rest.starts_with("||")
        || rest.chars().all(|it| it == ')') && !rest.is_empty();
    !looks_like_filter && !rest.is_empty()
}

/// Whether a text whose first comparison cannot be read was meant as a filter all the same:
/// prose has no quotes, lists or names after its verbs.
fn is_broken_filter(piece: &str) -> bool {
    if is_value_path(piece) {
        return true;
    }
    let Some((_, operator)) = first_two(piece) else {
        return false;
    };
    if !is_operator(operator) && !is_nearly_operator(operator) {
        return false;
    }
    let value = piece
        .split_once(operator)
        .map_or("", |(_, value)| value)
        .trim_start();
    let word = value
        .split(|it: char| it.is_whitespace() || matches!(it, ')' | ','))
        .next()
        .unwrap_or_default();
    value.starts_with(['"', '\'', '“', '”', '„', '(', '[', '\\', '`', '‘', '’'])
        || word.trim_end_matches('.').contains('.')
        || word.eq_ignore_ascii_case("null")
        || (word.len() > 2 && word.chars().all(|it| it.is_ascii_uppercase() || it == '_'))
        || word.chars().any(|it| it.is_ascii_digit())
}
