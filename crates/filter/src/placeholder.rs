//! Placeholders that a program fills in before it sends the filter.
//!
//! Filters are often kept as templates. A placeholder is opaque here: it is
//! carried through unchanged, and what depends on it is undetermined.
//! The forms known: `{x}`, `{{x}}`, `{}`, `${x}`, `$x`, `$(x)`, `#{x}`, `<x>`,
//! `%s` and other single printf letters, `%1$s`, `%(x)s`.

use std::fmt;

use crate::lexer;
use crate::path::AttributePath;

/// No longer placeholder is looked for: bounds the work on `{{{{…`.
const MAX_BYTES: usize = 128;

/// An unquoted word that holds a placeholder, such as `${user}` or `{id}-x`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placeholder(String);

impl Placeholder {
    /// Takes `text` as a placeholder, if the lexer would read it as one word
    /// that holds one, and it is no part of a URL.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (word_has_placeholder(text)
            && !is_url_encoded(text)
            && !is_url(text)
            && lexer::word_len(text) == Some(text.len()))
        .then(|| Self(text.to_owned()))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text of a quoted string seems to hold a placeholder, as in
/// `"${userId}"`, `"<group_id>"` or `":id"`.
///
/// This is a guess about intent: to the language such a string is plain text.
#[must_use]
pub fn contains_placeholder(text: &str) -> bool {
    let whole_is_parameter = text
        .strip_prefix(':')
        .is_some_and(|name| starts_name(name) && name.chars().all(is_name));
    whole_is_parameter || holds(text, Where::Text)
}

/// Whether an unquoted word holds a placeholder.
pub(crate) fn word_has_placeholder(word: &str) -> bool {
    holds(word, Where::Word)
}

fn holds(text: &str, place: Where) -> bool {
    // What every placeholder begins with.
    text.match_indices(['{', '$', '#', '%', '<'])
        .any(|(at, _)| {
            text.get(at..)
                .is_some_and(|rest| placeholder_len(rest, place).is_some())
        })
}

/// Whether a word is still percent-encoded, or joined by `+`, as in a URL.
pub(crate) fn is_url_encoded(word: &str) -> bool {
    let percent = word.contains("%20") || word.contains("%22");
    let plus = word.contains('+') && word.split('+').any(crate::operator::is_operator);
    (percent || plus) && is_no_path(word)
}

/// Whether a word is a URL or a path on a server.
pub(crate) fn is_url(word: &str) -> bool {
    (word.starts_with('/') || word.contains("://") || word.contains("/api/v")) && is_no_path(word)
}

/// A placeholder may hold what it likes, and be all of an attribute path.
fn is_no_path(word: &str) -> bool {
    AttributePath::parse(word).is_err()
}

/// Where a placeholder is looked for: inside quotes braces and angle brackets
/// may well be meant, so there the contents must look like a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    Word,
    Text,
}

/// The length in bytes of the placeholder that `rest` starts with, if it does.
pub(crate) fn placeholder_len(rest: &str, place: Where) -> Option<usize> {
    let mut chars = rest.chars();
    match (chars.next()?, chars.next()) {
        ('{', _) => braces(rest, 0, place),
        ('$' | '#', Some('{')) => braces(rest, 1, place),
        ('$', Some('(')) => balanced(rest.get(1..)?, b'(', b')').map(|len| len.saturating_add(1)),
        ('$', Some(c)) if c.is_ascii_alphabetic() || c == '_' => {
            let name = rest.get(1..)?;
            Some(prefix_len(name, is_name).saturating_add(1))
        }
        ('%', Some('(')) => {
            let len = balanced(rest.get(1..)?, b'(', b')')?.saturating_add(1);
            let conversion = rest.get(len..)?.chars().next()?;
            conversion
                .is_ascii_alphabetic()
                .then(|| len.saturating_add(1))
        }
        ('%', Some(_)) => printf(rest),
        ('<', Some(c)) if c.is_ascii_alphabetic() || c == '_' => {
            let name = rest.get(1..)?;
            let len = prefix_len(name, |c| {
                is_name(c) || matches!(c, '.' | '-') || (c == ' ' && place == Where::Text)
            });
            name.get(len..)?
                .starts_with('>')
                .then(|| len.saturating_add(2))
        }
        _ => None,
    }
}

/// `{…}` after `skip` bytes of sigil.
fn braces(rest: &str, skip: usize, place: Where) -> Option<usize> {
    let group = rest.get(skip..)?;
    let len = balanced(group, b'{', b'}')?;
    let inside = group.get(..len)?.trim_matches(['{', '}', '%', '=']).trim();
    let plausible = match place {
        // An unquoted JSON object is a mistake, not a placeholder.
        Where::Word => !inside.starts_with(['"', '\'']),
        Where::Text => inside.chars().all(|c| {
            is_name(c) || matches!(c, '.' | '-' | '[' | ']' | '(' | ')' | '!' | ':' | '$' | ' ')
        }),
    };
    plausible.then(|| len.saturating_add(skip))
}

/// `%s`, `%d`, `%1$s`, not followed by more of a word (`%20`, `%define`).
fn printf(rest: &str) -> Option<usize> {
    let after = rest.get(1..)?;
    let digits = prefix_len(after, |c| c.is_ascii_digit());
    let positional = digits > 0 && after.get(digits..)?.starts_with('$');
    let skip = if positional {
        digits.saturating_add(1)
    } else {
        0
    };
    let mut letters = after.get(skip..)?.chars();
    let conversion = letters.next()?;
    let ends = letters.next().is_none_or(|c| !is_name(c));
    (matches!(conversion, 's' | 'd' | 'i' | 'q' | 'v') && ends).then(|| skip.saturating_add(2))
}

/// The length of the group that `rest` opens, if it closes on the same line.
fn balanced(rest: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    // Bytes will do: all of these are ASCII.
    for (at, byte) in rest.bytes().enumerate().take(MAX_BYTES) {
        if byte == b'\n' {
            return None;
        }
        if byte == open {
            depth = depth.saturating_add(1);
        } else if byte == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at.saturating_add(1));
            }
        }
    }
    None
}

fn prefix_len(text: &str, mut keep: impl FnMut(char) -> bool) -> usize {
    text.char_indices()
        .take(MAX_BYTES)
        .find(|(_, c)| !keep(*c))
        .map_or(text.len().min(MAX_BYTES), |(at, _)| at)
}

fn starts_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, contains_placeholder};

    #[test]
    fn unquoted_forms() {
        for text in [
            "{x}",
            "{{x}}",
            "{{ x }}",
            "{}",
            "${x}",
            "$x",
            "$env:X",
            "$($x.y)",
            "#{x}",
            "<x>",
            "%s",
            "%1$s",
            "%(x)s",
            "{a}-{b}",
            "{t.Trim()}",
            "x{y}",
        ] {
            assert!(Placeholder::new(text).is_some(), "{text}");
        }
        for text in [
            "x",
            "",
            "{",
            "%20",
            "5",
            "{x} y",
            "{\"a\":1}",
            "< x >",
            "{a}%20{b}",
        ] {
            assert!(Placeholder::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn inside_quotes() {
        for text in [
            "${userId}",
            "{t.Trim()}",
            "<application_id>",
            "<your id>",
            ":id",
            "' + $until + '",
            "%s",
            "a{0}b",
        ] {
            assert!(contains_placeholder(text), "{text}");
        }
        for text in [
            "user.session.start",
            "{\"New Device\":\"POSITIVE\"}",
            "100%",
            "a%20b",
            "a:id",
            "{2,10}",
            "1 < 2 > 0",
        ] {
            assert!(!contains_placeholder(text), "{text}");
        }
    }
}
