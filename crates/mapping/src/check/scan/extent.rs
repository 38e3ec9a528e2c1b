//! How far a filter reaches in a text that goes on around it.

use std::ops::Range;

use super::text::{byte, byte_before, head, line_end, line_end_within, part, prefix, tail};
use super::words::{is_join, is_operator, is_word, next_word};

/// No longer filter is followed.
const LONGEST: usize = 16 * 1024;

/// Most values end within so many bytes.
const SHORT: usize = 512;

/// No filter that nests deeper is read.
const DEEPEST: usize = events2logs_filter::Limits::DEEPEST;

/// The longest run of whole comparisons from the one at `at` on, joined by `and` and `or`, with
/// the parentheses around it.
pub(in crate::check) fn extent(text: &str, at: usize) -> Option<Range<usize>> {
    let only = comparison_end(text, at)?;
    let (start, mut depth) = opening(text, at);
    let mut end = only;
    let limit = at.saturating_add(LONGEST);
    loop {
        while depth > 0 && tail(text, end).trim_start_matches(' ').starts_with(')') {
            end = text
                .len()
                .saturating_sub(tail(text, end).trim_start_matches(' ').len())
                .saturating_add(1);
            depth = depth.saturating_sub(1);
        }
        let Some((next, opened)) = joined(text, end).filter(|_| end < limit && depth < DEEPEST)
        else {
            break;
        };
        let Some(next_end) = comparison_end(text, next) else {
            break;
        };
        end = next_end;
        depth = depth.saturating_add(opened);
    }
    Some(if depth == 0 { start..end } else { at..only })
}

/// Where the comparison at `at` ends; `None` where there is none with a value of its own.
pub(in crate::check) fn comparison_end(text: &str, at: usize) -> Option<usize> {
    let len = prefix(tail(text, at), is_word);
    let operator = next_word(text, at.checked_add(len)?)?;
    let word = part(text, operator.clone());
    if len == 0 || !is_operator(word) {
        return None;
    }
    if word.eq_ignore_ascii_case("pr") {
        let ends = !tail(text, operator.end).starts_with(is_word);
        return ends.then_some(operator.end);
    }
    let rest = tail(text, operator.end);
    let value = rest.trim_start_matches([' ', '\t']);
    let start = text.len().saturating_sub(value.len());
    if start == operator.end {
        return None;
    }
    // Few values are long, and a line of many comparisons is not to be looked through for each.
    let short = part(text, start..line_end_within(text, start, SHORT));
    let len = match value_len(short) {
        Some(len) if len < short.len() => len,
        _ => value_len(part(text, start..line_end(text, start)))?,
    };
    start.checked_add(len)
}

/// The length of the value that a line starts with.
fn value_len(line: &str) -> Option<usize> {
    if let Some(body) = line.strip_prefix("\\\"") {
        return body.find("\\\"")?.checked_add(4);
    }
    if line.starts_with('"') {
        return quoted(line);
    }
    if let Some(close) = foreign(line) {
        return Some(close);
    }
    let word = prefix(line, |it| {
        !it.is_whitespace() && !matches!(it, ')' | ',' | '"' | '`')
    });
    let value = head(line, word);
    let is_value = value.starts_with(['{', '$', '<', '%'])
        || value.parse::<f64>().is_ok()
        || matches!(value, "true" | "false");
    is_value.then_some(word)
}

/// The length of a string in double quotes.
fn quoted(line: &str) -> Option<usize> {
    let mut escaped = false;
    let close = tail(line, 1).bytes().position(|it| {
        let closes = it == b'"' && !escaped;
        escaped = it == b'\\' && !escaped;
        closes
    })?;
    close.checked_add(2)
}

/// The length of a string in other quotes, where it starts with one.
fn foreign(line: &str) -> Option<usize> {
    let open = line.chars().next()?;
    let closing: &[char] = match open {
        '\'' => &['\''],
        '“' | '”' | '„' => &['”', '“', '"'],
        '‘' | '’' => &['’', '‘'],
        _ => return None,
    };
    let body = tail(line, open.len_utf8());
    let close = body.find(closing)?;
    let mark = tail(body, close).chars().next()?;
    open.len_utf8()
        .checked_add(close)?
        .checked_add(mark.len_utf8())
}

/// The start of the parentheses and the `not` before `at`, and how many are open.
fn opening(text: &str, at: usize) -> (usize, usize) {
    let (mut start, mut depth) = (at, 0_usize);
    loop {
        let before = head(text, start).trim_end_matches(' ');
        if byte_before(text, before.len()) == b'(' {
            start = before.len().saturating_sub(1);
            // A call, or a Markdown link.
            let glued = byte_before(text, start);
            let is_not = word_before(text, start).eq_ignore_ascii_case("not");
            if (glued.is_ascii_alphanumeric() && !is_not) || matches!(glued, b']' | b'_' | b'$') {
                return (start.saturating_add(1), depth);
            }
            depth = depth.saturating_add(1);
        } else if depth > 0 && word_before(text, before.len()).eq_ignore_ascii_case("not") {
            start = before.len().saturating_sub(3);
        } else {
            return (start, depth);
        }
    }
}

fn word_before(text: &str, end: usize) -> &str {
    let before = head(text, end);
    tail(before, before.trim_end_matches(is_word).len())
}

/// The comparison after `and` or `or` at `end`, and the parentheses opened before it.
fn joined(text: &str, end: usize) -> Option<(usize, usize)> {
    let join = next_word(text, end)?;
    if !is_join(part(text, join.clone())) {
        return None;
    }
    let mut at = join.end;
    let mut opened = 0_usize;
    loop {
        let rest = tail(text, at);
        if rest.starts_with([' ', '\n', '\r', '\t']) {
            at = at.saturating_add(1);
        } else if byte(text, at) == b'(' {
            at = at.saturating_add(1);
            opened = opened.saturating_add(1);
        } else if rest
            .get(..3)
            .is_some_and(|it| it.eq_ignore_ascii_case("not"))
            && tail(rest, 3).starts_with([' ', '('])
        {
            at = at.saturating_add(3);
        } else {
            return Some((at, opened));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_end_where_prose_starts() {
        for (text, filter) in [
            (
                r#"Use eventType eq "a.b" to find it."#,
                r#"eventType eq "a.b""#,
            ),
            (
                r#"so (eventType eq "a" or not (actor.id pr)) it is"#,
                r#"(eventType eq "a" or not (actor.id pr))"#,
            ),
            (r#"find(eventType eq "a")"#, r#"eventType eq "a""#),
            (r#"eventType eq "a" and then"#, r#"eventType eq "a""#),
            (
                r#"eventType eq "a" and (actor.id pr"#,
                r#"eventType eq "a""#,
            ),
            (r#"eventType eq “a” is"#, "eventType eq “a”"),
            (r#"eventType eq {x}, or"#, "eventType eq {x}"),
        ] {
            let at = text.find("eventType").unwrap();
            assert_eq!(part(text, extent(text, at).unwrap()), filter, "{text}");
        }
        for text in [
            "eventType eq",
            "eventType eq the",
            "eventType is \"a\"",
            "eventType",
        ] {
            assert_eq!(extent(text, 0), None, "{text}");
        }
    }
}
