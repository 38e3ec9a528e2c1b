//! The ways a language writes a text down, both ways.

use std::ops::Range;

use crate::query::Style;

use super::layer::Layer;
use super::text::{byte, part, tail};

/// How a literal is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum Quoting {
    /// As it stands, nothing special.
    Plain,
    /// As it stands; it ends at this.
    Verbatim(String),
    /// Backslash escapes.
    Backslash {
        /// The quote around it.
        quote: char,
        /// With `\n`, `\u0022` and the like; a shell has none of them.
        letters: bool,
        /// In three quotes: a single one needs no escape.
        triple: bool,
    },
    /// The quote itself is doubled.
    Doubled(char),
    /// PowerShell's double quotes: a back quote escapes.
    Backtick {
        /// In a here-string: a quote stands for itself.
        here: bool,
    },
    /// A shell's single quotes, left and entered again for one of them: `'\''`.
    ShellSingle,
    /// Lines under a common indentation.
    Block {
        /// Bytes of it.
        indent: usize,
        /// A line break stands for a space.
        folded: bool,
    },
    /// The value of a parameter in a URL.
    Percent(Style),
}

impl Quoting {
    /// Backslash escapes of most languages.
    pub(in crate::check) fn backslash(quote: char) -> Self {
        Self::Backslash {
            quote,
            letters: true,
            triple: false,
        }
    }

    /// Adds what `inner` of `source` stands for.
    pub(in crate::check) fn decode(self, source: &str, inner: Range<usize>, layer: &mut Layer) {
        layer.begin(Some(self.clone()));
        match self {
            Self::Plain | Self::Verbatim(_) => layer.push_same(source, inner),
            Self::Backslash { letters, .. } => backslash(source, inner, letters, layer),
            Self::Doubled(quote) => {
                let twice = format!("{quote}{quote}");
                replaced(source, inner, &twice, &quote.to_string(), layer);
            }
            Self::Backtick { here } => backtick(source, inner, here, layer),
            Self::ShellSingle => replaced(source, inner, r"'\''", "'", layer),
            Self::Block { indent, folded } => block(source, inner, indent, folded, layer),
            Self::Percent(style) => percent(source, inner, &style, layer),
        }
    }

    /// Writes `text` so that it decodes to itself; `None` where that cannot be.
    pub(in crate::check) fn encode(&self, text: &str) -> Option<String> {
        match self {
            Self::Plain | Self::Block { .. } => Some(text.to_owned()),
            Self::Verbatim(end) => {
                let clash = text.contains(end.as_str())
                    || end.chars().next().is_some_and(|it| text.ends_with(it));
                (!clash).then(|| text.to_owned())
            }
            Self::Backslash {
                quote,
                letters,
                triple,
            } => Some(escaped(text, *quote, *letters, *triple)),
            Self::Doubled(quote) => Some(text.replace(*quote, &format!("{quote}{quote}"))),
            Self::Backtick { here } => {
                let text = text.replace('`', "``");
                Some(if *here {
                    text
                } else {
                    text.replace('"', "`\"")
                })
            }
            Self::ShellSingle => Some(text.replace('\'', r"'\''")),
            Self::Percent(style) => Some(style.encode(text)),
        }
    }
}

/// All of `inner`, with `written` standing for `meant`.
fn replaced(source: &str, inner: Range<usize>, written: &str, meant: &str, layer: &mut Layer) {
    let mut at = inner.start;
    while let Some(found) = part(source, at..inner.end).find(written) {
        let start = at.saturating_add(found);
        let end = start.saturating_add(written.len());
        layer.push_same(source, at..start);
        layer.push(meant, start..end);
        at = end;
    }
    layer.push_same(source, at..inner.end);
}

fn backslash(source: &str, inner: Range<usize>, letters: bool, layer: &mut Layer) {
    let mut at = inner.start;
    while let Some(found) = part(source, at..inner.end).find('\\') {
        let start = at.saturating_add(found);
        layer.push_same(source, at..start);
        let rest = part(source, start..inner.end);
        let (meant, len) = escape(rest, letters);
        let end = start.saturating_add(len);
        match meant {
            Some(meant) => layer.push(&meant, start..end),
            None => layer.push_same(source, start..end),
        }
        at = end;
    }
    layer.push_same(source, at..inner.end);
}

/// What the escape that `rest` starts with stands for, if it is one, and its length.
fn escape(rest: &str, letters: bool) -> (Option<String>, usize) {
    let Some(mark) = rest.chars().nth(1) else {
        return (None, rest.len());
    };
    let len = mark.len_utf8().saturating_add(1);
    let meant = match mark {
        '"' | '\\' | '`' => Some(mark),
        '$' if !letters => Some('$'),
        '\'' | '/' if letters => Some(mark),
        // A line that goes on in the next.
        '\n' => return (Some(String::new()), len),
        'n' if letters => Some('\n'),
        't' if letters => Some('\t'),
        'r' if letters => Some('\r'),
        'u' | 'x' if letters => return code_point(rest, mark).unwrap_or((None, len)),
        _ => None,
    };
    (meant.map(String::from), len)
}

/// `\uHHHH`, `\u{X}` and `\xXX`.
fn code_point(rest: &str, mark: char) -> Option<(Option<String>, usize)> {
    let body = rest.get(2..)?;
    let (digits, len) = match (mark, body.strip_prefix('{')) {
        ('u', Some(inside)) => {
            let end = inside.find('}')?;
            (inside.get(..end)?, end.checked_add(4)?)
        }
        ('u', None) => (body.get(..4)?, 6),
        _ => (body.get(..2)?, 4),
    };
    let number = digits
        .bytes()
        .all(|it| it.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())??;
    let meant = char::from_u32(number)?;
    Some((Some(meant.to_string()), len))
}

fn backtick(source: &str, inner: Range<usize>, here: bool, layer: &mut Layer) {
    let mut at = inner.start;
    while let Some(found) = part(source, at..inner.end).find(['`', '"']) {
        let start = at.saturating_add(found);
        layer.push_same(source, at..start);
        let mut chars = part(source, start..inner.end).chars();
        let (first, second) = (chars.next(), chars.next());
        let meant = match (first, second) {
            (Some('`'), Some('n')) => "\n".to_owned(),
            (Some('`'), Some('t')) => "\t".to_owned(),
            (Some('`'), Some('r')) => "\r".to_owned(),
            (Some('`'), Some(other)) => other.to_string(),
            _ => "\"".to_owned(),
        };
        let alone = here && first == Some('"');
        let second = second.filter(|_| !alone);
        let len = second.map_or(1, |it| it.len_utf8().saturating_add(1));
        let end = start.saturating_add(len).min(inner.end);
        layer.push(&meant, start..end);
        at = end;
    }
    layer.push_same(source, at..inner.end);
}

fn block(source: &str, inner: Range<usize>, indent: usize, folded: bool, layer: &mut Layer) {
    let mut at = inner.start;
    let mut first = true;
    for line in part(source, inner).split_inclusive('\n') {
        let spaces = line.bytes().take_while(|it| *it == b' ').count();
        let start = at.saturating_add(spaces.min(indent));
        let end = at.saturating_add(line.trim_end_matches(['\n', '\r']).len());
        if !first {
            // The line break belongs to this line, with the indentation after it.
            let before = at.saturating_sub(1);
            layer.push(
                if folded { " " } else { "\n" },
                before..start.min(end.max(at)),
            );
        }
        first = false;
        layer.push_same(source, start.min(end)..end);
        at = at.saturating_add(line.len());
    }
}

fn percent(source: &str, inner: Range<usize>, style: &Style, layer: &mut Layer) {
    let plus = matches!(style, Style::Encoded { .. });
    let mut at = inner.start;
    while let Some(found) = part(source, at..inner.end).find(['%', '+']) {
        let start = at.saturating_add(found);
        layer.push_same(source, at..start);
        at = if byte(source, start) == b'+' {
            let end = start.saturating_add(1);
            if plus {
                layer.push(" ", start..end);
            } else {
                layer.push_same(source, start..end);
            }
            end
        } else {
            percent_encoded(source, start, inner.end, layer)
        };
    }
    layer.push_same(source, at..inner.end);
}

/// Adds the characters of one run of `%XX`; gives its end.
fn percent_encoded(source: &str, start: usize, limit: usize, layer: &mut Layer) -> usize {
    let mut bytes = Vec::new();
    let mut end = start;
    while let Some(digits) = part(source, end..limit)
        .strip_prefix('%')
        .and_then(|it| it.get(..2))
        .filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))
    {
        bytes.push(u8::from_str_radix(digits, 16).unwrap_or_default());
        end = end.saturating_add(3);
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) if !text.is_empty() => {
            let mut at = start;
            for character in text.chars() {
                let next = at.saturating_add(character.len_utf8().saturating_mul(3));
                layer.push(character.encode_utf8(&mut [0; 4]), at..next);
                at = next;
            }
            end
        }
        _ => {
            let end = end.max(start.saturating_add(1));
            layer.push_same(source, start..end);
            end
        }
    }
}

fn escaped(text: &str, quote: char, letters: bool, triple: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_last = tail(text, at).len() == character.len_utf8();
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' if letters => out.push_str("\\n"),
            '\t' if letters => out.push_str("\\t"),
            it if it == quote && (!triple || is_last) => {
                out.push('\\');
                out.push(it);
            }
            it => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Quoting> {
        vec![
            Quoting::Plain,
            Quoting::backslash('"'),
            Quoting::backslash('\''),
            Quoting::Backslash {
                quote: '"',
                letters: false,
                triple: false,
            },
            Quoting::Backslash {
                quote: '"',
                letters: true,
                triple: true,
            },
            Quoting::Doubled('"'),
            Quoting::Doubled('\''),
            Quoting::Backtick { here: false },
            Quoting::Backtick { here: true },
            Quoting::ShellSingle,
            Quoting::Percent(Style::of("a+eq+%22b%22")),
            Quoting::Percent(Style::of("a%20eq%20%22b%22")),
            Quoting::Percent(Style::of("a eq \"b\"")),
        ]
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in [
            r#"eventType eq "user.session.start""#,
            r#"displayMessage co "a \"b\" 'c' \\ d" and actor.id eq "ü+%20&""#,
        ] {
            for quoting in all() {
                let written = quoting.encode(text).unwrap();
                let mut layer = Layer::default();
                let end = written.len();
                quoting.clone().decode(&written, 0..end, &mut layer);
                assert_eq!(layer.text, text, "{quoting:?}: {written}");
            }
        }
    }

    #[test]
    fn what_a_literal_cannot_hold_is_refused() {
        assert_eq!(Quoting::Verbatim("\"".to_owned()).encode("a \"b\""), None);
        assert_eq!(
            Quoting::Verbatim("\"#".to_owned())
                .encode("a \"b\" c")
                .as_deref(),
            Some("a \"b\" c")
        );
    }

    #[test]
    fn blocks_lose_their_indentation() {
        let source = "    a eq 1\n      or b\n";
        let mut layer = Layer::default();
        Quoting::Block {
            indent: 4,
            folded: true,
        }
        .decode(source, 0..source.len(), &mut layer);
        assert_eq!(layer.text, "a eq 1   or b");
        assert_eq!(layer.below(9..11), 17..19);
    }
}
