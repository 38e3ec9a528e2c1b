//! Strings: the language's own, in straight double quotes, and what people
//! write instead of them.

use crate::error::SyntaxErrorKind;
use crate::operator::{Logical, is_operator};

/// A string that was read.
#[derive(Debug, Default)]
pub(crate) struct Quoted {
    /// The string meant, decoded.
    pub(crate) content: String,
    /// Its length in the text, with its quotes.
    pub(crate) len: usize,
    /// What was wrong with it.
    pub(crate) faults: Vec<Fault>,
}

/// One thing wrong with a string, in bytes from its opening quote.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: SyntaxErrorKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Writing the content in straight quotes, in this place, mends it.
    pub(crate) fixable: bool,
}

/// Any character that opens or closes a string, here or in prose.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`') || is_typographic(c)
}

fn is_typographic(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂')
        || matches!(c, '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '＇')
}

/// Whether a straight double quote is missing somewhere, or one too many.
pub(crate) fn odd_number(text: &str) -> bool {
    let mut odd = false;
    let mut escaped = false;
    for byte in text.bytes() {
        odd ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    odd
}

/// `""value""`: quotes doubled as CSV, PowerShell and Visual Basic do.
pub(crate) fn is_doubled(rest: &str) -> bool {
    rest.strip_prefix("\"\"").is_some_and(|inside| {
        inside.starts_with(char::is_alphanumeric)
            && inside
                .find('"')
                .and_then(|at| inside.get(at..))
                .is_some_and(|close| close.starts_with("\"\""))
    })
}

/// A string in double quotes. Where a quote is missing somewhere, it may end
/// before the next quote.
pub(crate) fn double(rest: &str, quote_missing: bool) -> Quoted {
    let body = rest.get(1..).unwrap_or_default();
    let close = closing_quote(body);
    let inside = body.get(..close.unwrap_or(body.len())).unwrap_or_default();
    if quote_missing && let Some((at, quote)) = typographic_end(inside) {
        return typographic_close(inside, at, quote);
    }
    let cut = match close {
        Some(_) if quote_missing => swallowed_from(inside),
        Some(_) => None,
        None => Some(next_comparison(inside).unwrap_or(inside.trim_end().len())),
    };
    let mut quoted = decode(
        inside
            .get(..cut.unwrap_or(inside.len()))
            .unwrap_or_default(),
    );
    quoted.len = cut.unwrap_or(inside.len()).saturating_add(1);
    if cut.is_none() {
        quoted.len = quoted.len.saturating_add(1);
    } else {
        quoted.faults.push(Fault {
            kind: SyntaxErrorKind::MissingClosingQuote,
            start: 0,
            end: quoted.len,
            fixable: false,
        });
    }
    quoted
}

/// A typographic quote that ends a word: the one that closes `"value”`, unlike
/// the one in `it’s`.
fn typographic_end(inside: &str) -> Option<(usize, char)> {
    inside.char_indices().find(|(at, c)| {
        let after = inside.get(at.saturating_add(c.len_utf8())..);
        is_typographic(*c)
            && after.is_some_and(|after| {
                after
                    .chars()
                    .next()
                    .is_none_or(|c| c.is_whitespace() || c == ')')
            })
    })
}

/// `"value”`
fn typographic_close(inside: &str, at: usize, quote: char) -> Quoted {
    let mut quoted = decode(inside.get(..at).unwrap_or_default());
    quoted.len = at.saturating_add(1).saturating_add(quote.len_utf8());
    quoted.faults.push(Fault {
        kind: SyntaxErrorKind::TypographicQuote,
        start: 0,
        end: quoted.len,
        fixable: true,
    });
    quoted
}

/// Where the next unescaped quote is.
fn closing_quote(body: &str) -> Option<usize> {
    let mut escaped = false;
    body.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Where the string ends that swallowed the start of another comparison:
/// `user and outcome.result eq ` ends after `user`.
fn swallowed_from(inside: &str) -> Option<usize> {
    let last = inside.split_whitespace().next_back()?;
    is_operator(last).then(|| next_comparison(inside))?
}

/// Where another comparison follows: `user and outcome.result pr` has one
/// after `user`.
fn next_comparison(inside: &str) -> Option<usize> {
    let mut at = 0_usize;
    for part in inside.split_inclusive(char::is_whitespace) {
        let joins = matches!(
            Logical::from_word(part.trim()),
            Some(Logical::And | Logical::Or)
        );
        let next = at.saturating_add(part.len());
        if joins && at > 0 {
            let mut words = inside
                .get(next..)?
                .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
                .filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("not"));
            if words.nth(1).is_some_and(is_operator) {
                return inside.get(..at).map(|before| before.trim_end().len());
            }
        }
        at = next;
    }
    None
}

/// `\"value\"` or `""value""`: escaped for another language. `rest` starts
/// with the two bytes of the mark.
pub(crate) fn escaped(rest: &str) -> Quoted {
    let (mark, body) = rest.split_at_checked(2).unwrap_or_default();
    let (content, len) = match body.split_once(mark) {
        Some((content, _)) => (content, content.len().saturating_add(4)),
        None => unclosed(body, 2),
    };
    plain(content, len, SyntaxErrorKind::EscapedQuote)
}

/// A string in quotes that the language does not have: `'a'`, `` `a` ``, `“a”`.
pub(crate) fn foreign(rest: &str, open: char) -> Quoted {
    let body = rest.get(open.len_utf8()..).unwrap_or_default();
    let kind = match open {
        '\'' => SyntaxErrorKind::SingleQuote,
        '`' => SyntaxErrorKind::BackQuote,
        _ => SyntaxErrorKind::TypographicQuote,
    };
    let closes = |c: char| match open {
        '\'' | '`' => c == open,
        _ => c == '"' || is_typographic(c),
    };
    let close = body.char_indices().find(|(_, c)| closes(*c));
    let (content, len) = match close {
        Some((at, c)) => (
            body.get(..at).unwrap_or_default(),
            at.saturating_add(open.len_utf8())
                .saturating_add(c.len_utf8()),
        ),
        None => unclosed(body, open.len_utf8()),
    };
    plain(content, len, kind)
}

/// Nothing closes it: what is meant is likely one word.
fn unclosed(body: &str, open_len: usize) -> (&str, usize) {
    let end = body
        .find(|c: char| c.is_whitespace() || c == ')')
        .unwrap_or(body.len());
    (
        body.get(..end).unwrap_or_default(),
        end.saturating_add(open_len),
    )
}

fn plain(content: &str, len: usize, kind: SyntaxErrorKind) -> Quoted {
    Quoted {
        content: content.to_owned(),
        len,
        faults: vec![Fault {
            kind,
            start: 0,
            end: len,
            fixable: true,
        }],
    }
}

/// Decodes JSON escapes.
fn decode(raw: &str) -> Quoted {
    let mut quoted = Quoted::default();
    let mut at = 0_usize;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = raw.get(at..).unwrap_or_default();
        // One byte further in the text: the opening quote.
        let start = at.saturating_add(1);
        let len = if c == '\\' {
            match escape(rest) {
                Ok((decoded, len)) => {
                    quoted.content.push(decoded);
                    len
                }
                Err(len) => {
                    quoted.fault(SyntaxErrorKind::InvalidEscape, start, len);
                    quoted.content.push_str(rest.get(..len).unwrap_or_default());
                    len
                }
            }
        } else {
            if c < ' ' {
                quoted.fault(SyntaxErrorKind::ControlCharacter, start, c.len_utf8());
            }
            quoted.content.push(c);
            c.len_utf8()
        };
        at = at.saturating_add(len);
    }
    quoted
}

impl Quoted {
    fn fault(&mut self, kind: SyntaxErrorKind, start: usize, len: usize) {
        self.faults.push(Fault {
            kind,
            start,
            end: start.saturating_add(len),
            fixable: false,
        });
    }
}

/// The character that an escape stands for and the escape's length, or the
/// length of what is no escape.
fn escape(rest: &str) -> Result<(char, usize), usize> {
    let Some(mark) = rest.chars().nth(1) else {
        return Err(rest.len());
    };
    let simple = match mark {
        '"' | '\\' | '/' => mark,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(rest),
        other => return Err(other.len_utf8().saturating_add(1)),
    };
    Ok((simple, 2))
}

/// `\uHHHH`, or two of them for a character beyond U+FFFF.
fn unicode(rest: &str) -> Result<(char, usize), usize> {
    let Some(first) = code_unit(rest) else {
        return Err(2);
    };
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Ok((c, 6));
    }
    let second = rest.get(6..).and_then(code_unit).ok_or(6_usize)?;
    char::decode_utf16([first, second])
        .next()
        .and_then(Result::ok)
        .map(|c| (c, 12))
        .ok_or(6)
}

/// The number in `\uHHHH`.
fn code_unit(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    // from_str_radix would take a sign.
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())?
}
