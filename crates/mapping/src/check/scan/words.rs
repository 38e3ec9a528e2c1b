//! The words around a place: paths, ids, operators.

use std::ops::Range;

use super::text::{byte, byte_before, head, part, prefix, tail};

/// A character of an attribute path or of an event type's id.
pub(in crate::check) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-' | '$')
}

/// The whole word at `at`. What an escape or a percent-encoding before it leaves is no part.
pub(in crate::check) fn word_at(text: &str, at: usize) -> Range<usize> {
    let end = at.saturating_add(prefix(tail(text, at), is_word));
    let mut start = head(text, at).trim_end_matches(is_word).len();
    if byte_before(text, start) == b'\\' {
        start = start.saturating_add(match byte(text, start) {
            b'u' => 5,
            b'n' | b't' | b'r' => 1,
            _ => 0,
        });
    }
    if byte_before(text, start) == b'%'
        && part(text, start..start.saturating_add(2))
            .bytes()
            .all(|it| it.is_ascii_hexdigit())
    {
        start = start.saturating_add(2);
    }
    let start = start.min(at);
    // The full stop of a sentence.
    let word = part(text, start..end);
    start..start.saturating_add(word.trim_end_matches(['.', '-']).len())
}

/// The operators that take a value, and `pr`.
const OPERATORS: [&str; 10] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"];

/// Whether a word is one of the ten operators.
pub(in crate::check) fn is_operator(word: &str) -> bool {
    OPERATORS.iter().any(|it| it.eq_ignore_ascii_case(word))
}

/// What people write for an operator where none of the ten stands.
pub(in crate::check) fn is_nearly_operator(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "in" | "=="
            | "="
            | "!="
            | "<>"
            | "is"
            | "eqq"
            | "eg"
            | "equals"
            | "equal"
            | "neq"
            | "like"
            | "contains"
            | "startswith"
            | "endswith"
            | "matches"
            | "gte"
            | "lte"
    )
}

/// `and` or `or`.
pub(in crate::check) fn is_join(word: &str) -> bool {
    word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or")
}

/// The word after the blanks at `at`, encoded or not; `None` without a blank.
pub(in crate::check) fn next_word(text: &str, at: usize) -> Option<Range<usize>> {
    let mut start = at;
    loop {
        let rest = tail(text, start);
        let len = if rest.starts_with("%20") {
            3
        } else if rest.starts_with([' ', '\t', '\n', '+', '\r']) {
            1
        } else {
            break;
        };
        start = start.saturating_add(len);
    }
    let len = match byte(text, start) {
        b'=' | b'!' | b'<' | b'>' => prefix(tail(text, start), |it| "=!<>".contains(it)),
        _ => prefix(tail(text, start), |it| it.is_ascii_alphabetic()),
    };
    (start > at && len > 0).then(|| start..start.saturating_add(len))
}

/// The length of a shell's variable: `$LOGIN`, `${LOGIN}`, `$1`.
pub(in crate::check) fn variable(text: &str) -> usize {
    let Some(name) = text.strip_prefix('$') else {
        return 0;
    };
    if let Some(inside) = name.strip_prefix('{') {
        let len = prefix(inside, |it| it != '}' && !it.is_whitespace() && it != '"');
        let is_closed = byte(inside, len) == b'}';
        return if is_closed { len.saturating_add(3) } else { 0 };
    }
    match prefix(name, |it| it.is_ascii_alphanumeric() || it == '_') {
        0 => 0,
        len => len.saturating_add(1),
    }
}

/// Where the variable starts that ends at `end`.
pub(in crate::check) fn variable_before(text: &str, end: usize) -> Option<usize> {
    let before = head(text, end);
    let name = before
        .strip_suffix('}')
        .unwrap_or(before)
        .trim_end_matches(|it: char| it.is_ascii_alphanumeric() || it == '_');
    let start = name.trim_end_matches('{').len().checked_sub(1)?;
    (variable(part(text, start..end)) == end.saturating_sub(start) && end > start).then_some(start)
}

/// The first word of `text` and the one after it, if the first may be an attribute.
pub(in crate::check) fn first_two(text: &str) -> Option<(&str, &str)> {
    let trimmed = text.trim_start_matches(['(', ' ', '\t', '\n', '\r']);
    let trimmed = match trimmed.get(..3) {
        Some(not) if not.eq_ignore_ascii_case("not") && !tail(trimmed, 3).starts_with(is_word) => {
            tail(trimmed, 3).trim_start_matches(['(', ' ', '\t', '\n', '\r'])
        }
        _ => trimmed,
    };
    let len = prefix(trimmed, |it| {
        is_word(it) || matches!(it, '{' | '}' | '[' | ']')
    });
    let next = next_word(trimmed, len)?;
    (len > 0).then(|| (head(trimmed, len), part(trimmed, next)))
}

/// Whether `text` starts with a value path on targets: `target[type eq "User"]`.
pub(in crate::check) fn is_value_path(text: &str) -> bool {
    let Some(inside) = text.strip_prefix("target[") else {
        return false;
    };
    first_two(inside).is_some_and(|(path, operator)| {
        is_operator(operator) && matches!(path, "type" | "id" | "displayName" | "alternateId")
    })
}

/// Whether `text` starts with an attribute and an operator.
pub(in crate::check) fn starts_comparison(text: &str) -> bool {
    first_two(text).is_some_and(|(path, operator)| {
        is_operator(operator)
            && path.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '{' | '$'))
            && !is_join(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_they_should() {
        for (text, at, expected) in [
            ("x core.user.a.", 2, "core.user.a"),
            ("%22core.user.a%22", 3, "core.user.a"),
            (r"\ncore.user.a", 2, "core.user.a"),
            (r"\u0022core.user.a\u0022", 6, "core.user.a"),
            ("legacyEventType=", 8, "legacyEventType"),
        ] {
            assert_eq!(part(text, word_at(text, at)), expected, "{text}");
        }
    }

    #[test]
    fn comparisons_are_told() {
        for text in ["a eq 1", "(not (a.b co 'x'", "{x} pr", "a+eq+1", "a%20eq"] {
            assert!(starts_comparison(text), "{text}");
        }
        for text in ["a", "a and b", "and eq", "a == b", "the eqs", ""] {
            assert!(!starts_comparison(text), "{text}");
        }
    }
}
